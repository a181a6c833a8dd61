"""A body with a value of a wrong type, or with one that is not allowed, is wrong there and nowhere else."""

from __future__ import annotations

import json
import random
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from fuzz.engine import draw, sample
from fuzz.families import broken, ways
from fuzz.families.values import Values
from fuzz.knowledge import NOTHING_KNOWN, Knowledge
from fuzz.odd_texts import LONE_SURROGATE
from fuzz.only_at import only_wrong_at
from fuzz.request_body import schema_of
from fuzz.values.breaking import breaks
from fuzz.values.kind import type_of
from fuzz.values.wrong_types import wrong_types
from tests import strategies as shared
from tests.fuzz.test_strategies import OPERATIONS, PICQER, contract_taking
from validator.errors import DocumentError
from validator.pointer import split, walk

FAULTS = ("wrong-type", "invalid-value")
MEANT = {"impossible-date", "unassigned-country", "lower-case-country"}
COUNTRY = {
    "type": "string",
    "description": "ISO 3166-1 alpha-2 country code",
    "x-fault-responses": {"invalid-value": {"status": 422}},
}
"""Kinds of values that the schema may take all the same."""


def read(body: bytes) -> Any:
    """The body as a validator can look at it: a number that no double holds is the largest that one does."""
    text = body.decode().replace(LONE_SURROGATE.text, json.dumps(LONE_SURROGATE.like))
    return json.loads(text, parse_float=lambda number: max(-1e308, min(1e308, float(number))), parse_int=float_or_int)


def float_or_int(text: str) -> float:
    return int(text) if len(text) < 20 else max(-1e308, min(1e308, float(text)))


def in_way(contract: Any, operation: Any, fault: str, name: str, knowledge: Knowledge = NOTHING_KNOWN) -> Any:
    """`name` may leave out for which type the value stands there, `-for-integer`: the place has but one."""
    (way,) = (one for one in ways(contract, operation, fault) if name in {one.name, one.name.partition("-for-")[0]})
    return broken(contract, operation, fault, way, knowledge)


def simplest(strategy: Any) -> Any:
    return draw(strategy, seed="1", count=1)[0]


def check(contract: Any, operation: Any, fault: str, way: Any, breakage: Any) -> None:
    """The laws of a breakage of the two families."""
    validator = contract.validator(schema_of(operation), writing=True)
    body = read(breakage.body)
    pointer = breakage.variant.removesuffix(way.kind).strip()
    spot = tuple(int(token) if token.isdigit() and is_list(body, pointer, at) else token for at, token in told(pointer))
    one = breaks(contract, operation, fault)[way]
    if one.meant:
        assert way.kind in MEANT
        assert validator.is_valid(body)
    else:
        assert only_wrong_at(body, spot, validator, lacks=one.lacks)
        assert (type_of(walk(body, spot)) in one.allowed) is (fault == "invalid-value")
    assert breakage.described.startswith("with ")
    assert breakage.fault == fault
    for place in breakage.places:
        for schema in place:
            contract.document.at(schema)
        for name in (fault, *breakage.also):
            contract.promise(operation, name, place)


def told(pointer: str) -> list[tuple[int, str]]:
    return list(enumerate(split(pointer)))


def is_list(body: Any, pointer: str, at: int) -> bool:
    return isinstance(walk(body, split(pointer)[:at]), list)


@pytest.mark.property
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", OPERATIONS[::3], ids=lambda operation: operation.id)
def test_one_value_is_all_that_is_wrong(operation: Any, fault: str) -> None:
    """Of the ways of each operation, some, chosen by its name: each of them is reached."""
    known = ways(PICQER, operation, fault)
    assert len({way.name for way in known}) == len(known)
    for way in random.Random(operation.id).sample(known, min(6, len(known))):  # noqa: S311 - no secret
        drawn = draw(broken(PICQER, operation, fault, way), seed="1", count=2)
        assert drawn, way
        for breakage in drawn:
            check(PICQER, operation, fault, way, breakage)


