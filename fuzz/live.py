"""What is told of a run while it goes on, in one line."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.pace import Budget
    from fuzz.summary import Summary

LATELY: Final = 5.0
"""The rate is that of so many last seconds, where it was asked for so often."""

_MINUTE: Final = 60


class Live:
    """Tells how far the run is, each time it is asked."""

    def __init__(
        self,
        summary: Summary,
        budget: Budget,
        sent: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._summary: Final = summary
        self._budget: Final = budget
        self._sent: Final = sent
        self._clock: Final = clock
        self._began: Final = clock()
        self._seen: Final = deque([(self._began, 0)])
        """When it was asked, and how many requests had been sent."""

    def __call__(self) -> str:
        """`1,204 of 2,000 requests, 31/s, 812 of 1,562 operations x faults, no failure yet`."""
        summary, planned = self._summary, self._summary.planned
        now, sent = self._clock(), self._sent()
        self._seen.append((now, sent))
        while len(self._seen) > 2 and self._seen[1][0] <= now - LATELY:  # noqa: PLR2004 - a start and an end
            self._seen.popleft()
        if not planned.cases:
            return "the plan is being made"
        then, sent_then = self._seen[0]
        rate = f"{(sent - sent_then) / (now - then):.0f}/s" if now > then else "0/s"
        kinds = len(summary.groups)
        found = f"{kinds:,} kind{'s' if kinds > 1 else ''} of failure" if kinds else "no failure yet"
        told = [
            f"{sent:,} of {self._budget.max_requests:,} requests",
            rate,
            f"{len(summary.pairs):,} of {planned.pairs:,} operations x faults",
            found,
        ]
        if summary.known:
            told.append(f"{len(summary.known):,} known")
        if self._budget.seconds is not None:
            told.append(f"{_clock_time(max(0.0, self._budget.seconds - (now - self._began)))} left")
        return ", ".join(told)


def _clock_time(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), _MINUTE)
    return f"{minutes}:{rest:02}"
