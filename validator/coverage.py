"""What of the contract a recording has exercised: operations, responses, error codes, webhooks; and what is in none.

`Coverage` is what was counted: a value, in document order. A `CoverageSum` adds up; it knows no contract, only what is
documented. A `CoverageCounter` folds verdicts into one. Memory is bounded by the contract, not by the recording.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

import orjson

from validator.redaction import shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from validator.contract import Contract
    from validator.contract.operations import Operation
    from validator.exchange import Response
    from validator.findings import Verdict

MAX_ERROR_BODY: Final = 64 * 1024
"""An error object is small; a bigger body is not read for its code."""

MAX_REPEATED: Final = 256
"""A body of no more than this is likely to have come before."""

MAX_UNDOCUMENTED: Final = 1000
"""So many undocumented statuses, and codes, are told apart: a hostile recording could hold any number of them."""

Key = TypeVar("Key")

_FIRST_ERROR_STATUS: Final = 400
_MAX_INTEGER_CODE: Final = 10**9
_PLAIN_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,30}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationCoverage:
    """How often an operation was called, or a webhook sent, and what the answers were.

    `documented` counts by the contract's own words ("200", "4XX", "default"), nought for an answer never seen;
    `undocumented` by the status that came. `resource` is the operation's first tag.
    """

    operation: str
    exchanges: int
    documented: tuple[tuple[str, int], ...]
    undocumented: tuple[tuple[int, int], ...]
    resource: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCodeCoverage:
    """How often an error code of the contract was seen; `meaning` is the document's."""

    code: int | str
    meaning: str
    exchanges: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """How many of the things that the contract documents came at least once."""

    seen: int
    documented: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was exercised. Everything that the contract documents is listed, seen or not.

    Webhooks are counted apart: what the API sends of itself cannot be called.
    """

    operations: tuple[OperationCoverage, ...] = ()
    error_codes: tuple[ErrorCodeCoverage, ...] = ()
    undocumented_codes: tuple[tuple[int | str, int], ...] = ()
    webhooks: tuple[OperationCoverage, ...] = ()

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

    @property
    def webhooks_seen(self) -> int:
        """How many webhooks were sent at least once."""
        return sum(entry.exchanges > 0 for entry in self.webhooks)

    @property
    def measures(self) -> dict[str, Covered]:
        """What can be counted, by name."""
        return {
            "operations": Covered(seen=self.operations_seen, documented=len(self.operations)),
            "responses": Covered(seen=self.responses_seen, documented=self.responses),
            "error-codes": Covered(seen=self.error_codes_seen, documented=len(self.error_codes)),
            "webhooks": Covered(seen=self.webhooks_seen, documented=len(self.webhooks)),
        }

    @property
    def undocumented_statuses(self) -> tuple[tuple[str, int, int], ...]:
        """Operation or webhook, the undocumented status that came, how often."""
        return tuple(
            (entry.operation, status, times)
            for entry in (*self.operations, *self.webhooks)
            for status, times in entry.undocumented
        )

    def nothing_seen(self) -> Coverage:
        """The same contract, before anything came."""
        return Coverage(
            operations=tuple(map(_nothing_seen, self.operations)),
            error_codes=tuple(replace(entry, exchanges=0) for entry in self.error_codes),
            webhooks=tuple(map(_nothing_seen, self.webhooks)),
        )

    def as_json(self) -> dict[str, Any]:
        """The same, as the JSON report and the store hold it; the same recording always gives the same."""
        return {
            **{
                name.replace("-", "_"): {"documented": covered.documented, "seen": covered.seen}
                for name, covered in self.measures.items()
            },
            "by_operation": [_as_json(entry, "operation") for entry in self.operations],
            "by_error_code": [
                {"code": entry.code, "meaning": entry.meaning, "exchanges": entry.exchanges}
                for entry in self.error_codes
            ],
            "undocumented_error_codes": [{"code": code, "exchanges": times} for code, times in self.undocumented_codes],
            "by_webhook": [_as_json(entry, "webhook") for entry in self.webhooks],
        }


MEASURES: Final = tuple(Coverage().measures)
"""The names of what can be counted."""


@lru_cache(maxsize=8)  # a service counts against one contract, again and again
def documented(contract: Contract) -> Coverage:
    """What a contract documents, before anything came."""
    errors = contract.errors
    return Coverage(
        operations=tuple(_blank(operation) for operation in contract.operations),
        error_codes=tuple(
            ErrorCodeCoverage(code=code, meaning=meaning, exchanges=0)
            for code, meaning in (errors.codes.items() if errors is not None else ())
        ),
        webhooks=tuple(_blank(webhook) for webhook in contract.webhooks),
    )


@lru_cache(maxsize=8)  # the same
def _by_name(contract: Contract) -> tuple[frozenset[str], Mapping[str | None, Operation]]:
    """The names of its operations; and by name, its operations and webhooks."""
    owners = (*contract.webhooks, *contract.operations)
    return frozenset(operation.id for operation in contract.operations), {owner.id: owner for owner in owners}


class CoverageSum:
    """Adds up what was exercised of one contract."""

    def __init__(self, blank: Coverage) -> None:
        """`blank` says what is documented; what was counted in it is not looked at."""
        self._blank: Final = blank
        self._documented: Final[Counter[tuple[str, str]]] = Counter()
        self._undocumented: Final[Counter[tuple[str, int]]] = Counter()
        self._codes: Final[Counter[int | str]] = Counter()
        self._undocumented_codes: Final[Counter[int | str]] = Counter()

    def count(self, operation: str, status: str, times: int = 1) -> None:
        """An answer of an operation or a webhook, under the contract's own word for its status."""
        self._documented[operation, status] += times

    def count_undocumented(self, operation: str, status: int, times: int = 1) -> None:
        """An answer with a status that the contract has no word for."""
        _count(self._undocumented, (operation, status), times)

    def count_code(self, code: int | str, times: int = 1) -> None:
        """An error code that the contract documents."""
        self._codes[code] += times

    def count_undocumented_code(self, code: int | str, times: int = 1) -> None:
        """An error code that the contract does not know."""
        _count(self._undocumented_codes, code, times)

    def add(self, other: Coverage) -> None:
        """Add what was counted elsewhere against the same contract."""
        for entry in (*other.operations, *other.webhooks):
            for status, times in entry.documented:
                if times:
                    self.count(entry.operation, status, times)
            for came, times in entry.undocumented:
                self.count_undocumented(entry.operation, came, times)
        for listed in other.error_codes:
            self.count_code(listed.code, listed.exchanges)
        for code, times in other.undocumented_codes:
            self.count_undocumented_code(code, times)

    def take(self) -> Coverage:
        """What was counted since the last time, to be added elsewhere: only what came, webhooks among the rest."""
        documented: dict[str, list[tuple[str, int]]] = {}
        undocumented: dict[str, list[tuple[int, int]]] = {}
        for (name, status), times in self._documented.items():
            documented.setdefault(name, []).append((status, times))
        for (name, came), times in self._undocumented.items():
            undocumented.setdefault(name, []).append((came, times))
        taken = Coverage(
            operations=tuple(
                OperationCoverage(
                    operation=name,
                    exchanges=sum(times for _, times in (*documented.get(name, ()), *undocumented.get(name, ()))),
                    documented=tuple(documented.get(name, ())),
                    undocumented=tuple(undocumented.get(name, ())),
                )
                for name in dict.fromkeys((*documented, *undocumented))
            ),
            error_codes=tuple(
                ErrorCodeCoverage(code=code, meaning="", exchanges=times) for code, times in self._codes.items()
            ),
            undocumented_codes=tuple(self._undocumented_codes.items()),
        )
        for counter in (self._documented, self._undocumented, self._codes, self._undocumented_codes):
            counter.clear()
        return taken

    def coverage(self) -> Coverage:
        """What was counted so far."""
        undocumented: dict[str, list[tuple[int, int]]] = {}
        for (name, status), times in sorted(self._undocumented.items()):
            undocumented.setdefault(name, []).append((status, times))

        def filled(blank: OperationCoverage) -> OperationCoverage:
            came = tuple((status, self._documented[blank.operation, status]) for status, _ in blank.documented)
            others = tuple(undocumented.get(blank.operation, ()))
            exchanges = sum(times for _, times in came) + sum(times for _, times in others)
            return replace(blank, exchanges=exchanges, documented=came, undocumented=others)

        return Coverage(
            operations=tuple(map(filled, self._blank.operations)),
            error_codes=tuple(replace(entry, exchanges=self._codes[entry.code]) for entry in self._blank.error_codes),
            undocumented_codes=tuple(sorted(self._undocumented_codes.items(), key=lambda item: _order(item[0]))),
            webhooks=tuple(map(filled, self._blank.webhooks)),
        )


