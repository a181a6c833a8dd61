"""What an answer says in short: its status, its code, and the shape of its body. By this answers are told apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from validator.exchange import Response

_CODES: Final = ("error_code", "errorCode", "code", "type", "error")
"""Members that tell errors apart, by what APIs call them: `type` is that of problem documents (RFC 9457)."""

_LEAST_ERROR: Final = 400

_NAME: Final = re.compile(r"[\w.:/#+-]{1,200}")


def error_code(response: Response) -> str | int | None:
    """The code of an error, or the `type` of a problem; None where the body has none."""
    return _code(_value(response))


def in_words(response: Response) -> str:
    """What came, in words: the status, and the code of an error. Of what else is in a body nobody is told."""
    if not response.status:
        return response.damage or "no answer"
    value = _value(response)
    is_error = response.status >= _LEAST_ERROR or (isinstance(value, dict) and bool(value.get("error")))
    code = _code(value) if is_error else None
    return f"status {response.status}" + ("" if code is None else f", code {code}")


def signature(response: Response) -> tuple[int, str | int | None, str]:
    """Status, code, and the members of the body with their types, two levels deep."""
    value = _value(response)
    return response.status, _code(value) if response.status >= _LEAST_ERROR else None, _shape(value, 2)


def _value(response: Response) -> Any:
    try:
        return orjson.loads(response.body) if response.body else None
    except orjson.JSONDecodeError:
        return "no JSON"


def _code(value: Any) -> str | int | None:
    match value:
        case {"error": dict(inner)}:
            return _code(inner)
        case {"errors": [dict(first), *_]}:
            return _code({name: part for name, part in value.items() if name != "errors"}) or _code(first)
        case dict():
            return next(filter(_is_code, (value.get(name) for name in _CODES)), None)
    return None


def _is_code(value: Any) -> bool:
    """A number, or a text that is a name; a sentence is for people, and may hold what was sent."""
    if isinstance(value, str):
        return _NAME.fullmatch(value) is not None
    return isinstance(value, int) and not isinstance(value, bool)


def _shape(value: Any, depth: int) -> str:
    if isinstance(value, dict) and depth:
        return f"{{{','.join(f'{name}:{_shape(part, depth - 1)}' for name, part in sorted(value.items()))}}}"
    if isinstance(value, list):
        return f"[{_shape(value[0], depth - 1) if value and depth else ''}]"
    return type(value).__name__
