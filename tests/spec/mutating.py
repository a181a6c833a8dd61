"""Every single way to break a body that its schema speaks of, worked out from the document itself."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fuzz.building import EACH, Builder
from fuzz.engine import draw
from fuzz.readings import Pointers, Readings
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from validator.contract import Contract

Path = tuple[str, ...]
"""Where in a body: names of members, and `*` for each item of a list."""

SAMPLES: Final[Mapping[str, Any]] = {
    "null": None,
    "string": "7",
    "number": 7.5,
    "integer": 7,
    "boolean": True,
    "array": [],
    "object": {},
}
"""A value of each type that JSON Schema knows."""

ROUNDS: Final = 2
"""How often one schema is gone through on one way down: one that refers to itself has no end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One keyword broken at one place: `documented` points at the keyword, `path` at the value that breaks it.

    `wrong` is put there; where it is None in a `required`, the member `name` is taken away instead.
    """

    path: Path
    documented: str
    wrong: Any = None
    name: str | None = None

    @property
    def needs(self) -> Path:
        """What a body must have so that it can be broken in this way."""
        return self.path if self.name is None else (*self.path, self.name)

    def broken(self, body: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
        """The body, broken at the first place that fits: the place in it, and the broken copy. At most one."""
        for place, value in _places(body, self.path):
            if self.name is not None and not (isinstance(value, dict) and self.name in value):
                continue
            copy = deepcopy(body)
            holder: dict[str, Any] = {"": copy}
            part: Any = holder
            for token in ("", *place[:-1]) if place else ():
                part = part[token]
            last = place[-1] if place else ""
            if self.name is not None:
                del part[last][self.name]
            else:
                part[last] = self.wrong
            yield place, holder[""]
            return


def mutations(contract: Contract, pointer: str) -> tuple[Mutation, ...]:
    """Every way to break a body of the schema at a pointer: a member dropped, a type changed, a list of values left."""
    found: dict[tuple[Path, str, str, str | None], Mutation] = {}
    for one in _Walk(contract).below((pointer,), (), {}):
        found.setdefault((one.path, one.documented, repr(one.wrong), one.name), one)
    return tuple(found.values())


def bodies_for(contract: Contract, pointer: str, one: Mutation) -> list[Any]:
    """Small bodies in which the place of one mutation is, and few others are."""
    demand = frozenset({one.needs} - {()})
    strategy = Builder(contract).body(pointer, demand).filter(contract.validator(pointer).is_valid)
    return draw(strategy, seed="small", count=5)


def full_bodies(contract: Contract, pointer: str, wanted: tuple[Mutation, ...]) -> list[Any]:
    """Valid bodies, so full that each mutation fits one of them, if any does."""
    builder, valid = Builder(contract), contract.validator(pointer).is_valid
    pending = {mutation.needs for mutation in wanted} | {()}
    found: list[Any] = []

    def look_for(demand: frozenset[Path]) -> None:
        for body in draw(builder.body(pointer, demand - {()}).filter(valid), seed="full", count=1):
            found.append(body)
            pending.difference_update([path for path in pending if any(True for _ in _places(body, path))])

    # All at once, where one branch of each choice can have them all; then one after the other.
    look_for(frozenset(pending))
    while pending:
        path = max(pending)
        look_for(frozenset({path}))
        pending.discard(path)
    return found


class _Walk:
    """Goes through the schemas of a body, down to every keyword that can be broken."""

    def __init__(self, contract: Contract) -> None:
        self._readings = Readings(contract)

    def below(self, pointers: Pointers, path: Path, rounds: Mapping[str, int]) -> Iterator[Mutation]:
        """The mutations of the value that keeps these schemas, and of its parts."""
        if not pointers or any(rounds.get(pointer, 0) >= ROUNDS for pointer in pointers):
            return
        rounds = {**rounds, **{pointer: rounds.get(pointer, 0) + 1 for pointer in pointers}}
        readings = [
            {pointer: self._readings.words(pointer) for pointer in reading}
            for reading in self._readings.readings(pointers)
        ]
        for words in readings:
            reading = tuple(words)
            others = [list(other.values()) for other in readings if other is not words]
            for pointer, own in words.items():
                for one in _of_words(pointer, own, path):
                    if not any(_takes(other, one) for other in others):
                        yield one
            for name in self._readings.names(reading):
                yield from self.below(self._readings.member(reading, name), (*path, name), rounds)
            items = self._readings.item(reading, 0)
            if items:
                yield from self.below(items, (*path, EACH), rounds)
            for pointer, own in words.items():
                if isinstance(own.get("additionalProperties"), dict):
                    yield from self.below((join(pointer, "additionalProperties"),), (*path, EACH), rounds)


def _takes(branch: Sequence[Mapping[str, Any]], one: Mutation) -> bool:
    """Whether another branch of a choice takes what this one is broken by: then nothing is broken."""
    if one.name is not None:
        return not any(one.name in words.get("required", ()) for words in branch) and any(
            "object" in _types(words) for words in branch
        )
    kind = next(kind for kind, sample in SAMPLES.items() if type(one.wrong) is type(sample))
    return all(kind in _types(words) and not any(key in words for key in ("enum", "const")) for words in branch)


def _types(words: Mapping[str, Any]) -> set[str]:
    """The types that a schema takes."""
    if "type" not in words:
        return set(SAMPLES)
    allowed = {words["type"]} if isinstance(words["type"], str) else set(words["type"])
    return allowed | ({"integer"} if "number" in allowed else set())


def _of_words(pointer: str, words: Mapping[str, Any], path: Path) -> Iterator[Mutation]:
    """How the keywords of one schema can be broken."""
    for name in words.get("required", ()):
        yield Mutation(path=path, documented=join(pointer, "required"), name=name)
    if "type" in words:
        others = [kind for kind in SAMPLES if kind not in _types(words)]
        # Null, the next of kin, and for whole numbers a broken one: each is what a server really sends by mistake.
        for kind in dict.fromkeys((others[0], *others[1:2], *(["number"] if "number" in others else []))):
            yield Mutation(path=path, documented=join(pointer, "type"), wrong=SAMPLES[kind])
    for keyword, wrong in _other(words):
        yield Mutation(path=path, documented=join(pointer, keyword), wrong=wrong)


def _other(words: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A value of a right type that leaves what is listed, or is out of bounds."""
    if "enum" in words:
        kinds = [type(value) for value in words["enum"] if value is not None]
        yield "enum", 9999 if int in kinds else "not-in-the-list"
    if "const" in words:
        yield "const", 9999 if isinstance(words["const"], int) and words["const"] is not True else "not-this"
    if "pattern" in words:
        yield "pattern", "§"
    for keyword, step in (("minimum", -1), ("maximum", 1)):
        if keyword in words:
            yield keyword, words[keyword] + step
    if "maxItems" in words:
        yield "maxItems", [{}] * (words["maxItems"] + 1)
    if words.get("minItems"):
        yield "minItems", []
    if words.get("minLength"):
        yield "minLength", ""


def _places(value: Any, path: Path) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """The places of a body that a path leads to."""
    if not path:
        yield (), value
        return
    head, rest = path[0], path[1:]
    parts: list[tuple[str | int, Any]] = []
    if isinstance(value, list) and head == EACH:
        parts = list(enumerate(value))
    elif isinstance(value, dict):
        parts = list(value.items()) if head == EACH else [(head, value[head])] if head in value else []
    for token, part in parts:
        for place, found in _places(part, rest):
            yield (token, *place), found
