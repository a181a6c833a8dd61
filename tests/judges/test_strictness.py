"""Undocumented properties and doubled members, wherever they stand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from tests.strategies import VALUES, document
from validator.contract import Contract
from validator.judges.strictness import duplicate_keys, undocumented_properties

PLACE = "/paths/~1things/get/responses/200/content/application~1json/schema"
COMPONENTS = {
    "A": {"type": "object", "properties": {"a": {}}},
    "Node": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}},
    "Open": {"type": "object", "properties": {"a": {}}, "additionalProperties": True},
}


def undocumented(schema: Any, value: Any) -> list[str]:
    contract = Contract.from_dict(document(schema, COMPONENTS))
    return sorted(instance for instance, _ in undocumented_properties(contract, PLACE, value))


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"properties": {"a": {}}}, {"a": 1, "b": 2, "c": 3}, ["/b", "/c"]),
        ({"properties": {"a": {}}}, [], []),
        ({"type": "object"}, {"b": 2}, []),
        ({}, {"b": {"c": 1}}, []),
        ({"$ref": "#/components/schemas/A"}, {"b": 1}, ["/b"]),
        ({"$ref": "#/components/schemas/A", "properties": {"b": {}}}, {"a": 1, "b": 1}, []),
        ({"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"b": {}}}]}, {"a": 1, "b": 1, "c": 1}, ["/c"]),
        ({"oneOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"b": {}}}]}, {"b": 1}, []),
        ({"if": {}, "then": {"properties": {"a": {}}}, "else": {"properties": {"b": {}}}}, {"a": 1, "b": 1}, []),
        ({"$ref": "#/components/schemas/Open"}, {"b": 1}, []),
        ({"properties": {"a": {}}, "additionalProperties": False}, {"b": 1}, []),
        ({"additionalProperties": {"$ref": "#/components/schemas/A"}}, {"x": {"b": 1}}, ["/x/b"]),
        ({"patternProperties": {"^x": {"properties": {"a": {}}}}}, {"x1": {"b": 1}, "y": 1}, ["/x1/b", "/y"]),
        ({"items": {"$ref": "#/components/schemas/A"}}, [{"a": 1}, {"b": 1}], ["/1/b"]),
        ({"prefixItems": [{}], "items": {"properties": {"a": {}}}}, [{"b": 1}, {"b": 1}], ["/1/b"]),
        ({"$ref": "#/components/schemas/Node"}, {"next": {"next": {"other": 1}}}, ["/next/next/other"]),
        ({"properties": {"a/b~": {"properties": {"c": {}}}}}, {"a/b~": {"d": 1}}, ["/a~1b~0/d"]),
        ({"dependentSchemas": {"a": {"properties": {"b": {}}}}, "properties": {"a": {}}}, {"a": 1, "b": 1}, []),
    ],
)
def test_a_member_that_no_schema_names_is_told(schema: Any, value: Any, expected: list[str]) -> None:
    assert undocumented(schema, value) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"a": 1, "b": 2}', []),
        (b'{"a": 1, "a": 1}', ["/a"]),
        (b'{"a": 1, "a": 2, "a": 3}', ["/a"]),
        (b'{"a": {"b": 1, "b": 2}}', ["/a/b"]),
        (b'[{"a": 1}, {"a": 1, "a": 1}]', ["/1/a"]),
        (b'{"a": 1, "\\u0061": 2}', ["/a"]),
        (b'{"a/b": 1, "a/b": 2}', ["/a~1b"]),
        (b"[" * 5000, []),
        (b"", []),
    ],
)
def test_a_member_that_comes_twice_is_told_once(body: bytes, expected: list[str]) -> None:
    assert sorted(duplicate_keys(body)) == expected


@pytest.mark.property
@given(VALUES)
def test_what_a_writer_writes_has_no_doubled_member(value: Any) -> None:
    assert list(duplicate_keys(json.dumps(value).encode())) == []


@pytest.mark.property
@given(VALUES)
def test_a_schema_that_documents_nothing_leaves_nothing_undocumented(value: Any) -> None:
    assert undocumented({}, value) == []