class CoverageCounter:
    """Folds verdicts into coverage."""

    def __init__(self, contract: Contract) -> None:
        self._operations, self._owners = _by_name(contract)
        self._errors: Final = contract.errors
        self._sum: Final = CoverageSum(documented(contract))

    def add(self, verdict: Verdict) -> None:
        """Count one verdict; one that was skipped, or that belongs to no operation, exercises nothing."""
        if verdict.skipped is None:
            self.add_answers(verdict.operation, verdict.exchange.response.status)
            self.add_code(verdict)

    def add_answers(self, name: str | None, status: int, times: int = 1) -> None:
        """Count answers with a status, of an operation or to a webhook; but not their error codes."""
        owner = self._owners.get(name)
        if owner is None:
            return
        spec = owner.response_for(status)
        if spec is not None:
            self._sum.count(owner.id, spec.status, times)
        else:
            self._sum.count_undocumented(owner.id, status, times)

    def add_code(self, verdict: Verdict) -> None:
        """Count the error code of an answer. What answers a webhook is not the API: its error codes are its own."""
        response = verdict.exchange.response
        if response.status < _FIRST_ERROR_STATUS or self._errors is None or verdict.operation not in self._operations:
            return
        code = _error_code(response, self._errors.member)
        if code is None:
            return
        if code in self._errors.codes:
            self._sum.count_code(code)
        else:
            self._sum.count_undocumented_code(_showable(code))

    def include(self, other: Coverage) -> None:
        """Add what was counted elsewhere against the same contract."""
        self._sum.add(other)

    def take(self) -> Coverage:
        """What was counted since the last time, to be added elsewhere."""
        return self._sum.take()

    def coverage(self) -> Coverage:
        """What was counted so far."""
        return self._sum.coverage()


