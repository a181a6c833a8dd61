"""A broken body has exactly the one fault that it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

import validator
from fuzz.breakage import Breakage, Way
from fuzz.engine import draw
from fuzz.families import FAMILIES, broken, ways
from fuzz.families.missing import AMONG_OTHERS, LAST_ITEM
from fuzz.faults import MADE
from fuzz.malformed_json import BREAKAGES
from fuzz.removals import only_misses
from fuzz.request_body import json_body
from fuzz.rfc8259 import is_malformed
from tests.fuzz.test_strategies import PICQER, SOME_OPERATIONS, contract_taking
from validator.contract import Contract
from validator.pointer import split

FEW = settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
FEW_HUNDRED = settings(FEW, max_examples=500, phases=[Phase.generate])
ONE = settings(FEW, max_examples=100, phases=[Phase.generate])


def variants(contract: Any, operation: Any, fault: str) -> tuple[str, ...]:
    return tuple(way.name for way in ways(contract, operation, fault))


def in_way(contract: Any, operation: Any, fault: str, name: str) -> Any:
    (way,) = (one for one in ways(contract, operation, fault) if one.name == name)
    return broken(contract, operation, fault, way)


def lacking(contract: Any, operation: Any, body: bytes) -> bool:
    return only_misses(orjson.loads(body), contract.validator(json_body(operation).schema, writing=True))


@pytest.mark.property
@pytest.mark.parametrize("operation", SOME_OPERATIONS, ids=lambda operation: operation.id)
def test_malformed_json_is_no_json(operation: Any) -> None:
    @FEW
    @given(broken(PICQER, operation, "malformed-json"))
    def holds(breakage: Breakage) -> None:
        assert is_malformed(breakage.body)
        assert breakage.variant in BREAKAGES
        assert breakage.places == ()

    holds()


@pytest.mark.property
@pytest.mark.parametrize("operation", SOME_OPERATIONS, ids=lambda operation: operation.id)
def test_a_missing_parameter_is_all_that_is_wrong(operation: Any) -> None:
    if not variants(PICQER, operation, "missing-parameter"):
        return

    @FEW
    @given(broken(PICQER, operation, "missing-parameter"))
    def holds(breakage: Breakage) -> None:
        assert lacking(PICQER, operation, breakage.body)
        assert breakage.described.startswith("without /")
        for place in breakage.places:
            assert place[-1].startswith("/")
            for pointer in place:
                PICQER.document.at(pointer)
            PICQER.promise(operation, "missing-parameter", place)

    holds()


@pytest.mark.property
@pytest.mark.parametrize("operation", SOME_OPERATIONS, ids=lambda operation: operation.id)
def test_every_variant_of_malformed_json_is_reached(operation: Any) -> None:
    names = variants(PICQER, operation, "malformed-json")
    assert set(BREAKAGES) - set(names) == (set() if operation.request_body_required else {"empty"})
    for name in names[:: max(1, len(names) // 12)]:
        assert find(in_way(PICQER, operation, "malformed-json", name), lambda _: True, settings=ONE).variant == name


@pytest.mark.property
@pytest.mark.parametrize("operation", SOME_OPERATIONS, ids=lambda operation: operation.id)
def test_every_required_member_is_reached(operation: Any) -> None:
    for variant in variants(PICQER, operation, "missing-parameter"):
        found = find(in_way(PICQER, operation, "missing-parameter", variant), lambda _: True, settings=ONE)
        assert lacking(PICQER, operation, found.body)
        if variant != "several":
            member = split(variant.replace("/*", "/0"))[-1].partition("|")[0]
            assert member in found.variant


def test_each_member_that_the_contract_requires_has_a_variant() -> None:
    known = ways(PICQER, PICQER.operation("createOrder"), "missing-parameter")
    assert tuple(way.name for way in known if way.kind not in {AMONG_OTHERS, LAST_ITEM}) == (
        "/products",
        "/idcustomer|deliveryname",
        "/deliveryname|idcustomer",
        "/deliverycountry|idcustomer",
        "/invoicename|idcustomer",
        "/invoicecountry|idcustomer",
        "/pickup_point_data/carrier",
        "/pickup_point_data/id",
        "/orderfields/*/idorderfield",
        "/orderfields/*/value",
        "/products/*/amount",
        "/products/*/idproduct|productcode",
        "/products/*/productcode|idproduct",
        "several",
    )
    last = {way.place for way in known if way.kind == LAST_ITEM}
    assert {"/products/*/amount", "/orderfields/*/value"} <= last <= {way.place for way in known if "/*/" in way.place}


def test_what_else_is_required_beside_a_missing_member_is_there() -> None:
    """Else a server that overlooks the one would still refuse the request for another."""
    operation = PICQER.operation("createOrder")
    strategy = in_way(PICQER, operation, "missing-parameter", "/invoicename|idcustomer")
    for found in draw(strategy, seed="1", count=5):
        body = orjson.loads(found.body)
        assert {"products", "deliveryname", "deliverycountry", "invoicecountry"} <= body.keys()
        assert not {"invoicename", "idcustomer"} & body.keys()


def test_a_member_is_missing_among_others_and_from_the_last_of_several_items() -> None:
    operation = PICQER.operation("createOrder")
    among = draw(in_way(PICQER, operation, "missing-parameter", f"/products {AMONG_OTHERS}"), seed="1", count=1)[0]
    assert len(orjson.loads(among.body)) > 2
    last = draw(in_way(PICQER, operation, "missing-parameter", f"/products/*/amount {LAST_ITEM}"), seed="1", count=1)[0]
    assert ["amount" in item for item in orjson.loads(last.body)["products"]] == [True, True, False]
    assert last.variant == f"/products/2/amount {LAST_ITEM}"


@pytest.mark.parametrize(
    ("operation_id", "variant", "codes"),
    [
        ("createOrder", "/products", (13,)),
        ("createOrder", "/products/*/amount", (23,)),
        ("createOrder", "/products/*/idproduct|productcode", (23,)),
        ("createOrder", "/idcustomer|deliveryname", (5,)),
        ("pickPicklistProduct", "/amount", (5, 16)),
        ("pickPicklistProduct", "/product|idpicklist_product", (15,)),
    ],
)
def test_places_lead_to_what_the_document_promises(operation_id: str, variant: str, codes: tuple[int, ...]) -> None:
    operation = PICQER.operation(operation_id)
    found = find(in_way(PICQER, operation, "missing-parameter", variant), lambda _: True, settings=ONE)
    for place in found.places:
        promise = PICQER.promise(operation, "missing-parameter", place)
        assert promise is not None
        assert promise.body["error_code"] == codes


def test_a_member_is_missing_at_every_position_of_a_list() -> None:
    operation = PICQER.operation("createOrder")
    strategy = in_way(PICQER, operation, "missing-parameter", "/products/*/amount")
    for position in range(3):
        found = find(strategy, lambda one, at=position: one.variant == f"/products/{at}/amount", settings=FEW_HUNDRED)
        assert "amount" not in orjson.loads(found.body)["products"][position]


def test_several_members_are_missing_at_once() -> None:
    operation = PICQER.operation("createProduct")
    found = find(in_way(PICQER, operation, "missing-parameter", "several"), lambda _: True, settings=ONE)
    assert ", " in found.variant
    assert " and " in found.described
    assert len(found.places) > 1


NODE = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
    },
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "object", "properties": {"a": {}}}, ()),
        ({"type": "string"}, ()),
        ({"type": "object", "required": ["a"]}, ("/a",)),
        ({"allOf": [{"required": ["a"]}, {"required": ["b"]}], "type": "object"}, ("/a", "/b", "several")),
        ({"anyOf": [{"type": "object", "required": ["a"]}, {"type": "null"}]}, ("/a",)),
        ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}], "type": "object"}, ("/a|b", "/b|a")),
        (
            {
                "oneOf": [
                    {"required": ["kind", "a"], "properties": {"kind": {"const": "a"}}},
                    {"required": ["kind", "b"], "properties": {"kind": {"const": "b"}}},
                ],
                "type": "object",
            },
            ("/kind", "/a|b", "/b|a", "several"),
        ),
        ({"anyOf": [{"required": ["a"]}, {}], "type": "object"}, ()),
        ({"if": {"required": ["a"]}, "then": {"required": ["b"]}, "type": "object"}, ("/b",)),
        ({"type": "object", "additionalProperties": {"type": "object", "required": ["a"]}}, ("/*/a",)),
        ({"type": "array", "prefixItems": [{"type": "object", "required": ["a"]}]}, ("/*/a",)),
        ({"type": "object", "required": ["a/b"]}, ("/a~1b",)),
        ({"type": "object", "required": ["a"], "properties": {"a": False}, "not": {}}, None),
        ({"$ref": "#/components/schemas/Node"}, ("/name", "/children/*/name", "several")),
    ],
    ids=str,
)
def test_what_can_be_missing(schema: Any, expected: tuple[str, ...] | None) -> None:
    contract = contract_taking(schema, components={"Node": NODE})
    operation = contract.operation("createThing")
    if expected is None:
        assert variants(contract, operation, "missing-parameter") == ()
        return
    found = variants(contract, operation, "missing-parameter")
    assert set(expected) <= set(found)
    assert len(found) <= len(expected) + 1
    for variant in expected:
        one = find(in_way(contract, operation, "missing-parameter", variant), lambda _: True, settings=ONE)
        assert lacking(contract, operation, one.body)


def test_a_fault_that_cannot_be_made_is_refused() -> None:
    operation = PICQER.operation("pauseOrder")
    with pytest.raises(ValueError, match="known: malformed-json, missing-parameter"):
        ways(PICQER, operation, "no-such-fault")
    with pytest.raises(ValueError, match="pauseOrder cannot be broken by missing-parameter"):
        broken(PICQER, operation, "missing-parameter")
    with pytest.raises(ValueError, match="no-such-variant"):
        broken(PICQER, operation, "malformed-json", Way(kind="no-such-variant"))


@pytest.mark.parametrize(
    ("variant", "body"),
    [
        ("truncated", b"{"),
        ("trailing-comma", b'{"note":"",}'),
        ("control-character", b'{"\x01note":""}'),
        ("empty", b""),
    ],
)
def test_a_broken_text_shrinks_to_a_small_one(variant: str, body: bytes) -> None:
    strategy = in_way(PICQER, PICQER.operation("addOrderNote"), "malformed-json", variant)
    assert find(strategy, lambda _: True).body == body


def test_a_body_that_lacks_a_member_shrinks_to_what_is_required() -> None:
    strategy = in_way(PICQER, PICQER.operation("createOrder"), "missing-parameter", "/products/*/amount")
    assert find(strategy, lambda _: True).body == b'{"products":[{"idproduct":1}],"idcustomer":1}'


@pytest.mark.parametrize(
    "fault", ["malformed-json", "missing-parameter", "wrong-type", "invalid-value", "unknown-reference"]
)
def test_an_operation_without_a_json_body_has_no_variants(fault: str) -> None:
    assert variants(PICQER, PICQER.operation("listOrders"), fault) == ()


def test_a_body_of_many_members_is_broken_without_a_word() -> None:
    """Hypothesis warns of the size of what it writes out and nobody reads; here, a warning is an error."""
    contract = Contract.load(Path(validator.__file__).parent / "service" / "openapi.yaml")
    several = [one for one in contract.operations if "several" in variants(contract, one, "missing-parameter")]
    assert several
    for operation in several:
        assert draw(in_way(contract, operation, "missing-parameter", "several"), seed="1", count=3)


def test_every_fault_that_is_made_has_its_family() -> None:
    assert tuple(FAMILIES) == MADE
