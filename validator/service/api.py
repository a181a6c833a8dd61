"""Views that keep nothing: verdicts, and the service about itself. Each belongs to an operation of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Response

from validator.errors import DocumentError
from validator.recordings import read_short
from validator.reports import Tally
from validator.reports.characters import whole
from validator.reports.json import findings
from validator.service import problems
from validator.service.answers import JSON, Read, answer, choose, respond, verdict
from validator.service.catalogue import PLAIN
from validator.service.gate import current_request, query
from validator.service.judging import SOURCE, judge_upload, options_of
from validator.service.problems import Problem, Refusal, to_json
from validator.service.upload import Upload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from validator.contract import Document
    from validator.service.catalogue import Catalogue, InForce, Options
    from validator.service.gate import Gate


class Api:
    """The views, over the contracts."""

    def __init__(self, catalogue: Catalogue, document: Document, *, max_body: int) -> None:
        self._catalogue: Final = catalogue
        self._document: Final = to_json(document.root)
        self._max_body: Final = max_body

    def register(self, app: Flask, gate: Gate) -> None:
        """Put every view at the path that openapi.yaml gives it."""
        gate.open(app, "/v1/validate", "post", self.validate)
        gate.open(app, "/healthz", "get", self.health)
        gate.open(app, "/openapi.json", "get", self.document)
        gate.open(app, "/problems/{slug}", "get", self.problem)

    def validate(self) -> Response:
        """Judge the recording in the body, while it is read."""
        asked = current_request()
        wanted = query()
        media_type = choose(asked.headers.get("Accept"))
        options = options_of(wanted)
        in_force = self._catalogue.find(wanted["contract"])
        upload = Upload(asked, limit=self._max_body)
        if media_type == asked.mimetype == JSON and upload.short is not None:
            content = self._at_once(upload.short, in_force, options)
            if content is not None:
                return respond(content, JSON, Read(bytes=upload.received, exchanges=1))
        judged = judge_upload(upload, in_force, options, self._catalogue)
        report = judged.report
        single = asked.mimetype == JSON and judged.is_lines and report.exchanges == 1 and not report.obstacles_met
        return answer(report, media_type, judged.read, single=single)

    def at_once(self, text: bytes) -> bytes | None:
        """What `validate` answers to a short body without options; None where that is more than a verdict."""
        return self._at_once(text, self._catalogue.default, PLAIN)

    def _at_once(self, text: bytes, in_force: InForce, options: Options) -> bytes | None:
        """The verdict on the one exchange that a short text is; None where there is none, or it needs a report."""
        exchange = read_short(text, source=SOURCE)
        if exchange is None:
            return None
        try:
            judged = self._catalogue.judge(in_force.contract, options)(exchange)
        except DocumentError:
            return None
        if judged.skipped is not None:
            return None
        found: list[dict[str, Any]] = []
        if judged.findings:
            tally = Tally(in_force.contract)
            tally.add(judged)
            found = findings(tally.cases)
        self._catalogue.metrics.judged({judged.outcome.value: 1}, ((one.rule, 1) for one in judged.findings))
        undecided = None if judged.undecided is None else whole(judged.undecided)
        read = Read(bytes=len(text), exchanges=1)
        return verdict(judged.outcome, judged.operation, found, undecided=undecided, read=read)

    def health(self) -> Response:
        """The service is up."""
        contract = self._catalogue.default.contract
        return _json({"status": "ok", "contract": {"title": contract.title, "version": contract.version}})

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


def _json(value: Mapping[str, Any]) -> Response:
    return Response(to_json(value), content_type=JSON)
