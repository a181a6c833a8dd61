"""The service's own OpenAPI document, and that what it says is what the service does."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, Response
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest
from openapi_core.validation.request.exceptions import MissingRequiredRequestBody, ParameterValidationError
from werkzeug.datastructures import MultiDict

from validator.judges import JUDGES
from validator.pointer import join
from validator.service.answers import MEDIA_TYPES
from validator.service.gate import Gate, own_document, query
from validator.service.problems import KINDS, Refusal, to_json

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from validator.contract import Contract


class Untouchable:
    """A body that must not be read."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("the gate read the body")

    readline = readlines = __iter__ = read


def test_every_view_is_documented_and_every_operation_has_a_view(app: Flask, own_contract: Contract) -> None:
    views = {
        (method, rule.rule.replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
    }
    assert views == {(operation.method, operation.path) for operation in own_contract.operations}


def test_the_document_is_served_as_it_is(client: FlaskClient, own_contract: Contract) -> None:
    assert client.get("/openapi.json").get_json() == own_contract.document.root


def test_every_media_type_of_a_report_is_documented(own_contract: Contract) -> None:
    answer = own_contract.operation("validate").response_for(200)
    assert answer is not None
    assert {media_type.name for media_type in answer.content} == set(MEDIA_TYPES)


def test_every_judge_is_documented(own_contract: Contract) -> None:
    assert own_contract.document.at("/components/parameters/Judge/schema/enum") == list(JUDGES)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.slug)
def test_every_status_of_a_problem_is_documented(own_contract: Contract, kind: Any) -> None:
    assert all(operation.response_for(kind.status) is not None for operation in own_contract.operations)


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("?strict=maybe", {"Content-Type": "application/json"}, 400),
        ("?unknown=1", {"Content-Type": "application/json"}, 400),
        ("", {"Content-Type": "text/html"}, 415),
        ("", {"Content-Type": "application/json", "Accept": "image/png"}, 406),
        ("", {"Content-Type": "application/json", "Content-Length": "100001"}, 413),
    ],
)
def test_a_request_is_refused_before_its_body_is_read(
    client: FlaskClient, query: str, headers: dict[str, str], status: int
) -> None:
    untouchable = {"wsgi.input": Untouchable(), "CONTENT_LENGTH": "10"}
    if "Content-Length" in headers:
        untouchable["CONTENT_LENGTH"] = headers.pop("Content-Length")
    response = client.post(f"/v1/validate{query}", headers=headers, environ_overrides=untouchable)
    assert response.status_code == status


