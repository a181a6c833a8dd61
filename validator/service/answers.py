"""Answers to a recording: which report the client wants, and the report as a response."""

from __future__ import annotations

import io
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from flask import Response

from validator.findings import Outcome
from validator.reports import FORMATS
from validator.reports.json import as_json
from validator.service.problems import NOT_ACCEPTABLE, Problem, Refusal, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import MIMEAccept

    from validator.reports import Report

JSON: Final = "application/json"
TEXT: Final = "text/plain"

MEDIA_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        JSON: "json",  # first: what a client gets that does not say
        **{known.media_type: known.name for known in FORMATS.values()},
        "application/junit+xml": "junit",
    }
)
"""The media types that a report may be asked for in, and the format of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was read of a body."""

    bytes: int
    exchanges: int


def choose(accept: MIMEAccept) -> str:
    """The media type to answer with. Raises Refusal where Accept names none that a report is written in."""
    chosen = accept.best_match(list(MEDIA_TYPES)) if accept.provided else JSON
    if chosen is None:
        available = list(MEDIA_TYPES)
        detail = f"expected Accept to allow one of {', '.join(available)}"
        raise Refusal(Problem(kind=NOT_ACCEPTABLE, detail=detail, members={"available": available}))
    return chosen


def answer(report: Report, media_type: str, read: Read, *, single: bool) -> Response:
    """The report as a response; in JSON, for a body that is a `single` exchange, the verdict on it."""
    if media_type == JSON:
        told = _verdict(report) if single else as_json(report)
        content = to_json({**told, "read": {"bytes": read.bytes, "exchanges": read.exchanges}})
    else:
        buffer = io.BytesIO()
        stream = io.TextIOWrapper(buffer, encoding="utf-8", newline="\n", write_through=True)
        FORMATS[MEDIA_TYPES[media_type]].render(report, stream)
        content = buffer.getvalue()
    response = Response(content, content_type=f"{media_type}; charset=utf-8" if media_type == TEXT else media_type)
    response.headers["Recording-Bytes"] = str(read.bytes)
    response.headers["Recording-Exchanges"] = str(read.exchanges)
    response.headers["Vary"] = "Accept"
    return response


def _verdict(report: Report) -> dict[str, Any]:
    """The verdict on the one exchange of the report, in the report's own words."""
    (case,) = report.cases
    return {
        "valid": case.outcome is Outcome.VALID,
        "outcome": case.outcome.value,
        "operation": case.operation,
        "findings": as_json(report)["findings"],
        "undecided": case.reason,
    }
