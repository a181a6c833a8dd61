"""Shrinking of sequences: as few steps as still fail in the same way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import orjson

from fuzz import engine
from fuzz.failures import failure
from fuzz.pace import Spent
from fuzz.sequences import acts
from fuzz.sequences.steps import Step
from validator.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fuzz.case import Case
    from fuzz.events import Answered
    from fuzz.failures import Failure

SHRINK_REQUESTS: Final = 120
"""So many may be sent to make one failure of a sequence smaller."""

_CHANGES: Final = frozenset({acts.UPDATE, acts.DELETE})


class Shrink:
    """Whether fewer steps fail in the same way, asked by `fewest`; `most` requests may be sent."""

    def __init__(self, found: Failure, play: Callable[[tuple[Step, ...]], Iterator[Answered]], most: int) -> None:
        self.smallest = found
        self.tried: Final[list[Answered]] = []
        self._play: Final = play
        self._most: Final = most
        self._known: Final[dict[tuple[Step, ...], bool]] = {}

    def __call__(self, steps: tuple[Step, ...]) -> bool:
        """Play the steps, if they were not played before; whether they fail in the same way. Raises engine.Enough."""
        if steps not in self._known:
            self._known[steps] = self._fails(steps)
        return self._known[steps]

    def _fails(self, steps: tuple[Step, ...]) -> bool:
        if len(self.tried) >= self._most:
            raise engine.Enough
        try:
            for taken in self._play(steps):
                self.tried.append(replace(taken, shrinking=True))
                again = failure(taken.case, taken.verdict)
                if again is not None and again.symptom == self.smallest.symptom:
                    if len(again.case.before) < len(self.smallest.case.before):
                        self.smallest = again
                    return True
        except (Spent, TargetError):  # told again by the next case of the run
            raise engine.Enough from None
        return False


def steps_of(case: Case) -> tuple[Step, ...]:
    """The steps that led to a case, and it; each makes a body of its own, for the thing is another one."""
    return tuple(Step(act=one.act, only=_only(one)) for one in (*case.before, case))


def fewest(steps: tuple[Step, ...], fails: Callable[[tuple[Step, ...]], bool], *, thoroughly: bool = True) -> None:
    """Look for fewer steps that fail: the first and the last, or what changes something between them.

    If `thoroughly`, also what is left when none can be left out any more; each try makes one more thing.
    """
    first, last = steps[:1], steps[1:][-1:]
    kept = steps[1:-1]
    changes = tuple(step for step in kept if step.act in _CHANGES)
    try:
        for fewer in dict.fromkeys(((), changes)):
            if fewer != kept and fails((*first, *fewer, *last)):
                kept = fewer
                break
        size = len(kept) // 2 if thoroughly else 0
        while size:  # half of them at a time, then fewer
            for start in reversed(range(0, len(kept), size)):
                fewer = kept[:start] + kept[start + size :]
                if fails((*first, *fewer, *last)):
                    kept = fewer
            size //= 2
    except engine.Enough:
        return


def _only(case: Case) -> str:
    """The one member that a change was of."""
    body = orjson.loads(case.body) if case.act == acts.UPDATE and case.body else None
    return next(iter(body)) if isinstance(body, dict) and len(body) == 1 else ""
