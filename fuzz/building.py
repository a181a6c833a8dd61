"""Strategies for values that keep schemas of a contract.

Values are built, not found: a filter stands only where a schema uses words that the building does not obey, or only in
part. They are small, shrink to the simplest one, and end for every schema: how deep a value goes is bounded.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from fuzz.numbers import integers, numbers
from fuzz.readings import Pointers, Readings
from fuzz.stretching import MANY, few_of_each, long_lists, many_names
from fuzz.texts import texts
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from validator.contract import Contract

Demand = frozenset[tuple[str, ...]]
"""Parts that a value must have though its schema leaves them open, as paths; `*` is each item, or each member."""

NO_DEMAND: Final[Demand] = frozenset()
EACH: Final = "*"

_DEPTH: Final = 6
"""Levels of a value below which only what is required is built; a schema that refers to itself would go on for ever."""

_MOST_ITEMS: Final = 3
_MOST_EXTRAS: Final = 2
_MOST_DRAWN: Final = 200
"""More items than these are not drawn, even where each has to be another one."""

_NAMES: Final = st.text(st.sampled_from("abcdefghij"), min_size=1, max_size=4)


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_CHECKED: Final = _words(
    """oneOf not if contains minContains maxContains dependentSchemas unevaluatedProperties unevaluatedItems
    patternProperties propertyNames pattern format minLength maxLength multipleOf maxProperties minProperties
    uniqueItems prefixItems $dynamicRef"""
)
"""Words that the building obeys in part, or not at all: where one stands, the value is checked."""

_WORDS_OF_TYPES: Final[Mapping[str, frozenset[str]]] = {
    "object": _words(
        """properties required additionalProperties patternProperties propertyNames minProperties maxProperties
        dependentRequired dependentSchemas unevaluatedProperties"""
    ),
    "array": _words(
        "items prefixItems minItems maxItems uniqueItems contains minContains maxContains unevaluatedItems"
    ),
    "string": _words("minLength maxLength pattern format contentEncoding contentMediaType"),
    "number": _words("minimum maximum exclusiveMinimum exclusiveMaximum multipleOf"),
}
"""Where no `type` is given, these words tell what the author has in mind."""

_TYPES: Final = ("string", "integer", "number", "boolean", "object", "array", "null")
"""What people mean most comes first, and is the simplest to Hypothesis."""

_SCALARS: Final = frozenset({"string", "integer", "boolean", "null"})


def below(demand: Demand, token: str) -> Demand:
    """What a demand asks of the part under a name (or of each item)."""
    return frozenset(path[1:] for path in demand if len(path) > 1 and path[0] == token)


def heads(demand: Demand) -> frozenset[str]:
    """The names that a demand asks for right here."""
    return frozenset(path[0] for path in demand)


class Builder:
    """Builds strategies for the schemas of one contract; each is built once."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._readings: Final = Readings(contract)
        self._values: Callable[[Pointers, Demand, int], st.SearchStrategy[Any]] = cache(self._build)

    def body(self, pointer: str, demand: Demand) -> st.SearchStrategy[Any]:
        """Values for the schema at a pointer that meet the demand."""
        return self._values((pointer,), demand, max([_DEPTH, *(len(path) + 1 for path in demand)]))

    def values(self, pointers: Pointers) -> st.SearchStrategy[Any]:
        """Values that keep all the schemas at these pointers."""
        return self._values(pointers, NO_DEMAND, _DEPTH)

    def _build(self, pointers: Pointers, demand: Demand, depth: int) -> st.SearchStrategy[Any]:
        """Values that keep all these schemas. At a depth of zero and less they have no more than they must."""
        if depth < -_DEPTH:
            return st.nothing()
        readings = self._readings.readings(pointers)
        fitting = [reading for reading in readings if self._offers(reading, demand)] or readings
        return st.one_of([self._of_reading(reading, demand, depth) for reading in fitting])

    def _offers(self, reading: Pointers, demand: Demand) -> bool:
        named = {*self._readings.names(reading), *self._readings.required(reading)}
        return heads(demand) - {EACH} <= named

    def _of_reading(self, reading: Pointers, demand: Demand, depth: int) -> st.SearchStrategy[Any]:
        if any(self._forbids_all(pointer) for pointer in reading):
            return st.nothing()
        schemas = [self._readings.words(pointer) for pointer in reading]
        lists = [words["enum"] if "enum" in words else [words["const"]] for words in schemas if _is_listed(words)]
        if lists:
            return _one_of_these([value for value in lists[0] if self._keeps(reading, value)])
        built = st.one_of([self._of_kind(kind, reading, schemas, demand, depth) for kind in _kinds(schemas, demand)])
        if any(_CHECKED & set(words) for words in schemas):
            return built.filter(lambda value: self._keeps(reading, value))
        return built

    def _forbids_all(self, pointer: str) -> bool:
        schema = self._readings.schema(pointer)
        return schema is False or (isinstance(schema, dict) and schema.get("not") in ({}, True) and "not" in schema)

    def _keeps(self, reading: Pointers, value: Any) -> bool:
        return all(self._contract.validator(pointer, writing=True).is_valid(value) for pointer in reading)

    def _of_kind(
        self, kind: str, reading: Pointers, schemas: Sequence[Mapping[str, Any]], demand: Demand, depth: int
    ) -> st.SearchStrategy[Any]:
        match kind:
            case "null":
                return st.none()
            case "boolean":
                return st.booleans()
            case "integer":
                return integers(schemas)
            case "number":
                return numbers(schemas)
            case "string":
                return texts(schemas)
            case "array":
                return self._array(reading, schemas, demand, depth)
            case _:
                return self._object(reading, schemas, demand, depth)

    def _array(
        self, reading: Pointers, schemas: Sequence[Mapping[str, Any]], demand: Demand, depth: int
    ) -> st.SearchStrategy[list[Any]]:
        wanted = below(demand, EACH)
        contained = tuple(
            join(pointer, "contains")
            for pointer, words in zip(reading, schemas, strict=True)
            if "contains" in words and words.get("minContains") != 0
        )
        shortest = max([int(bool(contained or EACH in heads(demand))), *_numbers(schemas, "minItems")])
        longest = min([shortest + (_MOST_ITEMS if depth > 0 else 0), *_numbers(schemas, "maxItems")])
        prefix = max([len(words.get("prefixItems", ())) for words in schemas], default=0)
        if longest < shortest:
            return st.nothing()
        first = [
            self._values((*self._readings.item(reading, index), *(contained if index == 0 else ())), wanted, depth - 1)
            for index in range(min(max(prefix, int(bool(contained))), max(shortest, longest)))
        ]
        rest = self._values(self._readings.item(reading, prefix), wanted, depth - 1)
        most = 0 if rest.is_empty else longest - len(first)
        least = max(0, shortest - len(first))
        if most < least:
            return st.nothing()
        unique = _canonical if any(words.get("uniqueItems") is True for words in schemas) else None
        rests = _lists(rest, least, most, unique) if most else st.just([])
        if not first:
            return rests
        return st.builds(lambda head, tail: [*head, *tail], st.tuples(*first), rests)

    def _object(
        self, reading: Pointers, schemas: Sequence[Mapping[str, Any]], demand: Demand, depth: int
    ) -> st.SearchStrategy[dict[str, Any]]:
        @cache
        def member(name: str) -> st.SearchStrategy[Any]:
            wanted = below(demand, name) | below(demand, EACH)
            return self._values(self._readings.member(reading, name), wanted, depth - 1)

        needed = self._readings.with_dependents(
            reading, [*self._readings.required(reading), *sorted(heads(demand) - {EACH})]
        )
        if any(member(name).is_empty for name in needed):
            return st.nothing()
        fewest = max([0, *_numbers(schemas, "minProperties")])
        most = min([*_numbers(schemas, "maxProperties")], default=None)
        named = self._readings.names(reading)
        optional = [name for name in named if name not in needed and not member(name).is_empty]
        if depth <= 0:
            optional = optional[: max(0, fewest - len(needed))]
        extras = max(fewest - len(needed) - len(optional), int(EACH in heads(demand) and not needed))
        extra_names = self._extra_names(reading, min(depth, 0) - 1)
        if extra_names.is_empty:  # `propertyNames` may let no name be
            if extras > 0:
                return st.nothing()
        elif not named and not needed and depth > 0:
            extras = max(extras, _MOST_EXTRAS)

        @st.composite
        def build(draw: st.DrawFn) -> dict[str, Any]:
            chosen = list(needed)
            for index, name in enumerate(optional):
                must = len(chosen) + len(optional) - index <= fewest
                if (most is None or len(chosen) < most) and (must or draw(st.booleans())):
                    chosen += [one for one in self._readings.with_dependents(reading, [name]) if one not in chosen]
            if extras > 0:
                least = max(fewest - len(chosen), int(EACH in heads(demand) and not chosen), 0)
                chosen += draw(_different_names(extra_names, least, max(least, extras)))
            value_of = few_of_each(draw) if extras > MANY else draw
            return {name: value_of(member(name)) for name in chosen if not member(name).is_empty}

        return build()

    def _extra_names(self, reading: Pointers, depth: int) -> st.SearchStrategy[str]:
        """Names for members that no schema names; a schema for names may be a schema of what has names, and so on."""
        words = [(pointer, self._readings.words(pointer)) for pointer in reading]
        rules = tuple(join(pointer, "propertyNames") for pointer, own in words if "propertyNames" in own)
        if rules:
            return self._values(rules, NO_DEMAND, depth).filter(lambda name: isinstance(name, str))
        patterns = [{"pattern": pattern} for _, own in words for pattern in own.get("patternProperties", ())]
        return st.one_of([texts([one]) for one in patterns]) if patterns else _NAMES


