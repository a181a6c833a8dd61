"""The fault `rate-limited`: sound requests, as fast as they can be sent, until the server refuses one.

Done only where the user asks for it, and last: afterwards nobody is let in for a while. The runner hands over cheap
requests and a way to send them, and makes events of what comes back. Requests that are let in are not told of, and
count for no budget.
"""

from __future__ import annotations

import time
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace as with_fields

from fuzz.breakage import Breakage
from fuzz.faults import RATE_LIMITED
from fuzz.oracle import TOO_MANY_REQUESTS
from fuzz.oracles.acceptance import says
from fuzz.oracles.finding import make_finding
from validator import rules
from validator.errors import NothingJudged
from validator.findings import Verdict
from validator.judges.common import is_success
from validator.redaction import Safe

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from fuzz.addresses import Addresses
    from fuzz.case import Case
    from fuzz.oracle import Oracle
    from validator.contract import Contract, Operation
    from validator.exchange import Exchange, Headers
    from validator.findings import Finding

MOST: Final = 2000
"""So many requests are sent where the server names no limit."""

_OVER: Final = 1.1
_MOST_EVER: Final = 50_000
_LONGEST_WAIT: Final = 24 * 3600
_USUAL_WAIT: Final = 60.0
"""Seconds, where the server does not say how long: most limits are per minute."""

_CANDIDATES: Final = 10


def candidates(contract: Contract, addresses: Addresses, operations: Collection[str] = ()) -> Iterator[Case]:
    """Cheap sound requests, the cheapest first: for lists, then for single things; of `operations`, if one reads."""
    reading = [one for one in contract.operations if one.method == "GET"]
    chosen = [one for one in reading if one.id in operations]
    for operation in sorted(chosen or reading, key=lambda one: one.path.count("{"))[:_CANDIDATES]:
        yield addresses.case(operation, Breakage(fault=RATE_LIMITED, variant="", described="as fast as possible"))


def provoke(
    contract: Contract,
    oracle: Oracle,
    cases: Iterable[Case],
    send: Callable[[Case], Exchange],
    *,
    patience: float = 0.0,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[tuple[Case, Verdict]]:
    """Send until the server refuses, and judge that; where `patience` (seconds) allows the wait, ask again after it.

    Of `cases`, the first that is answered with success is sent again and again: as often as the header
    X-RateLimit-Limit says and a tenth more, or `MOST` times. A verdict may have findings or none. Raises NothingJudged
    where no request was refused: then nothing is known, for the limit may count in another way.
    """
    case, answer = _first_let_in(contract, cases, send)
    sent, bound = 1, _bound(answer.response.headers)
    while is_success(answer.response.status) and sent < bound:
        left = _number(answer.response.headers, "x-ratelimit-remaining")
        answer = send(case)
        sent += 1
        if left == 0 and _is_over(answer):
            told = replace(case, described=f"request {sent:,}, after the server had said that none was left")
            yield told, oracle(told, answer)
            return
    if is_success(answer.response.status):
        raise NothingJudged(
            f"none of {sent:,} requests in a row was refused: the limit was not reached",
            mend="leave out --provoke-rate-limit where the server has none, or run it nearer to the server",
        )
    refused = replace(case, described=f"after {sent - 1:,} that were let in")
    verdict = oracle(refused, answer)
    operation = contract.operation(case.operation)
    yield refused, with_fields(verdict, findings=(*verdict.findings, *_wrong_wait(operation, answer)))
    wait = _wait(answer.response.headers)
    if answer.response.status == TOO_MANY_REQUESTS and wait <= patience:
        sleep(wait)
        again = replace(case, described=f"{wait:g} seconds after it was refused")
        yield again, _let_in_again(operation, send(again), wait)


def _first_let_in(contract: Contract, cases: Iterable[Case], send: Callable[[Case], Exchange]) -> tuple[Case, Exchange]:
    """The first case that gets success, or is refused as one too many: what went before may have used up the limit."""
    last = 0
    for case in cases:
        answer = send(case)
        last = answer.response.status
        promise = contract.promise(contract.operation(case.operation), RATE_LIMITED)
        is_refusal = last == TOO_MANY_REQUESTS or (promise is not None and says(promise, answer.response))
        if is_success(last) or is_refusal:
            return case, answer
    raise NothingJudged(
        f"no request to be sent again and again: the last that was tried got {last}"
        if last
        else "no operation is a GET",
        mend="leave out --provoke-rate-limit",
    )


def _bound(headers: Headers) -> int:
    limit = _number(headers, "x-ratelimit-limit")
    return MOST if limit is None or not 0 < limit <= _MOST_EVER else int(limit * _OVER) + 1


def _is_over(answer: Exchange) -> bool:
    """Whether one too many was let in; where a new minute began, the server says that there are more again."""
    left = _number(answer.response.headers, "x-ratelimit-remaining")
    return is_success(answer.response.status) and (left is None or left <= 0)


def _number(headers: Headers, name: str) -> int | None:
    text = (headers.get(name) or "").strip()
    return (
        int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < len("1000000000000") else None
    )


def _wait(headers: Headers) -> float:
    """Seconds to wait, by Retry-After, or as usual."""
    text = headers.get("retry-after")
    seconds = None if text is None else _seconds(text)
    return _USUAL_WAIT if seconds is None else max(0.0, seconds)


def _seconds(text: str) -> float | None:
    """RFC 9110, section 10.2.3: a number of seconds, or a date. None for what is neither."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return parsedate_to_datetime(text).timestamp() - time.time()
    except (TypeError, ValueError, OverflowError):
        return None


def _wrong_wait(operation: Operation, answer: Exchange) -> Iterator[Finding]:
    text = answer.response.headers.get("retry-after")
    if text is None:
        return
    seconds = _seconds(text)
    if seconds is None or seconds > _LONGEST_WAIT:
        expected = "in Retry-After a number of seconds, or a date, within a day"
        received = text if seconds is None else Safe(f"{seconds:.0f} seconds")
        yield make_finding(rules.INVALID_HEADER, operation, expected, received)


def _let_in_again(operation: Operation, answer: Exchange, wait: float) -> Verdict:
    if is_success(answer.response.status):
        return Verdict(exchange=answer, operation=operation.id)
    expected, received = f"to be let in again after {wait:g} seconds", Safe(answer.response.status)
    finding = make_finding(rules.FAULT_WRONG_STATUS, operation, expected, received)
    return Verdict(exchange=answer, operation=operation.id, findings=(finding,))
