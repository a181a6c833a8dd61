"""OpenAPI 3.0's own dialect, said in draft 2020-12: each line of the "Schema Object" that differs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.strategies import document
from validator.contract import Contract

PLACE = "/paths/~1things/get/responses/200/content/application~1json/schema"


@pytest.mark.parametrize(
    ("schema", "value", "valid"),
    [
        ({"type": "string", "nullable": True}, None, True),
        ({"type": "string", "nullable": False}, None, False),
        ({"type": "string", "nullable": True, "enum": ["a"]}, None, False),
        ({"nullable": True}, None, True),
        ({"minimum": 5, "exclusiveMinimum": True}, 5, False),
        ({"minimum": 5, "exclusiveMinimum": False}, 5, True),
        ({"maximum": 5, "exclusiveMaximum": True}, 5, False),
        ({"$ref": "#/components/schemas/S", "maxLength": 1}, "ab", True),
        ({"type": "integer", "format": "int32"}, 2**31, False),
        ({"type": "integer", "format": "int32"}, 2**31 - 1, True),
        ({"type": "integer", "format": "int64"}, 2**63, False),
        ({"type": "integer", "format": "int32", "minimum": 3}, 2, False),
        ({"type": "string", "format": "byte"}, "*", False),
        ({"type": "string", "format": "byte"}, "YQ==", True),
        ({"type": "object", "properties": {"a": {"writeOnly": True}}, "required": ["a"]}, {}, True),
        ({"type": "object", "properties": {"a": {"writeOnly": True}}, "required": ["a"]}, {"a": 1}, False),
        ({"type": "object", "properties": {"a": {"readOnly": True}}, "required": ["a"]}, {}, False),
    ],
)
def test_openapi_3_0_reads_a_response_so(schema: dict[str, Any], value: Any, valid: bool) -> None:
    contract = Contract.from_dict(document(schema, {"S": {"type": "string"}}, version=(3, 0)))
    assert contract.validator(PLACE).is_valid(value) is valid


@pytest.mark.parametrize(("value", "valid"), [({}, True), ({"a": 1}, False)])
def test_openapi_3_0_reads_a_request_the_other_way_round(value: Any, valid: bool) -> None:
    schema = {"type": "object", "properties": {"a": {"readOnly": True}}, "required": ["a"]}
    contract = Contract.from_dict(document(schema, version=(3, 0)))
    assert contract.validator(PLACE, writing=True).is_valid(value) is valid


@pytest.mark.parametrize(
    ("schema", "value", "valid"),
    [
        ({"$ref": "#/components/schemas/S", "maxLength": 1}, "ab", False),
        ({"type": ["string", "null"]}, None, True),
        ({"const": 1}, 2, False),
        ({"exclusiveMinimum": 5}, 5, False),
        ({"type": "integer", "format": "int32"}, 2**31, False),
        ({"$id": "https://ids.example/a", "$defs": {"q": {"type": "integer"}}, "$ref": "#/$defs/q"}, "x", False),
        ({"$ref": "https://ids.example/b"}, "x", False),
        ({"$ref": "#anchored"}, 1, False),
    ],
)
def test_openapi_3_1_is_draft_2020_12(schema: dict[str, Any], value: Any, valid: bool) -> None:
    components = {
        "S": {"type": "string"},
        "B": {"$id": "https://ids.example/b", "type": "integer"},
        "C": {"$anchor": "anchored", "type": "string"},
    }
    contract = Contract.from_dict(document(schema, components))
    assert contract.validator(PLACE).is_valid(value) is valid


@pytest.mark.parametrize(
    ("schema", "value", "keyword"),
    [
        ({"type": "integer", "format": "int32"}, 2**40, "/format"),
        ({"type": "integer", "format": "int32", "minimum": 3}, 2, "/minimum"),
        ({"properties": {"a": {"writeOnly": True}}}, {"a": 1}, "/properties/a/writeOnly"),
        ({"minimum": 5, "exclusiveMinimum": True}, 5, "/exclusiveMinimum"),
        ({"$ref": "#anchored"}, 1, "/components/schemas/C/type"),
        ({"$ref": "https://ids.example/b"}, "x", "/components/schemas/B/type"),
    ],
)
def test_a_broken_keyword_is_told_where_the_author_wrote_it(schema: Any, value: Any, keyword: str) -> None:
    version = (3, 0) if "exclusiveMinimum" in schema or "properties" in schema else (3, 1)
    components = {
        "B": {"$id": "https://ids.example/b", "type": "integer"},
        "C": {"$anchor": "anchored", "type": "string"},
    }
    contract = Contract.from_dict(document(schema, components if version == (3, 1) else {}, version=version))
    (error,) = contract.validator(PLACE).iter_errors(value)
    assert contract.schemas().place(error).removeprefix(PLACE) == keyword
