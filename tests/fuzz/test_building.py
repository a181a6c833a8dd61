"""A value has what is demanded of it, though its schema leaves it open."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from fuzz.building import Builder, below
from fuzz.engine import draw
from fuzz.strategies import bodies_with
from tests.fuzz.test_strategies import contract_taking

BODY = "/paths/~1things/post/requestBody/content/application~1json/schema"
LINES = {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "integer"}}}}


@pytest.mark.property
@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"type": "object", "properties": {"a": {"type": "string"}}}, ("a",)),
        ({"type": ["null", "object"], "properties": {"a": {"type": "string"}}}, ("a",)),
        ({"type": "object", "properties": {"lines": LINES}}, ("lines", "*", "a")),
        ({"type": "object", "additionalProperties": LINES}, ("*", "*", "a")),
        ({"oneOf": [{"type": "null"}, {"type": "object", "properties": {"a": {}}}]}, ("a",)),
        ({"type": "object", "properties": {"a": {"anyOf": [{"type": "string"}, LINES]}}}, ("a", "*", "a")),
    ],
    ids=str,
)
def test_a_demand_is_met(schema: Any, path: tuple[str, ...]) -> None:
    @settings(max_examples=15, deadline=None, database=None)
    @given(Builder(contract_taking(schema)).body(BODY, frozenset({path})))
    def holds(value: Any) -> None:
        assert reached(value, path)

    holds()


@pytest.mark.parametrize(
    ("schema", "is_possible"),
    [
        ({"type": "object", "propertyNames": False}, True),
        ({"type": "object", "propertyNames": {"maxLength": 0, "minLength": 1}}, True),
        ({"type": "object", "propertyNames": False, "minProperties": 1}, False),
        ({"type": "object", "propertyNames": False, "allOf": [{"minProperties": 2, "required": ["a"]}]}, False),
    ],
    ids=str,
)
def test_where_no_name_may_be_there_is_no_member(schema: Any, is_possible: bool) -> None:
    contract = contract_taking(schema)
    operation = contract.operation("createThing")
    drawn = draw(bodies_with(contract, operation, frozenset()), seed="1", count=3)
    assert drawn == ([{}] if is_possible else [])


def reached(value: Any, path: tuple[str, ...]) -> bool:
    if not path:
        return True
    if path[0] == "*":
        parts = value.values() if isinstance(value, dict) else value
        return bool(parts) and all(reached(part, path[1:]) for part in parts)
    return path[0] in value and reached(value[path[0]], path[1:])


def test_a_demand_is_handed_down() -> None:
    demand = frozenset({("a", "*", "b"), ("a", "c"), ("d",)})
    assert below(demand, "a") == {("*", "b"), ("c",)}
    assert below(demand, "d") == frozenset()
