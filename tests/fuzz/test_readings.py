"""Every question about a schema is answered by pointers."""

from __future__ import annotations

from typing import Any

import pytest

from fuzz.readings import Readings
from tests.fuzz.test_strategies import contract_taking

BODY = "/paths/~1things/post/requestBody/content/application~1json/schema"


def readings_of(schema: Any) -> Readings:
    return Readings(contract_taking(schema, components={"S": {"allOf": [{"required": ["s"]}]}}))


def test_references_and_all_of_are_followed() -> None:
    readings = readings_of({"$ref": "#/components/schemas/S", "allOf": [{"type": "object"}]})
    assert readings.applied((BODY,)) == (
        BODY,
        "/components/schemas/S",
        "/components/schemas/S/allOf/0",
        f"{BODY}/allOf/0",
    )


@pytest.mark.parametrize(
    ("schema", "branches"),
    [
        ({"type": "object"}, [()]),
        ({"anyOf": [{}, {}]}, [("/anyOf/0",), ("/anyOf/1",)]),
        (
            {"anyOf": [{"oneOf": [{}, {}]}, {}]},
            [("/anyOf/0", "/anyOf/0/oneOf/0"), ("/anyOf/0", "/anyOf/0/oneOf/1"), ("/anyOf/1",)],
        ),
        ({"if": {}, "then": {}}, [("/if", "/then"), ()]),
        ({"if": {}, "else": {}}, [("/if",), ("/else",)]),
    ],
    ids=str,
)
def test_a_reading_takes_one_branch_of_each_choice(schema: Any, branches: list[tuple[str, ...]]) -> None:
    expected = [(BODY, *(BODY + one for one in reading)) for reading in branches]
    assert list(readings_of(schema).readings((BODY,))) == expected


def test_readings_are_bounded() -> None:
    many = {"allOf": [{"anyOf": [{}, {"type": "object"}]} for _ in range(20)]}
    assert 1 < len(readings_of(many).readings((BODY,))) <= 64


def test_a_member_keeps_all_that_speaks_of_it() -> None:
    readings = readings_of(
        {
            "properties": {"a": {}},
            "patternProperties": {"^a": {}, "(": {}, "/": {}},
            "additionalProperties": {"type": "string"},
        }
    )
    assert readings.member((BODY,), "a") == (f"{BODY}/properties/a", f"{BODY}/patternProperties/^a")
    assert readings.member((BODY,), "b/c") == (f"{BODY}/patternProperties/~1",)
    assert readings.member((BODY,), "z") == (f"{BODY}/additionalProperties",)


def test_an_item_keeps_its_own_schema_or_that_of_the_rest() -> None:
    readings = readings_of({"prefixItems": [{}], "items": {}})
    assert readings.item((BODY,), 0) == (f"{BODY}/prefixItems/0",)
    assert readings.item((BODY,), 1) == (f"{BODY}/items",)


def test_dependents_come_along() -> None:
    readings = readings_of({"dependentRequired": {"a": ["b"], "b": ["c", "a"]}})
    assert readings.with_dependents((BODY,), ["a"]) == ("a", "b", "c")
