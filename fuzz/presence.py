"""Presence: which operations of the contract the server seems not to have.

A sandbox often has a few operations of many. What it has not is told once, and gets no more of the budget until all
else was tried: 404 to everything says nothing of faults.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from fuzz.admission import NOT_HERE, speaks_of_door
from fuzz.faults import UNKNOWN_RESOURCE, UNSUPPORTED_METHOD

if TYPE_CHECKING:
    from fuzz.case import Case
    from validator.contract import Contract

_NOT_FOUND: Final = 404

_SURE: Final = 2
"""So many such answers, and no others, show it; below a path that is not there, one is enough."""

_SURE_WITH_IDS: Final = 3
"""The same where the path has ids: it may be these that the server has not."""


class Presence:
    """What the answers so far say of each operation."""

    def __init__(self, contract: Contract) -> None:
        self._paths: Final = {operation.id: operation.path for operation in contract.operations}
        self._above: Final = {path: _above(path) for path in self._paths.values()}
        self._there: Final[set[str]] = set()
        """Paths and operations with another answer."""
        self._not_here: Final[Counter[str]] = Counter()
        self._no_method: Final[Counter[str]] = Counter()
        """Of these, those that speak of the method: 404 may be about what a body refers to."""

    def note(self, case: Case, status: int) -> None:
        """An answer came.

        That an id is not there, or a stranger is told nothing, says nothing of an operation: unless nothing is there
        above it either.
        """
        if case.fault == UNSUPPORTED_METHOD or case.operation not in self._paths:
            return
        path = self._paths[case.operation]
        if status not in NOT_HERE:
            if speaks_of_door(case):
                self._there.update((case.operation, path))
        elif self._is_below_nothing(path) or (speaks_of_door(case) and case.fault != UNKNOWN_RESOURCE):
            self._not_here.update((case.operation, path))
            self._no_method[case.operation] += status != _NOT_FOUND

    def is_there(self, operation: str) -> bool:
        """Whether any answer shows that there is such an operation."""
        return operation in self._there

    def is_absent(self, operation: str) -> bool:
        """Whether all answers say that there is no such operation."""
        if operation in self._there:
            return False
        path = self._paths[operation]
        if self._is_below_nothing(path):
            return self._not_here[operation] > 0
        told = self._no_method if path in self._there else self._not_here
        return told[operation] >= (_SURE_WITH_IDS if "{" in path else _SURE)

    @property
    def absent(self) -> tuple[str, ...]:
        """All of them, in the order of the contract."""
        return tuple(filter(self.is_absent, self._paths))

    def _is_below_nothing(self, path: str) -> bool:
        return any(self._is_nowhere(above) for above in self._above[path])

    def _is_nowhere(self, path: str) -> bool:
        return path not in self._there and self._not_here[path] > 0


def _above(path: str) -> list[str]:
    """The paths above this one that have no parameter."""
    names = path.partition("{")[0].rstrip("/").split("/") if "{" in path else path.split("/")[:-1]
    return ["/".join(names[: end + 1]) for end in range(1, len(names))]
