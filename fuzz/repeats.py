"""Repeats: which requests are sent a second time, to see whether the answer is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.faults import VALID
from validator.judges.common import is_success

if TYPE_CHECKING:
    from fuzz.case import Case

SHARE: Final = 0.03
"""Of all that may be sent, for requests that were answered as promised, and as much for those that were not: of what
fails everywhere, the rest is no news."""

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Repeats:
    """One case of each fault and kind is sent again, and each failure before it is told, within bounds."""

    def __init__(self, max_requests: int) -> None:
        self._left = max(1, int(SHARE * max_requests))
        self._failures = self._left
        self._samples: Final[set[tuple[str, str]]] = set()

    def wants(self, case: Case, kind: str, status: int, *, failing: bool) -> bool:
        """Whether to send it again. What succeeded and wrote would do so twice, and may well be answered otherwise."""
        if status == 0 or (is_success(status) and case.method not in _SAFE):
            return False
        if failing:
            wanted, self._failures = self._failures > 0, self._failures - 1
        else:
            wanted = self._left > 0 and case.fault != VALID and (case.fault, kind) not in self._samples
            self._left -= wanted
        if wanted:
            self._samples.add((case.fault, kind))
        return wanted
