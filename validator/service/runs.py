"""The views of runs: judge and store, list, read, delete. Each belongs to an operation of openapi.yaml."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson
from flask import Response, url_for
from msgspec.structs import replace as with_fields

from validator import redaction
from validator.errors import ReportError
from validator.reports.merging import merge
from validator.reports.reading import read_report
from validator.service import problems
from validator.service.answers import JSON, Read, choose, headers, plain, rendered
from validator.service.catalogue import DEFAULT
from validator.service.gate import current_request, query
from validator.service.judging import SOURCE, judge_upload, nothing_judged, options_of
from validator.service.problems import Problem, Refusal, to_json
from validator.service.store import Filters, NewRun
from validator.service.upload import Upload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask, Request

    from validator.contract import Document
    from validator.reports import Report
    from validator.service.catalogue import Catalogue
    from validator.service.gate import Gate
    from validator.service.store import Run, Store

REPORT: Final = "application/vnd.picqer-contract.report+json"
"""The media type of a JSON report that is sent to be stored."""

KEY: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"

_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)
_CURSOR: Final = re.compile(rb"[0-9]{1,18}")
_OF_A_RECORDING: Final = ("judge", "strict", "drift", "server")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What is to be stored."""

    report: Report
    read: Read
    contract: str | None
    document: Document | None


class RunViews:
    """The views, over the contracts and their store."""

    def __init__(self, catalogue: Catalogue, *, max_body: int) -> None:
        self._catalogue: Final = catalogue
        self._max_body: Final = max_body

    def register(self, app: Flask, gate: Gate) -> None:
        """Put every view at the path that openapi.yaml gives it."""
        gate.open(app, "/v1/runs", "post", self.add)
        gate.open(app, "/v1/runs", "get", self.page)
        gate.open(app, "/v1/runs/{id}", "get", self.get)
        gate.open(app, "/v1/runs/{id}", "delete", self.delete)

    def add(self) -> Response:
        """Judge the recording in the body, or take the report that it is, and store the run."""
        asked = current_request()
        wanted = query()
        store = self._catalogue.store
        key = asked.headers.get(KEY)
        digest = _digest(asked)
        upload = Upload(asked, limit=self._max_body, digest=digest)
        before = None if key is None else store.runs.of_key(key)
        if before is not None:
            upload.finish()
            return _replayed(before, digest.hexdigest(), upload.received)
        found = self._sent(upload) if asked.mimetype == REPORT else self._judged(upload)
        run, is_new = store.add_run(
            NewRun(
                report=found.report,
                contract=found.contract,
                document=found.document,
                label=wanted.get("label"),
                source=wanted.get("source"),
                commit=wanted.get("commit"),
                key=key,
                digest=digest.hexdigest(),
            )
        )
        if not is_new:  # two were sent at once
            return _replayed(run, digest.hexdigest(), upload.received)
        self._catalogue.metrics.stored()
        return _stored(run, found.read, status=201)

    def _judged(self, upload: Upload) -> _Found:
        """The recording in the body, judged."""
        options = options_of(query())
        in_force = self._catalogue.find(query()["contract"])
        judged = judge_upload(upload, in_force, options, self._catalogue)
        if judged.is_cut:
            members = {"bytes_read": judged.read.bytes, "exchanges_read": judged.read.exchanges}
            detail = f"{judged.report.obstacles[-1]}; {judged.read.exchanges} exchanges before it could be read"
            raise Refusal(Problem(kind=problems.RECORDING_CUT_SHORT, detail=detail, members=members))
        return _Found(
            report=judged.report, read=judged.read, contract=in_force.name, document=in_force.contract.document
        )

    def _sent(self, upload: Upload) -> _Found:
        """The report in the body, read as `merge` reads it: what it does not know of, is not stored."""
        given = current_request().args
        for name in _OF_A_RECORDING:
            if name in given:
                detail = f"query parameter {name}: a finished report is not judged again"
                mend = "leave it out, or send the recording"
                raise Refusal(Problem(kind=problems.INVALID_PARAMETER, detail=detail, mend=mend))
        try:
            report = _ours(read_report(upload.stream, SOURCE))
        except ReportError as error:
            raise Refusal(Problem(kind=problems.UNREADABLE_REPORT, detail=error.told, mend=error.mend)) from None
        upload.finish()
        read = Read(bytes=upload.received, exchanges=report.exchanges)
        if not report.judged:
            raise nothing_judged(report, read)
        contract, document = self._about(report, given.get("contract"))
        return _Found(report=report, read=read, contract=contract, document=document)

    def _about(self, report: Report, named: str | None) -> tuple[str | None, Document | None]:
        """The contract that a report is about, and its version; None where we do not know it."""
        sha256 = report.contract.sha256
        default, contracts = self._catalogue.default, self._catalogue.store.contracts
        if named in {None, DEFAULT} and sha256 == default.contract.document.sha256:
            return DEFAULT, default.contract.document
        if named is None:
            return contracts.name_of(sha256), None
        if named == DEFAULT or not contracts.has(named, sha256):
            self._catalogue.find(named)
            told = f"{report.contract.title} {report.contract.version} (sha256 {sha256[:12]})"
            detail = f"the report is about {told}; the contract {named} has no such version"
            raise Refusal(Problem(kind=problems.OTHER_CONTRACT, detail=detail))
        return named, None

    def page(self) -> Response:
        """The newest runs, and a cursor to those before them."""
        wanted = query()
        filters = Filters(
            label=wanted.get("label"),
            source=wanted.get("source"),
            commit=wanted.get("commit"),
            outcome=wanted.get("outcome"),
            contract=wanted.get("contract"),
            since=_moment("since", wanted),
            until=_moment("until", wanted),
        )
        limit: int = wanted["limit"]
        found = self._catalogue.store.runs.page(filters, limit=limit + 1, before=number_of(wanted.get("cursor")))
        shown = found[:limit]
        cursor = cursor_of(shown[-1].number) if len(found) > limit else None
        return Response(to_json({"runs": [told(run) for run in shown], "next": cursor}), content_type=JSON)

    def get(self, id: str) -> Response:  # noqa: A002 - the path parameter's name
        """The report of a run, in the media type that is asked for."""
        media_type = choose(current_request().headers.get("Accept"))
        response = report_as(media_type, *find_run(self._catalogue.store, id))
        response.headers["Vary"] = "Accept"
        return response

    def delete(self, id: str) -> Response:  # noqa: A002 - the path parameter's name
        """Delete a run."""
        runs = self._catalogue.store.runs
        if not (_ID.fullmatch(id) and runs.delete(id)):
            raise _no_run(id)
        response = Response(status=204)
        del response.headers["Content-Type"]
        return response


