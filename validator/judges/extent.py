"""How much there is to tell of a value that breaks its schema; and where it is too much, a part of it.

jsonschema-rs is quick to say whether a value keeps a schema. Asked for the errors it gathers all of them, and those of
every alternative that does not hold: a list of a million wrong items took 3 GB, and choices within choices, 22 deep,
all the memory that there was. So they are counted first, by going down to what is broken, and no further than to the
bound. Counted is rather too much than too little: alternatives of a choice that holds, `then` and `else` both.

To count takes longer than to ask. So it is left out where a body is short for the ways in which its schema looks at a
part of it: then there cannot be many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from validator.contract.places import SAME_VALUE
from validator.pointer import join, of_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from validator.contract.schemas import Schemas
    from validator.judges.ways import Ways

MOST: Final = 20_000
"""Errors that are asked for at once: some 30 MB, and half a second."""

SHORT: Final = 256 * 1024
"""Bytes of a body, times the ways in which a part of it is looked at, below which nothing is counted."""

_MOST_LARGES: Final = 20

_CHOICES: Final = ("anyOf", "oneOf")


class Part(NamedTuple):
    """A part of a value, and the place of a schema that speaks of it; `at` leads there from the whole value."""

    place: str
    value: Any
    at: tuple[str | int, ...] = ()


class Extent:
    """Counts errors, by the schemas of one document."""

    def __init__(self, schemas: Schemas, ways: Ways) -> None:
        self._schemas: Final = schemas
        self._ways: Final = ways

    def is_small(self, whole: Part, size: int | None = None) -> bool:
        """Whether all errors of a value that breaks a schema may be asked for. Raises ValueError for a deep one.

        `size` is that of the body which the value is, in bytes.
        """
        if self._schemas.has_addresses:  # references need not be pointers then: nobody can follow them here
            return True
        if size is not None and size * self._ways.most(whole.place) <= SHORT:
            return True
        count = 0
        pending = [whole]
        while pending:
            part = pending.pop()
            node = self._schemas.at(part.place)
            count += 1 + len(node.get("required", ())) if isinstance(node, dict) else 1
            for inside in (_certain, _possible):
                for inner in self._broken(part, node, inside):
                    pending.append(inner)
                    if count + len(pending) > MOST:
                        return False
        return count <= MOST

    def parts(self, whole: Part) -> Iterator[Part]:
        """The parts of a value that are broken for certain, each small enough, or the last on the way to one.

        Where too many on the way are too large, the rest is left out: to find that out takes long.
        """
        larges = 0

        def below(part: Part) -> Iterator[Part]:
            nonlocal larges
            larges += 1
            is_last = True
            for inner in self._broken(part, self._schemas.at(part.place), _certain):
                is_last = False
                if self.is_small(inner):
                    yield inner
                elif larges < _MOST_LARGES:
                    yield from below(inner)
                else:
                    return
            if is_last:
                yield part

        yield from below(whole)

    def broken_choice(self, part: Part) -> str | None:
        """The place of a choice in the schema of a part, if it does not hold."""
        node = self._schemas.at(part.place)
        for word in _CHOICES if isinstance(node, dict) else ():
            branches = [join(part.place, word, index) for index in range(len(node.get(word, ())))]
            holding = sum(self._schemas.validator(branch).is_valid(part.value) for branch in branches)
            if branches and (holding == 0 or (word == "oneOf" and holding > 1)):
                return join(part.place, word)
        return None

    def _broken(
        self, part: Part, node: Any, inside: Callable[[Part, Mapping[str, Any]], Iterator[Part]]
    ) -> Iterator[Part]:
        if isinstance(node, dict):
            for inner in inside(part, node):
                if not self._schemas.validator(inner.place).is_valid(inner.value):
                    yield inner


def _certain(part: Part, node: Mapping[str, Any]) -> Iterator[Part]:
    """What must hold where a schema does: the schemas right inside it, each with the part that it speaks of."""
    place, value, at = part
    if "$ref" in node:
        yield Part(of_reference(node["$ref"]), value, at)
    for index in range(len(node.get("allOf", ()))):
        yield Part(join(place, "allOf", index), value, at)
    if isinstance(value, dict):
        for name in node.get("properties", ()):
            if name in value:
                yield Part(join(place, "properties", name), value[name], (*at, name))
        if not node.get("patternProperties"):
            yield from _others(part, node, "additionalProperties")
    elif isinstance(value, list):
        first = len(node.get("prefixItems", ()))
        for index, item in enumerate(value[:first]):
            yield Part(join(place, "prefixItems", index), item, (*at, index))
        if "items" in node:
            inner = join(place, "items")
            yield from (Part(inner, value[index], (*at, index)) for index in range(first, len(value)))


def _possible(part: Part, node: Mapping[str, Any]) -> Iterator[Part]:
    """What need not hold, or only for some members."""
    place, value, at = part
    for word in _CHOICES:
        for index in range(len(node.get(word, ()))):
            yield Part(join(place, word, index), value, at)
    for word in SAME_VALUE:
        if word in node:
            yield Part(join(place, word), value, at)
    for name in node.get("dependentSchemas", ()):
        yield Part(join(place, "dependentSchemas", name), value, at)
    if isinstance(value, dict):
        for inner in (join(place, "patternProperties", pattern) for pattern in node.get("patternProperties", ())):
            yield from (Part(inner, item, (*at, name)) for name, item in value.items())
        if node.get("patternProperties"):
            yield from _others(part, node, "additionalProperties")
        yield from _others(part, node, "unevaluatedProperties")
        if "propertyNames" in node:
            yield from (Part(join(place, "propertyNames"), name, at) for name in value)
    elif isinstance(value, list):
        for inner in (join(place, word) for word in ("contains", "unevaluatedItems") if word in node):
            yield from (Part(inner, item, (*at, index)) for index, item in enumerate(value))


def _others(part: Part, node: Mapping[str, Any], word: str) -> Iterator[Part]:
    """What a schema says of the members that it does not name."""
    if word in node:
        inner, known = join(part.place, word), node.get("properties", {})
        yield from (Part(inner, item, (*part.at, name)) for name, item in part.value.items() if name not in known)
