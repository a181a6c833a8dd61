"""Hypothesis as an engine: the same seed draws the same, and what is shrunk is what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, target
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from fuzz.engine import Broken, Enough, draw, explore, has_example, shrink

if TYPE_CHECKING:
    from pathlib import Path

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


def test_a_strategy_without_a_value_is_not_tried_for_long() -> None:
    """A plan asks this of everything that could be broken, and some of it cannot."""
    tries = []

    @st.composite
    def never(draw_one: st.DrawFn) -> int:
        tries.append(draw_one(st.integers()))
        assume(False)
        return 0

    assert not has_example(never())
    assert len(tries) <= 100


class Counting(RuleBasedStateMachine):
    """Counts up and down; breaks at 4, or has had enough at -2."""

    def __init__(self, played: list[list[int]]) -> None:
        super().__init__()
        self.played = played
        self.played.append([])
        self.number = 0

    @rule(step=st.sampled_from([0, -1, 1]))
    def go(self, step: int) -> None:
        """One up or down, or none."""
        self.number += step
        self.played[-1].append(step)
        if self.number == 4:
            raise Broken
        if self.number == -2:
            raise Enough

    def teardown(self) -> None:
        """The higher, the better."""
        target(self.number)


def explored(seed: int, *, count: int = 40, steps: int = 6, database: Path | None = None) -> list[list[int]]:
    played: list[list[int]] = []
    explore(lambda: Counting(played), seed=f"{seed}", count=count, steps=steps, database=database)
    return played


def test_the_same_seed_takes_the_same_steps_and_another_does_not() -> None:
    assert explored(1) == explored(1)
    assert explored(1) != explored(2)


def test_a_machine_ends_where_a_step_breaks_or_has_had_enough() -> None:
    ends = set()
    for seed in range(10):
        played = explored(seed)
        assert all(len(steps) <= 6 for steps in played)
        broken = [steps for steps in played if sum(steps) == 4]
        enough = [steps for steps in played if sum(steps) == -2 and len(steps) < 6]
        # What is broken is played once more, for Hypothesis wants to be sure.
        assert len(broken) <= 2
        assert not broken or played[-1] == broken[-1]
        assert not enough or enough == played[-1:]
        ends |= {"broken"} if broken else {"enough"} if enough else set()
    assert ends == {"broken", "enough"}


def test_what_was_broken_is_taken_first_from_the_database(tmp_path: Path) -> None:
    folders = [tmp_path / f"{seed}" for seed in range(30)]
    played = [explored(seed, database=folder) for seed, folder in enumerate(folders)]
    broken = [folder for folder, one in zip(folders, played, strict=True) if any(sum(steps) == 4 for steps in one)]
    assert broken
    for folder in broken:
        assert sum(explored(99, database=folder)[0]) == 4
