"""How often one may ask: a bucket for each token, or address, that holds a minute's worth of requests and refills.

All workers count in the same memory, made before they are forked. A bucket is one number, the moment at which it will
be full again; it is read and written without a lock, which a worker that is killed could keep. Two workers that count
at the very same moment may so let one request more through.
"""

from __future__ import annotations

import math
import mmap
import time
from dataclasses import dataclass
from typing import Final

MINUTE: Final = 60.0

SLOTS: Final = 65_536
"""Buckets. Who asks is put into one by a hash: of very many, two may share one."""

_NUMBER_BYTES: Final = 8
_TINY: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One request that was counted: whether it may go on, how many more may, and seconds until there are more."""

    allowed: bool
    left: int
    wait: int


class RateLimit:
    """So many requests a minute, for each who asks."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute: Final = per_minute
        self._interval: Final = MINUTE / per_minute
        self._full_at: Final = memoryview(mmap.mmap(-1, SLOTS * _NUMBER_BYTES)).cast("d")

    @property
    def policy(self) -> str:
        """The limit, as the header RateLimit-Policy says it."""
        return f'"default";q={self.per_minute};w={MINUTE:.0f}'

    def take(self, who: str) -> Taken:
        """Count a request; one that is refused does not count."""
        slot = hash(who) % SLOTS
        now = time.monotonic()
        missing = max(self._full_at[slot] - now, 0.0) + self._interval
        if missing > MINUTE + _TINY:
            return Taken(allowed=False, left=0, wait=max(1, math.ceil(missing - MINUTE)))
        self._full_at[slot] = now + missing
        left = int((MINUTE - missing + _TINY) / self._interval)
        return Taken(allowed=True, left=left, wait=math.ceil(missing))
