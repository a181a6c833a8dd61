"""What can be missing from a request body: the members that its schemas require, at every depth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fuzz.places import places
from fuzz.readings import readings_of
from validator.pointer import join, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.building import Demand
    from fuzz.places import Path, Place
    from fuzz.readings import Pointers
    from validator.contract import Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Members that an object cannot do without.

    `place` is that of the object. Of `names` the first is the one that is to be missing; the others are what the schema
    would take in its stead, so they have to be missing as well. `above` has the schemas of the object and of what it
    stands in, innermost first, and `own` those of each name. `beside` has what else is required where the first is:
    with all of it there, nothing but the first is missing.
    """

    place: Place
    names: tuple[str, ...]
    own: tuple[Pointers, ...]
    above: Pointers
    beside: tuple[str, ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        """The tokens that lead to the object: `*` for every item, or every member of a map."""
        return self.place.path

    @property
    def variant(self) -> str:
        """The name: where in the schema the members stand, `/products/*/amount`."""
        return join(join("", *self.path), "|".join(self.names)) if len(self.names) > 1 else self.pointer

    @property
    def pointer(self) -> str:
        """Where the first member stands."""
        return join("", *self.path, self.names[0])

    @property
    def demand(self) -> Demand:
        """What a body must have so that the first member can be taken from it, and is all that it lacks then."""
        return frozenset((*self.path, name) for name in (self.names[0], *self.beside))

    def holders(self, body: Any) -> list[Path]:
        """Where in a body an object has the first member."""
        objects = ((spot, walk(body, spot)) for spot in self.place.spots(body))
        return [spot for spot, value in objects if isinstance(value, dict) and self.names[0] in value]


@lru_cache(maxsize=512)
def requirements(contract: Contract, pointer: str) -> tuple[Requirement, ...]:
    """Everything that the body's schema requires; each variant once, those near to the root first."""
    readings = readings_of(contract)
    found: dict[str, Requirement] = {}
    for place in places(contract, pointer):
        branches = readings.readings(place.own)
        required = [readings.required(reading) for reading in branches]
        for index, reading in enumerate(branches):
            for names in _needed(required, index):
                own = tuple(readings.applied(readings.member(reading, name)) for name in names)
                beside = tuple(name for name in required[index] if name not in names)
                one = Requirement(place=place, names=names, own=own, above=(*reading, *place.above), beside=beside)
                found.setdefault(one.variant, one)
    return tuple(found.values())


def _needed(required: Sequence[Sequence[str]], index: int) -> Iterator[tuple[str, ...]]:
    """What one reading of an object requires; where other readings require other members, those too."""
    for name in required[index]:
        others = [one for one in required if name not in one]
        shared = set.intersection(*map(set, required))
        instead = [next((other for other in one if other not in shared), None) for one in others]
        yield tuple(dict.fromkeys([name, *(other for other in instead if other is not None)]))
