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


def _number_as_text(value: Any) -> Sequence[Any]:
    """First the very number that is wanted: who reads it all the same finds nothing else to refuse."""
    return (*([json.dumps(value)] if _is_number(value) else []), "12", "1", "0", "-1", "1e2", " 1", "0x1A")


def _fraction(value: Any) -> Sequence[Any]:
    """First one that becomes a sound number without what follows the point."""
    return (*([value + _HALF] if _is_number(value) else []), 1.5, 0.1, 1e-7)


def _truth_as_text(value: Any) -> Sequence[Any]:
    return (*([json.dumps(value)] if isinstance(value, bool) else []), "true", "false", "yes", "on", "1", "0")


def _truth_as_number(value: Any) -> Sequence[Any]:
    return (*([int(value)] if isinstance(value, bool) else []), 1, 0, 2, -1)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_text(value: Any) -> Sequence[Any]:
    return (json.dumps(value),)


_HALF: Final = 0.5
_NULL: Final = fixed("null", None)
_IN_A_LIST: Final = Kind(name="in-a-list", make=lambda value: ([value],))
_LIST: Final = fixed("list", [], [1], ["abc"])
_OBJECT: Final = fixed("object", {}, {"id": 1}, {"0": 1})
_TEXT: Final = fixed("text", "abc", "1; DROP TABLE x", "NaN")
_EMPTY_TEXT: Final = fixed("empty-text", "", " ")
_BOOLEAN: Final = fixed("boolean", True, False)
_NUMBER: Final = fixed("number", 1, 0, -1, 12)
_FRACTION: Final = Kind(name="fraction", make=_fraction)
_NUMBER_AS_TEXT: Final = Kind(name="number-as-text", make=_number_as_text)
_FRACTION_AS_TEXT: Final = fixed("fraction-as-text", "12.5", "1,5")
_TRUTH_AS_TEXT: Final = Kind(name="truth-as-text", make=_truth_as_text)
_TRUTH_AS_NUMBER: Final = Kind(name="truth-as-number", make=_truth_as_number)
_AS_TEXT: Final = Kind(name="json-as-text", make=_as_text)
_ALONE: Final = Kind(name="item-alone", make=_alone)
_OBJECT_ALONE: Final = Kind(name="object-alone", make=_object_alone)

_BY_TYPE: Final[Mapping[str, tuple[Kind, ...]]] = MappingProxyType(
    {
        "object": (_LIST, _TEXT, _NULL, _IN_A_LIST, _NUMBER, _AS_TEXT, _BOOLEAN, _EMPTY_TEXT, _FRACTION),
        "array": (_ALONE, _OBJECT, _TEXT, _OBJECT_ALONE, _NULL, _NUMBER, _AS_TEXT, _BOOLEAN, _EMPTY_TEXT, _FRACTION),
        "number": (
            *(_NUMBER_AS_TEXT, _TEXT, _NULL, _IN_A_LIST, _OBJECT, _FRACTION_AS_TEXT),
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
