"""Of the steps that fail, as few are told as still fail, and few are played to find them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz import engine
from fuzz.sequences import acts
from fuzz.sequences.shrinking import fewest
from fuzz.sequences.steps import Step

if TYPE_CHECKING:
    from collections.abc import Iterable

ACTS = st.lists(st.sampled_from([acts.READ, acts.LIST, acts.UPDATE, acts.DELETE, acts.CREATE_AGAIN]), max_size=12)


class Server:
    """Fails where all of these were done, in this order, between the making and the last step."""

    def __init__(self, wanted: Iterable[str], most: int = 1000) -> None:
        self.wanted, self.most = list(wanted), most
        self.played: list[list[str]] = []
        self.smallest: list[str] | None = None

    def __call__(self, steps: tuple[Step, ...]) -> bool:
        if len(self.played) >= self.most:
            raise engine.Enough
        done = [step.act for step in steps]
        self.played.append(done)
        left = iter(done[1:-1])
        if not all(act in left for act in self.wanted):
            return False
        self.smallest = done
        return True


def steps(between: Iterable[str]) -> tuple[Step, ...]:
    return tuple(Step(act=act) for act in (acts.CREATE, *between, acts.CHECK))


@pytest.mark.property
@given(ACTS, st.data())
def test_none_that_is_left_can_be_left_out(between: list[str], data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.booleans(), min_size=len(between), max_size=len(between)))
    server = Server(act for act, one in zip(between, kept, strict=True) if one)
    fewest(steps(between), server)
    found = [acts.CREATE, *between, acts.CHECK] if server.smallest is None else server.smallest
    assert found == [acts.CREATE, *server.wanted, acts.CHECK]
    assert len(server.played) <= 3 * len(between) + 2


def test_much_that_does_nothing_is_left_out_at_once() -> None:
    server = Server([acts.CREATE_AGAIN])
    fewest(steps([acts.CREATE_AGAIN, *[acts.READ] * 15]), server)
    assert server.smallest == [acts.CREATE, acts.CREATE_AGAIN, acts.CHECK]
    assert len(server.played) < 12


def test_where_each_try_leaves_a_thing_there_are_two_tries() -> None:
    server = Server([acts.UPDATE, acts.READ])
    fewest(steps([acts.READ, acts.UPDATE, acts.READ]), server, thoroughly=False)
    assert [len(one) for one in server.played] == [2, 3]


def test_the_end_of_the_budget_is_the_end_of_the_search() -> None:
    server = Server([acts.READ], most=2)
    fewest(steps([acts.LIST, acts.READ, acts.LIST, acts.UPDATE]), server)
    assert len(server.played) == 2
