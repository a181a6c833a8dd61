"""Every keyword of JSON Schema, and of OpenAPI's, is broken by a family, or listed with the reason why not."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from jsonschema_specifications import REGISTRY

from fuzz.engine import draw
from fuzz.families import broken, ways
from fuzz.request_body import schema_of
from fuzz.values.keywords import BROKEN, WAIVED
from tests.fuzz.test_strategies import contract_taking

_VOCABULARIES = "core applicator unevaluated validation meta-data format-annotation content".split()  # noqa: SIM905
_OF_OPENAPI = {"nullable", "discriminator", "xml", "externalDocs", "example"}

OBJECT: dict[str, Any] = {"type": "object"}
LIST: dict[str, Any] = {"type": "array"}
TEXT: dict[str, Any] = {"type": "string"}
A = {"properties": {"a": {"type": "integer"}}}

SCHEMAS: dict[str, dict[str, Any]] = {
    "enum": {"enum": ["nl", "en"]},
    "const": {"const": 3},
    "format": TEXT | {"format": "uuid"},
    "pattern": TEXT | {"pattern": "^[A-Z]{2}$"},
    "minimum": {"type": "integer", "minimum": 1},
    "exclusiveMinimum": {"type": "number", "exclusiveMinimum": 0},
    "maximum": {"type": "integer", "maximum": 9},
    "exclusiveMaximum": {"type": "number", "exclusiveMaximum": 9.5},
    "multipleOf": {"type": "number", "multipleOf": 0.01},
    "minLength": TEXT | {"minLength": 3},
    "maxLength": TEXT | {"maxLength": 3},
    "minItems": LIST | {"minItems": 2, "items": {"type": "integer"}},
    "maxItems": LIST | {"maxItems": 2, "items": {"type": "integer"}},
    "uniqueItems": LIST | {"uniqueItems": True, "items": {"type": "integer"}},
    "contains": LIST | {"contains": TEXT},
    "minContains": LIST | {"contains": TEXT, "minContains": 2},
    "maxContains": LIST | {"contains": TEXT, "maxContains": 1},
    "items": LIST | {"prefixItems": [{"type": "integer"}], "items": False},
    "unevaluatedItems": LIST | {"prefixItems": [{"type": "integer"}], "unevaluatedItems": False},
    "minProperties": OBJECT | {"minProperties": 2},
    "maxProperties": OBJECT | {"maxProperties": 2},
    "properties": OBJECT | {"properties": {"a": False}},
    "patternProperties": OBJECT | {"patternProperties": {"^x-": False}},
    "additionalProperties": OBJECT | A | {"additionalProperties": False},
    "unevaluatedProperties": OBJECT | A | {"unevaluatedProperties": False},
    "propertyNames": OBJECT | {"propertyNames": {"pattern": "^[a-z]+$"}},
    "dependentRequired": OBJECT | {"properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b"]}},
    "dependentSchemas": OBJECT
    | {"properties": {"a": {}, "b": {}}, "dependentSchemas": {"a": {"properties": {"b": {"type": "integer"}}}}},
    "not": TEXT | {"not": {"enum": ["admin"]}},
    "oneOf": {"oneOf": [OBJECT | {"required": ["a"]}, OBJECT | {"required": ["b"]}]},
    "anyOf": {"type": "integer", "anyOf": [{"minimum": 5}, {"multipleOf": 7}]},
    "allOf": {"type": "integer", "allOf": [{"minimum": 5}]},
    "if": {"type": "integer", "if": {"maximum": 9}, "then": {"multipleOf": 3}},
    "then": {"type": "integer", "if": {"maximum": 9}, "then": {"multipleOf": 3}},
    "else": {"type": "integer", "if": {"maximum": 9}, "else": {"multipleOf": 3}},
    "prefixItems": LIST | {"prefixItems": [{"enum": ["a"]}, {"type": "integer", "minimum": 3}]},
    "$ref": {"$ref": "#/components/schemas/Count"},
    "type": {"type": ["integer", "string"]},
    "discriminator": {
        "oneOf": [
            OBJECT | {"required": ["kind"], "properties": {"kind": {"const": "a"}}},
            OBJECT | {"required": ["kind"], "properties": {"kind": {"const": "b"}}},
        ],
        "discriminator": {"propertyName": "kind"},
    },
}
"""For each keyword that a family breaks, directly or below it, the smallest schema in which it is broken."""

_TOLD_AS = {"if": "then", "discriminator": "oneOf", "$ref": "minimum"}
"""What a validator names where it has no name for the keyword."""


def keywords() -> set[str]:
    found = set(_OF_OPENAPI)
    for name in _VOCABULARIES:
        found |= REGISTRY.contents(f"https://json-schema.org/draft/2020-12/meta/{name}")["properties"].keys()
    return found


def test_no_keyword_is_forgotten_and_none_that_is_broken_is_waived() -> None:
    assert BROKEN.keys() | WAIVED.keys() == keywords()
    assert not BROKEN.keys() & WAIVED.keys()
    assert set(BROKEN) <= set(SCHEMAS)


@pytest.mark.parametrize("keyword", SCHEMAS)
def test_a_keyword_is_broken_where_it_stands(keyword: str) -> None:
    contract = contract_taking(SCHEMAS[keyword], components={"Count": {"type": "integer", "minimum": 1}})
    operation = contract.operation("createThing")
    validator = contract.validator(schema_of(operation), writing=True)
    fault = "wrong-type" if keyword == "type" else "invalid-value"
    assert ways(contract, operation, fault)
    told: set[str] = set()
    for way in ways(contract, operation, fault):
        (first, *_) = draw(broken(contract, operation, fault, way), seed="1", count=1)
        if way.kind not in {"lone-surrogate", "no-machine-number"}:  # not every reader of JSON has them
            errors = list(validator.iter_errors(orjson.loads(first.body)))
            assert errors
            told |= {str(token) for error in errors for token in error.schema_path}
    assert _TOLD_AS.get(keyword, keyword) in told


@pytest.mark.parametrize(
    ("schema", "fault", "name"),
    [
        (OBJECT | {"properties": {"a": {"type": "string", "nullable": False}}}, "wrong-type", "/a null-for-string"),
        (OBJECT | {"properties": {"a": {"type": "string", "readOnly": True}}}, "invalid-value", "forbidden-member"),
    ],
)
def test_words_of_openapi_3_0_are_broken(schema: Any, fault: str, name: str) -> None:
    contract = contract_taking(schema, version=(3, 0))
    assert name in {way.name for way in ways(contract, contract.operation("createThing"), fault)}


def test_what_may_be_null_is_not_broken_by_null() -> None:
    schema = OBJECT | {"properties": {"a": {"type": "string", "nullable": True}}}
    contract = contract_taking(schema, version=(3, 0))
    names = {way.name for way in ways(contract, contract.operation("createThing"), "wrong-type")}
    assert "/a null-for-string" not in names
    assert "/a number-for-string" in names
