"""Failing cases, recorded as exchange lines and sent again.

A line is an exchange like any other, and says in one more member, `fuzz`, how its request was made. The key is not in
it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Final

import msgspec

from fuzz.addresses import Addresses
from fuzz.admission import DOORS, not_let_in
from fuzz.case import Case
from fuzz.failures import Failure, failure
from fuzz.faults import INVALID_QUERY, RATE_LIMITED, UNKNOWN_RESOURCE, UNSUPPORTED_METHOD
from fuzz.oracle import TOO_MANY_REQUESTS, Oracle
from fuzz.rate_limit import provoke
from fuzz.sequences import acts
from fuzz.sequences.created import Created
from fuzz.sequences.stories import Stories
from fuzz.spoiling import spoilt
from fuzz.wishes import WRITING
from validator.errors import RecordingError
from validator.exchange import Headers
from validator.judges import make_judge
from validator.recordings import read_recording
from validator.recordings.entries import decode
from validator.recordings.exchange_lines import write_exchange_line
from validator.recordings.source import opened

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from fuzz.transport import Transport
    from validator.contract import Contract, Operation
    from validator.exchange import Exchange, Request


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a case was sent; `sandbox` where that was the embedded one, with its defect and limit if it had them."""

    base_url: str
    sandbox: bool = False
    defect: str | None = None
    rate_limit: int | None = None


