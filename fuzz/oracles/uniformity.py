"""The same fault gets the same code on every operation that the same promise speaks of, where nearly all agree.

A promise may leave the code open, or give a choice: then one operation that answers otherwise than all the others is
told, for whoever writes a client has read the others. That holds of faults of the request as a whole: a member that is
missing, or a value that is not allowed, may well have a code of its own. So may a value of a wrong type; but where it
is not the member that makes the difference, and one operation has for several members a code that no other has for any,
this is told, too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from fuzz.answers import error_code
from fuzz.failures import Failure
from fuzz.faults import (
    BAD_CREDENTIALS,
    MALFORMED_JSON,
    NO_CREDENTIALS,
    UNSUPPORTED_MEDIA_TYPE,
    UNSUPPORTED_METHOD,
    WRONG_TYPE,
)
from fuzz.oracle import promises_for
from fuzz.oracles.finding import make_finding
from validator import rules
from validator.redaction import Safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.events import Answered
    from validator.contract import Contract, Operation

FAULTS: Final = frozenset(
    {
        MALFORMED_JSON,
        NO_CREDENTIALS,
        BAD_CREDENTIALS,
        UNSUPPORTED_METHOD,
        UNSUPPORTED_MEDIA_TYPE,
    }
)
_Code: TypeAlias = str | int | None

LEAST: Final = 5
"""So many operations make a custom."""

CLEAR: Final = 0.9
"""The share of operations that must agree."""

MOST: Final = 0.8
"""The same where members may differ."""

_Place: TypeAlias = tuple[str, tuple[tuple[str, ...], ...]]
"""An operation, and the schemas of what is broken in it."""


class _Custom(NamedTuple):
    """What should be answered alike: a fault, a kind of it, and the promise, by its place in the document."""

    fault: str
    kind: str
    promise: str
    status: int


class Uniformity:
    """Hears answers that kept their promise, and tells who answers otherwise than nearly all."""

    def __init__(self, contract: Contract) -> None:
        self._contract: Final = contract
        self._codes: Final[dict[_Custom, dict[str, tuple[_Code, Answered]]]] = defaultdict(dict)
        self._at_places: Final[dict[_Custom, dict[_Place, tuple[_Code, Answered]]]] = defaultdict(dict)

    def hear(self, answered: Answered, kind: str) -> None:
        """An answer that broke no promise: the first of each operation counts."""
        case, response = answered.case, answered.verdict.exchange.response
        if case.fault not in {*FAULTS, WRONG_TYPE} or case.also or answered.verdict.findings:
            return
        operation = self._contract.operation(case.operation)
        promises = promises_for(self._contract, operation, case)
        if len(promises) != 1 or promises[0] is None:
            return
        at_places = case.fault == WRONG_TYPE
        custom = _Custom(case.fault, "" if at_places else kind, promises[0].pointer, response.status)
        if at_places:
            self._at_places[custom].setdefault((case.operation, case.places), (error_code(response), answered))
        else:
            self._codes[custom].setdefault(case.operation, (error_code(response), answered))

    def outliers(self) -> Iterator[Failure]:
        """A failure for each operation whose code is not that of nearly all others."""
        for custom, by_operation in self._codes.items():
            usual, agreeing = Counter(code for code, _ in by_operation.values()).most_common(1)[0]
            if agreeing < LEAST or agreeing < CLEAR * len(by_operation):
                continue
            for code, answered in by_operation.values():
                if code != usual:
                    operation = self._contract.operation(answered.case.operation)
                    yield _failure(operation, answered, custom, usual, code, agreeing)
        yield from self._outliers_at_places()

    def _outliers_at_places(self) -> Iterator[Failure]:
        """A failure for each operation that has a code of its own for all of its members, and several."""
        for custom, at_places in self._at_places.items():
            codes: dict[str, list[_Code]] = defaultdict(list)
            who: dict[_Code, set[str]] = defaultdict(set)
            for (name, _), (code, _) in at_places.items():
                codes[name].append(code)
                who[code].add(name)
            usual = max(who, key=lambda code: len(who[code]))
            agreeing = len(who[usual])
            if agreeing < LEAST or agreeing < MOST * len(codes):
                continue
            for (name, _), (code, answered) in at_places.items():
                if code != usual and who[code] == {name} and set(codes[name]) == {code} and len(codes[name]) > 1:
                    operation = self._contract.operation(name)
                    yield _failure(operation, answered, custom, usual, code, agreeing)
                    break


def _failure(
    operation: Operation, answered: Answered, custom: _Custom, usual: _Code, code: _Code, agreeing: int
) -> Failure:
    case = answered.case
    expected = f"{_told(usual)} for {case.fault}, as {agreeing} other operations answer"
    finding = make_finding(rules.INCONSISTENT_ERROR, operation, expected, Safe(_told(code)), documented=custom.promise)
    return Failure(case=case, exchange=answered.verdict.exchange, findings=(finding,))


def _told(code: _Code) -> str:
    return "no code" if code is None else f"code {code}"
