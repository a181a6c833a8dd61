"""The places of a request body: the body as a whole, each member and each item that its schema speaks of, at any depth.

A place is where one value can be broken. It knows its schemas, what it stands in, and how it is found in a body.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from fuzz import engine
from fuzz.building import EACH
from fuzz.readings import Pointers, Readings, matches, readings_of
from fuzz.request_body import body_schema
from fuzz.texts import texts
from validator.pointer import join, of_reference, split, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.building import Demand
    from validator.contract import Contract, Operation

Path = tuple[str | int, ...]
"""Where a value stands in a body: names of members, and positions in lists."""

_ROUNDS: Final = 2
"""How often a schema is gone through on one way down; one that refers to itself has no end."""

_SOME_NAMES: Final = 3

_MOST: Final = 2000
"""So many places of one body are looked for, those near to its root first."""

_UNSURE: Final = frozenset(
    # A list of strings would be a line for each.
    """not oneOf if contains minContains maxContains dependentSchemas unevaluatedProperties unevaluatedItems
    patternProperties propertyNames minProperties maxProperties uniqueItems maxItems prefixItems $dynamicRef""".split()  # noqa: SIM905
)
"""Words that may keep a part from being there, or say something else of it: a body has to be drawn to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step down into a value.

    `token` is how it is told: the name of a member, the position of an item, or `*` for any of them. Any item is one
    at `start` or behind; any member, one that matches `pattern`, or where there is none, is not among `named`, and
    matches none of `patterns`.
    """

    token: str
    item: bool = False
    start: int = 0
    pattern: str | None = None
    named: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    @property
    def demanded(self) -> str:
        """The token by which a body is asked for such a part."""
        return EACH if self.item else self.token

    def keys(self, value: Any) -> Iterator[str | int]:
        """The names or positions in a value that the step may take."""
        if self.item and isinstance(value, list):
            end = len(value) if self.token == EACH else min(self.start + 1, len(value))
            yield from range(self.start, end)
        elif not self.item and isinstance(value, dict):
            yield from (name for name in value if self.takes(name))

    def takes(self, name: str) -> bool:
        """Whether the member of this name is one that the step leads to."""
        if self.token != EACH:
            return name == self.token
        if self.pattern is not None:
            return matches(self.pattern, name)
        return name not in self.named and not any(matches(pattern, name) for pattern in self.patterns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a body.

    `own` has its schemas, `applied` those and what they lead to without a choice, `sure` those of its own that hold
    whatever branch of a choice is taken, and `above` the schemas of what it stands in, innermost first. `schema` is
    the one that is told: where references alone lead. `required`: what it stands in cannot do without it. `is_plain`:
    whoever asks for a body with this place gets one.
    """

    steps: tuple[Step, ...]
    own: Pointers
    applied: Pointers
    schema: str
    sure: frozenset[str]
    above: Pointers
    required: bool
    is_plain: bool

    @property
    def pointer(self) -> str:
        """How it is told: `/products/*/amount`; empty for the body as a whole."""
        return join("", *(step.token for step in self.steps))

    @property
    def path(self) -> tuple[str, ...]:
        """The tokens that a demand, or a requirement, knows it by."""
        return tuple(step.demanded for step in self.steps)

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
    def demand(self) -> Demand:
        """What a body must have so that the place is in it; below a list or a map of several kinds, left to chance."""
        path: list[str] = []
        for step in self.steps:
            path.append(step.demanded)
            if step.demanded == EACH and (step.start or step.named or step.patterns or step.token != EACH):
                break
        return frozenset({tuple(path)}) if path else frozenset()

    def spots(self, body: Any) -> list[Path]:
        """Where a body has the place."""
        found: list[tuple[Path, Any]] = [((), body)]
        for step in self.steps:
            found = [((*path, key), value[key]) for path, value in found for key in step.keys(value)]
        return [path for path, _ in found]

    def room(self, body: Any) -> list[Path]:
        """Where a body could have the place, though it has not: members of a map, with names of ours."""
        if not self.steps or self.steps[-1].item or self.steps[-1].token != EACH:
            return []
        step = self.steps[-1]
        return [(*path, name) for path in self.holders(body) for name in _names(step.pattern) if step.takes(name)]

    def holders(self, body: Any) -> list[Path]:
        """The objects of a body in which the place is, or could be."""
        holder = replace(self, steps=self.steps[:-1])
        return [path for path in holder.spots(body) if isinstance(walk(body, path), dict)]


def replaced(body: Any, path: Path, value: Any) -> Any:
    """A copy of the body with another value there; a member that is not there is put in."""
    if not path:
        return value
    head, rest = path[0], path[1:]
    if isinstance(body, list):
        return [replaced(item, rest, value) if index == head else item for index, item in enumerate(body)]
    return {**body, str(head): replaced(body.get(head), rest, value)}


