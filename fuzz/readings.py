"""What a schema asks of a value, read for making values: references followed, one branch of each choice taken.

A value has to keep several schemas at once (`allOf`, a `$ref` with siblings, `properties` beside
`patternProperties`). So a schema is a tuple of JSON Pointers here, all of which hold. Nothing is merged or copied:
every question ("which schemas does member `amount` have to keep?") is answered by another tuple of pointers.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import chain, islice, product
from typing import TYPE_CHECKING, Any, Final

from validator.pointer import join, of_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from validator.contract import Contract

Pointers = tuple[str, ...]

_MOST_READINGS: Final = 64
"""Choices multiply; a schema with more readings than this is tried in its first ones only."""


class Readings:
    """The schemas of a contract's request bodies, as tuples of pointers."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        # Draws ask all of this again and again, and each answer takes a walk down the document.
        self.words = cache(self._words)
        self.applied = cache(self._applied)
        self.readings = cache(self._readings)
        self.member = cache(self._member)
        self.names = cache(self._names)

    def schema(self, pointer: str) -> Any:
        """The schema at a pointer: a mapping or a boolean."""
        return self._contract.schema_at(pointer)

    def _words(self, pointer: str) -> Mapping[str, Any]:
        """The keywords of a schema; a boolean has none."""
        schema = self.schema(pointer)
        return schema if isinstance(schema, dict) else {}

    def _applied(self, pointers: Pointers) -> Pointers:
        """These schemas and all that they ask for without a choice: what `$ref` and `allOf` lead to."""
        found: dict[str, None] = {}
        pending = list(reversed(pointers))
        while pending:
            pointer = pending.pop()
            if pointer in found:
                continue
            found[pointer] = None
            words = self.words(pointer)
            pending.extend(join(pointer, "allOf", index) for index in reversed(range(len(words.get("allOf", ())))))
            reference = words.get("$ref")
            if isinstance(reference, str) and reference.startswith("#/"):
                pending.append(of_reference(reference))
        return tuple(found)

    def choices(self, pointer: str) -> Iterator[tuple[Pointers, ...]]:
        """Each choice that a schema itself offers, as its branches."""
        words = self.words(pointer)
        for keyword in ("anyOf", "oneOf"):
            if keyword in words:
                yield tuple((join(pointer, keyword, index),) for index in range(len(words[keyword])))
        if "if" in words:
            then = (join(pointer, "then"),) if "then" in words else ()
            otherwise = (join(pointer, "else"),) if "else" in words else ()
            yield (join(pointer, "if"), *then), otherwise

    def _readings(self, pointers: Pointers) -> tuple[Pointers, ...]:
        """The ways to keep these schemas: all applied ones, with one branch of each choice."""
        base = self.applied(pointers)
        choices = list(chain.from_iterable(self.choices(pointer) for pointer in base))
        if not choices:
            return (base,)
        found: dict[Pointers, None] = {}
        for taken in islice(product(*choices), _MOST_READINGS):
            branches = tuple(chain.from_iterable(taken))
            for reading in self.readings(branches) if branches else ((),):
                found[tuple(dict.fromkeys((*base, *reading)))] = None
        return tuple(islice(found, _MOST_READINGS))

    def _member(self, reading: Pointers, name: str) -> Pointers:
        """The schemas that a member of an object has to keep."""
        return tuple(chain.from_iterable(self._own_member(pointer, name) for pointer in reading))

    def _own_member(self, pointer: str, name: str) -> Iterator[str]:
        words = self.words(pointer)
        known = False
        if name in words.get("properties", ()):
            known = True
            yield join(pointer, "properties", name)
        for pattern in words.get("patternProperties", ()):
            if matches(pattern, name):
                known = True
                yield join(pointer, "patternProperties", pattern)
        if not known and "additionalProperties" in words:
            yield join(pointer, "additionalProperties")

    def item(self, reading: Pointers, index: int) -> Pointers:
        """The schemas that an item of an array has to keep."""
        return tuple(chain.from_iterable(self._own_item(pointer, index) for pointer in reading))

    def _own_item(self, pointer: str, index: int) -> Iterator[str]:
        words = self.words(pointer)
        prefix = len(words.get("prefixItems", ()))
        if index < prefix:
            yield join(pointer, "prefixItems", index)
        elif "items" in words:
            yield join(pointer, "items")

    def _names(self, reading: Pointers) -> tuple[str, ...]:
        """The members that the schemas name, in their order; what only the server may set is left out."""
        named = chain.from_iterable(self.words(pointer).get("properties", ()) for pointer in reading)
        return tuple(name for name in dict.fromkeys(named) if not self.read_only(self.member(reading, name)))

    def read_only(self, pointers: Pointers) -> bool:
        """Whether one of the schemas says that only the server sets it."""
        return any(self.words(pointer).get("readOnly") is True for pointer in self.applied(pointers))

    def required(self, reading: Pointers) -> tuple[str, ...]:
        """The members that the schemas require, in their order."""
        return tuple(dict.fromkeys(chain.from_iterable(self.words(pointer).get("required", ()) for pointer in reading)))

    def with_dependents(self, reading: Pointers, names: Iterable[str]) -> tuple[str, ...]:
        """These names, and those that `dependentRequired` and `dependentSchemas` want beside them."""
        found: dict[str, None] = {}
        pending = [*names][::-1]
        while pending:
            name = pending.pop()
            if name not in found:
                found[name] = None
                for pointer in reading:
                    words = self.words(pointer)
                    pending.extend(words.get("dependentRequired", {}).get(name, ()))
                    if name in words.get("dependentSchemas", ()):
                        pending.extend(self.required(self.applied((join(pointer, "dependentSchemas", name),))))
        return tuple(found)


@lru_cache(maxsize=64)
def readings_of(contract: Contract) -> Readings:
    """The readings of a contract: what was asked once is known."""
    return Readings(contract)


def matches(pattern: str, name: str) -> bool:
    """Whether a name falls under `patternProperties`; a pattern that Python cannot read is taken to match nothing."""
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return False