@pytest.mark.parametrize("host", ["example.com:1234", "[::1]:80", "localhost"])
def test_the_service_answers_by_whatever_name_it_is_reached(client: FlaskClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_the_service_answers_below_a_prefix(client: FlaskClient) -> None:
    response = client.get("/healthz", environ_overrides={"SCRIPT_NAME": "/judge"})
    assert response.status_code == 200


OWN = own_document()
PATH = "/v1/validate"
VALIDATE = OWN.root["paths"][PATH]["post"]
ACCEPTED = tuple(VALIDATE["requestBody"]["content"])


def parameters_of(path: str, method: str) -> list[dict[str, Any]]:
    """The parameters of an operation, and their schemas, without references."""
    found = []
    for index in range(len(OWN.root["paths"][path][method].get("parameters", ()))):
        place = OWN.follow(join("/paths", path, method, "parameters", index))
        found.append({**OWN.at(place), "schema": OWN.at(OWN.follow(join(place, "schema")))})
    return found


EVERY_PARAMETER = [
    parameter
    for path, item in OWN.root["paths"].items()
    for method in item
    for parameter in parameters_of(path, method)
]


def test_the_gate_knows_every_type_that_a_parameter_has() -> None:
    queries = [parameter for parameter in EVERY_PARAMETER if parameter["in"] == "query"]
    assert {parameter["schema"]["type"] for parameter in queries} == {"array", "boolean", "integer", "string"}
    assert all(
        parameter["schema"]["items"]["type"] == "string" for parameter in queries if "items" in parameter["schema"]
    )
    assert not any(parameter.get("required") or "style" in parameter for parameter in queries)
    texts = [parameter for parameter in EVERY_PARAMETER if parameter["in"] != "query"]
    assert {parameter["schema"]["type"] for parameter in texts} == {"string"}


def test_every_operation_but_those_about_the_service_needs_a_scope() -> None:
    scopes = {operation["operationId"]: operation.get("x-scope") for operation in operations()}
    told_to_anybody = {"health", "ready", "document", "problem"}
    to_sign_in = {"signInPage", "signIn", "signOut", "staticFile"}
    assert {name for name, scope in scopes.items() if scope is None} == told_to_anybody | to_sign_in
    assert set(scopes.values()) == {None, "read", "write", "admin"}


def test_an_operation_that_changes_something_needs_more_than_the_scope_to_read() -> None:
    changing = {
        operation["operationId"]
        for item in OWN.root["paths"].values()
        for method, operation in item.items()
        if method != "get" and operation.get("x-scope") == "read"
    }
    assert changing == {"validate", "judgeRecordingPage", "judgeResponsePage"}  # which keep nothing


def operations() -> list[dict[str, Any]]:
    return [operation for item in OWN.root["paths"].values() for operation in item.values()]


@pytest.fixture(scope="module")
def engine() -> OpenAPI:
    """openapi-core over the same document, with nothing to say of who asks, and of what is in a body."""
    document = {**copy.deepcopy(dict(OWN.root)), "security": []}
    content = document["paths"][PATH]["post"]["requestBody"]["content"]
    for media_type in content.values():
        del media_type["schema"]
    left_alone = dict.fromkeys(content, lambda body, **_: body)
    config = Config(spec_validator_cls=None, extra_media_type_deserializers=left_alone)  # type: ignore[arg-type]
    return OpenAPI.from_dict(document, config=config)


@pytest.fixture(scope="module")
def gated() -> Flask:
    """The gate, and behind it what it let pass."""
    app = Flask("gated")
    view = Gate(OWN)(PATH, "post", lambda: Response(to_json(query())))
    app.add_url_rule(PATH, "view", view, methods=["POST"])
    app.register_error_handler(Refusal, lambda refusal: refusal.problem.response())
    return app


def of_engine(engine: OpenAPI, asked: MultiDict[str, str], content_type: str, body: bytes) -> Any:
    """What openapi-core says of a request: the typed query, or the first thing that is wrong."""
    request = MockRequest("http://localhost", "post", PATH, args=asked, content_type=content_type, data=body)
    result = engine.unmarshal_request(request)
    if not result.errors:
        return dict(result.parameters.query)
    match result.errors[0]:
        case ParameterValidationError(name=name):
            return "invalid-parameter", name
        case MissingRequiredRequestBody():
            return "missing-body", None
    return "unsupported-media-type", None


def of_gate(gated: Flask, asked: MultiDict[str, str], content_type: str, body: bytes) -> Any:
    response = gated.test_client().post(PATH, query_string=asked, content_type=content_type, data=body)
    told = response.get_json(force=True)
    return told if response.status_code == 200 else (told["type"].removeprefix("/problems/"), told.get("parameter"))


WORDS = st.sampled_from(
    ["", "true", "TRUE", "False", "yes", "off", "1", "0", "2", "null", "compiled", "reference", "Compiled", "\u017f"]
)
HOSTS = st.sampled_from(["", "a", "a.test", "[::1]", "a:1", "{a}", "a b", "a?", "a#", "\u00e9"])
ADDRESSES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "http://", "https://", "HTTP://", "ftp://", "http:/"]),
    HOSTS,
    st.sampled_from(["", "/", "/b/c", "/{b}", "/?", "/ ", "?b", "/" + "b" * 1990, "/" + "b" * 2000]),
)
# Where Python's patterns part from ECMA-262's (U+FEFF, and `$` before a last line feed) the gate follows the latter.
TEXTS = st.one_of(
    WORDS,
    ADDRESSES,
    st.text(st.characters(categories=["L", "N", "P", "S", "Cc", "Zs"], exclude_characters="\n"), max_size=5),
)
QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "strict": TEXTS.map(lambda text: [text]),
        "drift": TEXTS.map(lambda text: [text]),
        "judge": TEXTS.map(lambda text: [text]),
        "contract": st.one_of(TEXTS, st.from_regex(r"[a-zA-Z0-9._-]{1,66}", fullmatch=True)).map(lambda text: [text]),
        "server": st.lists(st.one_of(ADDRESSES, TEXTS), min_size=1, max_size=3)
        | st.sampled_from([["http://a.test"] * 16, ["http://a.test"] * 17]),
    },
)
CONTENT_TYPES = st.sampled_from(
    [
        *ACCEPTED,
        "",
        "APPLICATION/JSON",
        "application/json; a=b",
        "application/*",
        "*/*",
        "text/html",
        "json",
        "text/yaml ",
    ]
)


@pytest.mark.property
@settings(max_examples=150, deadline=None)
@given(asked=QUERIES, content_type=CONTENT_TYPES, body=st.sampled_from([b"", b"{}", b"{}"]))
def test_the_gate_says_what_openapi_core_says(
    engine: OpenAPI, gated: Flask, asked: dict[str, list[str]], content_type: str, body: bytes
) -> None:
    given = MultiDict(asked)
    assert of_gate(gated, given, content_type, body) == of_engine(
        engine, given, content_type.strip() or "application/octet-stream", body
    )


@pytest.mark.parametrize("char", ["\n", "\x00", "\x1c", "\x85", "\u2028", "\ufeff"])
def test_an_address_has_no_white_space_and_no_control_characters(gated: Flask, char: str) -> None:
    asked = MultiDict([("server", f"http://a.test{char}")])
    assert of_gate(gated, asked, "application/json", b"{}") == ("invalid-parameter", "server")
