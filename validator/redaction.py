"""What may be shown of a recording: values by type and shape, addresses without their secrets.

Credentials and personal data never reach a report, a log or the store (docs/design.md, section 7). What a value looks
like is enough to mend nearly every finding; `show` is the user's own wish to see more.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit, urlunsplit

SHOWN_CHARACTERS: Final = 200
"""A value that is shown is cut after this many characters."""

MASK: Final = "…"

_HARMLESS_QUERY_VALUE: Final = re.compile(r"-?\d{1,10}|true|false|\d{4}-\d\d-\d\d([T ]\d\d:\d\d:\d\d)?", re.ASCII)
_SECRET_SEGMENT: Final = re.compile(r"@|[A-Za-z0-9_\-+=.]{32,}", re.ASCII)
_SECRET_HEADERS: Final = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "x-api-key",
        "x-picqer-signature",
        "api-key",
        "x-auth-token",
    }
)
_SECRET_HEADER_PART: Final = re.compile(
    r"token|secret|password|api[-_]?key|signature|credential|session", re.IGNORECASE
)


class Safe(str):
    """Text that is known to be safe to show: a status, a media type, a name out of the document."""

    __slots__ = ()


def shape(value: Any, *, show: bool = False) -> str:
    """How a value is told in a message: `string (5 characters)`, `object (3 members)`; in full with `show`."""
    if isinstance(value, Safe):
        return str(value)
    if show:
        text = repr(value) if isinstance(value, bytes) else _json(value)
        return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}{MASK} ({len(text)} characters)"
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return f"string ({plural(len(value), 'character')})"
        case bytes():
            return plural(len(value), "byte")
        case list():
            return f"array ({plural(len(value), 'item')})"
        case dict():
            return f"object ({plural(len(value), 'member')})"
    return type(value).__name__


def url(address: str) -> str:
    """The address without user name and password, and with query values masked that might tell of a person or a key."""
    try:
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]
        query = "&".join(
            f"{quote(name)}={value if _HARMLESS_QUERY_VALUE.fullmatch(value) else MASK}"
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
        )
    except ValueError:
        return "(not an address)"
    path = "/".join(MASK if _SECRET_SEGMENT.search(unquote(part)) else part for part in parts.path.split("/"))
    return urlunsplit(SplitResult(parts.scheme, host, path, query, ""))


def pointer(place: str) -> str:
    """A JSON Pointer into a body, with member names masked that look like a person's or a key: a map has such names."""
    return "/".join(MASK if _SECRET_SEGMENT.search(token) else token for token in place.split("/"))


def header(name: str, value: str) -> str:
    """The value of a header field, masked where its name says that it is a secret."""
    secret = name.lower() in _SECRET_HEADERS or _SECRET_HEADER_PART.search(name)
    return MASK if secret else value


def plural(number: int, noun: str) -> str:
    """A number of things, in words: `1 item`, `2,000 items`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _json(value: Any) -> str:
    import json  # noqa: PLC0415 - needed only where values are shown

    try:
        return json.dumps(value, ensure_ascii=True)
    except (TypeError, ValueError, RecursionError):
        return repr(value)
