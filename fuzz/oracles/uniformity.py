"""The same fault gets the same code on every operation that the same promise speaks of, where nearly all agree.

A promise may leave the code open, or give a choice: then one operation that answers otherwise than all the others is
told, for whoever writes a client has read the others. That holds of faults of the request as a whole: a member that is
missing, or a value that is not allowed, may well have a code of its own. So may a value of a wrong type; but where it
is not the member that makes the difference, and one operation has for several members a code that no other has for any,
this is told, too.
"""

from __future__ import annotations

from collections import defaultdict
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
"""An operation, and the schemas of what is broken in it, where that makes a difference."""


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
        self._heard: Final[dict[_Custom, dict[_Place, tuple[_Code, Answered]]]] = defaultdict(dict)

    def hear(self, answered: Answered, kind: str) -> None:
        """An answer that broke no promise: the first of each operation counts, or of each place in it."""
        case, response = answered.case, answered.verdict.exchange.response
        if case.fault not in {*FAULTS, WRONG_TYPE} or case.also or case.guessed or answered.verdict.findings:
            return
        operation = self._contract.operation(case.operation)
        promises = promises_for(self._contract, operation, case)
        if len(promises) != 1 or promises[0] is None:
            return
        kind, places = ("", case.places) if case.fault == WRONG_TYPE else (kind, ())
        custom = _Custom(case.fault, kind, promises[0].pointer, response.status)
        self._heard[custom].setdefault((case.operation, places), (error_code(response), answered))

    def outliers(self) -> Iterator[Failure]:
        """A failure for each operation whose code is not that of nearly all others.

        Where members may differ, it has to have a code of its own, for all of its members, and several.
        """
        for custom, heard in self._heard.items():
            by_operation: dict[str, list[tuple[_Code, Answered]]] = defaultdict(list)
            who: dict[_Code, set[str]] = defaultdict(set)
            for (name, _), (code, answered) in heard.items():
                by_operation[name].append((code, answered))
                who[code].add(name)
            usual, agreeing = max(((code, len(names)) for code, names in who.items()), key=lambda one: one[1])
            at_places = custom.fault == WRONG_TYPE
            if agreeing < LEAST or agreeing < (MOST if at_places else CLEAR) * len(by_operation):
                continue
            for name, own in by_operation.items():
                code, answered = own[0]
                is_own = who[code] == {name} and {code} == {other for other, _ in own} and len(own) > 1
                if code != usual and (is_own or not at_places):
                    yield _failure(self._contract.operation(name), answered, custom, usual, code, agreeing)


def _failure(
    operation: Operation, answered: Answered, custom: _Custom, usual: _Code, code: _Code, agreeing: int
) -> Failure:
    case = answered.case
    expected = f"{_told(usual)} for {case.fault}, as {agreeing} other operations answer"
    finding = make_finding(rules.INCONSISTENT_ERROR, operation, expected, Safe(_told(code)), documented=custom.promise)
    return Failure(case=case, exchange=answered.verdict.exchange, findings=(finding,))


def _told(code: _Code) -> str:
    return "no code" if code is None else f"code {code}"
