"""Defects with queries: an offset or a filter that makes no sense is more than ignored or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.sandbox.defects.defect import INVALID_QUERY, Defect
from fuzz.sandbox.defects.replies import crash, every, on, served, told, with_members, with_status
from fuzz.sandbox.model import Reply
from fuzz.sandbox.problems import INVALID_DATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.sandbox.defects.replies import Change, When

_FAILURE: Final = ("server-failure",)
_LONG: Final = 9
_SQL: Final = "SQLSTATE[22007]: Invalid datetime format: SELECT * FROM orders WHERE updated_at >= ?"


def _crashes(name: str, summary: str, difficulty: int, when: When) -> Defect:
    return served(name, summary, difficulty, crash, fault=INVALID_QUERY, rules=_FAILURE, when=when)


def _on_bad_date(name: str, summary: str, rules: tuple[str, ...], change: Change) -> Defect:
    return served(name, summary, 2, change, fault=INVALID_QUERY, rules=rules, when=_bad_date)


def _asked_with(name: str, holds: Callable[[str], bool]) -> When:
    """A list asked with a value of this name for which this holds; every value, where the name is empty."""
    return lambda asked, _: (
        asked.method == "GET" and any(name in {"", key} and holds(value) for key, value in asked.query.items())
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit()


_bad_date: Final = every(lambda asked, _: bool(asked.query), told(INVALID_DATE))

DEFECTS: Final = (
    _crashes(
        "offset-no-number-crashes",
        "An offset that is no number gets an HTML page with status 500",
        2,
        _asked_with("offset", lambda text: not _is_number(text)),
    ),
    _crashes(
        "negative-offset-crashes",
        "A negative offset gets an HTML page with status 500",
        2,
        _asked_with("offset", lambda text: text.startswith("-") and _is_number(text)),
    ),
    _crashes(
        "huge-offset-crashes",
        "An offset of ten digits gets an HTML page with status 500",
        2,
        _asked_with("offset", lambda text: _is_number(text) and len(text) > _LONG),
    ),
    _crashes(
        "offset-of-tags-crashes",
        "An offset that is no number gets an HTML page with status 500, for tags",
        3,
        every(on("GET /tags"), _asked_with("offset", lambda text: not _is_number(text))),
    ),
    _crashes(
        "nul-in-query-crashes",
        "A NUL character in a query gets an HTML page with status 500",
        3,
        _asked_with("", lambda text: "\0" in text),
    ),
    _on_bad_date(
        "bad-date-filter-crashes", "A filter by a date that is none gets an HTML page with status 500", _FAILURE, crash
    ),
    _on_bad_date(
        "bad-date-filter-masked",
        "A filter by a date that is none gets the error object with status 200",
        ("error-on-success", "schema-violation"),
        with_status(200),
    ),
    _on_bad_date(
        "bad-date-filter-leaks",
        "A filter by a date that is none gets the SQL that failed in error_message",
        ("internals-leaked",),
        with_members(error_message=_SQL),
    ),
    _on_bad_date(
        "bad-date-filter-is-null",
        "A filter by a date that is none gets null with status 200",
        ("schema-violation",),
        lambda _: Reply(value=b"null"),
    ),
)
