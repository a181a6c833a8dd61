"""Authentication, routing, the rate limit; and no request whatever makes the sandbox fail."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.sandbox.resources import OPERATIONS

# What Basic credentials must not be: the key is the user name, and that is all there is to it.
BAD_CREDENTIALS = {
    "nothing": "",
    "another scheme": "Bearer sandbox-key",
    "no credentials": "Basic",
    "no base64": "Basic %%%",
    "base64 cut short": "Basic c2FuZGJveC1rZXk6e",
    "no colon": "Basic c2FuZGJveC1rZXk=",
    "another key": "Basic b3RoZXI6",
    "not ASCII": "Basic \xe9\xe8",
    "not UTF-8": "Basic //79Og==",
}

PATHS = sorted({operation.path for operation in OPERATIONS})


def concrete(path: str, number: str = "1") -> str:
    return re.sub(r"<\w+>", number, path)


@pytest.mark.parametrize("authorization", BAD_CREDENTIALS.values(), ids=BAD_CREDENTIALS)
def test_bad_credentials_are_401(shared, authorization):
    assert shared.ask("GET /tags", authorization=authorization).outcome == (401, 40)


@pytest.mark.parametrize("password", ["", "X", "with:colon", "é"])
def test_the_password_is_ignored(start, password):
    import base64  # noqa: PLC0415 - only here

    credentials = base64.b64encode(f"k:{password}".encode()).decode()
    assert start(api_key="k").ask("GET /tags", authorization=f"basic {credentials}").status == 200


@pytest.mark.parametrize("request_line", ["GET /nope", "POST /tags", "PATCH /tags"])
def test_credentials_come_before_everything(shared, request_line):
    assert shared.ask(request_line, b"{", authorization="").outcome == (401, 40)


@pytest.mark.parametrize("path", ["/nope", "", "/tags/1/2", "//tags", "/orders/1/nope", "/picklists/batches/1/2"])
def test_an_unknown_path_is_not_found(shared, path):
    assert shared.ask(f"GET {path}").outcome == (404, 20)


@pytest.mark.parametrize(
    "request_line", ["PATCH /tags", "DELETE /tags", "OPTIONS /tags", "POST /vatgroups", "PUT /hooks/1"]
)
def test_an_unknown_method_is_not_implemented(shared, request_line):
    assert shared.ask(request_line, b"{").outcome == (404, 8)


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        ("GET /picklists/batches", 200),
        ("GET /picklists/batches/presets", 200),
        ("GET /picklists/batches/1", 200),
        ("GET /users/me", 200),
        ("POST /backorders/process", 200),
        ("GET /backorders/process", 404),
    ],
)
def test_a_word_in_the_place_of_an_id_is_no_id(worn, request_line, status):
    assert worn.ask(request_line).status == status


def test_a_trailing_slash_is_ignored(shared):
    assert shared.ask("GET /tags/").json == shared.ask("GET /tags").json


@pytest.mark.parametrize("path", [path for path in PATHS if "<" in path])
def test_an_id_that_is_none_is_not_found(shared, path):
    for number in ("0", "-1", "abc", "1.0", "9" * 400, "%C3%A9", "٣"):
        assert shared.ask(f"GET {concrete(path, number)}").status == 404


def test_the_limit_is_kept_and_told(start):
    client = start(rate_limit=2)
    told = []
    for _ in range(3):
        answer = client.ask("GET /tags")
        told.append((answer.outcome, answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remaining"]))
    assert told == [((200, None), "2", "1"), ((200, None), "2", "0"), ((429, 28), "2", "0")]


def test_the_limit_comes_before_the_body_and_after_the_path(start):
    client = start(rate_limit=0)
    assert client.ask("POST /tags", b"{").outcome == (429, 28)
    assert client.ask("POST /nope", b"{").outcome == (404, 20)


@pytest.mark.parametrize("request_line", ["GET /tags", "GET /nope", "POST /tags", "DELETE /tags/1"])
def test_every_answer_tells_of_the_limit(worn, request_line):
    assert worn.ask(request_line).headers["X-RateLimit-Limit"] == "500"


def test_a_body_too_long_is_refused(shared):
    assert shared.ask("POST /tags", b" " * (9 * 1024 * 1024)).outcome == (400, 22)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_answers_as_json_and_never_fails(worn, operation):
    for body in (b"", b"{", b"{}", b"[]", b"null", b"7", b'{"products":[{}],"addresses":[null],"amount":1e999}'):
        answer = worn.ask(f"{operation.method} {concrete(operation.path)}", body)
        assert answer.status in {200, 201, 204, 400, 404}
        if answer.status >= 400:
            assert isinstance(answer.code, int)
            assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.shape], ids=lambda operation: operation.name)
def test_broken_json_is_code_22_on_every_operation_with_a_body(shared, operation):
    for number in ("1", "999"):
        for body in (b"{", b" ", b'{"a":1,}', b"{'a':1}", b"NaN", b"\xef\xbb\xbf{}", b'"\xff"', b"{}{}"):
            assert shared.ask(f"{operation.method} {concrete(operation.path, number)}", body).outcome == (400, 22)


_NAMES = st.sampled_from(sorted({name for one in OPERATIONS if one.shape for name in one.shape.members}))
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([1, 2, "NL", "2026-01-02"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES | st.text(max_size=3), inner, max_size=5),
    max_leaves=12,
)
_BODIES = st.binary(max_size=60) | (st.dictionaries(_NAMES, _VALUES, max_size=8) | _VALUES).map(
    lambda value: json.dumps(value).encode()
)


@pytest.mark.property
@settings(max_examples=400, deadline=None)
@given(operation=st.sampled_from(OPERATIONS), number=st.sampled_from(["1", "2", "3", "0", "x"]), body=_BODIES)
def test_no_body_makes_the_sandbox_fail(worn, operation, number, body):
    answer = worn.ask(f"{operation.method} {concrete(operation.path, number)}", body)
    assert answer.status in {200, 201, 204, 400, 404}


@pytest.mark.property
@settings(max_examples=100, deadline=None)
@given(authorization=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=30))
def test_no_credentials_make_the_sandbox_fail(shared, authorization):
    assert shared.ask("GET /tags", authorization=authorization).status == 401
    assert shared.ask("GET /tags", authorization=f"Basic {authorization}").status == 401


@pytest.mark.property
@settings(max_examples=100, deadline=None)
@given(path=st.text(max_size=20), query=st.text(max_size=20))
def test_no_address_makes_the_sandbox_fail(shared, path, query):
    from urllib.parse import quote  # noqa: PLC0415 - only here

    assert shared.ask(f"GET /{quote(path, safe='/')}?{quote(query, safe='=&')}").status in {200, 404}


@pytest.mark.parametrize(
    "query", ["offset=x", "offset=-1", "sinceid=%00", "limit=1", "search=%F0", "offset=" + "9" * 999, "tag=&tag="]
)
def test_filters_that_make_no_sense_are_ignored(shared, query):
    assert shared.ask(f"GET /orders?{query}").status == 200
