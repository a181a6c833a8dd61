"""Reads a request body as JSON, to the letter of RFC 8259, on the standard library alone.

The fuzzer checks its broken bodies with another parser. Were both the same, a breakage that it does not see would stay
unseen.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

MAX_DEPTH: Final = 512
"""The bound of PHP's json_decode, which the real API is likely to have; deeper is "no valid JSON" there, too."""

_TOKEN: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{\]}]', re.DOTALL)
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_EXACT_DIGITS: Final = 18


class NotJson(ValueError):  # noqa: N818 - says what the body is
    """The body is no JSON text."""


def read_json(raw: bytes) -> Any:
    """The value of a JSON text; `NotJson` for everything else, whatever it is."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise NotJson from None
    return read_text(text)


def read_text(text: str, *, strict: bool = True) -> Any:
    """The value of a JSON text in characters. Not `strict`: control characters may stand in strings."""
    if _depth(text) > MAX_DEPTH:
        raise NotJson
    try:
        value = _decoder(strict=strict).decode(text)
    except (ValueError, RecursionError):
        raise NotJson from None
    # The grammar lets half a surrogate pair through as \ud800; no UTF-8 can hold it, and json_decode refuses it.
    if "\\u" in text and _SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise NotJson
    return value


def _decoder(*, strict: bool) -> json.JSONDecoder:
    return json.JSONDecoder(parse_constant=_refuse, parse_int=_integer, strict=strict)


def _refuse(_constant: str) -> NoReturn:
    raise NotJson


def _integer(digits: str) -> int | float:
    # Thousands of digits are JSON, but int() refuses them; as in PHP, what no machine word holds becomes a float.
    return int(digits) if len(digits) <= _EXACT_DIGITS else float(digits)


def _depth(text: str) -> int:
    """How deep the text nests; the standard library's parser is recursive and has to be kept from trying."""
    deepest = depth = 0
    for token in _TOKEN.finditer(text):
        character = token[0][0]
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest
