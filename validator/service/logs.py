"""Logs as JSON, one object a line, without payloads, tokens or what stands in a query.

Three kinds of lines: `request` for each that was answered (where asked for), `audit` for each that would change
something, and what goes wrong under the name of the module that tells it. A change that no request asks for (a token
that is made, runs that have become too old, tables of a newer version) has its `audit` line from the store, wherever it
is made: by the service, or by a command.
"""

from __future__ import annotations

import logging
import os
import pwd
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TextIO

import orjson

from validator.reports.characters import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@contextmanager
def audit_to(stream: TextIO) -> Iterator[None]:
    """Write audit lines to a stream for a while: for a command, whose changes are those of who types it."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    before = _audit.level, _audit.propagate
    _audit.addHandler(handler)
    _audit.setLevel(logging.INFO)
    _audit.propagate = False
    try:
        yield
    finally:
        _audit.removeHandler(handler)
        _audit.level, _audit.propagate = before


def logs_requests() -> bool:
    """Whether lines for requests are wanted."""
    return _requests.isEnabledFor(logging.INFO)


def request(**fields: Any) -> None:
    """Log a request that was answered."""
    _requests.info("", extra={FIELDS: fields})


def audit(**fields: Any) -> None:
    """Log a change, or that one was refused."""
    _audit.info("", extra={FIELDS: fields})


def audit_of_process(action: str, target: str | None, **more: Any) -> None:
    """Log a change that no request asked for: `who` is the user that this process belongs to."""
    audit(who=_user(), action=action, target=target, outcome="done", **more)


def _user() -> str:
    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:  # in a container, say, or under systemd: nobody gave the user a name
        name = "user"
    return f"{name} (uid {uid})"