def find_run(store: Store, run_id: str) -> tuple[Run, bytes]:
    """A run and its JSON report. Raises Refusal where there is none."""
    run, content = (store.runs.get(run_id), store.runs.report(run_id)) if _ID.fullmatch(run_id) else (None, None)
    if run is None or content is None:
        raise _no_run(run_id)
    return run, content


def report_as(media_type: str, run: Run, content: bytes) -> Response:
    """The JSON report of a run in a media type."""
    if media_type == JSON:
        return plain(to_json({**orjson.loads(content), "run": told(run)}), media_type)
    report = read_report(io.BytesIO(content), run.id)
    return plain(rendered(merge([(run.id, report)], fail_on=report.fail_on), media_type), media_type)


def told(run: Run) -> dict[str, Any]:
    """A run in JSON, without its report."""
    return {
        "id": run.id,
        "created_at": moment(run.created_at),
        "label": run.label,
        "source": run.source,
        "commit": run.commit,
        "outcome": run.outcome,
        "contract": {
            "name": run.contract,
            "title": run.contract_title,
            "version": run.contract_version,
            "sha256": run.contract_sha256,
        },
        "summary": run.summary,
        "coverage": run.coverage,
    }


def moment(when: datetime) -> str:
    """A point in time in JSON (RFC 3339, in UTC)."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _stored(run: Run, read: Read, *, status: int) -> Response:
    body = {**told(run), "read": {"bytes": read.bytes, "exchanges": read.exchanges}}
    response = Response(to_json(body), status=status, content_type=JSON)
    response.headers.extend(headers(read))
    del response.headers["Vary"]  # it is JSON, whatever is asked for
    response.headers["Location"] = url_for("get /v1/runs/{id}", id=run.id)
    return response


def _replayed(run: Run, digest: str, received: int) -> Response:
    """What was stored before under the same key, for the same request."""
    if run.digest != digest:
        detail = f"{KEY} stands for another request, whose run is {run.id}"
        raise Refusal(Problem(kind=problems.IDEMPOTENCY_KEY_REUSED, detail=detail))
    response = _stored(run, Read(bytes=received, exchanges=run.summary["exchanges"]), status=200)
    response.headers[REPLAYED] = "true"
    return response


def _digest(asked: Request) -> hashlib._Hash:
    """What tells a request from another: its query, its content type, and the body, as it is read."""
    return hashlib.sha256(b"%s\n%s\n" % (asked.query_string, asked.mimetype.encode()))


def _ours(came: Report) -> Report:
    """The report that comes from somewhere else, without what no report of ours has. Raises ReportError."""
    fingerprints = (finding.fingerprint for case in came.cases for finding in case.findings)
    if not _SHA256.fullmatch(came.contract.sha256) or not all(map(_FINGERPRINT.fullmatch, fingerprints)):
        raise ReportError("not a report: expected sha256 and fingerprints in hexadecimal digits", place=SOURCE)
    masked = replace(
        came,
        cases=tuple(
            with_fields(
                case,
                exchange=with_fields(case.exchange, url=redaction.url(case.exchange.url)),
                findings=tuple(
                    with_fields(finding, instance=redaction.pointer(finding.instance)) for finding in case.findings
                ),
            )
            for case in came.cases
        ),
        skips=tuple(
            with_fields(skips, address=None if skips.address is None else redaction.url(skips.address))
            for skips in came.skips
        ),
    )
    return merge([(SOURCE, masked)], fail_on=came.fail_on)


def _moment(name: str, wanted: Mapping[str, Any]) -> datetime | None:
    text = wanted.get(name)
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):  # a leap second, a year that no calendar of ours has
        raise _invalid(name, f"expected a time such as 2026-01-31T12:00:00Z, got {text}") from None


def cursor_of(number: int) -> str:
    """Where the page after the run with this number begins."""
    return base64.urlsafe_b64encode(b"%d" % number).decode().rstrip("=")


def number_of(cursor: str | None) -> int | None:
    """The number in a cursor. Raises Refusal where it is none."""
    if cursor is None:
        return None
    try:
        number = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        number = b""
    if not _CURSOR.fullmatch(number):
        raise _invalid("cursor", f"expected what `next` of another page said, got {cursor}")
    return int(number)


def _invalid(name: str, reason: str) -> Refusal:
    detail = f"query parameter {name}: {reason}"
    return Refusal(Problem(kind=problems.INVALID_PARAMETER, detail=detail, members={"parameter": name}))


def _no_run(run_id: str) -> Refusal:
    shown = run_id[: redaction.SHOWN_CHARACTERS]
    return Refusal(Problem(kind=problems.NOT_FOUND, detail=f"there is no run {shown}", mend="see /v1/runs"))
