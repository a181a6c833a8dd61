"""What can be missing from a request body: the members that its schemas require, at every depth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from fuzz.building import EACH, Demand
from fuzz.readings import Pointers, Readings
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from validator.contract import Contract

_ROUNDS: Final = 2
"""How often a schema is gone through on one way down; one that refers to itself has no end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Members that an object cannot do without.

    `path` leads to the object (`*`: every item, or every member of a map). Of `names` the first is the one that is
    to be missing; the others are what the schema would take in its stead, so they have to be missing as well.
    `above` has the schemas of the object and of what it stands in, innermost first, and `own` those of each name.
    """

    path: tuple[str, ...]
    names: tuple[str, ...]
    own: tuple[Pointers, ...]
    above: Pointers

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
        """What a body must have so that the first member can be taken from it."""
        return frozenset({(*self.path, self.names[0])})

    def holders(self, body: Any) -> Iterator[tuple[str | int, ...]]:
        """The places in a body where an object has the first member."""
        for place, value in _places(body, self.path):
            if isinstance(value, dict) and self.names[0] in value:
                yield place


def _places(value: Any, path: Sequence[str]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if not path:
        yield (), value
        return
    head, rest = path[0], path[1:]
    parts: Iterator[tuple[str | int, Any]] = iter(())
    if head == EACH and isinstance(value, list):
        parts = iter(enumerate(value))
    elif head == EACH and isinstance(value, dict):
        parts = iter(value.items())
    elif isinstance(value, dict) and head in value:
        parts = iter([(head, value[head])])
    for token, part in parts:
        for place, found in _places(part, rest):
            yield (token, *place), found


@lru_cache(maxsize=512)
def requirements(contract: Contract, pointer: str) -> tuple[Requirement, ...]:
    """Everything that the body's schema requires; each variant once."""
    found: dict[str, Requirement] = {}
    for one in _Walk(contract).below((pointer,), (), (), {}):
        found.setdefault(one.variant, one)
    return tuple(found.values())


class _Walk:
    """Goes through the schemas of a body, down to what they require."""

    def __init__(self, contract: Contract) -> None:
        self._readings = Readings(contract)

    def below(
        self, pointers: Pointers, path: tuple[str, ...], above: Pointers, rounds: Mapping[str, int]
    ) -> Iterator[Requirement]:
        """What the value at a path requires, and what its parts require; `above` is what it stands in."""
        if not pointers or any(rounds.get(pointer, 0) >= _ROUNDS for pointer in pointers):
            return
        rounds = {**rounds, **{pointer: rounds.get(pointer, 0) + 1 for pointer in pointers}}
        readings = self._readings.readings(pointers)
        required = [self._readings.required(reading) for reading in readings]
        for index, reading in enumerate(readings):
            for names in _needed(required, index):
                own = tuple(self._readings.applied(self._readings.member(reading, name)) for name in names)
                yield Requirement(path=path, names=names, own=own, above=(*reading, *above))
            for name, member in self._parts(reading):
                yield from self.below(member, (*path, name), (*reading, *above), rounds)

    def _parts(self, reading: Pointers) -> Iterator[tuple[str, Pointers]]:
        """The parts of a value: the token of each in a path, and its schemas."""
        for name in self._readings.names(reading):
            yield name, self._readings.member(reading, name)
        for pointer in reading:
            words = self._readings.words(pointer)
            for pattern in words.get("patternProperties", ()):
                yield EACH, (join(pointer, "patternProperties", pattern),)
            if "additionalProperties" in words:
                yield EACH, (join(pointer, "additionalProperties"),)
        prefix = max([len(self._readings.words(pointer).get("prefixItems", ())) for pointer in reading], default=0)
        for index in range(prefix + 1):
            yield EACH, self._readings.item(reading, index)


def _needed(required: Sequence[Sequence[str]], index: int) -> Iterator[tuple[str, ...]]:
    """What one reading of an object requires; where other readings require other members, those too."""
    for name in required[index]:
        others = [one for one in required if name not in one]
        shared = set.intersection(*map(set, required))
        instead = [next((other for other in one if other not in shared), None) for one in others]
        yield tuple(dict.fromkeys([name, *(other for other in instead if other is not None)]))
