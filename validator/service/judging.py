"""From the body of a request to a report: what POST /v1/validate and POST /v1/runs have in common."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import urlsplit

from validator.errors import DocumentError, EntryError, RecordingError
from validator.recordings import EXCHANGE_LINES, format_of, read_stream
from validator.reports import Tally
from validator.reports.json import as_json
from validator.service import problems
from validator.service.answers import Read
from validator.service.catalogue import DEFAULT, PLAIN, Options
from validator.service.problems import Problem, Refusal

if TYPE_CHECKING:
    import io
    from collections.abc import Mapping

    from validator.errors import Obstacle
    from validator.judges import Judge
    from validator.reports import Report
    from validator.service.catalogue import Catalogue, InForce
    from validator.service.problems import ProblemKind

SOURCE: Final = "body"
"""What a report calls the recording: `body[3]` is its fourth exchange."""

MOST_EXCHANGES = 1_000_000
"""Exchanges, and entries that cannot be read, that one request may bring."""

MOST_SECONDS = 300.0
"""The time that one request may take. It is looked at between exchanges: for one that takes for ever there is the
server's patience with a worker that does not answer (server.py)."""

_SHOWN_REASONS: Final = 3


class Recording(Protocol):
    """What is to be judged: a body (Upload), or a file in a form.

    `finish` raises Refusal where it did not come whole.
    """

    @property
    def stream(self) -> io.BufferedReader[Any]:
        """The recording itself."""
        ...

    @property
    def received(self) -> int:
        """How many bytes came."""
        ...

    @property
    def ends_in_a_line(self) -> bool:
        """Whether it is known to end without the end of a line."""
        ...

    def finish(self) -> None:
        """Read what a reader had no need of."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A recording that was judged, and how it was read; `is_cut` where it broke off before its end."""

    report: Report
    read: Read
    is_lines: bool
    is_cut: bool


def options_of(query: Mapping[str, Any]) -> Options:
    """How the query of a request wants it judged. Raises Refusal."""
    if query["judge"] == PLAIN.judge and not query["strict"] and not query["drift"] and not query.get("server"):
        return PLAIN
    return Options(
        judge=query["judge"], strict=query["strict"], drift=query["drift"], servers=addresses(query.get("server", []))
    )


def judge_upload(upload: Recording, in_force: InForce, options: Options, catalogue: Catalogue) -> Judged:
    """Judge the recording in a body, while it is read. Raises Refusal where nothing of it could be judged."""
    started = time.perf_counter()
    is_lines = format_of(upload.stream.peek()) is EXCHANGE_LINES
    judge = catalogue.judge(in_force.contract, options)
    tally = Tally(in_force.contract)
    last = _tally(upload, judge, tally, until=started + MOST_SECONDS)
    report = tally.report(seconds=time.perf_counter() - started)
    catalogue.metrics.judged({one.value: times for one, times in report.outcomes.items()}, report.by_rule.items())
    read = Read(bytes=upload.received, exchanges=report.exchanges)
    if not report.judged:
        raise Refusal(_nothing_judged(report, read, _advice(tally, in_force), in_force))
    # A line that cannot be read, and does not end: the rest of it is missing. In other formats nothing is read then.
    is_cut = (is_lines and isinstance(last, EntryError) and upload.ends_in_a_line) or (
        isinstance(last, RecordingError) and not isinstance(last, EntryError)
    )
    return Judged(report=report, read=read, is_lines=is_lines, is_cut=is_cut)


def nothing_judged(report: Report, read: Read) -> Refusal:
    """That a report that came has judged nothing."""
    return Refusal(_nothing_judged(report, read, "", None))


def _tally(upload: Recording, judge: Judge, tally: Tally, *, until: float) -> Obstacle | None:
    """Judge all that can be read; one bad entry does not lose the others. What kept us from the last of them, if so.

    Raises Refusal where there is more than one request may bring, or it takes longer than `until`.
    """
    last: Obstacle | None = None

    def met(obstacle: Obstacle) -> None:
        nonlocal last
        last = obstacle
        tally.add_obstacle(obstacle, source=SOURCE)
        _within_bounds(upload, tally, until)

    try:
        for exchange in read_stream(upload.stream, source=SOURCE, on_obstacle=met):
            last = None
            try:
                tally.add(judge(exchange))
            except DocumentError as obstacle:  # a part of the contract turned out unusable; other parts are not
                met(obstacle)
            _within_bounds(upload, tally, until)
        upload.finish()
    except RecordingError as obstacle:
        met(obstacle)
    return last


def _within_bounds(upload: Recording, tally: Tally, until: float) -> None:
    """Raise Refusal where one request has brought, or taken, too much; it says how far it came."""
    if tally.exchanges + tally.obstacles_met > MOST_EXCHANGES:
        reason = f"expected at most {MOST_EXCHANGES:,} exchanges, got more"
    elif time.perf_counter() > until:
        reason = f"expected to be done in {MOST_SECONDS:.0f} seconds"
    else:
        return
    members = {"bytes_read": upload.received, "exchanges_read": tally.exchanges}
    detail = f"{reason}; {tally.exchanges:,} exchanges were judged"
    raise Refusal(Problem(kind=problems.TOO_MUCH_TO_JUDGE, detail=detail, members=members))


def addresses(given: list[str]) -> tuple[str, ...]:
    """The values of `?server=`, as addresses. Raises Refusal.

    The pattern in openapi.yaml has kept out of a query all but what no pattern can tell.
    """
    for address in given:
        try:
            urlsplit(address).port  # noqa: B018 - raises where it is not a number
        except ValueError as error:
            problem = Problem(
                kind=problems.INVALID_PARAMETER,
                detail=f"query parameter server: expected an address, got {address}: {error}",
                members={"parameter": "server"},
            )
            raise Refusal(problem) from None
    return tuple(given)


def _advice(tally: Tally, in_force: InForce) -> str:
    """What to do where every exchange was skipped; most of them went to another address."""
    if tally.other_address is None:
        return "record the responses too"
    address = tally.other_address
    return f"if {address} serves the contract, say so: ?server={address}{in_force.contract.base_path}"


def _nothing_judged(report: Report, read: Read, advice: str, in_force: InForce | None) -> Problem:
    """Why there is no verdict: nothing could be read, all of it was skipped, or the contract is not usable."""
    told = as_json(report)
    members = {"bytes_read": read.bytes, "exchanges_read": read.exchanges, "obstacles": told["obstacles"]}
    if report.exchanges:
        reasons = "; ".join(skips.reason for skips in report.skips[:_SHOWN_REASONS])
        members["skipped"] = told["skipped"]
        return Problem(kind=problems.NOTHING_JUDGED, detail=reasons, mend=advice, members=members)
    if not report.obstacles:
        detail = "expected at least one exchange, got none"
        return Problem(kind=problems.UNREADABLE_RECORDING, detail=detail, members=members)
    first = report.obstacles[0]
    return Problem(kind=_kind(first.kind, in_force), detail=str(first), mend=first.mend, members=members)


def _kind(kind: str, in_force: InForce | None) -> ProblemKind:
    """Whose fault it was: a document that turns out unusable is the operator's, or that of who has PUT it."""
    if kind != DocumentError.__name__ or in_force is None:
        return problems.UNREADABLE_RECORDING
    return problems.INTERNAL_ERROR if in_force.name == DEFAULT else problems.INVALID_DOCUMENT
