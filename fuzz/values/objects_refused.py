"""Objects with too many or too few members, with a member that nobody asked for, or without one that another wants."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fuzz.texts import texts
from fuzz.values.kind import Asked, Kind
from fuzz.values.lists_refused import ANYTHING
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hypothesis import strategies as st

_MOST: Final = 2000
_MOST_NAMES: Final = 10
_EXTRA: Final = ("unknown", "id", "admin", "__proto__", "0", "")
_NAMES: Final = ("unknown", "", " ", "a b", "A", "a", "0", "1a", "aB", "a-b", "a.b", "$ref", "\u00e9", "x" * 300)


def too_few_members(asked: Asked) -> Iterator[Kind]:
    """For `minProperties`."""
    least = int(asked.words["minProperties"])
    yield _of_object("empty-object", lambda _: [{}])
    if least > 1:
        yield _of_object(
            "too-few-members",
            lambda value: [dict(list(value.items())[: least - 1]), dict(list(value.items())[::-1][: least - 1])],
        )


def too_many_members(asked: Asked) -> Iterator[Kind]:
    """For `maxProperties`: members that are sound on their own."""
    most = int(asked.words["maxProperties"])

    def more(value: dict[str, Any]) -> st.SearchStrategy[Any]:
        names = [f"more{number}" for number in range(most + 1 - len(value))]
        sound = asked.builder.values(asked.readings.member(asked.reading, "more0"))
        return sound.map(lambda one: {**value, **dict.fromkeys(names, one)})

    if most < _MOST:
        yield _of_object("too-many-members", more)


def extra_member(asked: Asked) -> Iterator[Kind]:
    """For `additionalProperties: false` and `unevaluatedProperties`; what a schema says of a member is broken there."""
    if isinstance(asked.words.get("additionalProperties"), dict) and "unevaluatedProperties" not in asked.words:
        return
    known = {*asked.readings.names(asked.reading)}
    names = [name for name in _EXTRA if name not in known]  # of another type, it would be wrong in its own right
    yield _of_object("extra-member", lambda value: [{**value, name: one} for name in names for one in ANYTHING])


def forbidden_member(asked: Asked) -> Iterator[Kind]:
    """For a member of `properties` that no value fits; what only the server sets, servers may leave unread."""
    pointers = {name: join(asked.pointer, "properties", name) for name in asked.words["properties"]}
    names = [
        name
        for name, pointer in pointers.items()
        if _fits_nothing(asked, pointer) and not asked.readings.read_only((pointer,))
    ]
    if names:
        yield _of_object("forbidden-member", lambda value: [{**value, name: one} for name in names for one in ANYTHING])


def wrong_name(asked: Asked) -> Iterator[Kind]:
    """For `propertyNames`."""
    rule = join(asked.pointer, "propertyNames")
    yield _of_object(
        "wrong-name",
        lambda value: [
            {**value, name: one}
            for name in _NAMES
            if not asked.allows(rule, name)
            for one in (*value.values(), *ANYTHING)
        ],
    )


def wrong_by_pattern(asked: Asked) -> Iterator[Kind]:
    """For `patternProperties` whose pattern forbids a member."""
    for pattern in asked.words["patternProperties"]:
        if _fits_nothing(asked, join(asked.pointer, "patternProperties", pattern)):
            yield _of_object("forbidden-member", partial(_with_name, texts([{"pattern": pattern}])))


def _with_name(names: st.SearchStrategy[str], value: dict[str, Any]) -> st.SearchStrategy[Any]:
    return names.map(lambda name: {**value, name: 1})


def without_dependents(asked: Asked) -> Iterator[Kind]:
    """For `dependentRequired`."""
    for name, wanted in asked.words["dependentRequired"].items():
        yield replace(_of_object("lacks-dependent", partial(_without_any, wanted)), demand=(name,), lacks=True)


def _without_any(names: Sequence[str], value: dict[str, Any]) -> list[Any]:
    return [_but(value, name) for name in names if name in value]


def against_dependents(asked: Asked) -> Iterator[Kind]:
    """For `dependentSchemas`."""
    for name in asked.words["dependentSchemas"]:
        pointer = join(asked.pointer, "dependentSchemas", name)
        applied = asked.readings.applied((pointer,))
        required, named = asked.readings.required(applied), asked.readings.names(applied)[:_MOST_NAMES]

        def make(
            value: Any, pointer: str = pointer, required: Sequence[str] = required, named: Sequence[str] = named
        ) -> list[Any]:
            if not isinstance(value, dict):
                return []
            made = [{**value, member: one} for member in named for one in ANYTHING]
            made += [_but(value, member) for member in required if member in value]
            made += [{**value, extra: one} for extra in _EXTRA for one in ANYTHING]
            return [one for one in made if not asked.allows(pointer, one)]

        yield Kind(name="against-dependent", make=make, demand=(name,), lacks=True)


def _fits_nothing(asked: Asked, pointer: str) -> bool:
    return any(
        asked.readings.schema(one) is False or asked.readings.words(one).get("not") == {}
        for one in asked.readings.applied((pointer,))
    )


def _but(value: dict[str, Any], gone: str) -> dict[str, Any]:
    return {name: one for name, one in value.items() if name != gone}


def _of_object(name: str, make: Any) -> Kind:
    return Kind(name=name, make=lambda value: make(value) if isinstance(value, dict) else ())