def _lists(
    items: st.SearchStrategy[Any], least: int, most: int, unique: Callable[[Any], str] | None
) -> st.SearchStrategy[list[Any]]:
    """Lists of so many items; none, where there are not enough different ones."""
    if least > MANY:
        long = long_lists(items, least, most, unique=unique is not None)
        if unique is None or least > _MOST_DRAWN:
            return long
        return st.one_of(long, _drawn_lists(items, least, most, unique))
    return _drawn_lists(items, least, most, unique)


def _drawn_lists(
    items: st.SearchStrategy[Any], least: int, most: int, unique: Callable[[Any], str] | None
) -> st.SearchStrategy[list[Any]]:
    lists = st.lists(items, min_size=least, max_size=most, unique_by=unique)
    try:
        lists.validate()
    except InvalidArgument:  # Hypothesis counts them where that is easy
        return st.nothing()
    return lists


def _different_names(names: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[list[str]]:
    if least > MANY:
        return many_names(names, least, most)
    return st.lists(names, min_size=least, max_size=most, unique=True)


def _is_listed(words: Mapping[str, Any]) -> bool:
    return "enum" in words or "const" in words


def _one_of_these(values: Sequence[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from(values) if values else st.nothing()


def _numbers(schemas: Sequence[Mapping[str, Any]], keyword: str) -> list[int]:
    return [int(words[keyword]) for words in schemas if keyword in words]


def _kinds(schemas: Sequence[Mapping[str, Any]], demand: Demand) -> list[str]:
    """The types that a value may have: what all schemas allow, and the demand can be met with."""
    allowed: set[str] | None = None
    for words in schemas:
        if "type" in words:
            own = {words["type"]} if isinstance(words["type"], str) else set(words["type"])
            own |= {"integer"} if "number" in own else set()
            allowed = own if allowed is None else allowed & own
    said = {kind for kind, own in _WORDS_OF_TYPES.items() if any(own & set(words) for words in schemas)}
    if allowed is None:
        allowed = said or set(_SCALARS)
    if heads(demand):
        allowed &= {"object", "array"} if heads(demand) == {EACH} else {"object"}
    if "number" in allowed:
        allowed.discard("integer")
    return [kind for kind in _TYPES if kind in allowed]


def _canonical(value: Any) -> str:
    """Tells apart what Python calls equal (1 and true); 1 and 1.0, equal for JSON Schema, are left to the check."""
    return json.dumps(value, sort_keys=True)
