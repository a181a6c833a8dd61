"""Steering: which way of which operation is tried again, by where answers of a new kind came from until now.

A bandit without chance: an arm is a target of the plan, and a way of it. Its worth is how often its neighbours, those
of the same operation and those of the same kind of fault, brought an answer that was new to the operation, and it falls
with each pull. Where nothing is new any more, all are pulled in turn. The same answers give the same choices. What the
arm sends then, Hypothesis chooses.

Not `hypothesis.target`, by which sequences are steered (fuzz/sequences/machine.py): it climbs from the best draw so far
to those beside it, and what was new there is not new a second time.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from fuzz.answers import signature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.breakage import Way
    from fuzz.plan import Target
    from validator.exchange import Response


class Steering:
    """Learns from answers, and chooses."""

    def __init__(self) -> None:
        self._pulls: Final[Counter[tuple[str, str, str]]] = Counter()
        self._tries: Final[Counter[tuple[str, ...]]] = Counter()
        self._news: Final[Counter[tuple[str, ...]]] = Counter()
        self._seen: Final[set[tuple[object, ...]]] = set()

    def learn(self, operation: str, fault: str, kind: str, response: Response) -> None:
        """An answer came."""
        seen = (operation, *signature(response))
        is_new = seen not in self._seen
        self._seen.add(seen)
        for arm in ((operation,), (fault, kind)):
            self._tries[arm] += 1
            self._news[arm] += is_new

    def choose(self, targets: Sequence[Target]) -> tuple[Target, Way, int]:
        """The target and the way that promise most, and how often they were chosen before."""
        target = max(targets, key=self._worth)
        way = max(target.ways, key=lambda one: self._worth_of_way(target, one))
        self._pulls[target.operation, target.fault, ""] += 1
        arm = (target.operation, target.fault, f"way {way.name}")
        self._pulls[arm] += 1
        return target, way, self._pulls[arm] - 1

    def _worth(self, target: Target) -> float:
        pulls = self._pulls[target.operation, target.fault, ""]
        return self._novelty((target.operation,)) / (1 + pulls)

    def _worth_of_way(self, target: Target, way: Way) -> float:
        pulls = self._pulls[target.operation, target.fault, f"way {way.name}"]
        return self._novelty((target.fault, way.kind)) / (1 + pulls)

    def _novelty(self, arm: tuple[str, ...]) -> float:
        """The share of answers that were new; what was never tried counts as all new."""
        return (self._news[arm] + 1) / (self._tries[arm] + 1)
