"""What must be long is made all the same, quickly, and keeps its schema; where it cannot be made, that is said."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import find
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from fuzz import engine
from fuzz.families import broken, ways
from fuzz.faults import INVALID_VALUE
from fuzz.stretching import LONGEST, MOST, few_of_each, long_lists, long_texts, many_names, stretched
from tests.fuzz.test_strategies import bodies_for, contract_taking
from validator.errors import DocumentError

LINE = {"type": "object", "required": ["a", "b"], "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}
LONG = [
    {"type": "string", "minLength": 10_000},
    {"type": "string", "minLength": 100_000, "maxLength": 100_001},
    {"type": "string", "minLength": 2000, "format": "uri"},
    {"type": "string", "minLength": 2000, "pattern": "^x-[a-z]+$"},
    {"type": "string", "minLength": 2000, "pattern": "b"},
    {"type": "array", "minItems": 500, "items": LINE},
    {"type": "array", "minItems": 500, "maxItems": 500, "items": {"type": "string", "minLength": 500}},
    {"type": "array", "minItems": 500, "uniqueItems": True, "items": LINE},
    {"type": "array", "minItems": 300, "uniqueItems": True, "items": {"type": "string", "format": "uuid"}},
    {
        "type": "array",
        "minItems": 300,
        "uniqueItems": True,
        "items": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"},
    },
    {"type": "array", "minItems": 25, "uniqueItems": True, "items": {"type": "string", "format": "date"}},
    {"type": "array", "minItems": 25, "uniqueItems": True, "items": {"type": "array", "items": {"type": "integer"}}},
    {"type": "object", "minProperties": 500},
    {
        "type": "object",
        "minProperties": 300,
        "propertyNames": {"pattern": "^x-[a-z]+$"},
        "additionalProperties": {"type": "integer"},
    },
]
IMPOSSIBLE = [
    {"type": "string", "minLength": LONGEST + 1},
    {"type": "string", "pattern": "^[a-z]{9000}$"},
    {"type": "array", "minItems": MOST + 1},
    {"type": "array", "minItems": 500, "uniqueItems": True, "items": {"type": "boolean"}},
    {"type": "object", "minProperties": MOST + 1},
]


def holding(schema: Any) -> Any:
    return {"type": "object", "required": ["s"], "properties": {"s": schema}}


@pytest.mark.parametrize("schema", LONG, ids=str)
def test_what_must_be_long_is_drawn_quickly_and_keeps_its_schema(schema: Any) -> None:
    contract = contract_taking(schema)
    (pointer,) = [media.schema for media in contract.operation("createThing").request_body]
    started = time.process_time()
    drawn = engine.draw(bodies_for(schema), seed="1", count=5)
    assert time.process_time() - started < 5
    assert len(drawn) == 5
    assert all(contract.validator(pointer or "", writing=True).is_valid(body) for body in drawn)


@pytest.mark.parametrize("schema", LONG, ids=str)
def test_what_must_be_long_can_be_broken(schema: Any) -> None:
    contract = contract_taking(holding(schema))
    operation = contract.operation("createThing")
    short = [way for way in ways(contract, operation, INVALID_VALUE) if way.kind.startswith(("too-", "empty"))]
    assert short
    for way in short:
        assert engine.draw(broken(contract, operation, INVALID_VALUE, way), seed="1", count=1)


@pytest.mark.parametrize("schema", IMPOSSIBLE, ids=str)
def test_what_cannot_be_made_is_an_obstacle(schema: Any) -> None:
    with pytest.raises(DocumentError, match="no value was found") as raised:
        bodies_for(holding(schema))
    assert "/paths/~1things/post" in raised.value.place
    assert "more than can be made" in raised.value.mend


@pytest.mark.parametrize("schema", IMPOSSIBLE, ids=str)
def test_what_cannot_be_made_is_left_out_where_it_may_be(schema: Any) -> None:
    drawn = engine.draw(bodies_for({"type": "object", "properties": {"s": schema, "t": {}}}), seed="1", count=5)
    assert drawn
    assert not any("s" in body for body in drawn)


def test_long_texts_are_whole_repetitions_where_there_is_room() -> None:
    assert find(long_texts(st.just("abc"), 7, None), lambda _: True) == "abcabcabc"
    assert find(long_texts(st.just("abc"), 7, 8), lambda _: True) == "abcabcab"
    assert find(long_texts(st.just("abc"), 2, None), lambda _: True) == "abc"
    assert long_texts(st.just("abc"), LONGEST + 1, None).is_empty


def test_a_text_of_some_form_is_longer_by_any_of_its_characters() -> None:
    drawn = set(engine.draw(stretched(st.just("x-a"), 5, None), seed="1", count=50))
    assert drawn == {"x-ax-a", "xxx-a", "x---a", "x-aaa"}


def test_many_items_are_a_few_in_turn_or_variations_of_one() -> None:
    repeated = find(long_lists(st.integers(), 30, 30, unique=False), lambda found: len(set(found)) > 1)
    assert repeated == [repeated[0], repeated[1]] * 15
    varied = find(long_lists(st.sampled_from(["a"]), 30, 30, unique=True), lambda _: True)
    assert varied[:2] + varied[-1:] == ["aaa", "aab", "acj"]


def test_many_names_differ() -> None:
    assert all(len(set(names)) == 30 for names in engine.draw(many_names(st.text(), 30, 30), seed="1", count=20))


def test_of_many_values_a_few_are_drawn() -> None:
    @st.composite
    def several(draw: st.DrawFn) -> list[int]:
        one_of, numbers = few_of_each(draw), st.integers()
        return [one_of(numbers) for _ in range(7)]

    assert all(found[:3] * 2 + found[:1] == found for found in engine.draw(several(), seed="1", count=20))


def test_what_hypothesis_refuses_to_draw_is_an_obstacle_or_none() -> None:
    refused = st.integers().flatmap(lambda _: st.text(min_size=100_000))
    with pytest.raises(InvalidArgument):
        find(refused, lambda _: True)
    with pytest.raises(DocumentError, match="cannot be drawn"):
        engine.draw(refused, seed="1", count=1)
    assert not engine.has_example(refused)
    assert engine.sample(refused, seed="1", count=1) == []
