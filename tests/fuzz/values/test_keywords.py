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

FURTHER: list[tuple[str, dict[str, Any]]] = [
    ("dependentSchemas", OBJECT | {"properties": {"a": TEXT}, "dependentSchemas": {"a": {"required": ["c"]}}}),
    ("dependentSchemas", OBJECT | {"dependentSchemas": {"a": {"allOf": [{"required": ["c"]}]}}}),
    ("dependentSchemas", OBJECT | {"properties": {"a": TEXT}, "dependentSchemas": {"a": {"maxProperties": 1}}}),
    ("dependentRequired", OBJECT | {"dependentRequired": {"a": ["c"]}}),
    ("additionalProperties", OBJECT | {"additionalProperties": {"enum": ["x"]}}),
    ("properties", OBJECT | {"properties": {"a": {"enum": ["x"]}}}),
    ("patternProperties", OBJECT | {"patternProperties": {"^x-": {"enum": ["x"]}}}),
    ("items", LIST | {"items": {"enum": ["x"]}}),
    ("uniqueItems", LIST | {"uniqueItems": True}),
    ("not", OBJECT | {"not": {"required": ["a"]}}),
]
"""Other forms of a keyword, as plain as they come."""

COMPONENTS = {"Count": {"type": "integer", "minimum": 1}}

_NO_KEYWORD_OF_ITS_OWN = {"discriminator": "what it points at is refused by the branches of oneOf"}

_NO_JSON_TO_SOME = {"lone-surrogate", "no-machine-number"}
"""Kinds whose text not every reader of JSON takes."""


def keywords() -> set[str]:
    found = set(_OF_OPENAPI)
    for name in _VOCABULARIES:
        found |= REGISTRY.contents(f"https://json-schema.org/draft/2020-12/meta/{name}")["properties"].keys()
    return found


def test_no_keyword_is_forgotten_and_none_that_is_broken_is_waived() -> None:
    assert BROKEN.keys() | WAIVED.keys() == keywords()
    assert not BROKEN.keys() & WAIVED.keys()
    assert set(BROKEN) <= set(SCHEMAS)


def bodies_broken(schema: Any, fault: str) -> list[Any]:
    """The first body of each way."""
    contract = contract_taking(schema, components=COMPONENTS)
    operation = contract.operation("createThing")
    known = [way for way in ways(contract, operation, fault) if way.kind not in _NO_JSON_TO_SOME]
    drawn = [draw(broken(contract, operation, fault, way), seed="1", count=1)[0] for way in known]
    return [orjson.loads(one.body) for one in drawn]


def is_taken(schema: Any, body: Any) -> bool:
    contract = contract_taking(schema, components=COMPONENTS)
    return contract.validator(schema_of(contract.operation("createThing")), writing=True).is_valid(body)


@pytest.mark.parametrize("in_a_member", [False, True])
@pytest.mark.parametrize(("keyword", "schema"), [*SCHEMAS.items(), *FURTHER], ids=str)
def test_a_keyword_is_what_makes_a_body_wrong(keyword: str, schema: dict[str, Any], in_a_member: bool) -> None:
    """Each way is refused by the schema, and at least one of them for the keyword alone: without it, it is sound."""

    def whole(part: dict[str, Any]) -> dict[str, Any]:
        return OBJECT | {"required": ["v"], "properties": {"v": part}} if in_a_member else part

    bodies = bodies_broken(whole(schema), "wrong-type" if keyword == "type" else "invalid-value")
    assert not any(is_taken(whole(schema), body) for body in bodies)
    gone = "oneOf" if keyword in _NO_KEYWORD_OF_ITS_OWN else keyword
    lax = {word: value for word, value in schema.items() if word != gone}
    assert any(is_taken(whole(lax), body) for body in bodies)


@pytest.mark.parametrize(
    ("schema", "fault", "name"),
    [
        (OBJECT | {"properties": {"a": {"type": "string", "nullable": False}}}, "wrong-type", "/a null-for-string"),
    ],
)
def test_words_of_openapi_3_0_are_broken(schema: Any, fault: str, name: str) -> None:
    contract = contract_taking(schema, version=(3, 0))
    assert name in {way.name for way in ways(contract, contract.operation("createThing"), fault)}


def test_a_member_that_only_the_server_sets_is_no_fault() -> None:
    """It SHOULD NOT be sent (OpenAPI 3.0, Schema Object), and sound servers take no notice of it."""
    schema = OBJECT | {"properties": {"a": {"type": "string", "readOnly": True}}}
    contract = contract_taking(schema, version=(3, 0))
    assert not [
        way for way in ways(contract, contract.operation("createThing"), "invalid-value") if "member" in way.kind
    ]


def test_a_member_too_many_is_none_that_is_known() -> None:
    """With a value of another type, that would be what is wrong."""
    schema = {"type": "object", "properties": {"id": {"type": "integer"}}, "additionalProperties": False}
    contract = contract_taking(schema)
    way = next(
        way for way in ways(contract, contract.operation("createThing"), "invalid-value") if way.kind == "extra-member"
    )
    drawn = draw(broken(contract, contract.operation("createThing"), "invalid-value", way), seed="1", count=30)
    bodies = [orjson.loads(one.body or b"") for one in drawn]
    assert bodies
    assert all(isinstance(body.get("id", 1), int) for body in bodies)


def test_what_may_be_null_is_not_broken_by_null() -> None:
    schema = OBJECT | {"properties": {"a": {"type": "string", "nullable": True}}}
    contract = contract_taking(schema, version=(3, 0))
    names = {way.name for way in ways(contract, contract.operation("createThing"), "wrong-type")}
    assert "/a null-for-string" not in names
    assert "/a number-for-string" in names


@pytest.mark.parametrize(
    ("keyword", "schema"),
    [
        ("maxItems", {"type": "array", "maxItems": 2, "items": {"type": "string"}}),
        ("maxItems", {"type": "array", "maxItems": 2, "items": {"type": "integer", "minimum": 3}, "uniqueItems": True}),
        ("maxItems", {"type": "array", "maxItems": 1, "items": OBJECT | {"required": ["a"]}}),
        ("uniqueItems", {"type": "array", "uniqueItems": True, "items": {"type": "string", "minLength": 3}}),
        ("maxProperties", OBJECT | {"maxProperties": 1, "additionalProperties": {"type": "boolean"}}),
    ],
    ids=str,
)
def test_too_much_of_what_is_sound_is_all_that_is_wrong(keyword: str, schema: dict[str, Any]) -> None:
    """A server that tells of a wrong type first would be right, if the items had one."""
    lax = {word: value for word, value in schema.items() if word != keyword}
    kinds = {"maxItems": "too-many-items", "uniqueItems": "repeated-item", "maxProperties": "too-many-members"}
    contract = contract_taking(schema)
    operation = contract.operation("createThing")
    (way,) = [one for one in ways(contract, operation, "invalid-value") if one.kind == kinds[keyword]]
    drawn = draw(broken(contract, operation, "invalid-value", way), seed="1", count=8)
    bodies = [orjson.loads(one.body) for one in drawn]
    assert bodies
    assert all(is_taken(lax, body) and not is_taken(schema, body) for body in bodies)
