"""Hypothesis as an engine: the same seed draws the same, and what is shrunk is what failed."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from fuzz.engine import Enough, draw, has_example, shrink

LISTS = st.lists(st.integers(0, 1000), max_size=8)


NEVER = st.integers().filter(lambda _: False)


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    first = draw(LISTS, seed="a", count=20)
    assert len(first) == 20
    assert first == draw(LISTS, seed="a", count=20)
    assert first != draw(LISTS, seed="b", count=20)


def test_the_simplest_value_comes_first() -> None:
    assert [draw(LISTS, seed=str(seed), count=1) for seed in range(3)] == [[[]]] * 3


@pytest.mark.parametrize("strategy", [st.nothing(), st.integers().filter(lambda _: False)], ids=["none", "filtered"])
def test_a_strategy_without_values_draws_none(strategy: st.SearchStrategy[int]) -> None:
    assert draw(strategy, seed="a", count=5) == []


def test_a_value_that_was_drawn_is_shrunk_without_asking_for_others_before_it() -> None:
    known = next(value for value in draw(LISTS, seed="a", count=50) if sum(value) >= 500 and len(value) > 1)
    asked: list[list[int]] = []

    def fails(value: list[int]) -> bool:
        asked.append(value)
        return sum(value) >= 500

    shrink(LISTS, known, fails, seed="a", count=50)
    assert min((value for value in asked if sum(value) >= 500), key=lambda value: (len(value), value)) == [500]


def test_a_shrink_ends_where_the_predicate_has_had_enough() -> None:
    known = draw(LISTS, seed="a", count=10)[-1]
    asked = 0

    def fails(_value: list[int]) -> bool:
        nonlocal asked
        asked += 1
        if asked == 3:
            raise Enough
        return True

    shrink(LISTS, known, fails, seed="a", count=10)
    assert asked <= 3


def test_a_value_that_fails_but_once_ends_the_shrink() -> None:
    """The second request to make a thing of one name is refused as the first should have been."""
    known = draw(LISTS, seed="a", count=10)[-1]
    asked: list[list[int]] = []

    def fails(value: list[int]) -> bool:
        asked.append(value)
        return asked.count(value) == 1

    shrink(LISTS, known, fails, seed="a", count=10)
    assert asked


@pytest.mark.parametrize(("strategy", "has"), [(st.integers(), True), (st.nothing(), False), (NEVER, False)])
def test_whether_there_is_an_example_is_known(strategy: st.SearchStrategy[object], has: bool) -> None:
    assert has_example(strategy) is has
