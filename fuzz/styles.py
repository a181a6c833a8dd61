"""How a value is written outside a body: by the `style` of its parameter, or as JSON (OpenAPI 3.1, section 4.8.12.3).

Of a path no more than `style: simple` is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from validator.contract import Contract, Parameter

Pairs: TypeAlias = tuple[tuple[str, str], ...]
"""Names and values of a query, as they stand in an address."""

_SEPARATORS: Final = {"spaceDelimited": "%20", "pipeDelimited": "|"}


def as_text(value: Any) -> str:
    """A value as it is written outside a body, where it is no list and no object."""
    return value if isinstance(value, str) else _as_json(value)


def pair(name: str, value: Any) -> tuple[str, str]:
    """A parameter and its value as they stand in an address."""
    return _quoted(name), _quoted(value)


def in_query(contract: Contract, parameter: Parameter, value: Any) -> Pairs:
    """The parameter with this value; none for a list without an item."""
    node = contract.document.at(parameter.pointer)
    if _is_json(node):
        return (pair(parameter.name, _as_json(value)),)
    if not isinstance(value, dict | list):
        return (pair(parameter.name, value),)
    name, style = _quoted(parameter.name), str(node.get("style", "form"))
    if isinstance(value, list):
        items = [_quoted(one) for one in value]
        if parameter.explode or not items:
            return tuple((name, item) for item in items)
        return ((name, _SEPARATORS.get(style, ",").join(items)),)
    members = tuple(pair(key, part) for key, part in value.items())
    if style == "deepObject":
        return tuple((f"{name}%5B{key}%5D", part) for key, part in members)
    return members if parameter.explode else ((name, ",".join(text for member in members for text in member)),)


def simply(contract: Contract, parameter: Parameter, value: Any) -> str:
    """The value as it stands in a header or a cookie, and not yet quoted in a path."""
    if _is_json(contract.document.at(parameter.pointer)):
        return _as_json(value)
    if not isinstance(value, dict | list):
        return as_text(value)
    if isinstance(value, list):
        return ",".join(map(as_text, value))
    between = "=" if parameter.explode else ","
    return ",".join(f"{key}{between}{as_text(part)}" for key, part in value.items())


def _is_json(node: Mapping[str, Any]) -> bool:
    """Whether the parameter says what it has for content, and that is JSON: a text has quotes then."""
    return any("json" in name for name in node.get("content") or ())


def _as_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _quoted(value: Any) -> str:
    return quote(as_text(value), safe="")
