"""Schemas as they are compiled: what is said in another way for the sake of speed is told as the document has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.strategies import document
from validator.contract import Contract

if TYPE_CHECKING:
    from validator.contract.schemas import Schemas

CODE = "/components/schemas/Code"


def schemas(code: Any, **others: Any) -> Schemas:
    return Contract.from_dict(document({}, {"Code": code, **others})).schemas()


def places(schemas: Schemas, value: Any) -> list[str]:
    return [schemas.place(error) for error in schemas.validator(CODE).iter_errors(value)]


@pytest.mark.parametrize("word", ["oneOf", "anyOf"])
def test_a_choice_between_constants_is_told_of_once_and_by_its_own_word(word: str) -> None:
    found = schemas({"type": "integer", word: [{"const": 1, "description": "one"}, {"const": 2}]})
    assert places(found, 3) == [f"{CODE}/{word}"]
    assert places(found, 2) == []
    assert sorted(places(found, "1")) == [f"{CODE}/{word}", f"{CODE}/type"]
    assert [len(getattr(one.kind, "context", ())) for one in found.validator(CODE).iter_errors(3)] == [0]


def test_each_of_the_constants_can_still_be_asked_for() -> None:
    found = schemas({"oneOf": [{"const": "a"}, {"const": "b"}]})
    assert found.validator(f"{CODE}/oneOf/1").is_valid("b")
    assert not found.validator(f"{CODE}/oneOf/1").is_valid("a")


def test_a_constant_that_is_referred_to_stays_where_it_is() -> None:
    found = schemas({"oneOf": [{"const": 1}, {"const": 2}]}, Second={"$ref": f"#{CODE}/oneOf/1"})
    assert found.validator("/components/schemas/Second").is_valid(2)
    assert places(found, 3) == [f"{CODE}/oneOf"]


@pytest.mark.parametrize(
    "choices",
    [
        [{"const": 1}, {"const": True}],
        [{"const": 1}, {"const": 1.0}],
        [{"const": 1}, {"type": "string"}],
        [{"const": 1, "minimum": 2}, {"const": 3}],
    ],
)
def test_what_no_list_can_say_stays_a_choice(choices: list[Any]) -> None:
    found = schemas({"oneOf": choices})
    assert places(found, "x" if {"type": "string"} not in choices else 7) == [f"{CODE}/oneOf"]


def test_a_constant_that_comes_twice_breaks_one_of() -> None:
    found = schemas({"oneOf": [{"const": 1}, {"const": 1}]})
    assert places(found, 1) == places(found, 2) == [f"{CODE}/oneOf"]


def test_a_list_beside_the_choice_is_told_of_by_its_own_word() -> None:
    found = schemas({"enum": [1, 2], "oneOf": [{"const": 1}, {"const": 3}]})
    assert places(found, 2) == [f"{CODE}/oneOf"]
    assert places(found, 3) == [f"{CODE}/enum"]