class _Before(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a sequence that came before the one that failed; the body in base64, as it need not be text."""

    act: str
    operation: str
    method: str
    url: str
    body: bytes = b""


class _Made(Origin, frozen=True, kw_only=True):
    """The member `fuzz` of a line."""

    operation: str
    fault: str
    variant: str
    places: tuple[tuple[str, ...], ...]
    described: str
    place: str = ""
    kind: str = ""
    also: tuple[str, ...] = ()
    doubted: tuple[tuple[str, ...], ...] = ()
    guessed: bool = False
    own: bool = False
    credentials: str = ""
    seed: int = 0
    act: str = ""
    before: tuple[_Before, ...] = ()


class _Line(msgspec.Struct, frozen=True):
    fuzz: _Made


_LINE: Final = msgspec.json.Decoder(_Line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A case that failed, and where."""

    case: Case
    origin: Origin


def write_failure(failure: Failure, origin: Origin) -> bytes:
    """The failing exchange as a line, with how its request was made."""
    return write_case(Recorded(case=failure.case, origin=origin), failure.exchange)


def write_case(recorded: Recorded, exchange: Exchange) -> bytes:
    """An exchange of the case as a line, with how its request was made."""
    case, origin = recorded.case, recorded.origin
    made = _Made(
        base_url=origin.base_url,
        sandbox=origin.sandbox,
        defect=origin.defect,
        rate_limit=origin.rate_limit,
        operation=case.operation,
        fault=case.fault,
        variant=case.variant,
        place=case.place,
        kind=case.kind,
        places=case.places,
        also=case.also,
        doubted=case.doubted,
        guessed=case.guessed,
        own=case.own,
        described=case.described,
        credentials=case.credentials,
        seed=case.seed,
        act=case.act,
        before=tuple(
            _Before(act=one.act, operation=one.operation, method=one.method, url=one.url, body=one.body)
            for one in case.before
        ),
    )
    return write_exchange_line(exchange, {"fuzz": msgspec.to_builtins(made)})


def read_cases(path: str | os.PathLike[str]) -> list[Recorded]:
    """The cases of a recording. Raises RecordingError where it is none of ours."""
    made = dict(_made(path))
    if not made:
        raise RecordingError("holds no recorded cases", place=str(path), mend=_MEND)
    exchanges = {exchange.index: exchange for exchange in read_recording(path)}
    return [_recorded(exchanges[index].request, made[index]) for index in made]


def _made(path: str | os.PathLike[str]) -> Iterator[tuple[int, _Made]]:
    with opened(path) as source:
        lines = (line for line in source.stream if not line.isspace())
        for index, line in enumerate(lines):
            try:
                made = decode(_LINE, line).fuzz
            except (msgspec.DecodeError, RecursionError) as error:
                reason = f"no recorded case: {error}"
                raise RecordingError(reason, place=f"{path}: line {index + 1}", mend=_MEND) from None
            told = (*(one.act for one in made.before), *([made.act] if made.act else []))
            unknown = next((act for act in told if not acts.is_told(act)), None)
            if unknown is not None:
                reason = f"no recorded case: there is no act {unknown!r}"
                raise RecordingError(reason, place=f"{path}: line {index + 1}", mend=_MEND)
            yield index, made


_MEND: Final = "record cases with picqer-fuzz run --record FILE"


def _recorded(request: Request, made: _Made) -> Recorded:
    case = Case(
        operation=made.operation,
        method=request.method,
        url=request.url,
        headers=request.headers,
        body=request.body or b"",
        fault=made.fault,
        variant=made.variant,
        place=made.place,
        kind=made.kind,
        places=made.places,
        also=made.also,
        doubted=made.doubted,
        guessed=made.guessed,
        own=made.own,
        described=made.described,
        credentials=made.credentials,
        seed=made.seed,
        act=made.act,
        before=tuple(
            Case(operation=one.operation, method=one.method, url=one.url, body=one.body, act=one.act)
            for one in made.before
        ),
    )
    origin = Origin(base_url=made.base_url, sandbox=made.sandbox, defect=made.defect, rate_limit=made.rate_limit)
    return Recorded(case=case, origin=origin)


def send_again(
    recorded: Iterable[Recorded], contract: Contract, transport: Transport, base_url: str
) -> Iterator[Failure | None]:
    """Send each case to the server at this address: its failure, or None where it fails no more.

    Ids in paths are those of the server that the case was recorded with; another server is asked for its own. What is
    one request too many comes last, after as many as are let in. Raises TargetError where it lets nobody in, and
    NothingJudged where its limit is not reached.
    """
    contract = contract.with_servers(base_url)
    oracle = Oracle(contract, make_judge(contract))
    addresses: dict[str, Addresses] = {}
    let_in, status = False, 0
    for one in sorted(recorded, key=lambda one: one.case.fault == RATE_LIMITED):
        operation = operation_of(contract, one.case)
        if one.case.act or one.case.own:
            again, came = _played_again(one.case, contract, transport, base_url, oracle)
            let_in = let_in or not came <= DOORS
            status = max(came, default=status)
            yield again
            continue
        if operation.id not in addresses:
            addresses[operation.id] = Addresses.learnt(contract, base_url, transport, operations=[operation])
        case = aimed_again(one, operation, addresses[operation.id], base_url)
        if case.fault == RATE_LIMITED:
            told = provoke(contract, oracle, [case], transport)
            yield next(filter(None, (failure(provoked, verdict) for provoked, verdict in told)), None)
            let_in = True
            continue
        exchange = transport(case)
        status = exchange.response.status
        if status == TOO_MANY_REQUESTS:
            raise not_let_in(status)
        let_in = let_in or status not in DOORS or bool(case.credentials)  # which it is right to refuse
        yield failure(case, oracle(case, exchange))
    if not let_in:
        raise not_let_in(status)


def aimed_again(recorded: Recorded, operation: Operation, addresses: Addresses, base_url: str) -> Case:
    """The case, to be sent to the server at this address. Raises RecordingError where it cannot be."""
    case, aimed = recorded.case, addresses.case(operation)
    method = case.method if case.fault == UNSUPPORTED_METHOD else aimed.method
    url = _url(recorded, aimed, base_url)
    is_aimed = url.partition("?")[0] == aimed.url.partition("?")[0]
    case = replace(
        case,
        method=method,
        url=url,
        headers=_headers(case, aimed),
        scheme=aimed.scheme,
        guessed=aimed.guessed if is_aimed else case.guessed,
    )
    if case.credentials:
        _check_credentials(case)
    return case


def _url(recorded: Recorded, aimed: Case, base_url: str) -> str:
    """Where to send it. A recording is a file like any other: it does not say to which host the key goes."""
    case, origin = recorded.case, recorded.origin
    if not case.url.startswith(f"{origin.base_url}/"):
        return aimed.url
    # What must not hit anything is aimed at nothing on another server, too.
    is_misused = case.fault == UNSUPPORTED_METHOD and case.method in WRITING
    if origin.base_url == base_url or is_misused or UNKNOWN_RESOURCE in {case.fault, *case.also}:
        return base_url + case.url.removeprefix(origin.base_url)
    if case.fault == INVALID_QUERY or case.place.startswith("query/"):
        return f"{aimed.url.partition('?')[0]}?{case.url.partition('?')[2]}"
    return aimed.url


def _headers(case: Case, aimed: Case) -> Headers:
    """The headers of the operation, with those that may be what is wrong as they were recorded, or not there."""
    wrong = {"content-type": "Content-Type"}
    if case.place.startswith("header/"):
        name = case.place.removeprefix("header/")
        wrong[name.lower()] = name
    recorded = ((name, case.headers.get(name)) for name in wrong.values())
    return Headers(
        [
            *(pair for pair in aimed.headers if pair[0].lower() not in wrong),
            *((name, value) for name, value in recorded if value is not None),
        ]
    )


def _check_credentials(case: Case) -> None:
    """Raise RecordingError where the credentials cannot be spoilt as the recording says."""
    try:
        spoilt(case.scheme, case.credentials)
    except ValueError as error:
        raise RecordingError(str(error), mend="give the --spec that it was recorded with, or record it again") from None


def _played_again(
    case: Case, contract: Contract, transport: Transport, base_url: str, oracle: Oracle
) -> tuple[Failure | None, set[int]]:
    """The sequence once more, on a thing of its own, that is deleted afterwards; and the statuses that came."""
    addresses = Addresses.learnt(contract, base_url, transport, operations=[operation_of(contract, case)])
    created = Created(contract, addresses)

    def ask(step: Case) -> Exchange:
        exchange = transport(step)
        created.note(step, exchange)
        return exchange

    stories = Stories(contract, addresses, created, ask=ask, judge=oracle, is_new=lambda _: True, seed=case.seed)
    try:
        answers = list(stories.again(case))
    finally:
        created.clean_up(transport)
    found = (failure(one.case, one.verdict) for one in answers)
    return next((one for one in found if one is not None), None), {
        one.verdict.exchange.response.status for one in answers
    }


def operation_of(contract: Contract, case: Case) -> Operation:
    """The operation of a case. Raises RecordingError where the contract lacks it, or a place that the case names."""
    try:
        for place in chain.from_iterable((*case.places, *case.doubted)):
            contract.document.at(place)
        return contract.operation(case.operation)
    except KeyError as missing:
        reason = f"the contract has not what a recorded case of {case.operation} speaks of: {missing}"
        raise RecordingError(reason, mend="give the --spec that it was recorded with, or record it again") from None
