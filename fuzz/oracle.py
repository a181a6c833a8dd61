"""What the answer to a case must be, by the promises of the contract. Pure: case and answer in, findings out.

With several members missing, a server names one of them first: each of their promises is good. So are those of other
faults that the request may be taken for. Where there is no promise, a broken request must still be refused, by a
documented 4xx, or as fuzz/oracles/tolerance.py has it. What must hold of any answer is in fuzz/oracles, too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from fuzz.faults import (
    BAD_CREDENTIALS,
    INVALID_QUERY,
    NO_CREDENTIALS,
    RATE_LIMITED,
    UNKNOWN_REFERENCE,
    UNKNOWN_RESOURCE,
    UNSUPPORTED_MEDIA_TYPE,
    UNSUPPORTED_METHOD,
    VALID,
)
from fuzz.oracles.acceptance import wrongly_refused
from fuzz.oracles.filters import wrong_items
from fuzz.oracles.finding import make_finding
from fuzz.oracles.internals import leaks
from fuzz.oracles.tolerance import is_expected, is_tolerated
from validator import rules
from validator.findings import Absent, Verdict
from validator.pointer import escape
from validator.redaction import Safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.case import Case
    from validator.contract import Contract, FaultPromise, Operation
    from validator.exchange import Exchange
    from validator.findings import Finding
    from validator.judges import Judge

_UNAUTHORIZED: Final = frozenset({401, 403})
_AT_THE_DOOR: Final = {NO_CREDENTIALS: _UNAUTHORIZED, BAD_CREDENTIALS: _UNAUTHORIZED | {400}}
"""RFC 9110, sections 15.5.2 and 15.5.4; what is no key at all may be called a bad request."""

_LEAST_REFUSAL: Final = 400
_LEAST_FAILURE: Final = 500
TOO_MANY_REQUESTS: Final = 429
"""RFC 6585, section 4: any request may be answered so, whatever is wrong with it."""


class Oracle:
    """Judges the answer to a case: by the contract, as any answer, and by what it promises for the fault."""

    def __init__(self, contract: Contract, judge: Judge) -> None:
        self._contract: Final = contract
        self._judge: Final = judge

    def __call__(self, case: Case, exchange: Exchange) -> Verdict:
        """The verdict on the exchange. Raises DocumentError where the document turns out not to be usable."""
        verdict = self._judge(exchange)
        operation = self._contract.operation(case.operation)
        status = exchange.response.status
        findings = (
            *self._promised(operation, case, exchange),
            *(finding for finding in verdict.findings if not is_expected(case, status, finding)),
            *leaks(operation, exchange),
        )
        skipped = verdict.skipped if status else None
        return replace(verdict, operation=operation.id, findings=findings, skipped=skipped)

    def _promised(self, operation: Operation, case: Case, exchange: Exchange) -> Iterator[Finding]:
        if case.fault == VALID:
            yield from wrongly_refused(self._contract, operation, exchange.response)
            yield from wrong_items(self._contract, operation, case, exchange)
            return
        yield from broken_promises(operation, case, promises_for(self._contract, operation, case), exchange)


def promises_for(contract: Contract, operation: Operation, case: Case) -> tuple[FaultPromise | None, ...]:
    """What each broken thing of the case must get; None: a refusal, of whatever kind."""
    faults = (case.fault, *case.also, *([UNKNOWN_RESOURCE] if case.guessed else []))
    found = [contract.promise(operation, fault, place) for fault in faults for place in case.places or ((),)]
    found += [contract.promise(operation, UNKNOWN_REFERENCE, place) for place in case.doubted]
    return tuple(promise for index, promise in enumerate(found) if promise not in found[:index])


def broken_promises(
    operation: Operation, case: Case, promises: Sequence[FaultPromise | None], exchange: Exchange
) -> Iterator[Finding]:
    """Where the answer is none of those that were promised."""
    came = exchange.response
    if came.status == TOO_MANY_REQUESTS and case.fault != RATE_LIMITED:
        return
    if None in promises and is_tolerated(case, came.status):
        return
    expected = f"{_wanted(operation, case.fault, promises)} for {case.fault}"
    fitting = [promise for promise in promises if came.status in _statuses(operation, case.fault, promise)]
    if fitting:
        yield from _wrong_body(operation, fitting, came.body)
    elif came.status == 0:
        yield _finding(rules.SERVER_FAILURE, operation, promises, expected, Safe(came.damage or "no answer"))
    elif came.status >= _LEAST_FAILURE:
        yield _finding(rules.SERVER_FAILURE, operation, promises, expected, Safe(came.status))
    elif came.status < _LEAST_REFUSAL:
        yield _finding(rules.FAULT_ACCEPTED, operation, promises, expected, Safe(came.status))
    else:
        yield _finding(rules.FAULT_WRONG_STATUS, operation, promises, expected, Safe(came.status))


def described(promise: FaultPromise) -> str:
    """The promise in words: `status 400 with error true and error_code 5 or 23`."""
    members = [f"{name} {_either(map(_told, allowed))}" for name, allowed in promise.body.items()]
    body = f" with {' and '.join(members)}" if members else ""
    return f"status {_either(map(str, promise.statuses))}{body}"


def _wanted(operation: Operation, fault: str, promises: Sequence[FaultPromise | None]) -> str:
    told = [described(promise) for promise in promises if promise is not None]
    if None in promises:
        told.append(_any_refusal(operation, fault))
    return ", or ".join(dict.fromkeys(told))


def _any_refusal(operation: Operation, fault: str) -> str:
    if fault == UNSUPPORTED_METHOD:
        return "any 4xx"
    also = {UNSUPPORTED_MEDIA_TYPE: ", or 415", INVALID_QUERY: ", or a success"}.get(fault, "")
    return f"a documented 4xx ({', '.join(map(str, _refusals(operation, fault)))}){also}"


def _statuses(operation: Operation, fault: str, promise: FaultPromise | None) -> Sequence[int]:
    return _refusals(operation, fault) if promise is None else promise.statuses


def _refusals(operation: Operation, fault: str) -> tuple[int, ...]:
    """The documented statuses that may refuse a fault: who has no key is told so, where the operation can tell it."""
    documented = _documented(operation)
    at_the_door = tuple(status for status in documented if status in _AT_THE_DOOR.get(fault, ()))
    return at_the_door if not _UNAUTHORIZED.isdisjoint(at_the_door) else documented


def _documented(operation: Operation) -> tuple[int, ...]:
    """The statuses of client errors that the operation documents."""
    refusals = range(_LEAST_REFUSAL, _LEAST_FAILURE)
    return tuple(status for status in refusals if operation.response_for(status) is not None)


def _wrong_body(operation: Operation, promises: Sequence[FaultPromise | None], body: bytes | None) -> Iterator[Finding]:
    """The members that differ from what was promised, by the promise that is nearest; none where one is kept."""
    candidates = [promise for promise in promises if promise is not None and promise.body]
    if len(candidates) < len(promises):
        return
    value = _value(body)
    differing = [_differing(operation, promise, value) for promise in candidates]
    yield from min(differing, key=len)


def _differing(operation: Operation, promise: FaultPromise, value: Any) -> list[Finding]:
    if not isinstance(value, dict):
        expected = f"an object with {described(promise).partition(' with ')[2]}"
        return [_finding(rules.FAULT_WRONG_BODY, operation, [promise], expected, value)]
    return [
        _finding(
            rules.FAULT_WRONG_BODY,
            operation,
            [promise],
            f"{name} {_either(map(_told, allowed))}",
            _shown(value.get(name, Absent.NOTHING)),
            instance=f"/{escape(name)}",
        )
        for name, allowed in promise.body.items()
        if not any(_is_same(value.get(name, Absent.NOTHING), one) for one in allowed)
    ]


def _finding(
    rule: str,
    operation: Operation,
    promises: Sequence[FaultPromise | None],
    expected: str,
    received: Any,
    *,
    instance: str = "",
) -> Finding:
    documented = next((promise.pointer for promise in promises if promise is not None), None)
    return make_finding(rule, operation, expected, received, instance=instance, documented=documented)


def _value(body: bytes | None) -> Any:
    try:
        return json.loads(body) if body else Absent.NOTHING
    except (ValueError, RecursionError):
        return Safe("a body that is not JSON")


def _shown(value: Any) -> Any:
    """The value of a promised member: a number is a code out of the contract, and tells nothing of a person."""
    return Safe(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _is_same(came: Any, promised: Any) -> bool:
    """Equal as JSON values are: 1 is 1.0, and is not true."""
    if isinstance(came, list) and isinstance(promised, list):
        return len(came) == len(promised) and all(map(_is_same, came, promised))
    if isinstance(came, dict) and isinstance(promised, dict):
        return came.keys() == promised.keys() and all(_is_same(came[name], promised[name]) for name in came)
    return bool(came == promised) and isinstance(came, bool) == isinstance(promised, bool)


def _told(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True)


def _either(words: Iterator[str]) -> str:
    return " or ".join(words)
