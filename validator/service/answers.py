"""Answers to a recording: which report the client wants, and the report as a response."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from flask import Response
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from validator.findings import Outcome
from validator.reports import FORMATS
from validator.reports.json import as_json, findings
from validator.service.problems import NOT_ACCEPTABLE, Problem, Refusal, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

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


@lru_cache(maxsize=64)  # programs ask in few ways
def choose(accept: str | None) -> str:
    """The media type to answer with. Raises Refusal where Accept names none that a report is written in."""
    asked = parse_accept_header(accept, MIMEAccept)
    chosen = asked.best_match(list(MEDIA_TYPES)) if asked.provided else JSON
    if chosen is None:
        available = list(MEDIA_TYPES)
        detail = f"expected Accept to allow one of {', '.join(available)}"
        raise Refusal(Problem(kind=NOT_ACCEPTABLE, detail=detail, members={"available": available}))
    return chosen


def answer(report: Report, media_type: str, read: Read, *, single: bool) -> Response:
    """The report as a response; in JSON, for a body that is a `single` exchange, the verdict on it."""
    if media_type != JSON:
        content = rendered(report, media_type)
    elif single:
        (case,) = report.cases
        content = verdict(case.outcome, case.operation, findings(report.cases), undecided=case.reason, read=read)
    else:
        content = to_json({**as_json(report), **_told(read)})
    return respond(content, media_type, read)


def rendered(report: Report, media_type: str) -> bytes:
    """The report in a media type."""
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding="utf-8", newline="\n", write_through=True)
    FORMATS[MEDIA_TYPES[media_type]].render(report, stream)
    return buffer.getvalue()


def verdict(
    outcome: Outcome, operation: str | None, found: list[dict[str, Any]], *, undecided: str | None, read: Read
) -> bytes:
    """The verdict on one exchange in JSON, in the words of a report."""
    told = {
        "valid": outcome is Outcome.VALID,
        "outcome": outcome.value,
        "operation": operation,
        "findings": found,
        "undecided": undecided,
    }
    return to_json({**told, **_told(read)})


def respond(content: bytes, media_type: str, read: Read) -> Response:
    """The answer to a recording of which so much was read."""
    response = plain(content, media_type)
    response.headers.extend(headers(read))
    return response


def plain(content: bytes, media_type: str) -> Response:
    """A report as a response."""
    return Response(content, content_type=f"{media_type}; charset=utf-8" if media_type == TEXT else media_type)


def headers(read: Read) -> tuple[tuple[str, str], ...]:
    """The headers of an answer to a recording of which so much was read."""
    return (
        ("Recording-Bytes", str(read.bytes)),
        ("Recording-Exchanges", str(read.exchanges)),
        ("Vary", "Accept"),
    )


def _told(read: Read) -> dict[str, Any]:
    return {"read": {"bytes": read.bytes, "exchanges": read.exchanges}}
