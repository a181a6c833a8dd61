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


def test_before_there_is_a_plan_that_is_said() -> None:
    assert Live(Summary(), Budget())() == "the plan is being made"


def test_how_far_and_how_fast(summary: Summary) -> None:
    clock = iter([0.0, 2.0]).__next__
    live = Live(summary, Budget(max_requests=2000), clock)
    for _ in range(10):
        summary.add(answered())
    assert live() == "10 of 2,000 requests, 5/s, 1 of 3 operations x faults, no failure yet"


def test_failures_and_the_time_that_is_left(summary: Summary) -> None:
    clock = iter([0.0, 0.0, 15.0, 999.0]).__next__
    live = Live(summary, Budget(seconds=140), clock)
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
    assert Live(summary, Budget())().endswith(", no failure yet, 1 known")
