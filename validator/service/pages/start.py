"""The start page: drop a recording, paste a response or try an example, and see the verdict. Nothing is kept."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from validator.errors import StoreError
from validator.reports.json import as_json
from validator.service import problems
from validator.service.catalogue import DEFAULT, PLAIN
from validator.service.gate import current_request, query
from validator.service.judging import addresses, judge_upload
from validator.service.pages.evidence import evidence
from validator.service.pages.examples import Pasted, examples, server_of
from validator.service.pages.form import SentFile, read_form
from validator.service.pages.rendering import page
from validator.service.problems import Problem, Refusal
from validator.service.session import refuse_other_sites

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response
    from flask.sansio.scaffold import Scaffold

    from validator.service.catalogue import Catalogue, InForce, Options
    from validator.service.gate import Gate
    from validator.service.pages.form import Form
    from validator.service.problems import ProblemKind

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What the page shows: the forms as they were sent, and what came of it."""

    contract: str = DEFAULT
    server: str = ""
    strictness: str = ""
    pasted: Pasted = field(default_factory=Pasted)
    example: str = ""
    report: Mapping[str, Any] | None = None
    root: Mapping[str, Any] | None = None
    problem: Problem | None = None


class StartPages:
    """The views, over the contracts."""

    def __init__(self, catalogue: Catalogue, *, max_body: int) -> None:
        self._catalogue: Final = catalogue
        self._max_body: Final = max_body

    def register(self, app: Scaffold, gate: Gate) -> None:
        """Put every view at the path that openapi.yaml gives it."""
        gate.open(app, "/", "get", self.start)
        gate.open(app, "/judge/recording", "post", self.recording)
        gate.open(app, "/judge/response", "post", self.response)

    def start(self) -> Response:
        """The page; with `?example=` filled in, and judged."""
        wanted = query()
        slug: str = wanted.get("example", "")
        in_force = self._catalogue.find(wanted["contract"])
        shown = _Shown(contract=in_force.name)
        if not slug:
            return self._page(shown, in_force)
        example = next((one for one in examples(self._catalogue, in_force) if one.slug == slug), None)
        if example is None:
            detail = f"the contract {in_force.name} has no example {slug}"
            raise Refusal(Problem(kind=problems.NOT_FOUND, detail=detail, mend="choose one of those on the start page"))
        return self._judged(replace(shown, pasted=example.pasted, example=slug), _file(example.pasted), in_force, PLAIN)

    def recording(self) -> Response:
        """Judge the file that was dropped or chosen."""
        asked = current_request()
        refuse_other_sites(asked)
        with read_form(asked, limit=self._max_body) as form:
            shown = _options_shown(form)
            if form.file is None:
                mend = "choose a HAR, a VCR.py cassette or exchange lines"
                problem = Problem(kind=problems.MISSING_BODY, detail="expected a file, got none", mend=mend)
                return self._page(replace(shown, problem=problem), self._catalogue.default)
            try:
                in_force, options = self._asked(shown)
            except Refusal as refusal:
                return self._page(replace(shown, problem=refusal.problem), self._catalogue.default)
            return self._judged(shown, form.file, in_force, options)

    def response(self) -> Response:
        """Judge the response that was pasted."""
        asked = current_request()
        refuse_other_sites(asked)
        with read_form(asked, limit=self._max_body) as form:
            names = ("method", "url", "status", "content_type", "body")
            pasted = Pasted(**{name: form.fields.get(name, "") for name in names})
            shown = replace(_options_shown(form), pasted=pasted)
        try:
            in_force, options = self._asked(shown)
        except Refusal as refusal:
            return self._page(replace(shown, problem=refusal.problem), self._catalogue.default)
        url = pasted.url.strip()
        if "://" not in url:
            base = shown.server.rstrip("/") or server_of(in_force.contract)
            url = f"{base}/{url.lstrip('/')}"
        sent = replace(pasted, url=url, status=pasted.status.strip(), content_type=pasted.content_type.strip())
        return self._judged(shown, _file(sent), in_force, options)

    def _asked(self, shown: _Shown) -> tuple[InForce, Options]:
        """What to judge against, and how. Raises Refusal."""
        in_force = self._catalogue.find(shown.contract)
        servers = addresses([shown.server]) if shown.server else ()
        strictness = shown.strictness
        return in_force, replace(PLAIN, strict=strictness == "strict", drift=strictness == "drift", servers=servers)

    def _judged(self, shown: _Shown, sent: SentFile, in_force: InForce, options: Options) -> Response:
        try:
            judged = judge_upload(sent, in_force, options, self._catalogue)
        except Refusal as refusal:
            return self._page(replace(shown, problem=refusal.problem), in_force)
        report = as_json(judged.report)
        return self._page(replace(shown, report=report, root=in_force.contract.document.root), in_force)

    def _page(self, shown: _Shown, in_force: InForce) -> Response:
        problem = shown.problem
        return page(
            "start.html",
            status=200 if problem is None else problem.kind.status,
            shown=shown,
            pasted=shown.pasted,
            methods=METHODS,
            contracts=self._names(),
            contract=in_force.contract,
            server=server_of(in_force.contract),
            examples=examples(self._catalogue, in_force),
            report=shown.report,
            evidence=None if shown.report is None else evidence(shown.report, shown.root),
            problem=problem,
            mend="" if problem is None else _mend(problem),
        )

    def _names(self) -> list[str]:
        """The contracts to choose from; while the database is down, the one that is always there."""
        store = self._catalogue.kept
        try:
            return [DEFAULT, *(named.name for named in store.contracts.all())] if store is not None else [DEFAULT]
        except StoreError:
            return [DEFAULT]


def _options_shown(form: Form) -> _Shown:
    fields = form.fields
    return _Shown(
        contract=fields.get("contract") or DEFAULT,
        server=fields.get("server", "").strip(),
        strictness=fields.get("strictness", ""),
    )


def _file(pasted: Pasted) -> SentFile:
    line = pasted.line()
    return SentFile(io.BytesIO(line), received=len(line))


def _mend(problem: Problem) -> str:
    """What to do, in the words of the page: a program is told of `?server=`."""
    return _MENDS.get(problem.kind, "") or problem.mend or problem.kind.mend


_MENDS: Final[dict[ProblemKind, str]] = {
    problems.NOTHING_JUDGED: "Responses must be recorded too. If the recorded address serves the contract (a sandbox, "
    "a proxy), give it among the options: “Recorded against another address”.",
    problems.UNREADABLE_RECORDING: "Give a HAR 1.2, a VCR.py cassette (YAML or JSON) or exchange lines.",
}
