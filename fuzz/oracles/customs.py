"""Customs: a query that nearly all operations refuse, and one takes. Where nothing is promised, the others tell.

Documents hardly ever say what a wrong query must get, and many servers take any. But who refuses `offset=-1` in every
list but one has forgotten it there. Operations are compared by one kind of wrong value in parameters of one name; a
value that is not in its list, or no boolean, is compared in all parameters, for their names are seldom shared.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from fuzz.failures import Failure
from fuzz.families.invalid_query import ODD_KINDS
from fuzz.faults import INVALID_QUERY
from fuzz.oracles.finding import make_finding
from validator import rules
from validator.judges.common import is_success
from validator.redaction import Safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.events import Answered
    from validator.contract import Contract

LEAST: Final = 4
"""So many places make a custom."""

CLEAR: Final = 0.8
"""The share of places that must agree."""

_BY_KIND: Final = frozenset({"not-listed", "no-boolean"})
_REFUSALS: Final = range(400, 500)


class Customs:
    """Hears answers to wrong queries for which nothing is promised, and tells who takes what nearly all refuse."""

    def __init__(self, contract: Contract) -> None:
        self._contract: Final = contract
        self._refused: Final[dict[tuple[str, str], set[tuple[str, str]]]] = defaultdict(set)
        self._taken: Final[dict[tuple[str, str], dict[tuple[str, str], Answered]]] = defaultdict(dict)

    def hear(self, answered: Answered) -> None:
        """An answer that broke no promise."""
        case, status = answered.case, answered.verdict.exchange.response.status
        if case.fault != INVALID_QUERY or case.kind in ODD_KINDS or case.guessed or answered.verdict.findings:
            return
        operation = self._contract.operation(case.operation)
        if self._contract.promise(operation, INVALID_QUERY, ()) is not None:
            return
        custom = ("" if case.kind in _BY_KIND else case.place, case.kind)
        if is_success(status):
            self._taken[custom].setdefault((operation.id, case.place), answered)
        elif status in _REFUSALS:
            self._refused[custom].add((operation.id, case.place))

    def outliers(self) -> Iterator[Failure]:
        """A failure for each operation that takes what nearly all refuse."""
        for custom, taken in self._taken.items():
            refused = len(self._refused[custom])
            if refused < LEAST or refused < CLEAR * (refused + len(taken)):
                continue
            for answered in taken.values():
                case, exchange = answered.case, answered.verdict.exchange
                finding = make_finding(
                    rules.INCONSISTENT_ERROR,
                    self._contract.operation(case.operation),
                    f"a refusal of {case.place.removeprefix('query/')}, as in {refused} other places",
                    Safe(exchange.response.status),
                )
                yield Failure(case=case, exchange=exchange, findings=(finding,))
