"""Values that a schema excludes as a whole: by `not`, or because more than one branch of a `oneOf` takes them."""

from __future__ import annotations

from itertools import combinations, islice
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from fuzz.values.kind import Asked, Kind
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_PAIRS: Final = 10


def excluded(asked: Asked) -> Iterator[Kind]:
    """For `not`."""
    inner = join(asked.pointer, "not")
    if asked.readings.schema(inner) in (True, {}):
        return  # nothing is allowed here
    yield Kind(name="excluded", make=lambda value: _as_well(value, asked.builder.values((inner,))))


def two_branches(asked: Asked) -> Iterator[Kind]:
    """For `oneOf`."""
    branches = [join(asked.pointer, "oneOf", index) for index in range(len(asked.words["oneOf"]))]
    pairs = list(islice(combinations(branches, 2), _MOST_PAIRS))
    if pairs:
        yield Kind(
            name="two-branches",
            make=lambda value: _as_well(value, st.one_of([asked.builder.values(pair) for pair in pairs])),
        )


def _as_well(value: Any, others: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Other values; an object keeps the members that it has, besides."""
    if not isinstance(value, dict):
        return others
    return others.map(lambda other: {**value, **other} if isinstance(other, dict) else other)
