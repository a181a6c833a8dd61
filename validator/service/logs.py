"""Logs as JSON, one object a line, without payloads, tokens or what stands in a query.

Three kinds of lines: `request` for each that was answered (where asked for), `audit` for each that would change
something, and what goes wrong under the name of the module that tells it.
"""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from validator.reports.characters import visible

FORMS: Final = ("text", "json")

FIELDS: Final = "fields"
"""The attribute of a record that holds what its line says besides."""

_requests: Final = logging.getLogger("validator.service.log.request")
_audit: Final = logging.getLogger("validator.service.log.audit")


class JsonLines(logging.Formatter):
    """A record as a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line: when, how grave, who tells it, and what."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "log": record.name.removeprefix("validator.service.log."),
        }
        fields = getattr(record, FIELDS, None)
        if fields is None:
            told["message"] = visible(record.getMessage())
        else:
            told.update(fields)
        return orjson.dumps(told).decode()


def set_up(form: str) -> None:
    """Write logs to the standard error: everything as JSON, or as text what goes wrong, and the audit in JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    chosen = [_audit] if form == "text" else [_audit, _requests, logging.getLogger()]
    for logger in chosen:
        logger.addHandler(handler)
        logger.propagate = logger.parent is None
    _audit.setLevel(logging.INFO)
    _requests.setLevel(logging.INFO if form == "json" else logging.WARNING)


def logs_requests() -> bool:
    """Whether lines for requests are wanted."""
    return _requests.isEnabledFor(logging.INFO)


def request(**fields: Any) -> None:
    """Log a request that was answered."""
    _requests.info("", extra={FIELDS: fields})


def audit(**fields: Any) -> None:
    """Log a change, or that one was refused."""
    _audit.info("", extra={FIELDS: fields})
