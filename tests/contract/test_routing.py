"""Which operation a request is for: OpenAPI 3.1.1, "Paths Object" and "Server Object"."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator.contract import Contract
from validator.errors import DocumentError


def contract(*paths: str, servers: list[dict[str, Any]] | None = None, **methods: list[str]) -> Contract:
    """A contract with GET on each path, or the methods given for it by its position (`p0=["post"]`)."""
    return Contract.from_dict(
        {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "servers": servers or [{"url": "https://api.example/v1"}],
            "paths": {
                path: {
                    "parameters": [
                        {"name": name, "in": "path", "required": True, "schema": {}} for name in _variables(path)
                    ],
                    **{
                        method: {"responses": {"200": {"description": ""}}}
                        for method in methods.get(f"p{number}", ["get"])
                    },
                }
                for number, path in enumerate(paths)
            },
        }
    )


def _variables(path: str) -> list[str]:
    return [part.partition("}")[0] for part in path.split("{")[1:]]


def routed(contract: Contract, url: str, method: str = "GET") -> str | None:
    operation = contract.router.route(method, url).operation
    return None if operation is None else operation.path


@pytest.mark.parametrize(
    ("paths", "url", "expected"),
    [
        (["/orders"], "https://api.example/v1/orders", "/orders"),
        (["/orders"], "https://api.example/v1/orders?offset=100#x", "/orders"),
        (["/orders"], "https://api.example/v1/orders/", None),
        (["/orders"], "https://api.example/v1/x/orders", None),
        (["/orders"], "https://api.example/orders", None),
        (["/orders"], "https://api.example/v10/orders", None),
        (["/orders/{id}"], "https://api.example/v1/orders/7", "/orders/{id}"),
        (["/orders/{id}"], "https://api.example/v1/orders/", None),
        (["/orders/{id}"], "https://api.example/v1/orders/7/8", None),
        (["/orders/{id}"], "https://api.example/v1/orders/a%2Fb", "/orders/{id}"),
        (["/{a}/{b}", "/{a}/mine", "/orders/{b}"], "https://api.example/v1/orders/mine", "/orders/{b}"),
        (["/{a}/mine", "/{a}/{b}"], "https://api.example/v1/x/mine", "/{a}/mine"),
        (["/a/{x}/c", "/a/b/{y}"], "https://api.example/v1/a/b/d", "/a/b/{y}"),
        (["/files/{name}.{format}", "/files/{name}"], "https://api.example/v1/files/x.json", "/files/{name}.{format}"),
        (["/files/{name}.{format}", "/files/{name}"], "https://api.example/v1/files/x", "/files/{name}"),
        (["/o'rder (1)"], "https://api.example/v1/o%27rder%20(1)", "/o'rder (1)"),
        (["/"], "https://api.example/v1/", "/"),
    ],
)
def test_the_most_concrete_template_is_taken(paths: list[str], url: str, expected: str | None) -> None:
    assert routed(contract(*paths), url) == expected


@pytest.mark.parametrize(
    ("server", "url", "known"),
    [
        ({"url": "https://api.example/v1"}, "https://api.example/v1/orders", True),
        ({"url": "https://api.example/v1/"}, "https://api.example/v1/orders", True),
        ({"url": "https://api.example/v1"}, "https://API.Example:443/v1/orders", True),
        ({"url": "https://api.example/v1"}, "https://user:key@api.example/v1/orders", True),
        ({"url": "https://api.example/v1"}, "http://api.example/v1/orders", False),
        ({"url": "https://api.example/v1"}, "https://api.example:8443/v1/orders", False),
        ({"url": "https://api.example/v1"}, "https://api.example.evil/v1/orders", False),
        ({"url": "https://api.example/v1"}, "https://xapi.example/v1/orders", False),
        ({"url": "/v1"}, "http://127.0.0.1:5000/v1/orders", True),
        (
            {"url": "https://{shop}.example/v1", "variables": {"shop": {"default": "a"}}},
            "https://b.example/v1/orders",
            True,
        ),
        (
            {"url": "https://{shop}.example/v1", "variables": {"shop": {"default": "a"}}},
            "https://.example/v1/orders",
            False,
        ),
        (
            {"url": "https://{shop}.example/v1", "variables": {"shop": {"default": "a", "enum": ["a", "b"]}}},
            "https://c.example/v1/orders",
            False,
        ),
        ({"url": "https://x.example/{v}", "variables": {"v": {"default": "v1"}}}, "https://x.example/v2/orders", True),
        ({"url": "https://x.example/{v}", "variables": {"v": {"default": "v1"}}}, "https://x.example//orders", False),
    ],
)
def test_a_server_is_matched_whole(server: dict[str, Any], url: str, known: bool) -> None:
    assert (routed(contract("/orders", servers=[server]), url) == "/orders") is known


@pytest.mark.parametrize(
    ("server", "url", "named"),
    [
        ("https://api.example/v1", "https://api.example/other", True),
        ("https://{shop}.example/v1", "https://b.example/other", True),
        ("https://api.example/v1", "https://other.example/v1/x", False),
        ("/v1", "https://api.example/v1/other", False),
        ("https://{host}/v1", "https://api.example/v1/other", False),
        ("https://{host}:{port}/v1", "https://api.example:8443/v1/other", False),
        ("https://{host}:8443/v1", "https://api.example:8443/v1/other", False),
    ],
)
def test_a_host_is_named_where_a_server_does_not_take_just_any(server: str, url: str, named: bool) -> None:
    variables = {name: {"default": "x"} for name in ("shop", "host", "port") if f"{{{name}}}" in server}
    of = contract("/orders", servers=[{"url": server, "variables": variables}])
    assert of.router.route("GET", url).host_named is named


def test_a_template_without_the_method_gives_way_to_one_that_has_it() -> None:
    both = contract("/orders/mine", "/orders/{id}", p0=["post"], p1=["get"])
    assert routed(both, "https://api.example/v1/orders/mine", "POST") == "/orders/mine"
    assert routed(both, "https://api.example/v1/orders/mine", "GET") == "/orders/{id}"
    assert both.router.route("PUT", "https://api.example/v1/orders/mine").methods == ("GET", "POST")


def test_an_address_added_by_hand_serves_every_operation() -> None:
    local = contract("/orders").with_servers("http://127.0.0.1:8099/api")
    assert routed(local, "http://127.0.0.1:8099/api/orders") == "/orders"
    assert routed(local, "https://api.example/v1/orders") == "/orders"


def test_a_host_added_alone_serves_below_the_base_path_too() -> None:
    local = contract("/orders").with_servers("http://127.0.0.1:8099")
    assert routed(local, "http://127.0.0.1:8099/v1/orders") == "/orders"
    assert routed(local, "http://127.0.0.1:8099/orders") == "/orders"
    assert routed(local, "http://127.0.0.1:8099/v2/orders") is None
    assert local.base_path == "/v1"


def test_servers_of_a_path_or_an_operation_replace_those_of_the_document() -> None:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://root.example"}],
        "paths": {
            "/a": {"servers": [{"url": "https://path.example"}], "get": {"responses": {"200": {"description": ""}}}},
            "/b": {"get": {"servers": [{"url": "https://own.example"}], "responses": {"200": {"description": ""}}}},
        },
    }
    of = Contract.from_dict(document)
    assert routed(of, "https://path.example/a") == "/a"
    assert routed(of, "https://root.example/a") is None
    assert routed(of, "https://own.example/b") == "/b"
    assert routed(of, "https://path.example/b") is None


@pytest.mark.property
@given(st.text(), st.text())
def test_no_address_and_no_method_makes_the_router_fail(method: str, url: str) -> None:
    orders = contract("/orders/{id}")
    orders.router.route(method, url)
    orders.router.route(method, f"https://api.example/v1/{url}")


SEGMENTS = st.text(
    st.characters(codec="utf-8", min_codepoint=33, exclude_categories=("C", "Z"), exclude_characters="/{}?#%"),
    min_size=1,
)


@pytest.mark.property
@given(st.lists(SEGMENTS, min_size=1, max_size=4))
def test_a_concrete_path_leads_to_itself(segments: list[str]) -> None:
    """Whatever its segments, and whatever templates fit it too."""
    path = "/" + "/".join(segments)
    assert routed(contract("/{a}", "/{a}/{b}", path), f"https://api.example/v1{path}") == path


@pytest.mark.parametrize("url", ["http://[bad", "http://[::1"])
def test_a_server_that_is_no_address_is_refused_when_the_document_is_loaded(url: str) -> None:
    with pytest.raises(DocumentError, match="a server whose URL is none"):
        contract("/x", servers=[{"url": url}])
    with pytest.raises(DocumentError, match="a server whose URL is none"):
        contract("/x").with_servers(url)


def test_a_server_without_a_scheme_is_served_by_any() -> None:
    anywhere = contract("/x", servers=[{"url": "//api.example/v1"}])
    assert routed(anywhere, "https://api.example/v1/x") == "/x"
    assert routed(anywhere, "http://api.example/v1/x") == "/x"
    assert routed(anywhere, "https://other.example/v1/x") is None


@pytest.mark.parametrize(
    ("url", "variables", "came"),
    [
        ("{scheme}://h.example", {"scheme": {"default": "https", "enum": ["http", "https"]}}, "http://h.example/x"),
        ("{scheme}://h.example", {"scheme": {"default": "https"}}, "https://h.example/x"),
        ("{base}/v1", {"base": {"default": "https://h.example"}}, "https://h.example/v1/x"),
        ("https://h.example/{base}", {"base": {"default": "api/v2"}}, "https://h.example/api/v2/x"),
        ("https://h.example/{base}", {"base": {"default": "api/v2"}}, "https://h.example/other/x"),
        ("https://h.example/{base}", {"base": {"default": ""}}, "https://h.example/x"),
        ("https://h.example/{b}", {"b": {"default": "a", "enum": ["a", "ab", "a/b"]}}, "https://h.example/ab/x"),
        ("https://h.example/{b}", {"b": {"default": "a", "enum": ["a", "ab", "a/b"]}}, "https://h.example/a/b/x"),
        ("https://{h}.example", {"h": {"default": "aB", "enum": ["aB"]}}, "https://AB.example/x"),
        ("https://h.example:{port}", {"port": {"default": "443", "enum": ["443", "8443"]}}, "https://h.example/x"),
        ("https://h.example:{port}", {"port": {"default": "443"}}, "https://h.example:8443/x"),
        ("./v1", {}, "https://h.example/v1/x"),
    ],
)
def test_a_variable_of_a_server_may_be_any_part_of_its_address(url: str, variables: dict[str, Any], came: str) -> None:
    assert routed(contract("/x", servers=[{"url": url, "variables": variables}]), came) == "/x"


def test_an_address_without_a_path_is_its_root() -> None:
    root = contract("/", servers=[{"url": "https://h.example"}])
    assert routed(root, "https://h.example") == routed(root, "https://h.example?a=b") == "/"


SEGMENTS = st.sampled_from(["orders", "mine", "7", "a%20b", "", "x.json", "é", "a b", "o\trders", "a#b", "v1", "v2"])


@pytest.mark.property
@given(
    paths=st.lists(
        st.lists(st.sampled_from(["orders", "mine", "{id}", "{a}.json", "{b}", "v2"]), min_size=1, max_size=3).map(
            lambda parts: "/" + "/".join(dict.fromkeys(parts))
        ),
        min_size=1,
        max_size=4,
        unique=True,
    ),
    bases=st.lists(
        st.sampled_from(
            [
                "https://api.example/v1",
                "https://api.example",
                "https://api.example/v1/orders",
                "/v1",
                "https://{host}/v1",
                "http://api.example:80/v1/v2/",
            ]
        ),
        min_size=1,
        max_size=3,
        unique=True,
    ),
    origin=st.sampled_from(["https://api.example", "HTTPS://API.example:443", "http://api.example", "https://u@api.example"]),
    segments=st.lists(SEGMENTS, max_size=4),
    rest=st.sampled_from(["", "?x=1", "?x=/a/b", "#f", "?a#b", "?"]),
)  # fmt: skip
def test_what_is_found_straight_away_is_what_is_found_by_trying(
    paths: list[str], bases: list[str], origin: str, segments: list[str], rest: str
) -> None:
    try:
        router = contract(*paths, servers=[{"url": base, "variables": _hosts(base)} for base in bases]).router
    except DocumentError:
        return  # two templates that are one
    url = "/".join([origin, *segments]) + rest
    for _ in range(2):  # the second time, from memory
        found = router.find("GET", url)
        assert found is None or found is router.route("GET", url).operation
        assert router.find("PUT", url) is None


def _hosts(base: str) -> dict[str, Any]:
    return {"host": {"default": "api.example"}} if "{host}" in base else {}


def test_a_plain_address_is_found_straight_away() -> None:
    router = contract("/orders", "/orders/{id}", "/orders/{id}/lines/{line}").router
    for path, url in (
        ("/orders", "https://api.example/v1/orders?offset=100"),
        ("/orders/{id}", "https://api.example/v1/orders/7"),
        ("/orders/{id}/lines/{line}", "https://api.example/v1/orders/7/lines/x-1"),
    ):
        found = router.find("GET", url)
        assert found is not None
        assert found.path == path


def test_what_is_remembered_of_addresses_has_a_bound() -> None:
    router = contract("/orders/{id}/lines").router
    for number in range(5000):
        assert router.find("GET", f"https://api.example/v1/orders/{number}/lines") is not None
    assert len(router._parents) <= 4096