@lru_cache(maxsize=512)
def _names(pattern: str | None) -> tuple[str, ...]:
    """Some names for members of a map."""
    if pattern is None:
        return ("other", "more", "x")
    return tuple(engine.sample(texts([{"pattern": pattern}]), seed="names", count=_SOME_NAMES))


@lru_cache(maxsize=512)
def places(contract: Contract, pointer: str) -> tuple[Place, ...]:
    """Every place of the bodies that the schema at a pointer describes; the body itself is the first."""
    readings = readings_of(contract)
    root = _place(readings, (), (pointer,), sure=frozenset({pointer}), above=(), required=True, is_plain=True)
    found: dict[tuple[str, Pointers], Place] = {}
    pending: deque[tuple[Place, dict[str, int]]] = deque([(root, {})])
    while pending and len(found) < _MOST:
        place, rounds = pending.popleft()
        if (place.pointer, place.own) in found or any(rounds.get(one, 0) >= _ROUNDS for one in place.applied):
            continue
        found[place.pointer, place.own] = place
        more = {**rounds, **{one: rounds.get(one, 0) + 1 for one in place.applied}}
        pending.extend((part, more) for part in _parts(readings, place))
    return tuple(found.values())


@lru_cache(maxsize=512)
def members(contract: Contract, pointer: str) -> tuple[Place, ...]:
    """The places below the body itself that have a name, or stand in a list; not those in a map of any names."""
    return tuple(
        place
        for place in places(contract, pointer)
        if place.steps and all(step.item or step.token != EACH for step in place.steps)
    )


@lru_cache(maxsize=512)
def body_members(contract: Contract, operation: Operation) -> tuple[Place, ...]:
    """The members of an operation's JSON body; of several schemas for one place, the first."""
    schema = body_schema(operation)
    found: dict[str, Place] = {}
    for member in () if schema is None else members(contract, schema):
        found.setdefault(member.pointer, member)
    return tuple(found.values())


def _place(
    readings: Readings,
    steps: tuple[Step, ...],
    own: Pointers,
    *,
    sure: frozenset[str],
    above: Pointers,
    required: bool,
    is_plain: bool,
) -> Place:
    return Place(
        steps=steps,
        own=own,
        applied=readings.applied(own),
        schema=_followed(readings, own),
        sure=sure,
        above=above,
        required=required,
        is_plain=is_plain,
    )


def _parts(readings: Readings, place: Place) -> Iterator[Place]:
    """The places directly below one, in each way of reading its schemas."""
    always = frozenset(readings.applied(tuple(one for one in place.own if one in place.sure)))
    for reading in readings.readings(place.own):
        required = readings.required(reading)
        plain = place.is_plain and not any(_UNSURE & readings.words(one).keys() for one in reading)
        for step, own in _steps(readings, reading):
            if any(readings.schema(one) is False or readings.words(one).get("not") == {} for one in own):
                continue  # nothing can stand there: to put something there is a fault of the object
            sure = frozenset(one for one in own if _holder(one) in always)
            yield _place(
                readings,
                (*place.steps, step),
                own,
                sure=sure,
                above=(*reading, *place.above),
                required=not step.item and step.token in required,
                is_plain=plain and (step.item or step.token != EACH),
            )


def _holder(pointer: str) -> str:
    """The schema that says what its part, at this pointer, has to keep."""
    tokens = split(pointer)
    return join("", *tokens[: -2 if tokens[-2] in _OF_SEVERAL else -1])


_OF_SEVERAL: Final = frozenset({"properties", "patternProperties", "prefixItems"})


def _steps(readings: Readings, reading: Pointers) -> Iterator[tuple[Step, Pointers]]:
    words = [(pointer, readings.words(pointer)) for pointer in reading]
    names = readings.names(reading)
    for name in names:
        own = readings.member(reading, name)
        if own:
            yield Step(token=name), own
    patterns = tuple(dict.fromkeys(pattern for _, own in words for pattern in own.get("patternProperties", ())))
    for pattern in patterns:
        own = tuple(
            join(pointer, "patternProperties", pattern)
            for pointer, its in words
            if pattern in its.get("patternProperties", ())
        )
        yield Step(token=EACH, pattern=pattern, named=names), own
    rest = tuple(join(pointer, "additionalProperties") for pointer, own in words if "additionalProperties" in own)
    if rest:
        yield Step(token=EACH, named=names, patterns=patterns), rest
    prefix = max([len(own.get("prefixItems", ())) for _, own in words], default=0)
    for index in range(prefix):
        yield Step(token=str(index), item=True, start=index), readings.item(reading, index)
    items = readings.item(reading, prefix)
    if items:
        yield Step(token=EACH, item=True, start=prefix), items


def _followed(readings: Readings, pointers: Pointers) -> str:
    """The schema that the first of these leads to by references alone."""
    here, seen = pointers[0], set[str]()
    while here not in seen:
        seen.add(here)
        reference = readings.words(here).get("$ref")
        if isinstance(reference, str) and reference.startswith("#/"):
            here = of_reference(reference)
    return here
