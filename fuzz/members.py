"""The members of a request body, at every depth, each with the schemas that it has to keep."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from fuzz.building import EACH, Demand
from fuzz.readings import Pointers, Readings
from validator.pointer import join, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from validator.contract import Contract

_ROUNDS: Final = 2
"""How often a schema is gone through on one way down; one that refers to itself has no end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A part of a body.

    `path` leads to it (`*`: an item of a list); `own` are its schemas, `above` those of what it stands in, innermost
    first. `required`: what it stands in cannot do without.
    """

    path: tuple[str, ...]
    own: Pointers
    above: Pointers
    required: bool = False

    @property
    def place(self) -> str:
        """`/products/*/amount`."""
        return join("", *self.path)

    @property
    def name(self) -> str:
        """The name that it goes by; an item has that of its list."""
        return next((token for token in reversed(self.path) if token != EACH), "")

    @property
    def holder(self) -> str:
        """The name of what it stands in; empty for the body itself."""
        names = [token for token in self.path if token != EACH]
        return names[-2] if len(names) > 1 else ""

    @property
    def schema(self) -> str:
        """The schema that says most of it: the one that a reference leads to."""
        return self.own[-1]

    @property
    def demand(self) -> Demand:
        """What a body must have for it to be there."""
        return frozenset({self.path})

    def found(self, body: Any) -> Iterator[tuple[str | int, ...]]:
        """Where it stands in a body."""
        return _found(body, self.path, ())


def _found(value: Any, path: tuple[str, ...], here: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if not path:
        yield here
    elif path[0] == EACH and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _found(item, path[1:], (*here, index))
    elif isinstance(value, dict) and path[0] in value:
        yield from _found(walk(value, [path[0]]), path[1:], (*here, path[0]))


@lru_cache(maxsize=512)
def members(contract: Contract, pointer: str) -> tuple[Member, ...]:
    """Every member that the body's schema names; one that is named in several ways once for each."""
    return tuple(dict.fromkeys(_Walk(contract).below((pointer,), (), (), {})))


class _Walk:
    """Goes through the schemas of a body, down to its last members."""

    def __init__(self, contract: Contract) -> None:
        self._readings: Final = Readings(contract)

    def below(
        self, pointers: Pointers, path: tuple[str, ...], above: Pointers, rounds: Mapping[str, int]
    ) -> Iterator[Member]:
        """The members of the value at a path, and theirs."""
        if not pointers or any(rounds.get(pointer, 0) >= _ROUNDS for pointer in pointers):
            return
        rounds = {**rounds, **{pointer: rounds.get(pointer, 0) + 1 for pointer in pointers}}
        for reading in self._readings.readings(pointers):
            required = self._readings.required(reading)
            parts = [(name, self._readings.member(reading, name)) for name in self._readings.names(reading)]
            if any("items" in self._readings.words(pointer) for pointer in reading):
                longest = max(len(self._readings.words(pointer).get("prefixItems", ())) for pointer in reading)
                parts.append((EACH, self._readings.item(reading, longest)))
            for token, member in parts:
                inner = (*path, token)
                own = self._readings.applied(member)
                if own:
                    yield Member(path=inner, own=own, above=(*reading, *above), required=token in required)
                yield from self.below(member, inner, (*reading, *above), rounds)
