"""The kinds of every place of a body: what can be done to the value there so that its schema does not allow it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from fuzz import engine
from fuzz.breakage import Way
from fuzz.faults import UNKNOWN_REFERENCE, WRONG_TYPE
from fuzz.only_at import only_wrong_at
from fuzz.places import Path, Place, places, replaced
from fuzz.readings import Pointers, Readings, readings_of
from fuzz.request_body import body_schema, schema_of
from fuzz.strategies import bodies_with, builder
from fuzz.values.keywords import BROKEN
from fuzz.values.kind import TYPES, Asked, type_of, types_allowed
from fuzz.values.meanings import wrong_meanings
from fuzz.values.wrong_types import SAMPLES, wrong_types
from fuzz.written import like
from validator.contract.promises import EXTENSION
from validator.pointer import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fuzz.building import Demand
    from fuzz.values.kind import Kind
    from validator.contract import Contract
    from validator.contract.operations import Operation

_BODIES: Final = 4
_VALUES: Final = 10
"""So many bodies are looked at, and values that a strategy draws, to see whether a place can be broken in a way."""


_LIKELY: Final = frozenset(
    {
        *("impossible-date", "other-case", "more-behind", "line-feed-behind"),
        *("number-as-text-for-integer", "number-as-text-for-number", "truth-as-text-for-boolean"),
        *("null-for-integer", "null-for-number", "null-for-string", "null-for-boolean"),
        *("boolean-for-integer", "boolean-for-number"),
    }
)
"""What a check of one operation lets pass that is nearly right: `$` in a pattern, "1" or true as 1, null as none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A place and the kinds that share a name there.

    `allowed` are the types that the place takes, and `typed` says whether by the keyword `type`, and not only because
    of the constants that it lists. `refers`: the document promises an answer to an unknown reference at this place.
    """

    place: Place
    kinds: tuple[Kind, ...]
    allowed: frozenset[str]
    wrong_type: bool
    typed: bool
    refers: bool

    @property
    def demand(self) -> Demand:
        """What a body must have to be broken so."""
        found = self.place.demand
        if found <= {self.place.path}:
            found |= {(*self.place.path, name) for kind in self.kinds for name in kind.demand}
        return found

    @property
    def lacks(self) -> bool:
        """Whether that a member is missing is the very fault."""
        return any(kind.lacks for kind in self.kinds)

    @property
    def meant(self) -> bool:
        """Whether the schema takes the broken body."""
        return any(kind.meant for kind in self.kinds)

    def spots(self, body: Any) -> list[Path]:
        """Where in a body the value can be put: where the place is, else where there is room for it."""
        return self.place.spots(body) or self.place.room(body)

    def values(self, contract: Contract, value: Any) -> st.SearchStrategy[Any]:
        """Values to put in place of a sound one; there may be none."""
        return st.one_of([self._values(contract, kind, value) for kind in self.kinds])

    def _values(self, contract: Contract, kind: Kind, value: Any) -> st.SearchStrategy[Any]:
        made = kind.make(value)
        if isinstance(made, st.SearchStrategy):
            return made.filter(lambda one: self._is_broken(contract, one, self.place.own))
        found = self.listed(contract, kind, made, self.place.own)
        # The most telling first, and as often as all others together.
        return st.sampled_from([*found[:1] * (len(found) - 2), *found]) if found else st.nothing()

    def listed(self, contract: Contract, kind: Kind, made: Sequence[Any], pointers: Pointers) -> list[Any]:
        """Those of the candidates that are of the right type, or of a wrong one, and that the schemas refuse."""
        return [one for one in made if kind.meant or self._is_broken(contract, one, pointers)]

    def _is_broken(self, contract: Contract, value: Any, pointers: Pointers) -> bool:
        if (type_of(value) in self.allowed) is self.wrong_type:
            return False
        seen = like(value)
        return not all(contract.validator(pointer, writing=True).is_valid(seen) for pointer in pointers)

    def holds(self, contract: Contract, operation: Operation, body: Any, spot: Path) -> bool:
        """Whether a body with a value put in at a spot has this fault, and no other."""
        validator = contract.validator(schema_of(operation), writing=True)
        if self.meant:
            return validator.is_valid(body)
        return only_wrong_at(body, spot, validator, lacks=self.lacks)


def sound_at(body: Any, spot: Path) -> Any:
    """The value that stands there before it is broken; None where there is but room for one."""
    try:
        return walk(body, spot)
    except KeyError:
        return None


@lru_cache(maxsize=1024)
def breaks(contract: Contract, operation: Operation, fault: str) -> Mapping[Way, Break]:
    """The ways of making the fault, wrong-type or invalid-value, in an operation's body; near places come first."""
    schema = body_schema(operation)
    if schema is None:
        return {}
    readings = readings_of(contract)
    found: dict[Way, Break] = {}
    names: set[str] = set()
    for place in places(contract, schema):
        for name, one in _at(contract, readings, place, wrong_type=fault == WRONG_TYPE):
            way = Way(place=place.pointer, kind=name, schema=place.schema, likely=name in _LIKELY)
            if way.name not in names and _is_possible(contract, operation, one):
                names.add(way.name)
                found[way] = one
    return found