def _blank(operation: Operation) -> OperationCoverage:
    return OperationCoverage(
        operation=operation.id,
        exchanges=0,
        documented=tuple((response.status, 0) for response in operation.responses),
        undocumented=(),
        resource=next(iter(operation.tags), None),
    )


def _nothing_seen(entry: OperationCoverage) -> OperationCoverage:
    return replace(entry, exchanges=0, documented=tuple((status, 0) for status, _ in entry.documented), undocumented=())


def _as_json(entry: OperationCoverage, kind: str) -> dict[str, Any]:
    return {
        kind: entry.operation,
        "resource": entry.resource,
        "exchanges": entry.exchanges,
        "responses": dict(entry.documented),
        "undocumented": {str(status): times for status, times in entry.undocumented},
    }


def _count(counter: Counter[Key], key: Key, times: int) -> None:
    """Count, unless this would be one kind too many."""
    if key in counter or len(counter) < MAX_UNDOCUMENTED:
        counter[key] += times


def _error_code(response: Response, member: str) -> int | str | None:
    """The code in an error body; None where there is none that could be a code."""
    body = response.body
    if response.status < _FIRST_ERROR_STATUS or not body or len(body) > MAX_ERROR_BODY:
        return None
    return _repeated_code(body, member) if len(body) <= MAX_REPEATED else _code_in(body, member)


def _code_in(body: bytes, member: str) -> int | str | None:
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


_repeated_code: Final = lru_cache(maxsize=1024)(_code_in)
"""The same error comes again and again, to the letter."""


def _showable(code: int | str) -> int | str:
    """An undocumented code as a report may show it: it is a value of the recording, so only what looks like a code."""
    if isinstance(code, int):
        return code if abs(code) < _MAX_INTEGER_CODE else shape(code)
    return code if _PLAIN_CODE.fullmatch(code) else shape(code)


def _order(code: int | str) -> tuple[bool, int, str]:
    """Numbers first, as numbers; then names."""
    return (False, code, "") if isinstance(code, int) else (True, 0, code)
