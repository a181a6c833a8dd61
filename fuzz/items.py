"""Lists of several items, of which the last is to be broken: a server may look at the first only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from fuzz.places import replaced
from validator.pointer import walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.places import Path

AMONG_OTHERS: Final = st.sampled_from([False, True, True, True])
"""Whether there are to be several: mostly, but for the simplest case."""


def among_others(body: Any, spot: Path, is_valid: Callable[[Any], bool]) -> tuple[Any, Path]:
    """The body with one more of the item that the spot is in, and the spot in that; both as they were where none fits.

    An item once more is no more wrong than the first, unless the schema says so.
    """
    depth = max((index for index, token in enumerate(spot) if isinstance(token, int)), default=-1)
    if depth < 0:
        return body, spot
    above = spot[:depth]
    items = walk(body, above)
    index = spot[depth]
    if not isinstance(items, list) or not isinstance(index, int) or not 0 <= index < len(items):
        return body, spot
    longer = replaced(body, above, [*items, items[index]]) if above else [*items, items[index]]
    return (longer, (*above, len(items), *spot[depth + 1 :])) if is_valid(longer) else (body, spot)
