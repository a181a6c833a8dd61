"""Members are taken out so that they are missing, and nothing else is wrong."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from fuzz.places import Place
from fuzz.removals import only_misses, removals, without
from fuzz.requirements import Requirement


def validator(schema: Any) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema)


CHOICE = validator({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]})


BODY = Place(
    steps=(),
    own=("/body",),
    applied=("/body",),
    schema="/body",
    sure=frozenset(),
    above=(),
    required=True,
    is_plain=True,
)


def requirement(*names: str) -> Requirement:
    return Requirement(place=BODY, names=names, own=tuple((f"/{name}",) for name in names), above=("/body",))


@pytest.mark.parametrize(
    ("schema", "body", "missing"),
    [
        ({"required": ["a"]}, {}, True),
        ({"required": ["a"]}, {"a": 1}, False),
        ({"required": ["a"], "properties": {"b": {"type": "string"}}}, {"b": 1}, False),
        ({"required": ["a"], "minProperties": 1}, {}, False),
        ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, {}, True),
        ({"anyOf": [{"required": ["a"]}, {"type": "null"}]}, {}, True),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {}, False),
        ({"items": {"required": ["a"]}}, [{}, {"a": 1}], True),
        ({"oneOf": [{"required": ["a"]}, {"required": ["b"]}, {"required": ["c"]}]}, {}, True),
        ({"oneOf": [{"required": ["a"]}, {"required": ["b"]}, {"required": ["c"]}]}, {"a": 1, "b": 2}, False),
        # What an allOf fails to check counts as not evaluated.
        ({"allOf": [{"required": ["a"], "properties": {"b": True}}], "unevaluatedProperties": False}, {"b": 1}, True),
        ({"allOf": [{"properties": {"b": True}}], "unevaluatedProperties": False}, {"c": 1}, False),
    ],
    ids=str,
)
def test_only_missing_members_count_as_such(schema: Any, body: Any, *, missing: bool) -> None:
    assert only_misses(body, validator(schema)) is missing


def test_what_is_taken_out_leaves_the_body_as_it_was() -> None:
    body = {"a": [{"b": 1, "c": 2}, {"b": 3}], "d": 4}
    assert without(body, [("a", 0, "b"), ("d",)]) == {"a": [{"c": 2}, {"b": 3}]}
    assert body == {"a": [{"b": 1, "c": 2}, {"b": 3}], "d": 4}


def test_one_member_of_a_choice_goes_alone_if_that_is_enough() -> None:
    (alone,) = removals({"a": 1}, requirement("a", "b"), CHOICE)
    assert alone.paths == (("a",),)
    (both,) = removals({"a": 1, "b": 2}, requirement("a", "b"), CHOICE)
    assert both.paths == (("a",), ("b",))


def test_a_broken_choice_has_the_places_of_all_that_would_have_done() -> None:
    (removal,) = removals({"a": 1}, requirement("a", "b"), CHOICE)
    assert removal.places == (("/a", "/body"), ("/b", "/body"))


def test_what_breaks_nothing_is_no_removal() -> None:
    assert list(removals({"a": 1, "b": 2}, requirement("a"), CHOICE)) == []
