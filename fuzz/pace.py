"""Pace: how many requests are sent, how fast, and what a server says of that (429, Retry-After, what remains).

Waiting is part of the time that a run may take: where it would not fit in, the run ends at once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from fuzz.hosts import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable

    from validator.exchange import Headers

MOST_REQUESTS: Final = 2000
"""Enough to try what is new in a contract of some hundred operations once."""

USUAL_RATE: Final = 5.0
"""Requests in a second to a host that others use, too: 300 in a minute, where Picqer documents 500."""

FIRST_WAIT: Final = 20.0
LONGEST_WAIT: Final = 120.0
"""Seconds after a 429 that does not say how long: more each time, and so long in a row at most. Windows of a minute are
what is usual."""

RESERVE: Final = 5
"""So many requests of a window are left to others, and to us: who uses up the last one gets a 429."""

RESERVE_WAIT: Final = 15.0
"""Seconds to wait where only the reserve is left, and nothing says when there will be more."""

_LONG: Final = LONGEST_WAIT / 2
"""As so many seconds counts a wait that is longer, and that the time of the run has room for: such ones are waited for
twice in a row at most."""

_REMAINING: Final = ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")
_RESET: Final = ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset")
_LEAST_EPOCH: Final = 1_000_000_000
"""A reset that is as big as this is a time of day, and not a number of seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long a run may go on: requests in all, seconds, requests in a second (None: as is usual for the host)."""

    max_requests: int = MOST_REQUESTS
    seconds: float | None = None
    rate: float | None = None


class Spent(Exception):  # noqa: N818 - reads as what happened
    """A budget is spent; the argument says which."""


def usual_rate(base_url: str) -> float | None:
    """Requests in a second, where the user says nothing; no limit for this machine."""
    return None if is_loopback(urlsplit(base_url).hostname or "") else USUAL_RATE


class Pace:
    """Says when the next request may go, and when there is none any more."""

    def __init__(
        self,
        budget: Budget,
        base_url: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.sent = 0
        self.throttled = 0
        self.asked = 0.0
        """Seconds that the last 429 wants us to wait."""
        self._budget: Final = budget
        self._rate: Final = budget.rate or usual_rate(base_url)
        self._clock: Final = clock
        self._sleep: Final = sleep
        self._waited = 0.0
        """Seconds in a row, for a case that gets nothing but 429."""
        self._reserved = 0.0
        """Seconds in a row, for answers that say that few are left."""
        self.start()

    def start(self) -> None:
        """The time runs from here."""
        self._began = self._next = self._clock()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._began

    def has_spent(self, share: float) -> bool:
        """Whether a share of the budget is spent, of the requests or of the time."""
        seconds = self._budget.seconds
        return self.sent >= share * self._budget.max_requests or (
            seconds is not None and self.elapsed >= share * seconds
        )

    def check(self) -> None:
        """Raise Spent where nothing more may be sent."""
        if self.sent >= self._budget.max_requests:
            raise Spent(f"--max-requests {self._budget.max_requests}")
        if self._budget.seconds is not None and self.elapsed >= self._budget.seconds:
            raise self._out_of_time()

    def turn(self) -> None:
        """Wait for the turn of the next request, and count it. Raises Spent."""
        self.check()
        self._wait(self._next - self._clock())
        if self._rate is not None:
            self._next = max(self._next, self._clock()) + 1 / self._rate
        self.sent += 1

    def count(self) -> None:
        """Count a request that is not sent, and waits for nobody."""
        self.check()
        self.sent += 1

    def heed(self, headers: Headers) -> None:
        """Put off the next request where an answer says that few are left.

        Where there is no rate to be kept, not for ever: a server on this machine may say so and have no limit at all.
        """
        self._waited = 0.0
        remaining = _number(headers, _REMAINING)
        if remaining is None or remaining > RESERVE:
            self._reserved = 0.0
            return
        if self._rate is None and self._reserved >= LONGEST_WAIT:
            return
        reset = _until_reset(headers)
        wait = RESERVE_WAIT if reset is None else min(reset, LONGEST_WAIT)
        self._reserved += wait
        self._next = max(self._next, self._clock() + wait)

    def put_off(self, headers: Headers) -> bool:
        """Put off the next request after a 429; False where it has been waited for long enough.

        `asked` says how long this one wants. One longer than LONGEST_WAIT is waited for where a time budget has room.
        """
        asked = _retry_after(headers)
        if asked is None:
            asked = _until_reset(headers) or FIRST_WAIT + self._waited / 2
        self.asked = asked
        counted = max(asked, 1.0)  # who asks for no wait at all, again and again, does not keep us either
        if self._budget.seconds is not None and self.elapsed + asked < self._budget.seconds:
            counted = min(counted, _LONG)
        if self._waited + counted > LONGEST_WAIT:
            return False
        self.throttled += 1
        self._waited += counted
        self._next = max(self._next, self._clock() + asked)
        return True

    def _wait(self, seconds: float) -> None:
        if seconds <= 0:
            return
        if self._budget.seconds is not None and self.elapsed + seconds >= self._budget.seconds:
            raise self._out_of_time()
        self._sleep(seconds)

    def _out_of_time(self) -> Spent:
        return Spent(f"--time-budget {self._budget.seconds:g}")


def _retry_after(headers: Headers) -> float | None:
    """Seconds, or a date (RFC 9110, section 10.2.3); None where it is neither, or not there."""
    text = (headers.get("retry-after") or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _until_reset(headers: Headers) -> float | None:
    reset = _number(headers, _RESET)
    if reset is None:
        return None
    return max(0.0, reset - time.time()) if reset >= _LEAST_EPOCH else reset


def _number(headers: Headers, names: tuple[str, ...]) -> float | None:
    for name in names:
        text = (headers.get(name) or "").strip()
        if text.isascii() and text.isdigit():
            return float(text[:15])
    return None
