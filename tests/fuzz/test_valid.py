"""Requests with nothing wrong with them are what the contract allows, at its edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import orjson
import pytest

from fuzz.addresses import Addresses
from fuzz.engine import draw
from fuzz.families import broken, ways
from fuzz.faults import VALID
from fuzz.knowledge import NOTHING_KNOWN
from fuzz.odd_texts import ODD_TEXTS
from fuzz.parameters import PUNCTUATION
from fuzz.request_body import json_body
from fuzz.samples import values_by_name
from tests.fuzz.test_strategies import PICQER, contract_taking

if TYPE_CHECKING:
    from validator.contract import Contract


def made(contract: Contract, operation: Any, name: str) -> Any:
    (way,) = (one for one in ways(contract, operation, "valid") if one.name == name)
    (drawn,) = draw(broken(contract, operation, "valid", way, NOTHING_KNOWN), seed="1", count=1)
    return drawn


TAKING = contract_taking(
    {
        "type": "object",
        "required": ["name", "amount"],
        "properties": {
            "name": {"type": "string"},
            "amount": {"type": "integer", "minimum": 1, "maximum": 9},
            "colour": {"enum": ["red", "blue"]},
            "remark": {"type": ["string", "null"], "maxLength": 3},
            "lines": {"type": "array", "items": {"type": "object", "properties": {"ok": {"type": "boolean"}}}},
        },
    }
)
CREATE = TAKING.operation("createThing")


@pytest.mark.property
@pytest.mark.parametrize("operation", PICQER.operations[::25], ids=lambda operation: operation.id)
def test_each_way_makes_a_request_that_the_contract_allows(operation: Any) -> None:
    media_type = json_body(operation)
    found = ways(PICQER, operation, "valid")
    assert len({way.name for way in found}) == len(found)
    for way in found[::3]:
        (one,) = draw(broken(PICQER, operation, "valid", way, NOTHING_KNOWN), seed="1", count=1)
        if media_type is not None:
            assert PICQER.validator(media_type.schema, writing=True).is_valid(orjson.loads(one.body)), way.name
        assert (one.fault, one.places, one.path, one.method) == ("valid", (), (), None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("/amount minimum", 1),
        ("/amount maximum", 9),
        ('/colour value "blue"', "blue"),
        ("/remark null", None),
        ("/remark longest", "aaa"),
        ("/lines no-items", []),
        ("/name empty", ""),
        ("/lines/*/ok false", False),
    ],
)
def test_edges_are_tried(name: str, value: Any) -> None:
    body = orjson.loads(made(TAKING, CREATE, name).body)
    member = name.split(maxsplit=1)[0].strip("/").split("/")[0]
    assert (body[member] if "*" not in name else body[member][0]["ok"]) == value


def test_what_the_schema_does_not_allow_is_not_tried() -> None:
    names = {way.name for way in ways(TAKING, CREATE, "valid")}
    assert not names & {"/amount null", "/remark long", "/amount negative-zero", "/name minimum", "/name alone"}


def test_each_kind_of_odd_text_is_tried_where_the_schema_says_no_more_of_a_text() -> None:
    kinds = {way.kind for way in ways(TAKING, CREATE, "valid") if way.place == "/name"}
    assert kinds == set(ODD_TEXTS)
    (way,) = (one for one in ways(TAKING, CREATE, "valid") if one.name == "/name quotes")
    drawn = draw(broken(TAKING, CREATE, "valid", way, NOTHING_KNOWN), seed="1", count=30)
    assert {orjson.loads(one.body)["name"] for one in drawn} == set(ODD_TEXTS["quotes"])


def test_a_number_is_written_in_other_ways() -> None:
    assert b'"amount":1.0' in made(TAKING, CREATE, "/amount whole-float").body
    assert b'"amount":1e0' in made(TAKING, CREATE, "/amount exponent").body


def test_there_is_as_little_and_as_much_as_is_allowed() -> None:
    assert orjson.loads(made(TAKING, CREATE, "minimal").body).keys() == {"name", "amount"}
    assert len(orjson.loads(made(TAKING, CREATE, "full").body)) == 5
    assert orjson.loads(made(TAKING, CREATE, "/remark alone").body).keys() == {"name", "amount", "remark"}


def test_members_that_the_document_does_not_name_are_there_where_it_allows_any() -> None:
    body = orjson.loads(made(TAKING, CREATE, "more-members").body)
    assert any(name != name.lower() for name in body.keys() - {"name", "amount"})
    closed = contract_taking({"type": "object", "properties": {"a": {}}, "additionalProperties": False})
    assert "more-members" not in {way.name for way in ways(closed, closed.operation("createThing"), "valid")}


def test_all_members_are_at_their_edges_at_once() -> None:
    """Whatever a server makes of one of them, one request shows it; each request has other edges."""
    bodies = [orjson.loads(made(TAKING, CREATE, f"edges-{number}").body) for number in (1, 2, 3, 4)]
    assert all(body.keys() == {"name", "amount", "colour", "remark", "lines"} for body in bodies)
    assert {body["colour"] for body in bodies} == {"red", "blue"}
    assert [body["lines"] for body in bodies].count([]) >= 1
    assert None in {body["remark"] for body in bodies}
    assert len({body["name"] for body in bodies}) == 4
    assert "'" in bodies[0]["name"]
    assert bodies[0]["amount"] > 0
    assert b'"amount":1.0' in made(TAKING, CREATE, "edges-1").body


def test_a_form_that_a_schema_only_hints_at_is_taken_from_the_examples() -> None:
    """Two letters are not yet a country: one value that is refused would hide all the others."""
    operation = PICQER.operation("createSupplier")
    countries = {orjson.loads(made(PICQER, operation, f"edges-{number}").body)["country"] for number in (1, 2)}
    assert countries <= {*values_by_name(PICQER)["country"], None}


@pytest.mark.parametrize("kind", ["whitespace", "escapes", "other-order", "padded"])
def test_the_same_body_is_written_in_other_ways(kind: str) -> None:
    operation = PICQER.operation("createOrder")
    plain, other = made(PICQER, operation, "plain").body, made(PICQER, operation, kind).body
    assert plain != other
    assert orjson.loads(plain) == orjson.loads(other)


@pytest.mark.parametrize("kind", ["charset", "quoted-charset", "upper-case-type"])
def test_the_content_type_is_named_in_other_ways(kind: str) -> None:
    case = Addresses(TAKING, "http://127.0.0.1").case(CREATE, made(TAKING, CREATE, kind))
    assert (case.headers.get("content-type") or "").lower().startswith("application/json")
    assert case.headers.get("content-type") != "application/json"


def test_each_parameter_of_a_query_gets_values_that_it_may_have() -> None:
    operation = PICQER.operation("listOrders")
    names = {way.place for way in ways(PICQER, operation, "valid")}
    assert names == {"", *(f"query/{one.name}" for one in operation.parameters if one.location == "query")}
    (offset,) = made(PICQER, operation, "query/offset any").query
    assert offset[0] == "offset"
    assert int(offset[1]) >= 0


def test_a_value_of_a_query_is_encoded() -> None:
    operation = PICQER.operation("listOrders")
    (way,) = (one for one in ways(PICQER, operation, "valid") if one.name == "query/search any")
    for one in draw(broken(PICQER, operation, "valid", way, NOTHING_KNOWN), seed="1", count=20):
        assert Addresses(PICQER, "http://127.0.0.1").case(operation, one).url.isascii()


def test_punctuation_stands_in_all_parameters_that_take_any_text() -> None:
    operation = PICQER.operation("listOrders")
    way = next(one for one in ways(PICQER, operation, VALID) if one.kind == "punctuated")
    (breakage, *_) = draw(broken(PICQER, operation, VALID, way, NOTHING_KNOWN), seed="1", count=1)
    texts = {unquote(name): unquote(text) for name, text in breakage.query if text is not None}
    assert {"search", "reference", "emailaddress"} <= texts.keys()
    assert {"offset", "sincedate", "idcustomer"}.isdisjoint(texts)
    assert set(texts.values()) == {PUNCTUATION}
    assert not any(one.kind == "punctuated" for one in ways(PICQER, PICQER.operation("getOrder"), VALID))
