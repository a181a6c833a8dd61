"""What a schema requires is found at every depth, with the schemas that speak of it, innermost first."""

from __future__ import annotations

from typing import Any

from fuzz.request_body import json_body
from fuzz.requirements import Requirement, requirements
from tests.fuzz.test_strategies import contract_taking

BODY = "/paths/~1things/post/requestBody/content/application~1json/schema"
LINE = {"type": "object", "required": ["amount"], "properties": {"amount": {"$ref": "#/components/schemas/Amount"}}}


def required_by(schema: Any) -> dict[str, Requirement]:
    contract = contract_taking(schema, components={"Line": LINE, "Amount": {"type": "integer"}})
    media_type = json_body(contract.operation("createThing"))
    assert media_type is not None
    assert media_type.schema == BODY
    return {one.variant: one for one in requirements(contract, BODY)}


def test_the_schemas_of_a_missing_member_go_from_its_own_up_to_the_body() -> None:
    lines = {"type": "array", "items": {"$ref": "#/components/schemas/Line"}}
    found = required_by({"type": "object", "properties": {"lines": lines}})["/lines/*/amount"]
    assert found.own == (("/components/schemas/Line/properties/amount", "/components/schemas/Amount"),)
    assert found.above == (
        f"{BODY}/properties/lines/items",
        "/components/schemas/Line",
        f"{BODY}/properties/lines",
        BODY,
    )


def test_a_choice_is_broken_by_a_member_of_each_branch() -> None:
    found = required_by({"type": "object", "anyOf": [{"required": ["a"]}, {"required": ["b", "c"]}]})
    assert [one.names for one in found.values()] == [("a", "b"), ("b", "a"), ("c", "a")]


def test_holders_are_the_objects_that_have_the_member() -> None:
    found = required_by({"type": "array", "items": {"$ref": "#/components/schemas/Line"}})["/*/amount"]
    assert found.holders([{"amount": 1}, {}, {"amount": 2}]) == [(0,), (2,)]
    assert found.holders({"x": {"amount": 1}}) == []
    assert found.holders(None) == []
    by_name = required_by({"additionalProperties": {"$ref": "#/components/schemas/Line"}})["/*/amount"]
    assert by_name.holders({"x": {"amount": 1}, "y": {}}) == [("x",)]


def test_a_schema_that_requires_itself_is_gone_through_a_few_times() -> None:
    node: dict[str, Any] = {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "integer"}}}
    node["properties"]["inner"] = {"$ref": f"#{BODY}"}
    assert list(required_by(node)) == ["/amount", "/inner/amount"]
