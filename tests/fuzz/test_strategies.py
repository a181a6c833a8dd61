"""Generated bodies are what the contract allows."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from fuzz.request_body import json_body
from fuzz.strategies import bodies
from tests import strategies as shared
from validator.contract import Contract
from validator.errors import DocumentError

PICQER = Contract.load()
OPERATIONS = [operation for operation in PICQER.operations if json_body(operation)]
SOME_OPERATIONS = OPERATIONS[::5]
"""For laws that take long to try: the schemas of one operation are much like those of another, or are the same."""


def contract_taking(
    schema: Any,
    *,
    components: dict[str, Any] | None = None,
    version: tuple[int, int] = (3, 1),
    media: str | None = None,
) -> Contract:
    """A contract with one operation, which takes the schema as its body."""
    document = shared.document({}, components, version=version)
    document["paths"]["/things"]["post"] = {
        "operationId": "createThing",
        "requestBody": {"required": True, "content": {media or "application/json": {"schema": schema}}},
        "responses": {"201": {"description": ""}},
    }
    return Contract.from_dict(document)


def bodies_for(schema: Any, **more: Any) -> st.SearchStrategy[Any]:
    contract = contract_taking(schema, **more)
    return bodies(contract, contract.operation("createThing"))


@pytest.mark.property
@pytest.mark.parametrize("operation", OPERATIONS[::2], ids=lambda operation: operation.id)
def test_bodies_keep_the_picqer_contract(operation: Any) -> None:
    media_type = json_body(operation)
    assert media_type is not None
    validator = PICQER.validator(media_type.schema or "", writing=True)

    @settings(max_examples=15, deadline=None, database=None)
    @given(bodies(PICQER, operation))
    def holds(body: Any) -> None:
        assert validator.is_valid(body)
        orjson.dumps(body)

    holds()


@pytest.mark.property
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from([(3, 0), (3, 1)]))
def test_bodies_keep_any_schema(data: st.DataObject, version: tuple[int, int]) -> None:
    """Whatever words a schema has: a value that keeps it, or an obstacle that says that none was found."""
    schema = data.draw(shared.schemas(version))
    components = {f"S{number}": data.draw(shared.schemas(version)) for number in range(3)}
    try:
        contract = contract_taking(schema, components=components, version=version)
        operation = contract.operation("createThing")
        strategy = bodies(contract, operation)
    except DocumentError:
        return
    body = data.draw(strategy)
    assert contract.validator(json_body(operation).schema, writing=True).is_valid(body)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "object", "properties": {"a": {"type": "string"}, "b": {}}, "required": ["a"]}, {"a": ""}),
        ({"type": "integer", "exclusiveMinimum": 4, "multipleOf": 3}, 6),
        ({"type": "number", "minimum": 0.5, "maximum": 0.7, "multipleOf": 0.1}, 0.5),
        ({"type": "array", "items": {"const": "x"}, "minItems": 2}, ["x", "x"]),
        ({"type": "array", "prefixItems": [{"const": 1}, {"const": 2}], "minItems": 2, "items": False}, [1, 2]),
        ({"type": "array", "contains": {"const": 7}}, [7]),
        (
            {
                "type": "object",
                "dependentRequired": {"a": ["b"]},
                "required": ["a"],
                "additionalProperties": {"const": 1},
            },
            {"a": 1, "b": 1},
        ),
        ({"allOf": [{"enum": [1, 2, 3]}, {"minimum": 2}]}, 2),
        ({"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "properties": {"a": {"const": 1}}}, {"a": 1}),
        ({"if": {"type": "string"}, "then": {"const": "x"}, "else": {"const": 0}, "type": "string"}, "x"),
        ({"type": "object", "minProperties": 1, "additionalProperties": {"const": 1}}, {"a": 1}),
        ({"type": "string", "pattern": "^[A-Z]{2}$"}, "AA"),
        ({"type": "string", "minLength": 3}, "000"),
        ({"type": "string", "format": "date"}, "2000-01-01"),
        ({"type": ["null", "object"]}, None),
        (True, 1),
    ],
    ids=str,
)
def test_the_simplest_body_is_simple(schema: Any, expected: Any) -> None:
    assert find(bodies_for(schema), lambda _: True) == expected


@pytest.mark.parametrize("pattern", ["^[0-9]+$", "^a|b$", "x", "^\\d{3}$", "[é-ü]"])
def test_a_pattern_is_kept_as_ecma_script_means_it(pattern: str) -> None:
    r"""`$` lets no line feed follow, and `\d` is a digit of ASCII."""
    schema = {"type": "string", "pattern": pattern}
    contract = contract_taking(schema)
    operation = contract.operation("createThing")
    strategy = bodies(contract, operation)
    validator = contract.validator(json_body(operation).schema)

    @settings(max_examples=30, deadline=None, database=None)
    @given(strategy)
    def holds(body: str) -> None:
        assert validator.is_valid(body)

    holds()


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"type": "string", "minLength": 3, "maxLength": 2},
        {"type": "integer", "minimum": 3, "maximum": 2},
        {"const": 1, "type": "string"},
        {"type": "array", "items": False, "minItems": 1},
        {"type": "object", "required": ["a"], "properties": {"a": False}},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        {"not": {}},
        {"$ref": "#/components/schemas/Endless"},
    ],
    ids=str,
)
def test_a_schema_that_allows_nothing_is_an_obstacle(schema: Any) -> None:
    endless = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/components/schemas/Endless"}}}
    with pytest.raises(DocumentError, match="no value was found") as raised:
        bodies_for(schema, components={"Endless": endless})
    assert "/paths/~1things/post" in str(raised.value)


def test_a_schema_that_refers_to_itself_has_an_end() -> None:
    node = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        },
    }
    strategy = bodies_for({"$ref": "#/components/schemas/Node"}, components={"Node": node})
    nested = find(strategy, lambda body: any(child.get("children") for child in body.get("children", ())))
    assert nested == {"name": "", "children": [{"name": "", "children": [{"name": ""}]}]}


@pytest.mark.parametrize(
    ("media", "taken"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("application/vnd.api+json", True),
        ("*/*", True),
        ("text/plain", False),
        ("multipart/form-data", False),
    ],
)
def test_what_counts_as_json(media: str, *, taken: bool) -> None:
    operation = contract_taking({"type": "string"}, media=media).operation("createThing")
    assert (json_body(operation) is not None) is taken
    if not taken:
        with pytest.raises(ValueError, match="takes no JSON"):
            bodies(PICQER, operation)


def test_what_only_the_server_sets_is_not_sent() -> None:
    schema = {"type": "object", "properties": {"id": {"type": "integer", "readOnly": True}, "name": {"type": "string"}}}
    for version in ((3, 0), (3, 1)):

        @settings(max_examples=20, deadline=None, database=None)
        @given(bodies_for(schema, version=version))
        def holds(body: dict[str, Any]) -> None:
            assert "id" not in body

        holds()


NAMED = {"type": "object", "minProperties": 1, "propertyNames": {"$ref": "#/components/schemas/Named"}}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": {"const": 1}, "uniqueItems": True, "minItems": 2},
        {"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": True, "minItems": 3},
        {"$ref": "#/components/schemas/Named"},
    ],
    ids=["one value", "two values", "names that have names"],
)
def test_a_schema_that_nothing_keeps_has_no_values(schema: dict[str, Any]) -> None:
    with pytest.raises(DocumentError, match="no value was found"):
        bodies_for(schema, components={"Named": NAMED})
