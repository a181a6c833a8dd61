"""What is told of a run while it goes on, in one line."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.pace import Budget
    from fuzz.summary import Summary

_MINUTE: Final = 60


class Live:
    """Tells how far the run is, each time it is asked."""

    def __init__(self, summary: Summary, budget: Budget, clock: Callable[[], float] = time.monotonic) -> None:
        self._summary: Final = summary
        self._budget: Final = budget
        self._clock: Final = clock
        self._began: Final = clock()

    def __call__(self) -> str:
        """`1,204 of 2,000 requests, 31/s, 812 of 1,562 operations x faults, no failure yet`."""
        summary, planned = self._summary, self._summary.planned
        if not planned.cases:
            return "the plan is being made"
        seconds = self._clock() - self._began
        rate = f"{summary.requests / seconds:.0f}/s" if seconds else "0/s"
        kinds = len(summary.groups)
        found = f"{kinds:,} kind{'s' if kinds > 1 else ''} of failure" if kinds else "no failure yet"
        told = [
            f"{summary.requests:,} of {self._budget.max_requests:,} requests",
            rate,
            f"{len(summary.pairs):,} of {planned.pairs:,} operations x faults",
            found,
        ]
        if summary.known:
            told.append(f"{len(summary.known):,} known")
        if self._budget.seconds is not None:
            told.append(f"{_clock_time(max(0.0, self._budget.seconds - seconds))} left")
        return ", ".join(told)


def _clock_time(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), _MINUTE)
    return f"{minutes}:{rest:02}"
