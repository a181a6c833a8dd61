"""A response header as a value, by the type that its schema documents."""

from __future__ import annotations

from typing import Any

import pytest

from validator.contract import Contract
from validator.judges.headers import NotOfType, cast_header


def cast(schema: Any, text: str, **header: Any) -> Any:
    contract = Contract.from_dict(
        {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {
                "/x": {
                    "get": {"responses": {"200": {"description": "", "headers": {"X-A": {"schema": schema, **header}}}}}
                }
            },
            "components": {"schemas": {"Count": {"type": "integer"}}},
        }
    )
    return cast_header(contract.schemas(), contract.operations[0].responses[0].headers[0], text)


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"type": "integer"}, "500", 500),
        ({"type": "integer"}, " -5\t", -5),
        ({"type": "number"}, "1.5e3", 1500.0),
        ({"type": "boolean"}, "true", True),
        ({"type": "string"}, "12", "12"),
        ({}, "12", "12"),
        (True, "12", "12"),
        ({"type": ["integer", "string"]}, "12", 12),
        ({"type": ["integer", "string"]}, "x", "x"),
        ({"type": ["integer", "null"]}, "", None),
        ({"type": "array", "items": {"type": "integer"}}, "1, 2", [1, 2]),
        ({"type": "array"}, "a,b", ["a", "b"]),
        ({"type": "object", "properties": {"R": {"type": "integer"}}}, "R,100,x,y", {"R": 100, "x": "y"}),
        ({"$ref": "#/components/schemas/Count"}, "7", 7),
        ({"allOf": [{"$ref": "#/components/schemas/Count"}]}, "7", 7),
        ({"anyOf": [{"type": "boolean"}, {"type": "integer"}]}, "7", 7),
        ({"oneOf": [{"type": "integer"}, {"enum": ["unlimited"]}]}, "unlimited", "unlimited"),
    ],
)
def test_a_text_is_read_as_its_documented_type(schema: Any, text: str, value: Any) -> None:
    assert cast(schema, text) == value


def test_an_exploded_object_has_equals_signs() -> None:
    assert cast({"type": "object"}, "R=100,G=x", explode=True) == {"R": "100", "G": "x"}


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": "integer"}, "1.0"),
        ({"type": "integer"}, "1_000"),
        ({"type": "integer"}, "+1"),
        ({"type": "integer"}, "01"),
        ({"type": "integer"}, ""),
        ({"type": "integer"}, "9" * 5000),
        ({"type": "number"}, "NaN"),
        ({"type": "boolean"}, "yes"),
        ({"type": ["integer", "boolean"]}, "x"),
        ({"type": "object"}, "R,100,x"),
    ],
)
def test_a_text_that_is_none_of_the_documented_types_is_told(schema: Any, text: str) -> None:
    with pytest.raises(NotOfType) as refused:
        cast(schema, text)
    assert refused.value.documented.endswith("/schema/type")


def test_a_list_whose_items_are_such_lists_has_an_end() -> None:
    """RFC 6570 knows no list within a list: its items are told to be none, however deep the schema goes."""
    endless = {"type": "array", "items": {"$ref": "#/paths/~1x/get/responses/200/headers/X-A/schema"}}
    with pytest.raises(NotOfType):
        cast(endless, "1")
