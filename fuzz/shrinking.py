"""Shrinking: from a case that fails to the smallest one that fails in the same way, within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz import engine
from fuzz.failures import failure
from fuzz.pace import Spent
from validator import rules
from validator.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.breakage import Breakage
    from fuzz.events import Answered
    from fuzz.failures import Failure, Symptom

MOST: Final = 25
MOST_REQUESTS: Final = 40
"""At most so many failures are shrunk, with so many requests each: a server that accepts all fails in every case."""

SHARE: Final = 0.1
"""Of all that may be sent: where much fails, it matters more to see the rest than to see each thing small."""


OF_TWO: Final = frozenset({rules.INCONSISTENT_ERROR, rules.SLOW_ANSWER})
"""Rules that are held against two answers to the same request."""


class Shrinks:
    """Which failures are worth shrinking: the first with its symptom, while there is something left for it.

    Where no answer came, none is: each try may be waited for as long. Nor is what only two answers to the same request
    show.
    """

    def __init__(self, max_requests: int) -> None:
        self._left = max(1, int(SHARE * max_requests))
        self._seen: Final[set[tuple[Symptom, str]]] = set()

    def allowance(self, found: Failure) -> int:
        """So many requests may be spent on it; 0 where it is told as it is."""
        kind = (found.symptom, found.cause.family)
        if any(finding.rule in OF_TWO for finding in found.findings):
            return 0
        if found.exchange.response.status == 0 or kind in self._seen or len(self._seen) >= MOST:
            return 0
        self._seen.add(kind)
        return min(MOST_REQUESTS, self._left)

    def spend(self, requests: int) -> None:
        """So many were spent."""
        self._left -= requests


class Shrink:
    """What Hypothesis asks while it shrinks a failure: whether a smaller one fails in the same way."""

    def __init__(self, found: Failure, known: Breakage, most: int, send: Callable[[Breakage], Answered]) -> None:
        self.smallest = found
        self.tried: Final[list[Answered]] = []
        self._symptom: Final = found.symptom
        self._most: Final = most
        self._send: Final = send
        self._known: Final = {known: True}
        """What was tried. A server that has a memory may answer otherwise the second time; Hypothesis must not hear."""

    def __call__(self, candidate: Breakage) -> bool:
        """Send the candidate, if it was not sent before; whether it fails in the same way."""
        if candidate not in self._known:
            self._known[candidate] = self._fails(candidate)
        return self._known[candidate]

    def _fails(self, candidate: Breakage) -> bool:
        if len(self.tried) >= self._most:
            raise engine.Enough
        try:
            answered = self._send(candidate)
        except (Spent, TargetError):  # told again by the next case of the run
            raise engine.Enough from None
        self.tried.append(answered)
        again = failure(answered.case, answered.verdict)
        if again is None or again.symptom != self._symptom:
            return False
        self.smallest = min(self.smallest, again, key=lambda one: one.size)
        return True
