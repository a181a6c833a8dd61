"""Lists that are too short or too long, that repeat an item, or lack one that they have to contain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.values.kind import Asked, Kind
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hypothesis import strategies as st

_MOST: Final = 2000
"""A list that has to be longer than this is not made."""

ANYTHING: Final[tuple[Any, ...]] = ("other", 7, None, True, 1.5, [], {})


def too_few(asked: Asked) -> Iterator[Kind]:
    """For `minItems`."""
    least = int(asked.words["minItems"])
    yield _of_list("empty-list", lambda _: [[]])
    if least > 1:
        yield _of_list("too-few-items", lambda items: [items[: least - 1]])


def too_many(asked: Asked) -> Iterator[Kind]:
    """For `maxItems`: items that are sound on their own, so that nothing else is wrong with the list."""
    most = int(asked.words["maxItems"])

    def longer(items: list[Any], sample: Any) -> list[Any]:
        return [*items, *_others(asked, sample, most + 1 - len(items))]

    def make(items: list[Any]) -> Sequence[Any] | st.SearchStrategy[Any]:
        if items:
            return [longer(items, items[-1])]
        return _samples(asked).map(lambda sample: longer(items, sample))

    if most < _MOST:
        yield _of_list("too-many-items", make)


def repeated(asked: Asked) -> Iterator[Kind]:
    """For `uniqueItems`."""

    def make(items: list[Any]) -> Sequence[Any] | st.SearchStrategy[Any]:
        if items:
            return [[*items, items[0]], [items[0], items[0]], [items[0], *items[:-1]]]
        return _samples(asked).map(lambda sample: [sample, sample])

    yield _of_list("repeated-item", make)


def _samples(asked: Asked) -> st.SearchStrategy[Any]:
    """Sound items of the list."""
    return asked.builder.values(asked.readings.item(asked.reading, 0))


def _others(asked: Asked, sample: Any, times: int) -> list[Any]:
    """Items that differ from a sound one, and are as sound; where there are none such, it over and over."""
    pointers = asked.readings.item(asked.reading, 0)
    if isinstance(sample, str):
        made: list[Any] = [f"{sample}{number}" for number in range(times)]
    elif isinstance(sample, int | float) and not isinstance(sample, bool):
        made = [sample + 1 + number for number in range(times)]
    else:
        made = [sample] * times
    is_sound = all(asked.allows(pointer, one) for pointer in pointers for one in made)
    return made if is_sound else [sample] * times


def not_contained(asked: Asked) -> Iterator[Kind]:
    """For `contains`, `minContains` and `maxContains`."""
    wanted = join(asked.pointer, "contains")
    least, most = int(asked.words.get("minContains", 1)), asked.words.get("maxContains")

    def with_only(items: list[Any], count: int) -> list[Any]:
        others = [item for item in items if not asked.allows(wanted, item)]
        fitting = [item for item in items if asked.allows(wanted, item)][:count]
        instead = [one for one in ANYTHING if not asked.allows(wanted, one)]
        return [
            [*others, *fitting],
            *([one, *others, *fitting] for one in instead),
            *([*[one] * max(1, len(items) - len(fitting)), *fitting] for one in instead),
        ]

    def more(items: list[Any]) -> list[Any]:
        fitting = [item for item in items if asked.allows(wanted, item)]
        fitting += [one for one in (*ANYTHING, *range(20)) if asked.allows(wanted, one)]
        times = int(most or 0) + 1
        return [[*items, *([one] * times)] for one in fitting[:3]] + [fitting[:times]]

    if least > 0:
        yield _of_list("contains-none", lambda items: with_only(items, 0))
    if least > 1:
        yield _of_list("contains-too-few", lambda items: with_only(items, least - 1))
    if most is not None and int(most) < _MOST:
        yield _of_list("contains-too-many", more)


def item_too_many(asked: Asked) -> Iterator[Kind]:
    """For `items: false` and `unevaluatedItems`; what `items` says of an item is broken in the item."""
    if isinstance(asked.words.get("items"), dict) and "unevaluatedItems" not in asked.words:
        return
    yield _of_list("extra-item", lambda items: [[*items, *([one] * times)] for times in (1, 3) for one in ANYTHING])


def _of_list(name: str, make: Any) -> Kind:
    return Kind(name=name, make=lambda value: make(value) if isinstance(value, list) else ())
