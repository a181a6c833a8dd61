"""Types of msgspec for numbers, and for what has a length, from the bounds in schemas."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import msgspec

from validator.judges.shape import LEAST, MOST, Impossible

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_EXACT: Final = 2**53
"""Up to here every integer is a float as well: numbers compare with such a bound the same in any library."""

_LONGEST: Final = 2**31
"""No body has more characters, items or members."""

Bound: TypeAlias = tuple[float, bool]
"""A bound of a number, and whether it is itself left out."""

_CHOICES: Final = ("anyOf", "oneOf")


def constants(schema: Mapping[str, Any]) -> list[str | int | None] | None:
    """The values that a schema enumerates, where a type can say each; else None."""
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if values is None:
        choices = next((schema[word] for word in _CHOICES if word in schema), None)
        if choices is None or not all(isinstance(choice, dict) and "const" in choice for choice in choices):
            return None
        values = [choice["const"] for choice in choices]
    sayable = all(
        value is None or type(value) is str or (type(value) is int and LEAST <= value <= MOST) for value in values
    )
    return values if sayable else None


def is_exact(schemas: Collection[Mapping[str, Any]]) -> bool:
    """Whether a type compares numbers with the bounds as any library does."""
    return all(-_EXACT <= bound[0] <= _EXACT for bound in _bounds(schemas) if bound is not None)


def integer(schemas: Collection[Mapping[str, Any]]) -> Any:
    """The type of the integers within the bounds. Raises Impossible."""
    least, most = LEAST, MOST
    lowest, highest = _bounds(schemas)
    if lowest is not None:
        least = max(least, floor(lowest[0]) + 1 if lowest[1] else ceil(lowest[0]))
    if highest is not None:
        most = min(most, ceil(highest[0]) - 1 if highest[1] else floor(highest[0]))
    if least > most:
        raise Impossible
    return Annotated[int, msgspec.Meta(ge=least, le=most)]


def fraction(schemas: Collection[Mapping[str, Any]]) -> Any:
    """The type of the fractions within the bounds; of all, where a type could not compare exactly."""
    lowest, highest = _bounds(schemas) if is_exact(schemas) else (None, None)
    bounds: dict[str, float] = {}
    if lowest is not None:
        bounds["gt" if lowest[1] else "ge"] = lowest[0]
    if highest is not None:
        bounds["lt" if highest[1] else "le"] = highest[0]
    return Annotated[float, msgspec.Meta(**bounds)] if bounds else float  # type: ignore[call-overload]


def sized(kind: Any, schemas: Collection[Mapping[str, Any]], minimum: str, maximum: str) -> Any:
    """The type, with the bounds of its length. Raises Impossible."""
    least = max((schema[minimum] for schema in schemas if minimum in schema), default=0)
    most = min((schema[maximum] for schema in schemas if maximum in schema), default=_LONGEST)
    if least > most:
        raise Impossible
    if not least and most >= _LONGEST:
        return kind
    bounds = msgspec.Meta(min_length=int(least) or None, max_length=int(most) if most < _LONGEST else None)
    return Annotated[kind, bounds]


def _bounds(schemas: Collection[Mapping[str, Any]]) -> tuple[Bound | None, Bound | None]:
    """The highest minimum and the lowest maximum, each with whether it is exclusive."""
    least = [(schema["minimum"], False) for schema in schemas if "minimum" in schema]
    least += [(schema["exclusiveMinimum"], True) for schema in schemas if "exclusiveMinimum" in schema]
    most = [(schema["maximum"], True) for schema in schemas if "maximum" in schema]
    most += [(schema["exclusiveMaximum"], False) for schema in schemas if "exclusiveMaximum" in schema]
    highest = min(most, default=None)
    return max(least, default=None), None if highest is None else (highest[0], not highest[1])
