"""What is told of a run while it goes on."""

from __future__ import annotations

import pytest

from fuzz.events import Planned
from fuzz.live import Live
from fuzz.pace import Budget
from fuzz.summary import Summary
from tests.fuzz.test_console import FINDING, answered, failed


@pytest.fixture
def summary() -> Summary:
    made = Summary()
    made.add(Planned(operations=2, pairs=3, cases=9))
    return made


class Asked:
    """A line of a run in which so many requests were sent after so many seconds, each time that it is asked for."""

    def __init__(self, summary: Summary, budget: Budget, *moments: tuple[float, int]) -> None:
        self.now, self.sent = 0.0, 0
        self.moments = iter(moments)
        self.live = Live(summary, budget, lambda: self.sent, lambda: self.now)

    def __call__(self) -> str:
        self.now, self.sent = next(self.moments)
        return self.live()


def test_before_there_is_a_plan_that_is_said() -> None:
    assert Asked(Summary(), Budget(), (1, 0))() == "the plan is being made"


def test_how_far_and_how_fast(summary: Summary) -> None:
    live = Asked(summary, Budget(max_requests=2000), (2, 10))
    summary.add(answered())
    assert live() == "10 of 2,000 requests, 5/s, 1 of 3 operations x faults, no failure yet"


def test_how_fast_is_how_fast_of_late(summary: Summary) -> None:
    """Not since the start: making the plan took its time, and the server may have become slow."""
    live = Asked(summary, Budget(), *((second, 0) for second in range(10)), (10, 100), (16, 700), (46, 730))
    for _ in range(10):
        assert ", 0/s, " in live()
    assert ", 20/s, " in live()
    assert ", 100/s, " in live()
    assert ", 1/s, " in live()


def test_failures_and_the_time_that_is_left(summary: Summary) -> None:
    live = Asked(summary, Budget(seconds=140), (0, 0), (15, 3), (999, 9))
    assert ", 0/s, " in live()
    summary.add(answered(200, FINDING))
    summary.add(failed())
    assert live().endswith(", 1 kind of failure, 2:05 left")
    summary.add(failed("/other"))
    assert live().endswith(", 2 kinds of failure, 0:00 left")


def test_what_is_known_is_told_apart() -> None:
    summary = Summary(lambda _: True)
    summary.add(Planned(operations=2, pairs=3, cases=9))
    summary.add(failed())
    assert Asked(summary, Budget(), (1, 0))().endswith(", no failure yet, 1 known")
