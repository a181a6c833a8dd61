"""In how many ways a schema looks at a part of a value: alternatives that speak of the same member multiply by level.

Two kilobytes of choices, each of which asks the next two about the same member, are a million ways 20 levels down. No
answer would come of that, and no document need be refused for it: it is the value that is too deep.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from validator.contract.places import MOST_ASKED, about_same_value, children
from validator.pointer import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.contract.schemas import Schemas

_MOST_LEVELS: Final = 300
"""Bodies are no deeper."""


class _Reach(NamedTuple):
    """How many schemas speak of a value, and those that are asked of its parts: how many of them at once, at most."""

    same: int
    inner: dict[str, int]


class Ways:
    """Counts, over the schemas of one document."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas: Final = schemas
        self._reaches: Final[dict[str, _Reach]] = {}
        self._counted: Final[dict[str, tuple[int, int | None]]] = {}

    def most(self, place: str) -> int:
        """The most ways in which a part of a value is looked at, by the schema at a place; not more than MOST_ASKED."""
        return self._of(place)[0]

    def levels(self, place: str) -> int | None:
        """The levels that a value may have; None where any number will do."""
        return self._of(place)[1]

    def _of(self, place: str) -> tuple[int, int | None]:
        found = self._counted.get(place)
        if found is None:
            found = self._counted[place] = self._count(place)
        return found

    def _count(self, place: str) -> tuple[int, int | None]:
        most = 1
        best = {place: 1}
        level = {place: 1}
        for depth in range(_MOST_LEVELS):
            below: dict[str, int] = {}
            for start, ways in level.items():
                reach = self._reach(start)
                most = max(most, ways * reach.same)
                if most > MOST_ASKED:
                    return MOST_ASKED, depth
                for inner, times in reach.inner.items():
                    if ways * times > best.get(inner, 0):  # a schema within itself ends here, unless it grows
                        best[inner] = below[inner] = ways * times
            if not below:
                break
            level = below
        return most, None

    def _reach(self, place: str) -> _Reach:
        found = self._reaches.get(place)
        if found is None:
            found = self._reaches[place] = self._looked_up(place)
        return found

    def _looked_up(self, place: str) -> _Reach:
        root = self._schemas.dialect.root
        same = [place]  # each as often as it is asked
        inner: Counter[str] = Counter()
        speaking: Counter[str] = Counter()
        for one in same:
            node = self._schemas.at(one)
            if not isinstance(node, dict):
                continue
            asked = list(about_same_value(root, one))
            if len(same) + len(asked) > MOST_ASKED:
                break
            same += asked
            for child in set(children(node, one)).difference(asked):
                inner[child] += 1
            speaking.update(_parts(node))
        side_by_side = max(speaking.values(), default=0)
        return _Reach(len(same), {child: max(1, _times(child, speaking, side_by_side)) for child in inner})


def _parts(node: dict[str, Any]) -> Iterator[str]:
    """The parts that a schema speaks of, by name: a member, or any other."""
    yield from (f"/{name}" for name in node.get("properties", ()))
    if any(word in node for word in ("patternProperties", "additionalProperties", "unevaluatedProperties")):
        yield "members"
    if any(word in node for word in ("items", "prefixItems", "contains", "unevaluatedItems")):
        yield "items"


def _times(child: str, speaking: Counter[str], side_by_side: int) -> int:
    """How many schemas speak of the part that a schema right inside another is about."""
    *_, word, name = split(child)
    if word == "properties":
        return speaking[f"/{name}"] + speaking["members"]
    if word == "prefixItems" or name in ("items", "contains", "unevaluatedItems"):
        return speaking["items"]
    return side_by_side
