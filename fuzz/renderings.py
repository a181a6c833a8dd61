"""Ways to write the same JSON, and to name its content type: RFC 8259 and RFC 9110 allow each of them."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PADDING: Final = 70_000
"""More than a buffer of 64 KiB holds."""


def _spaced(value: Any) -> bytes:
    text = json.dumps(value, indent="\t", separators=(" , ", " : "), ensure_ascii=False)
    return f" \r\n\t{text}\n ".encode()


def _escaped(value: Any) -> bytes:
    """Every character of every string as an escape of four digits; the solidus has an escape of its own."""
    if isinstance(value, str):
        units = value.encode("utf-16-be")
        codes = [int.from_bytes(units[index : index + 2], "big") for index in range(0, len(units), 2)]
        return ('"' + "".join("\\/" if code == ord("/") else f"\\u{code:04x}" for code in codes) + '"').encode()
    if isinstance(value, list):
        return b"[" + b",".join(map(_escaped, value)) + b"]"
    if isinstance(value, dict):
        return b"{" + b",".join(_escaped(name) + b":" + _escaped(part) for name, part in value.items()) + b"}"
    return orjson.dumps(value)


def _reversed(value: Any) -> bytes:
    return orjson.dumps(_turned(value))


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _turned(part) for name, part in reversed(value.items())}
    return [_turned(part) for part in value] if isinstance(value, list) else value


def _padded(value: Any) -> bytes:
    return orjson.dumps(value)[:-1] + b" " * _PADDING + orjson.dumps(value)[-1:] if value else orjson.dumps(value)


TEXTS: Final[Mapping[str, Callable[[Any], bytes]]] = MappingProxyType(
    {"whitespace": _spaced, "escapes": _escaped, "other-order": _reversed, "padded": _padded}
)
"""By name: a value to the text of it."""

CONTENT_TYPES: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "charset": "{}; charset=utf-8".format,
        "quoted-charset": '{};charset="UTF-8"'.format,
        "upper-case-type": str.upper,
    }
)
"""By name: a content type to the same one, written otherwise."""
