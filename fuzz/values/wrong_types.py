"""Values of another JSON type, by the type that is documented; those that servers get wrong most come first."""

from __future__ import annotations

import json
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from fuzz.values.kind import Kind, fixed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def _alone(value: Any) -> Sequence[Any]:
    """The only item, without its list."""
    return value[:1] or (1,) if isinstance(value, list) else ()


def _object_alone(value: Any) -> Sequence[Any]:
    """The only object of a list of objects: what many a client sends, and many a server takes."""
    return [item for item in value[:1] if isinstance(item, dict)] if isinstance(value, list) else ()


def _as_text(value: Any) -> Sequence[Any]:
    return (json.dumps(value),)


_NULL: Final = fixed("null", None)
_IN_A_LIST: Final = Kind(name="in-a-list", make=lambda value: ([value],))
_LIST: Final = fixed("list", [], [1], ["abc"])
_OBJECT: Final = fixed("object", {}, {"id": 1}, {"0": 1})
_TEXT: Final = fixed("text", "abc", "1; DROP TABLE x", "NaN")
_EMPTY_TEXT: Final = fixed("empty-text", "", " ")
_BOOLEAN: Final = fixed("boolean", True, False)
_NUMBER: Final = fixed("number", 1, 0, -1, 12)
_FRACTION: Final = fixed("fraction", 1.5, 0.1, 1e-7)
_NUMBER_AS_TEXT: Final = fixed("number-as-text", "12", "1", "0", "-1", "1e2", " 1", "0x1A")
_FRACTION_AS_TEXT: Final = fixed("fraction-as-text", "12.5", "1,5")
_TRUTH_AS_TEXT: Final = fixed("truth-as-text", "true", "false", "yes", "on", "1", "0")
_TRUTH_AS_NUMBER: Final = fixed("truth-as-number", 1, 0, 2, -1)
_AS_TEXT: Final = Kind(name="json-as-text", make=_as_text)
_ALONE: Final = Kind(name="item-alone", make=_alone)
_OBJECT_ALONE: Final = Kind(name="object-alone", make=_object_alone)

_BY_TYPE: Final[Mapping[str, tuple[Kind, ...]]] = MappingProxyType(
    {
        "object": (_LIST, _TEXT, _NULL, _IN_A_LIST, _NUMBER, _AS_TEXT, _BOOLEAN, _EMPTY_TEXT, _FRACTION),
        "array": (_OBJECT, _TEXT, _OBJECT_ALONE, _NULL, _ALONE, _NUMBER, _AS_TEXT, _BOOLEAN, _EMPTY_TEXT, _FRACTION),
        "number": (
            *(_TEXT, _NUMBER_AS_TEXT, _NULL, _IN_A_LIST, _OBJECT, _FRACTION_AS_TEXT),
            *(_BOOLEAN, _EMPTY_TEXT, _LIST),
        ),
        "integer": (
            *(_NUMBER_AS_TEXT, _FRACTION, _TEXT, _NULL, _IN_A_LIST, _OBJECT, _FRACTION_AS_TEXT),
            *(_BOOLEAN, _EMPTY_TEXT, _LIST),
        ),
        "string": (_NUMBER, _IN_A_LIST, _NULL, _OBJECT, _BOOLEAN, _LIST, _FRACTION),
        "boolean": (_TRUTH_AS_TEXT, _TRUTH_AS_NUMBER, _NULL, _TEXT, _IN_A_LIST, _OBJECT, _LIST, _EMPTY_TEXT, _FRACTION),
        "null": (_EMPTY_TEXT, _NUMBER, _BOOLEAN, _TEXT, _LIST, _OBJECT, _FRACTION),
    }
)

_NAMED: Final[Mapping[str, tuple[Kind, ...]]] = MappingProxyType(
    {name: tuple(replace(kind, name=f"{kind.name}-for-{name}") for kind in kinds) for name, kinds in _BY_TYPE.items()}
)

SAMPLES: Final[Mapping[str, Any]] = MappingProxyType(
    {"object": {}, "array": [1], "number": 1.5, "integer": 1, "string": "a", "boolean": True, "null": None}
)
"""A value of each type: whether a value of another type is refused does not hang on what is in it."""


def wrong_types(allowed: frozenset[str]) -> tuple[Kind, ...]:
    """The kinds for a place that takes these types; it may take some of their values all the same.

    They are named for the type as well: what a server makes of a list in place of an object says nothing of what it
    makes of one in place of a number.
    """
    return next((kinds for name, kinds in _NAMED.items() if name in allowed), ())
