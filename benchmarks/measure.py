"""Two pieces of work in turn, and the ratio of each pair."""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 7


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def ratio(name: str, one: Callable[[], object], other: Callable[[], object]) -> None:
    """Print how many times longer `one` takes than `other`: minimum, median and maximum of interleaved pairs."""
    one()
    other()
    pairs = sorted(seconds(one) / seconds(other) for _ in range(ROUNDS))
    sys.stdout.write(f"{name:<58} {pairs[0]:8.2f} {statistics.median(pairs):8.2f} {pairs[-1]:8.2f}\n")


def heading(title: str = "how many times longer") -> None:
    sys.stdout.write(f"{title:<58} {'min':>8} {'median':>8} {'max':>8}\n")
