"""Presence: which operations of the contract the server seems not to have.

A sandbox often has a few operations of many. What it has not is told once, and gets no more of the budget until all
else was tried: 404 to everything says nothing of faults. Nor does an error of the server's own for what it does not
have (`400`, "not implemented"), which is known by this: sound requests for several lists get it, and so does one for an
address that nothing has, or its code means just that by the document. Several lists may well refuse the same (a
parameter that no document tells of): then they are there, and say so by what they answer.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final, TypeAlias

from fuzz.admission import DOORS, NOT_HERE, speaks_of_door
from fuzz.families.strange_path import STRANGE_NAME
from fuzz.faults import UNKNOWN_RESOURCE, UNSUPPORTED_METHOD, VALID

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.case import Case
    from validator.contract import Contract

Sign: TypeAlias = "tuple[int, str | int | None]"
"""By its status and its error code an answer is known again."""

_NOT_FOUND: Final = 404
_LEAST_REFUSAL: Final = 400

_UNIMPLEMENTED: Final = re.compile(r"\bnot (yet )?implemented\b", re.IGNORECASE)

_ODD: Final = 2
"""So many lists that answer a sound request with the same error: it may be the one for what is not there."""

_SURE: Final = 2
"""So many such answers, and no others, show it; below a path that is not there, one is enough."""

_SURE_WITH_IDS: Final = 3
"""The same where the path has ids: it may be these that the server has not."""


class Presence:
    """What the answers so far say of each operation."""

    def __init__(self, contract: Contract) -> None:
        self._paths: Final = {operation.id: operation.path for operation in contract.operations}
        self._above: Final = {path: _above(path) for path in self._paths.values()}
        self._others: Final[dict[str, Counter[Sign]]] = defaultdict(Counter)
        """By path and by operation, answers of other statuses."""
        self._odd: Final[dict[Sign, set[str]]] = defaultdict(set)
        """Lists that answered a sound request so."""
        known = {} if contract.errors is None else contract.errors.codes
        self._unimplemented: Final = frozenset(
            code for code, meaning in known.items() if _UNIMPLEMENTED.search(meaning)
        )
        """Codes that say by the document that there is no such operation (yet)."""
        self._nowhere: Sign | None = None
        """What came from an address that nothing has, if that was asked for and says anything of it."""
        self._has_asked = False
        self._not_here: Final[dict[str, Counter[int]]] = defaultdict(Counter)
        """By path and by operation, answers of the statuses for what is not there."""
        self._no_method: Final[Counter[str]] = Counter()
        """Of these, those that speak of the method: 404 may be about what a body refers to."""

    def note(self, case: Case, status: int, code: str | int | None = None) -> None:
        """An answer came, with an error code or without one.

        That an id is not there, or a stranger is told nothing, says nothing of an operation: unless nothing is there
        above it either.
        """
        if case.fault == UNSUPPORTED_METHOD or case.operation not in self._paths:
            return
        path = self._paths[case.operation]
        if status not in NOT_HERE:
            if speaks_of_door(case):
                self._others[case.operation][status, code] += 1
                self._others[path][status, code] += 1
                if status >= _LEAST_REFUSAL and status not in DOORS and case.method == "GET" and _is_sound(case, path):
                    self._odd[status, code].add(case.operation)
        elif self._is_below_nothing(path) or (speaks_of_door(case) and case.fault != UNKNOWN_RESOURCE):
            self._not_here[case.operation][status] += 1
            self._not_here[path][status] += 1
            self._no_method[case.operation] += status != _NOT_FOUND

    def address_of_nothing(self, case: Case) -> str | None:
        """Where to ask, after the answer to a case, what the server says of what it has not; None: nobody need ask."""
        path = self._paths.get(case.operation)
        if self._has_asked or path is None or case.method != "GET" or not _is_sound(case, path):
            return None
        is_odd = any(case.operation in lists and len(lists) >= _ODD for lists in self._odd.values())
        return f"{case.url.removesuffix(path)}/{STRANGE_NAME}" if is_odd else None

    def note_nothing(self, status: int, code: str | int | None) -> None:
        """An answer came from an address that nothing has."""
        self._has_asked = True
        if status >= _LEAST_REFUSAL and status not in DOORS | NOT_HERE:
            self._nowhere = status, code

    def is_there(self, name: str) -> bool:
        """Whether any answer shows that there is such an operation, or such a path."""
        return any(not self.says_absent(*sign) for sign in self._others.get(name, ()))

    def says_absent(self, status: int, code: str | int | None) -> bool:
        """Whether such an answer is the one that the server has for what is not there, 404 and the like aside."""
        is_said = (status, code) == self._nowhere or code in self._unimplemented
        return is_said and len(self._odd.get((status, code), ())) >= _ODD

    def is_absent(self, operation: str) -> bool:
        """Whether all answers say that there is no such operation."""
        if self.is_there(operation) or self._no(operation) == 0:
            return False
        path = self._paths[operation]
        if self._is_below_nothing(path):
            return True
        # Where nothing shows that the path is there, what other methods of it get says as much.
        told = self._no_method[operation] if self.is_there(path) else self._no(path)
        return told >= (_SURE_WITH_IDS if "{" in path else _SURE)

    def absent(self, chose: Callable[[str], bool]) -> dict[str, frozenset[int]]:
        """All of them that somebody chose, in the order of the contract, with the statuses that say so."""
        return {name: self._statuses(name) for name in filter(chose, self._paths) if self.is_absent(name)}

    def _statuses(self, operation: str) -> frozenset[int]:
        others = (status for status, _ in self._others.get(operation, ()))
        return frozenset({*self._not_here.get(operation, ()), *others})

    def _is_below_nothing(self, path: str) -> bool:
        return any(self._is_nowhere(above) for above in self._above[path])

    def _is_nowhere(self, path: str) -> bool:
        return not self.is_there(path) and self._no(path) > 0

    def _no(self, name: str) -> int:
        """Answers to a path or an operation, where none shows that it is there."""
        return sum(answers.get(name, Counter()).total() for answers in (self._not_here, self._others))


def _is_sound(case: Case, path: str) -> bool:
    return case.fault in {"", VALID} and "{" not in path and "?" not in case.url


def _above(path: str) -> list[str]:
    """The paths above this one that have no parameter."""
    names = path.partition("{")[0].rstrip("/").split("/") if "{" in path else path.split("/")[:-1]
    return ["/".join(names[: end + 1]) for end in range(1, len(names))]
