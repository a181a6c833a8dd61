"""The views. Each belongs to an operation of openapi.yaml, and stands behind the gate."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from flask import Response

from validator.errors import DocumentError, RecordingError
from validator.judges import make_judge
from validator.recordings import EXCHANGE_LINES, format_of, read_short, read_stream
from validator.reports import Tally
from validator.reports.characters import whole
from validator.reports.json import as_json, findings
from validator.service import problems
from validator.service.answers import JSON, Read, answer, choose, respond, verdict
from validator.service.gate import current_request, query
from validator.service.problems import Problem, Refusal, to_json
from validator.service.upload import Upload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from validator.contract import Contract, Document
    from validator.errors import Obstacle
    from validator.judges import Judge
    from validator.reports import Report
    from validator.service.gate import Gate

SOURCE: Final = "body"
"""What a report calls the recording: `body[3]` is its fourth exchange."""

_SHOWN_REASONS: Final = 3

KEPT_JUDGES: Final = 16
"""Judges are made once for each choice of options; `?server=` makes for any number of choices."""


class Api:
    """The views, over one contract."""

    def __init__(self, contract: Contract, document: Document, *, max_body: int) -> None:
        self._contract: Final = contract
        self._document: Final = to_json(document.root)
        self._max_body: Final = max_body
        self._judge: Final = lru_cache(KEPT_JUDGES)(self._make_judge)

    def register(self, app: Flask, gate: Gate) -> None:
        """Put every view at the path that openapi.yaml gives it."""
        for path, method, view in (
            ("/v1/validate", "post", self.validate),
            ("/healthz", "get", self.health),
            ("/openapi.json", "get", self.document),
            ("/problems/{slug}", "get", self.problem),
        ):
            rule = path.replace("{", "<").replace("}", ">")
            app.add_url_rule(rule, view.__name__, gate(path, method, view), methods=[method.upper()])

    def validate(self) -> Response:
        """Judge the recording in the body, while it is read."""
        started = time.perf_counter()
        asked = current_request()
        options = query()
        media_type = choose(asked.headers.get("Accept"))
        judge = self._judge(options["judge"], options["strict"], options["drift"], _addresses(options))
        upload = Upload(asked, limit=self._max_body)
        if media_type == asked.mimetype == JSON and upload.short is not None:
            content = self._at_once(upload.short, judge)
            if content is not None:
                return respond(content, JSON, Read(bytes=upload.received, exchanges=1))
        single = asked.mimetype == JSON and format_of(upload.stream.peek()) is EXCHANGE_LINES
        tally = Tally(self._contract)
        _tally(upload, judge, tally)
        report = tally.report(seconds=time.perf_counter() - started)
        read = Read(bytes=upload.received, exchanges=report.exchanges)
        if not report.judged:
            raise Refusal(_nothing_judged(report, read, self._advice(tally.other_address)))
        one = single and report.exchanges == 1 and not report.obstacles_met
        return answer(report, media_type, read, single=one)

    def at_once(self, text: bytes) -> bytes | None:
        """What `validate` answers to a short body without options; None where that is more than a verdict."""
        return self._at_once(text, self._judge("compiled", False, False, ()))

    def _at_once(self, text: bytes, judge: Judge) -> bytes | None:
        """The verdict on the one exchange that a short text is; None where there is none, or it needs a report."""
        exchange = read_short(text, source=SOURCE)
        if exchange is None:
            return None
        try:
            judged = judge(exchange)
        except DocumentError:
            return None
        if judged.skipped is not None:
            return None
        found: list[dict[str, Any]] = []
        if judged.findings:
            tally = Tally(self._contract)
            tally.add(judged)
            found = findings(tally.cases)
        undecided = None if judged.undecided is None else whole(judged.undecided)
        read = Read(bytes=len(text), exchanges=1)
        return verdict(judged.outcome, judged.operation, found, undecided=undecided, read=read)

    def health(self) -> Response:
        """The service is up."""
        contract = {"title": self._contract.title, "version": self._contract.version}
        return _json({"status": "ok", "contract": contract})

    def document(self) -> Response:
        """The OpenAPI document of the service."""
        return Response(self._document, content_type=JSON)

    def problem(self, slug: str) -> Response:
        """What a kind of problem means: where the `type` of a problem document leads."""
        kind = problems.KINDS.get(slug)
        if kind is None:
            known = ", ".join(problems.KINDS)
            raise Refusal(Problem(kind=problems.NOT_FOUND, detail=f"expected one of the kinds {known}"))
        return _json({"type": kind.uri, "title": kind.title, "status": kind.status, "mend": kind.mend})

    def _advice(self, address: str | None) -> str:
        """What to do where every exchange was skipped; most of them went to the address."""
        if address is None:
            return "record the responses too"
        return f"if {address} serves the contract, say so: ?server={address}{self._contract.base_path}"

    def _make_judge(self, name: str, strict: bool, drift: bool, servers: tuple[str, ...]) -> Judge:  # noqa: FBT001 - a key
        contract = self._contract.with_servers(*servers) if servers else self._contract
        return make_judge(contract, name, strict=strict, drift=drift)


def _tally(upload: Upload, judge: Judge, tally: Tally) -> None:
    """Judge all that can be read; one bad entry does not lose the others."""

    def met(obstacle: Obstacle) -> None:
        tally.add_obstacle(obstacle, source=SOURCE)

    try:
        for exchange in read_stream(upload.stream, source=SOURCE, on_obstacle=met):
            try:
                tally.add(judge(exchange))
            except DocumentError as obstacle:  # a part of the contract turned out unusable; other parts are not
                met(obstacle)
        upload.finish()
    except RecordingError as obstacle:
        met(obstacle)


def _addresses(options: Mapping[str, Any]) -> tuple[str, ...]:
    """The values of `?server=`; the pattern in openapi.yaml has kept out all but what no pattern can tell."""
    addresses: list[str] = options.get("server", [])
    for address in addresses:
        try:
            urlsplit(address).port  # noqa: B018 - raises where it is not a number
        except ValueError as error:
            problem = Problem(
                kind=problems.INVALID_PARAMETER,
                detail=f"query parameter server: expected an address, got {address}: {error}",
                members={"parameter": "server"},
            )
            raise Refusal(problem) from None
    return tuple(addresses)


def _nothing_judged(report: Report, read: Read, advice: str) -> Problem:
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
    kind = problems.INTERNAL_ERROR if first.kind == DocumentError.__name__ else problems.UNREADABLE_RECORDING
    return Problem(kind=kind, detail=str(first), mend=first.mend, members=members)


def _json(value: Mapping[str, Any]) -> Response:
    return Response(to_json(value), content_type=JSON)