@pytest.mark.property
@pytest.mark.parametrize("version", [(3, 0), (3, 1)])
@settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_one_value_is_all_that_is_wrong_whatever_the_schema(version: tuple[int, int], data: st.DataObject) -> None:
    schema = data.draw(shared.schemas(version))
    components = {
        name: shared.onward(data.draw(shared.schemas(version)), index) for index, name in enumerate(shared.COMPONENTS)
    }
    try:
        contract = contract_taking(schema, components=components, version=version)
        operation = contract.operation("createThing")
        for fault in FAULTS:
            known = ways(contract, operation, fault)
            for way in known[data.draw(st.integers(0, 4)) :: 1 + len(known) // 3]:
                for breakage in sample(broken(contract, operation, fault, way), seed="1", count=1):
                    check(contract, operation, fault, way, breakage)
    except DocumentError:
        return  # a document that cannot be used is none of ours to break


def test_the_same_seed_breaks_the_same_values() -> None:
    operation = PICQER.operation("createOrder")
    for fault in FAULTS:
        strategy = broken(PICQER, operation, fault)
        assert draw(strategy, seed="1", count=5) == draw(strategy, seed="1", count=5)
        assert draw(strategy, seed="1", count=5) != draw(strategy, seed="2", count=5)


def test_a_broken_value_shrinks_to_the_most_telling_one_in_the_smallest_body() -> None:
    operation = PICQER.operation("createOrder")
    shrunk = find(in_way(PICQER, operation, "wrong-type", "/products/*/amount number-as-text"), lambda _: True)
    assert orjson.loads(shrunk.body) == {"idcustomer": 1, "products": [{"idproduct": 1, "amount": "1"}]}
    assert shrunk.variant == "/products/0/amount number-as-text-for-integer"
    assert shrunk.described == 'with "1" at /products/0/amount'


def test_every_place_has_kinds_of_its_type_and_the_body_itself_is_one() -> None:
    known = ways(PICQER, PICQER.operation("createOrder"), "wrong-type")
    first = {way.place: way.kind for way in reversed(known)}
    assert first[""] == "list-for-object"
    assert first["/products"] == "item-alone-for-array"
    assert first["/products/*/amount"] == "number-as-text-for-integer"
    assert first["/deliveryname"] == "number-for-string"
    assert known[0].place == ""
    shared_by = {way.schema for way in known if way.place in {"/deliverycountry", "/invoicecountry"}}
    assert shared_by == {"/components/schemas/CountryCode"}


def test_other_values_are_settled_with_ids_that_exist() -> None:
    strategy = in_way(
        PICQER,
        PICQER.operation("createOrder"),
        "wrong-type",
        "/products/*/amount text",
        Knowledge({"idproduct": (77,)}),
    )
    body = orjson.loads(simplest(strategy).body)
    assert body["products"][0]["idproduct"] == 77


@pytest.mark.parametrize(
    ("operation_id", "fault", "name", "codes"),
    [
        ("createOrder", "invalid-value", "/deliverycountry unassigned-country", {(9,)}),
        ("createOrder", "invalid-value", "/products empty-list", {(13,)}),
        ("createOrder", "wrong-type", "/products text", {None}),
        ("createTask", "invalid-value", "/deadline_date impossible-date", {(35,)}),
        ("pickPicklistProduct", "invalid-value", "/amount below", {(16, 18)}),
    ],
)
def test_places_lead_to_what_the_document_promises(operation_id: str, fault: str, name: str, codes: Any) -> None:
    operation = PICQER.operation(operation_id)
    found = simplest(in_way(PICQER, operation, fault, name))
    promises = [PICQER.promise(operation, fault, place) for place in found.places[:1]]
    assert {promise.body.get("error_code") for promise in promises if promise} == codes


MEMBERS = {
    "type": "object",
    "required": ["name", "lines"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "note": {"type": "string", "minLength": 1},
        "lines": {"type": "array", "minItems": 1, "items": {"type": "integer"}},
        "size": {"type": "integer", "maximum": 9, "x-fault-responses": {"unknown-reference": {"status": 404}}},
        "colour": {"enum": ["red"]},
        "inner": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
    },
}


@pytest.mark.parametrize(
    ("fault", "name", "also"),
    [
        ("wrong-type", "/name null", ("missing-parameter",)),
        ("wrong-type", "/note null", ()),
        ("wrong-type", "/name number", ()),
        ("wrong-type", "/lines empty-text", ("missing-parameter",)),
        ("invalid-value", "/name empty", ("missing-parameter",)),
        ("invalid-value", "/note empty", ()),
        ("invalid-value", "/lines empty-list", ("missing-parameter",)),
        ("wrong-type", "list", ("missing-parameter",)),
        ("wrong-type", "/inner text", ("missing-parameter",)),
        ("wrong-type", "/size fraction", ("invalid-value",)),
        ("wrong-type", "/size text", ()),
        ("wrong-type", "/colour number", ("invalid-value",)),
        ("invalid-value", "/size above", ("unknown-reference",)),
        ("invalid-value", "/size no-machine-number", ("malformed-json", "unknown-reference")),
    ],
)
def test_a_value_that_may_be_taken_for_another_fault_says_so(fault: str, name: str, also: tuple[str, ...]) -> None:
    contract = contract_taking(MEMBERS)
    found = simplest(in_way(contract, contract.operation("createThing"), fault, name))
    assert found.also == also


def test_null_may_be_missed_with_the_promise_of_the_member_or_of_what_would_do_in_its_stead() -> None:
    operation = PICQER.operation("createOrder")
    drawn = draw(in_way(PICQER, operation, "wrong-type", "/idcustomer null"), seed="1", count=10)
    found = next(one for one in drawn if one.also)
    assert any("deliveryname" in place[0] for place in found.places)
    found = simplest(in_way(PICQER, operation, "wrong-type", "list"))
    codes = {PICQER.promise(operation, "missing-parameter", place).body["error_code"] for place in found.places}
    assert codes == {(5,), (13,)}


@pytest.mark.parametrize(
    ("schema", "kinds"),
    [
        ({"type": "string", "x-fault-responses": {"invalid-value": {"status": 422}}}, set()),
        ({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}, set()),
        (
            {
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
                "x-fault-responses": {"invalid-value": {"status": 422}},
            },
            {"impossible-date"},
        ),
        (
            {
                "type": "string",
                "pattern": "^[0-9]{2}/[0-9]{2}/[0-9]{4}$",
                "x-fault-responses": {"invalid-value": {"status": 422}},
            },
            {"impossible-date"},
        ),
        (
            {
                "type": "string",
                "pattern": "^[A-Z]{2}$",
                "description": "ISO 3166-1 alpha-2.",
                "x-fault-responses": {"invalid-value": {"status": 422}},
            },
            {"unassigned-country"},
        ),
        (
            {
                "type": "string",
                "pattern": "^[A-Z]{2}$",
                "description": "A country.",
                "x-fault-responses": {"invalid-value": {"status": 422}},
            },
            set(),
        ),
        ({"type": "string", "pattern": "^[A-Z]{2}$", "x-fault-responses": {"invalid-value": {"status": 422}}}, set()),
        (COUNTRY | {"minLength": 2, "maxLength": 2}, {"unassigned-country", "lower-case-country"}),
        (COUNTRY | {"maxLength": 3}, {"unassigned-country", "lower-case-country"}),
        (COUNTRY | {"allOf": [{"minLength": 2, "maxLength": 3}]}, {"unassigned-country", "lower-case-country"}),
        (COUNTRY | {"pattern": "^[A-Za-z]{2}$"}, {"unassigned-country"}),
        # The name of a country may stand there, too.
        (COUNTRY, set()),
        (COUNTRY | {"maxLength": 60}, set()),
        (COUNTRY | {"pattern": "^[A-Z]"}, set()),
        # What is listed is meant.
        (COUNTRY | {"enum": ["NL", "nl", "XX"]}, set()),
        (COUNTRY | {"maxLength": 3, "description": "ISO 3166-2, without the country"}, set()),
    ],
    ids=lambda value: str(sorted(value)),
)
def test_a_meaning_is_wrong_only_where_the_document_speaks_of_it(schema: Any, kinds: set[str]) -> None:
    contract = contract_taking({"type": "object", "properties": {"a": schema}})
    operation = contract.operation("createThing")
    known = ways(contract, operation, "invalid-value")
    assert {way.kind for way in known if breaks(contract, operation, "invalid-value")[way].meant} == kinds
    for way in known:
        (breakage,) = draw(broken(contract, operation, "invalid-value", way), seed="1", count=1)
        check(contract, operation, "invalid-value", way, breakage)


@pytest.mark.parametrize(("form", "is_exact"), [("email", False), ("uri", False), ("date", True), ("uuid", True)])
def test_a_format_that_servers_read_each_in_their_own_way_is_broken_beyond_doubt(form: str, is_exact: bool) -> None:
    contract = contract_taking({"type": "object", "properties": {"a": {"type": "string", "format": form}}})
    known = {way.kind for way in ways(contract, contract.operation("createThing"), "invalid-value") if way.place}
    assert {"other-text", "no-such-text", "empty"} <= known
    assert ({"more-behind", "null-character", "other-digits"} <= known) == is_exact


@pytest.mark.parametrize("fault", FAULTS)
def test_an_operation_without_a_described_body_has_no_ways(fault: str) -> None:
    assert Values(fault).ways(PICQER, PICQER.operation("listOrders")) == ()
    contract = contract_taking({})
    assert Values(fault).ways(contract, contract.operation("createThing")) == ()


@pytest.mark.parametrize(
    ("types", "kind", "sound", "first"),
    [
        ("integer", "number-as-text", 7, "7"),
        ("integer", "fraction", 7, 7.5),
        ("number", "number-as-text", 7.25, "7.25"),
        ("boolean", "truth-as-text", False, "false"),
        ("boolean", "truth-as-number", False, 0),
        ("array", "item-alone", [7, 8], 7),
    ],
)
def test_what_a_lenient_server_would_read_is_the_sound_value(types: str, kind: str, sound: Any, first: Any) -> None:
    """Else it has another reason to refuse it: an id that is not there, an amount of 0."""
    (made,) = (one for one in wrong_types(frozenset({types})) if one.name == f"{kind}-for-{types}")
    values = made.make(sound)
    assert not isinstance(values, st.SearchStrategy)
    assert (type(values[0]), values[0]) == (type(first), first)
