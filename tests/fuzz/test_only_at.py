"""What is wrong with a body stands in one place, or does not."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from fuzz.only_at import only_wrong_at

BRANCHES = {
    "oneOf": [
        {"required": ["kind", "a"], "properties": {"kind": {"const": "a"}, "a": {"type": "integer"}}},
        {"required": ["kind", "b"], "properties": {"kind": {"const": "b"}}},
    ]
}
INTEGERS = {"properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("schema", "body", "path", "alone"),
    [
        (INTEGERS, {"a": "x", "b": 1}, ("a",), True),
        (INTEGERS, {"a": 1, "b": 1}, ("a",), False),
        (INTEGERS, {"a": "x", "b": "x"}, ("a",), False),
        (INTEGERS, {"a": "x"}, (), True),
        ({"items": {"type": "integer"}}, [1, "x"], (1,), True),
        ({"items": {"type": "integer"}}, [1, "x"], (0,), False),
        ({"required": ["b"], **INTEGERS}, {"a": "x"}, ("a",), False),
        ({"required": ["b"]}, {}, (), False),
        ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, {}, (), False),
        ({"anyOf": [{"type": "object", "required": ["a"]}, {"type": "null"}]}, [], (), True),
        (BRANCHES, {"kind": "c", "a": 1}, ("kind",), True),
        (BRANCHES, {"kind": "a", "a": "x"}, ("a",), True),
        (BRANCHES, {"kind": "b", "a": "x"}, ("a",), False),
        ({"oneOf": [{}, {"required": ["a"]}]}, {"a": 1}, ("a",), False),
        ({"oneOf": [{}, {"required": ["a"]}]}, {"a": 1}, (), True),
        ({"properties": {"a": {"type": "integer"}}, "unevaluatedProperties": False}, {"a": "x"}, ("a",), True),
        ({"unevaluatedProperties": False}, {"a": "x"}, (), True),
        ({"contains": {"type": "integer"}}, ["x"], (0,), False),
    ],
    ids=str,
)
def test_only_one_place_is_wrong(schema: Any, body: Any, path: tuple[str | int, ...], *, alone: bool) -> None:
    assert only_wrong_at(body, path, jsonschema_rs.Draft202012Validator(schema)) is alone


def test_what_is_missing_counts_where_it_is_the_very_fault() -> None:
    validator = jsonschema_rs.Draft202012Validator({"dependentRequired": {"a": ["b"]}})
    assert not only_wrong_at({"a": 1}, (), validator)
    assert only_wrong_at({"a": 1}, (), validator, lacks=True)
