"""What of the contract a recording has exercised: operations, responses, error codes; and what came that is in none.

A `CoverageCounter` folds verdicts one by one. Its memory is bounded by the contract, not by the recording, and two of
them add up, so that a recording can be counted in parts. `Coverage` is what was counted: a value, in document order.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import orjson

from validator.redaction import shape

if TYPE_CHECKING:
    from validator.contract import Contract
    from validator.exchange import Response
    from validator.findings import Verdict

MAX_ERROR_BODY: Final = 64 * 1024
"""An error object is small; a bigger body is not read for its code."""

MAX_UNDOCUMENTED: Final = 1000
"""So many undocumented statuses, and codes, are told apart: a hostile recording could hold any number of them."""

Key = TypeVar("Key")

_FIRST_ERROR_STATUS: Final = 400
_MAX_INTEGER_CODE: Final = 10**9
_PLAIN_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,30}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationCoverage:
    """How often an operation was called, and what it answered.

    `documented` counts by the contract's own words ("200", "4XX", "default"), nought for an answer never seen;
    `undocumented` by the status that came.
    """

    operation: str
    exchanges: int
    documented: tuple[tuple[str, int], ...]
    undocumented: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCodeCoverage:
    """How often an error code of the contract was seen; `meaning` is the document's."""

    code: int | str
    meaning: str
    exchanges: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was exercised. Everything that the contract documents is listed, seen or not."""

    operations: tuple[OperationCoverage, ...] = ()
    error_codes: tuple[ErrorCodeCoverage, ...] = ()
    undocumented_codes: tuple[tuple[int | str, int], ...] = ()

    @property
    def operations_seen(self) -> int:
        """How many operations were called at least once."""
        return sum(entry.exchanges > 0 for entry in self.operations)

    @property
    def responses(self) -> int:
        """How many pairs of operation and status the contract documents."""
        return sum(len(entry.documented) for entry in self.operations)

    @property
    def responses_seen(self) -> int:
        """How many of these pairs came at least once."""
        return sum(times > 0 for entry in self.operations for _, times in entry.documented)

    @property
    def error_codes_seen(self) -> int:
        """How many documented error codes came at least once."""
        return sum(entry.exchanges > 0 for entry in self.error_codes)

    def as_json(self) -> dict[str, Any]:
        """The same, as the JSON report and the store hold it; the same recording always gives the same."""
        return {
            "operations": {"documented": len(self.operations), "seen": self.operations_seen},
            "responses": {"documented": self.responses, "seen": self.responses_seen},
            "error_codes": {"documented": len(self.error_codes), "seen": self.error_codes_seen},
            "by_operation": [
                {
                    "operation": entry.operation,
                    "exchanges": entry.exchanges,
                    "responses": dict(entry.documented),
                    "undocumented": {str(status): times for status, times in entry.undocumented},
                }
                for entry in self.operations
            ],
            "by_error_code": [
                {"code": entry.code, "meaning": entry.meaning, "exchanges": entry.exchanges}
                for entry in self.error_codes
            ],
            "undocumented_error_codes": [{"code": code, "exchanges": times} for code, times in self.undocumented_codes],
        }


class CoverageCounter:
    """Folds verdicts into coverage."""

    def __init__(self, contract: Contract) -> None:
        self._operations: Final = {operation.id: operation for operation in contract.operations}
        self._errors: Final = contract.errors
        self._documented: Final[Counter[tuple[str, str]]] = Counter()
        self._undocumented: Final[Counter[tuple[str, int]]] = Counter()
        self._codes: Final[Counter[int | str]] = Counter()
        self._undocumented_codes: Final[Counter[int | str]] = Counter()

    def add(self, verdict: Verdict) -> None:
        """Count one verdict; one that was skipped, or that belongs to no operation, exercises nothing."""
        operation = self._operations.get(verdict.operation or "")
        if operation is None or verdict.skipped is not None:
            return
        response = verdict.exchange.response
        documented = operation.response_for(response.status)
        if documented is not None:
            self._documented[operation.id, documented.status] += 1
        else:
            _count(self._undocumented, (operation.id, response.status))
        if self._errors is None or (code := _error_code(response, self._errors.member)) is None:
            return
        if code in self._errors.codes:
            self._codes[code] += 1
        else:
            _count(self._undocumented_codes, _showable(code))

    def merge(self, other: CoverageCounter) -> None:
        """Add what another has counted against the same contract."""
        self._documented.update(other._documented)
        self._codes.update(other._codes)
        for pair, times in other._undocumented.items():
            _count(self._undocumented, pair, times)
        for code, times in other._undocumented_codes.items():
            _count(self._undocumented_codes, code, times)

    def coverage(self) -> Coverage:
        """What was counted so far."""
        return Coverage(
            operations=tuple(self._of(operation) for operation in self._operations),
            error_codes=tuple(
                ErrorCodeCoverage(code=code, meaning=meaning, exchanges=self._codes[code])
                for code, meaning in (self._errors.codes.items() if self._errors is not None else ())
            ),
            undocumented_codes=tuple(sorted(self._undocumented_codes.items(), key=lambda item: _order(item[0]))),
        )

    def _of(self, identity: str) -> OperationCoverage:
        responses = self._operations[identity].responses
        documented = tuple((response.status, self._documented[identity, response.status]) for response in responses)
        undocumented = tuple(
            sorted((status, times) for (owner, status), times in self._undocumented.items() if owner == identity)
        )
        return OperationCoverage(
            operation=identity,
            exchanges=sum(times for _, times in documented) + sum(times for _, times in undocumented),
            documented=documented,
            undocumented=undocumented,
        )


def _count(counter: Counter[Key], key: Key, times: int = 1) -> None:
    """Count, unless this would be one kind too many."""
    if key in counter or len(counter) < MAX_UNDOCUMENTED:
        counter[key] += times


def _error_code(response: Response, member: str) -> int | str | None:
    """The code in an error body; None where there is none that could be a code."""
    body = response.body
    if response.status < _FIRST_ERROR_STATUS or not body or len(body) > MAX_ERROR_BODY:
        return None
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    code = value.get(member) if isinstance(value, dict) else None
    match code:
        case bool():
            return None
        case float() if code.is_integer():  # to JSON, 22.0 and 22 are one number
            return int(code)
        case int() | str():
            return code
    return None


def _showable(code: int | str) -> int | str:
    """An undocumented code as a report may show it: it is a value of the recording, so only what looks like a code."""
    if isinstance(code, int):
        return code if abs(code) < _MAX_INTEGER_CODE else shape(code)
    return code if _PLAIN_CODE.fullmatch(code) else shape(code)


def _order(code: int | str) -> tuple[bool, int, str]:
    """Numbers first, as numbers; then names."""
    return (False, code, "") if isinstance(code, int) else (True, 0, code)
