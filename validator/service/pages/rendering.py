"""The templates, filled in. Whatever is put into one is escaped: nothing here is ever marked as safe."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from flask import Response, request
from jinja2 import Environment, PackageLoader, StrictUndefined

from validator.redaction import plural
from validator.service.session import COOKIE

CONTENT_TYPE: Final = "text/html; charset=utf-8"

_OUTCOMES: Final = {
    "passed": "✓",
    "failed": "✗",
    "incomplete": "!",
    "undecided": "?",
    "valid": "✓",
    "invalid": "✗",
    "skipped": "-",
}
"""Outcomes are told by sign and word, never by colour alone."""


def page(template: str, *, status: int = 200, **values: Any) -> Response:
    """A page as a response."""
    text = _environment.get_template(template).render(
        path=request.path, has_session=COOKIE in request.cookies, **values
    )
    return Response(text, status=status, content_type=CONTENT_TYPE)


def _number(value: float) -> str:
    return f"{value:,}"


def _percent(covered: dict[str, int]) -> str:
    """How much was seen; not all of it before it is, nor none once there is some."""
    seen, documented = covered["seen"], covered["documented"]
    if not documented:
        return "none"
    share = 100 * seen / documented
    if 0 < share < 1:
        return "<1%"
    return f"{int(share)}%"


def _when(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


_environment: Final = Environment(
    loader=PackageLoader("validator.service.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(
    {
        "number": _number,
        "plural": plural,
        "percent": _percent,
        "when": _when,
        "iso": _iso,
        "sign": lambda outcome: _OUTCOMES.get(outcome, ""),
    }
)
