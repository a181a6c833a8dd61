"""The stored runs with their trend, and one run: findings beside the document, coverage, reports to download."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import orjson

from validator.reports import FORMATS
from validator.service.gate import query
from validator.service.pages.evidence import evidence
from validator.service.pages.rendering import page
from validator.service.pages.trend import trend
from validator.service.problems import NOT_FOUND, Problem, Refusal
from validator.service.runs import cursor_of, find_run, number_of, report_as
from validator.service.store import OUTCOMES, Filters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response
    from flask.sansio.scaffold import Scaffold

    from validator.service.catalogue import Catalogue
    from validator.service.gate import Gate
    from validator.service.store import Run

LIMIT: Final = 40
"""Runs on a page, and in its trend."""

CAUSES: Final = 20
"""Causes of findings in the runs that were asked for."""

_EXTENSIONS: Final = {"text": "txt", "junit": "xml", "markdown": "md"}


class RunPages:
    """The views, over the contracts and their store."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue: Final = catalogue
        self._stored: Final = lru_cache(4)(self._read)

    def register(self, app: Scaffold, gate: Gate) -> None:
        """Put every view at the path that openapi.yaml gives it."""
        gate.open(app, "/runs", "get", self.page)
        gate.open(app, "/runs/{id}", "get", self.get)
        gate.open(app, "/runs/{id}/reports/{name}", "get", self.download)

    def page(self) -> Response:
        """The newest runs, with their trend."""
        wanted = query()
        chosen = {name: wanted.get(name, "") for name in ("label", "source", "outcome")}
        filters = Filters(**{name: value or None for name, value in chosen.items()})
        runs = self._catalogue.store.runs
        found = runs.page(filters, limit=LIMIT + 1, before=number_of(wanted.get("cursor")))
        shown = found[:LIMIT]
        causes = [] if "cursor" in wanted else runs.causes(filters, limit=CAUSES + 1)
        older = {**chosen, "cursor": cursor_of(shown[-1].number)} if len(found) > LIMIT else None
        kept = {name: value for name, value in chosen.items() if value}
        return page(
            "runs.html",
            runs=shown,
            trend=trend(shown),
            causes=causes[:CAUSES],
            more_causes=len(causes) > CAUSES,
            chosen=chosen,
            labels=runs.labels(),
            outcomes=OUTCOMES,
            newest=_address(kept) if "cursor" in wanted else None,
            older=None if older is None else _address({name: value for name, value in older.items() if value}),
        )

    def get(self, id: str) -> Response:  # noqa: A002 - the path parameter's name
        """One run."""
        run, content = find_run(self._catalogue.store, id)
        report = orjson.loads(content)
        return page(
            "run.html",
            run=run,
            report=report,
            evidence=evidence(report, self._document(run)),
            formats=list(FORMATS),
        )

    def download(self, id: str, name: str) -> Response:  # noqa: A002 - the path parameter's name
        """The report of a run, in the format of this name, to be saved."""
        known = FORMATS.get(name)
        if known is None:
            detail = f"expected one of the formats {', '.join(FORMATS)}"
            raise Refusal(Problem(kind=NOT_FOUND, detail=detail))
        run, content = find_run(self._catalogue.store, id)
        response = report_as(known.media_type, run, content)
        file = f"run-{run.id[:8]}.{_EXTENSIONS.get(name, name)}"
        response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
        return response

    def _document(self, run: Run) -> Mapping[str, Any] | None:
        """The document that the run was judged by; None where it is not here."""
        default = self._catalogue.default.contract.document
        if run.contract_sha256 == default.sha256:
            return default.root
        return self._stored(run.contract_sha256)

    def _read(self, sha256: str) -> Mapping[str, Any] | None:
        content = self._catalogue.store.contracts.document(sha256)
        return None if content is None else orjson.loads(content)


def _address(chosen: Mapping[str, str]) -> str:
    return f"/runs?{urlencode(chosen)}" if chosen else "/runs"
