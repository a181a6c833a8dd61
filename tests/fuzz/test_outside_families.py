"""Families whose fault is not in the body: methods, media types, the query."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import orjson
import pytest
from hypothesis import HealthCheck, given, settings

from fuzz.addresses import Addresses
from fuzz.breakage import Breakage
from fuzz.engine import draw
from fuzz.families import broken, ways
from fuzz.families.strange_path import STRANGE_NAME, STRANGE_NUMBER, STRANGE_UUID, strange_path
from fuzz.families.unsupported_method import INVENTED
from fuzz.faults import INVALID_QUERY, UNSUPPORTED_MEDIA_TYPE, UNSUPPORTED_METHOD
from fuzz.request_body import json_body
from fuzz.rfc8259 import is_malformed
from fuzz.sandbox import create_app
from fuzz.transport import HttpTransport, WsgiTransport
from tests.fuzz.shop import DOCUMENT, Answer, serving
from tests.fuzz.test_strategies import contract_taking
from validator.contract import Contract

if TYPE_CHECKING:
    from fuzz.case import Case

SERVER = "http://127.0.0.1/api/v1"
PICQER = Contract.load(servers=[SERVER])
FAULTS = (UNSUPPORTED_METHOD, UNSUPPORTED_MEDIA_TYPE, INVALID_QUERY)
FEW = settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def listing(schema: Any, **changes: Any) -> Contract:
    """The shop, with a parameter of the query that has this schema."""
    orders = DOCUMENT["paths"]["/orders"]["get"]
    parameter = {"name": "since", "in": "query", **({} if schema is None else {"schema": schema}), **changes}
    paths = {"/orders": {"get": {**orders, "parameters": [parameter]}}}
    return Contract.from_dict({**DOCUMENT, "paths": paths})


def kinds(contract: Contract, name: str, fault: str) -> list[str]:
    return [way.kind for way in ways(contract, contract.operation(name), fault)]


def one(contract: Contract, name: str, fault: str, kind: str) -> Breakage:
    operation = contract.operation(name)
    (way,) = (way for way in ways(contract, operation, fault) if way.kind == kind)
    (made,) = draw(broken(contract, operation, fault, way), seed="1", count=1)
    return made


def addressed(contract: Contract, name: str, breakage: Breakage) -> Case:
    return Addresses(contract, SERVER).case(contract.operation(name), breakage)


def test_no_documented_method_is_tried() -> None:
    templates = [(re.compile(re.sub(r"\{[^}]*\}", "[^/]+", one.path)), one.method) for one in PICQER.operations]
    for operation in PICQER.operations:
        path = operation.path.replace("{", "").replace("}", "")
        documented = {method for template, method in templates if template.fullmatch(path)}
        tried = {way.kind for way in ways(PICQER, operation, UNSUPPORTED_METHOD)}
        assert not tried & (documented | {"OPTIONS", "HEAD"}), operation.id


def test_each_path_is_tried_with_methods_once() -> None:
    tried = [operation.path for operation in PICQER.operations if ways(PICQER, operation, UNSUPPORTED_METHOD)]
    assert len(tried) == len(set(tried))
    assert set(tried) == {operation.path for operation in PICQER.operations}


def test_methods_that_change_things_are_aimed_at_nothing() -> None:
    assert kinds(PICQER, "listOrders", UNSUPPORTED_METHOD) == [INVENTED, "PATCH", "TRACE"]
    assert kinds(PICQER, "getOrder", UNSUPPORTED_METHOD) == [INVENTED, "POST", "PATCH", "TRACE"]
    assert one(PICQER, "getOrder", UNSUPPORTED_METHOD, "PATCH").path == (("idorder", str(STRANGE_NUMBER)),)
    assert one(PICQER, "getOrder", UNSUPPORTED_METHOD, INVENTED).path == ()
    case = addressed(PICQER, "getOrder", one(PICQER, "getOrder", UNSUPPORTED_METHOD, "PATCH"))
    assert (case.method, case.body) == ("PATCH", b"{}")
    assert case.url == f"{SERVER}/orders/{STRANGE_NUMBER}"
    assert case.headers.get("content-type") == "application/json"


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": "integer"}, str(STRANGE_NUMBER)),
        ({"type": "string"}, STRANGE_NAME),
        ({"type": ["string", "null"], "format": "uuid"}, STRANGE_UUID),
        ({"$ref": "#/components/schemas/Id"}, STRANGE_UUID),
        (True, str(STRANGE_NUMBER)),
    ],
    ids=str,
)
def test_an_id_that_nothing_has_is_of_the_documented_shape(schema: Any, text: str) -> None:
    path = dict(DOCUMENT["paths"]["/orders/{idorder}"])
    path["parameters"] = [{"name": "idorder", "in": "path", "required": True, "schema": schema}]
    schemas = {**DOCUMENT["components"]["schemas"], "Id": {"type": "string", "format": "uuid"}}
    components = {**DOCUMENT["components"], "schemas": schemas}
    contract = Contract.from_dict({**DOCUMENT, "components": components, "paths": {"/orders/{idorder}/lines": path}})
    assert strange_path(contract, contract.operation("updateOrder")) == (("idorder", text),)
    assert strange_path(PICQER, PICQER.operation("listOrders")) == ()


@pytest.mark.property
@pytest.mark.parametrize("operation", [one for one in PICQER.operations if json_body(one)][::7], ids=lambda one: one.id)
def test_a_body_in_another_language_is_no_json(operation: Any) -> None:
    if not ways(PICQER, operation, UNSUPPORTED_MEDIA_TYPE):
        assert not operation.request_body_required
        return

    @FEW
    @given(broken(PICQER, operation, UNSUPPORTED_MEDIA_TYPE))
    def holds(breakage: Breakage) -> None:
        assert is_malformed(breakage.body or b"")
        ((name, value),) = breakage.headers
        assert name == "Content-Type"
        assert "json" not in (value or "")

    holds()


@pytest.mark.property
@pytest.mark.parametrize("schema", [{"type": "integer"}, {"type": "string"}, {"type": "array"}, {}], ids=str)
def test_whatever_the_body_is_in_another_language_it_is_no_json(schema: Any) -> None:
    contract = contract_taking(schema)

    @FEW
    @given(broken(contract, contract.operation("createThing"), UNSUPPORTED_MEDIA_TYPE))
    def holds(breakage: Breakage) -> None:
        assert is_malformed(breakage.body or b"")

    holds()


def test_a_media_type_that_is_documented_is_none_that_is_unsupported() -> None:
    document = Contract.load().document.root
    path = {**document["paths"]["/orders"]}
    json = path["post"]["requestBody"]["content"]["application/json"]
    path["post"] = {**path["post"], "requestBody": {"required": True, "content": {"application/json": json}}}
    for documented, gone in (("application/xml", {"xml"}), ("text/*", {"plain-text"}), ("*/*", None)):
        path["post"]["requestBody"]["content"] = {"application/json": json, documented: {}}
        contract = Contract.from_dict({**document, "paths": {**document["paths"], "/orders": path}})
        every = {"form", "xml", "multipart", "plain-text", "msgpack", "octets"}
        left = set(kinds(contract, "createOrder", UNSUPPORTED_MEDIA_TYPE))
        assert every - left == (every if gone is None else gone)
    path["post"]["requestBody"] = {"content": {"application/json": json}}
    contract = Contract.from_dict({**document, "paths": {**document["paths"], "/orders": path}})
    assert kinds(contract, "createOrder", UNSUPPORTED_MEDIA_TYPE) == []


SOME = {
    "empty",
    "nul",
    "quote",
    "broken-percent",
    "not-utf-8",
    "surrogate",
    "very-long",
    "twice",
    "as-list",
    "as-object",
}


@pytest.mark.parametrize(
    ("schema", "wrong"),
    [
        ({}, set()),
        ({"type": "string"}, set()),
        (
            {"type": "integer", "minimum": 0, "maximum": 9},
            {"text", "half-number", "fraction", "negative", "overflow", "huge", "not-a-number", "too-small", "too-big"},
        ),
        ({"type": "boolean"}, {"no-boolean", "number"}),
        ({"enum": ["new", "old"]}, {"not-listed", "other-case"}),
        (
            {"type": "string", "format": "date"},
            {"no-date", "half-date", "far-date", "impossible-date", "thirteenth-month", "zero-date", "no-match"},
        ),
        ({"type": "string", "maxLength": 3}, {"too-long"}),
        ({"type": "string", "minLength": 3, "maxLength": 3}, {"too-long", "too-short"}),
        ({"type": "array", "items": {"type": "integer"}}, {"wrong-item"}),
        ({"type": "string", "pattern": "^[a-z]+$"}, {"no-match"}),
    ],
)
def test_what_is_wrong_is_asked_of_the_schema(schema: Any, wrong: set[str]) -> None:
    contract = listing(schema)
    assert set(kinds(contract, "listOrders", INVALID_QUERY)) == SOME | wrong
    promised = {**contract.document.root, "x-fault-responses": {"invalid-query": {"status": 400}}}
    assert set(kinds(Contract.from_dict(promised), "listOrders", INVALID_QUERY)) == wrong


def with_headers(*parameters: dict[str, Any], **changes: Any) -> Contract:
    orders = {**DOCUMENT["paths"]["/orders"]["get"], "parameters": list(parameters)}
    return Contract.from_dict({**DOCUMENT, **changes, "paths": {"/orders": {"get": orders}}})


def test_a_header_has_a_value_that_its_schema_refuses() -> None:
    modes = {"name": "X-Mode", "in": "header", "required": True, "schema": {"enum": ["new", "old"]}}
    pages = {"name": "X-Page", "in": "header", "schema": {"type": "integer", "minimum": 1}}
    usual = {"name": "Accept", "in": "header", "schema": {"enum": ["text/csv"]}}
    contract = with_headers(modes, pages, usual)
    known = ways(contract, contract.operation("listOrders"), INVALID_QUERY)
    assert {way.place for way in known} == {"header/X-Mode", "header/X-Page"}
    assert {way.kind for way in known if way.place == "header/X-Mode"} == {"not-listed", "other-case"}
    case = addressed(contract, "listOrders", one(contract, "listOrders", INVALID_QUERY, "too-small"))
    assert (case.headers.get("X-Mode"), case.headers.get("X-Page")) == ("new", "0")
    case = addressed(contract, "listOrders", one(contract, "listOrders", INVALID_QUERY, "not-listed"))
    assert (case.url, case.headers.get("X-Mode")) == (f"{SERVER}/orders", "no-such-value")


def test_a_header_that_shows_the_key_is_left_to_other_families() -> None:
    key = {"name": "X-Key", "in": "header", "schema": {"type": "string", "maxLength": 3}}
    schemes = {"key": {"type": "apiKey", "in": "header", "name": "x-key"}}
    contract = with_headers(key, components={**DOCUMENT["components"], "securitySchemes": schemes})
    assert ways(contract, contract.operation("listOrders"), INVALID_QUERY) == ()


TEXTS = {"type": "array", "items": {"type": "string", "pattern": "^[a-z]{1,3}$"}}
NUMBERS = {"type": "array", "items": {"type": "integer", "minimum": 1}}


@pytest.mark.parametrize(
    ("schema", "changes", "kind", "keyword"),
    [
        (TEXTS | {"maxItems": 2}, {}, "too-many-items", "maxItems"),
        (NUMBERS | {"maxItems": 2}, {"explode": False}, "too-many-items", "maxItems"),
        (TEXTS | {"maxItems": 2, "uniqueItems": True}, {}, "too-many-items", "maxItems"),
        ({"type": "array", "items": {"enum": ["a"]}, "maxItems": 3}, {"style": "form"}, "too-many-items", "maxItems"),
        (NUMBERS | {"minItems": 3}, {}, "too-few-items", "minItems"),
        (NUMBERS | {"uniqueItems": True, "minItems": 3}, {"explode": False}, "repeated-item", "uniqueItems"),
        ({"allOf": [TEXTS | {"uniqueItems": True}]}, {}, "repeated-item", "uniqueItems"),
        ({"type": "array", "items": {"enum": ["a"]}, "maxItems": 3, "uniqueItems": True}, {}, "too-many-items", None),
        (TEXTS | {"maxItems": 2}, {"style": "pipeDelimited"}, "too-many-items", None),
        (TEXTS | {"minItems": 1}, {}, "too-few-items", None),
        ({"anyOf": [TEXTS | {"maxItems": 2}, {"type": "string"}]}, {"explode": False}, "too-many-items", None),
        ({"type": "array", "maxItems": 2, "items": {"type": "object"}}, {}, "too-many-items", None),
    ],
    ids=str,
)
def test_a_list_is_wrong_in_one_thing(schema: Any, changes: Any, kind: str, keyword: str | None) -> None:
    contract = listing(schema, **changes)
    if keyword is None:
        assert kind not in kinds(contract, "listOrders", INVALID_QUERY)
        return
    query = one(contract, "listOrders", INVALID_QUERY, kind).query
    assert {name for name, _ in query} == {"since"}
    texts = [unquote(text or "") for _, text in query]
    if changes.get("explode") is False:
        (joined,) = texts
        texts = joined.split(",")
    (parameter,) = contract.operation("listOrders").parameters
    values = [int(text) if text.isdigit() else text for text in texts]
    errors = contract.validator(parameter.schema or "", writing=True).iter_errors(values)
    assert [error.kind.name for error in errors] == [keyword]


def test_what_is_wrong_by_the_schema_comes_before_what_is_odd() -> None:
    """A server has to look at the one; what it makes of the other is mostly decided before any operation is asked."""
    for name in ("listOrders", "listTags", "listProducts"):
        is_odd = [way.kind in SOME for way in ways(PICQER, PICQER.operation(name), INVALID_QUERY)]
        assert is_odd == sorted(is_odd)
        assert {True, False} == set(is_odd)


def test_a_date_that_a_pattern_allows_is_odd_and_not_wrong() -> None:
    contract = listing({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"})
    made = one(contract, "listOrders", INVALID_QUERY, "impossible-date")
    assert made.query == (("since", "2025-02-30%2000%3A00%3A00"),)


def test_a_parameter_without_a_schema_gets_odd_values() -> None:
    contract = listing(None, content={"application/json": {"schema": {}}})
    assert set(kinds(contract, "listOrders", INVALID_QUERY)) == SOME


def test_the_wrong_value_stands_in_for_the_sound_one() -> None:
    contract = listing({"type": "integer", "example": 7}, required=True)
    assert addressed(contract, "listOrders", Breakage(fault="", variant="", described="")).url.endswith("?since=7")
    for kind, query in (("text", "since=x"), ("as-list", "since[]=1"), ("twice", "since=1&since=2")):
        made = one(contract, "listOrders", INVALID_QUERY, kind)
        assert addressed(contract, "listOrders", made).url == f"{SERVER}/orders?{query}"


def test_a_query_of_what_changes_things_is_aimed_at_nothing() -> None:
    assert one(PICQER, "cancelOrder", INVALID_QUERY, "no-boolean").path == (("idorder", str(STRANGE_NUMBER)),)
    for operation in PICQER.operations:
        if operation.method != "GET" and ways(PICQER, operation, INVALID_QUERY):
            assert strange_path(PICQER, operation)


def test_a_broken_query_goes_over_the_wire_as_it_is() -> None:
    contract = listing({"type": "integer"})
    with serving(lambda _: Answer(400)) as server, HttpTransport("key") as send:
        addresses = Addresses(contract, server.url)
        for kind in kinds(contract, "listOrders", INVALID_QUERY):
            made = one(contract, "listOrders", INVALID_QUERY, kind)
            case = addresses.case(contract.operation("listOrders"), made)
            assert send(case).response.status == 400
            assert unquote(server.got[-1].path) == unquote(case.url.removeprefix(server.url.removesuffix("/v1")))
            if kind == "broken-percent":
                assert server.got[-1].path == "/v1/orders?since=%zz"


@pytest.mark.parametrize("fault", FAULTS)
def test_the_sandbox_has_an_answer_to_each(fault: str) -> None:
    send = WsgiTransport(create_app(), "sandbox-key")
    addresses = Addresses.learnt(PICQER, SERVER, send, operations=PICQER.operations)
    for operation in PICQER.operations[:: 7 if fault == UNSUPPORTED_METHOD else 17]:
        for way in ways(PICQER, operation, fault):
            (made,) = draw(broken(PICQER, operation, fault, way), seed="1", count=1)
            case = addresses.case(operation, made)
            status = send(case).response.status
            assert status < 500 or (made.method == INVENTED and status == 501), case
            assert fault == INVALID_QUERY or status >= 400, case
            if case.body and fault == UNSUPPORTED_METHOD:
                assert orjson.loads(case.body) == {}