def _at(contract: Contract, readings: Readings, place: Place, *, wrong_type: bool) -> Iterator[tuple[str, Break]]:
    """Everything that could be done at a place, by name."""
    own = [(reading, types_allowed(readings, reading)) for reading in readings.readings(place.own)]
    allowed = frozenset().union(*(types for _, types in own))
    kinds: dict[str, list[Kind]] = {}
    if wrong_type:
        kinds = {kind.name: [kind] for kind in wrong_types(allowed)} if allowed != TYPES else {}
    else:
        for reading, _ in own:
            for kind in _broken_words(contract, readings, reading):
                kinds.setdefault(kind.name, []).append(kind)
        asked = Asked(contract=contract, readings=readings, builder=builder(contract), reading=(), pointer="")
        for kind in wrong_meanings(asked, place.own):
            kinds.setdefault(kind.name, [kind])
    words = [readings.words(pointer) for reading, _ in own for pointer in reading]
    typed = any("type" in one for one in words)
    refers = any(UNKNOWN_REFERENCE in (one.get(EXTENSION) or ()) for one in words)
    for name, several in kinds.items():
        yield (
            name,
            Break(
                place=place,
                kinds=tuple(several),
                allowed=allowed,
                wrong_type=wrong_type,
                typed=typed,
                refers=refers,
            ),
        )


def _broken_words(contract: Contract, readings: Readings, reading: Pointers) -> Iterator[Kind]:
    for pointer in reading:
        words = readings.words(pointer)
        asked = Asked(
            contract=contract,
            readings=readings,
            builder=builder(contract),
            reading=reading,
            pointer=pointer,
            words=words,
        )
        for word, broken in BROKEN.items():
            if word in words:
                yield from broken(asked)


def _is_possible(contract: Contract, operation: Operation, one: Break) -> bool:
    """Whether a body can be broken so: by its schemas alone where they are plain, else by trying."""
    made = [(kind, kind.make(value)) for kind in one.kinds for value in _samples(contract, one, kind)]
    lists = [(kind, values) for kind, values in made if not isinstance(values, st.SearchStrategy)]
    sure = tuple(one.place.sure)
    if one.place.is_plain and not one.lacks and any(one.listed(contract, kind, values, sure) for kind, values in lists):
        return True
    own = one.place.own
    if all(kind.fixed for kind in one.kinds) and not any(
        one.listed(contract, kind, values, own) for kind, values in lists
    ):
        return False
    return any(_breaks(contract, operation, one, body) for body in _drawn(contract, operation, one.demand))


def _samples(contract: Contract, one: Break, kind: Kind) -> Sequence[Any]:
    """Sound values of the place, as far as the kind looks at them."""
    if kind.fixed:
        return (None,)
    if one.wrong_type:
        return [SAMPLES[name] for name in sorted(one.allowed)]
    return _drawn_values(contract, one.place.own)


@lru_cache(maxsize=4096)
def _drawn_values(contract: Contract, own: Pointers) -> tuple[Any, ...]:
    return tuple(engine.sample(builder(contract).values(own), seed="sample", count=_BODIES))


@lru_cache(maxsize=4096)
def _drawn(contract: Contract, operation: Operation, demand: Demand) -> tuple[Any, ...]:
    strategy = bodies_with(contract, operation, demand)
    return () if strategy.is_empty else tuple(engine.sample(strategy, seed="example", count=_BODIES))


def _breaks(contract: Contract, operation: Operation, one: Break, body: Any) -> bool:
    for spot in one.spots(body):
        for kind in one.kinds:
            made = kind.make(sound_at(body, spot))
            values = (
                engine.sample(made, seed="example", count=_VALUES)
                if isinstance(made, st.SearchStrategy)
                else one.listed(contract, kind, made, one.place.own)
            )
            if any(one.holds(contract, operation, replaced(body, spot, like(value)), spot) for value in values):
                return True
    return False
