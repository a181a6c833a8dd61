"""Questions: what a query asks of a list, where the name of its parameter says so; and what the answer must be. Pure.

`offset=1` is the list without its first item, and so is `page=2` of pages of one. A name that the items have as well
asks for those that have the value, and a `sort` that the document lists for that order; fuzz/sequences/bounds.py has
those that have two sides. What a `search` finds each server decides in its own way, but not all for a word that nothing
has. All else that queries ask (a `limit` alone) shows nothing that is sure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from typing import TYPE_CHECKING, Any, Final

from fuzz.names import OFFSETS, PAGE_SIZES, referred
from fuzz.readings import readings_of
from fuzz.sequences.bounds import bound, takes
from fuzz.styles import pair

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fuzz.knowledge import Knowledge
    from fuzz.sequences.bounds import Items, Wrong
    from validator.contract import Contract, Operation, Parameter

_PAGES: Final = frozenset({"page", "page_number", "pagenumber"})
_ORDERS: Final = frozenset({"sort", "sort_by", "sortby", "order_by", "orderby"})
_SEARCHES: Final = frozenset({"search", "q", "query", "keyword", "keywords"})
_NONSENSE: Final = "qxzvkwjqpx"
"""Nothing has this word, nor one that sounds like it."""

_NAMED: Final = {0: "the first", 2: "the third"}
_SOME: Final = "10"
_FEW: Final = 5
"""So many things may all have been changed or deleted by others meanwhile."""

_MOMENT: Final = re.compile(r"\d{4}-\d\d")
_MOST: Final = 60
"""Characters of a value that is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A list asked for by one parameter (and what goes with it).

    `wrong` gets the items of the list as it is and those of the answer: what was expected, and what came instead; None
    where all is right.
    """

    name: str
    query: tuple[tuple[str, str], ...]
    wrong: Wrong
    parts: tuple[str, ...] = ()
    """The names of questions that it joins: where one of them is answered wrongly, it shows nothing new."""


def questions(contract: Contract, operation: Operation, items: Items, knowledge: Knowledge) -> Iterator[Question]:
    """What can be asked of a list that has these items, and shows something."""
    known = [one for one in operation.parameters if one.location == "query" and one.schema is not None]
    asked: list[Parameter] = []
    size = next((one for one in known if one.name.lower() in PAGE_SIZES and takes(contract, one, 1)), None)
    for parameter in known:
        name = parameter.name
        of_two_sides = bound(contract, operation, parameter, items)
        if of_two_sides is not None:
            yield Question(name=name, query=((name, of_two_sides.value),), wrong=of_two_sides.wrong)
        elif name.lower() in OFFSETS and takes(contract, parameter, 1):
            # Some databases skip nothing without a limit.
            also = ((size.name, _SOME),) if size is not None and takes(contract, size, int(_SOME)) else ()
            yield from _moving(name, ((name, "1"), *also), items, _not_moved)
        elif name.lower() in _PAGES and size is not None and takes(contract, parameter, 2):
            yield from _moving(name, ((name, "2"), (size.name, "1")), items, _not_turned)
        elif name.lower() in _ORDERS:
            yield from _sorting(contract, parameter, items)
        elif name.lower() in _SEARCHES and takes(contract, parameter, _NONSENSE):
            if len(items) > 1:
                yield Question(name=name, query=((name, _NONSENSE),), wrong=_not_searched)
        elif {True, False} <= {one[name] for one in items if isinstance(one.get(name), bool)}:
            if takes(contract, parameter, False):
                yield Question(name=name, query=((name, "false"),), wrong=partial(_not_false, name))
        elif any(_is_telling(one.get(name)) for one in items):
            asked.append(parameter)
            yield from _asking(contract, parameter, items, knowledge)
    yield from _asking_both(contract, asked, items)


def in_address(query: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The parameters as they stand in an address."""
    return tuple(pair(name, value) for name, value in query)


def _moving(name: str, query: tuple[tuple[str, str], ...], items: Items, wrong: Wrong) -> Iterator[Question]:
    if len(items) > 1 and items[0] not in items[1:]:
        yield Question(name=name, query=query, wrong=wrong)


def _not_moved(items: Items, found: Items) -> tuple[str, str] | None:
    expected = "a list that begins with the second"
    if not found:
        return expected, "an empty list"
    if len(items) > _FEW and not any(one in items for one in found):
        return expected, "a list of others"
    at = items.index(found[0]) if found[0] in items else 1  # one that nobody has seen before tells nothing
    return (expected, f"a list that begins with {_NAMED.get(at, f'number {at + 1}')}") if at != 1 else None


def _not_turned(items: Items, found: Items) -> tuple[str, str] | None:
    """Where pages are larger than was asked for, there may be but one; and some count from 0."""
    if len(found) != 1 or found[0] != items[0]:
        return None
    return "a page that begins with another", "a page that begins with the first"


def _not_searched(items: Items, found: Items) -> tuple[str, str] | None:
    """Who searches for what sounds alike may find some, but not all, in the very order that they were in before."""
    return ("nothing, for nothing has that", "the list as it is without it") if list(found) == list(items) else None


def _sorting(contract: Contract, parameter: Parameter, items: Items) -> Iterator[Question]:
    """One of the orders that the document lists (`name`, `-name`), if it is another one than that of the list."""
    for value in _listed(contract, parameter):
        name = str(value).lstrip("+-")
        if _is_unsorted([one.get(name) for one in items], reverse=str(value).startswith("-")):
            yield Question(name=parameter.name, query=((parameter.name, str(value)),), wrong=_not_sorted)
            return


def _is_unsorted(values: Sequence[Any], *, reverse: bool) -> bool:
    """Whether the values are not in that order, however a server may sort: by case or not, with blanks or without."""
    if len(values) < 2 or len({str(one).casefold() for one in values}) < len(values):  # noqa: PLR2004
        return False
    if all(isinstance(one, int | float) and not isinstance(one, bool) for one in values):
        return list(values) != sorted(values, reverse=reverse)
    if not all(isinstance(one, str) and one.isascii() and one.replace(" ", "").isalnum() for one in values):
        return False
    read = (values, [one.casefold() for one in values], [one.casefold().replace(" ", "") for one in values])
    return all(list(texts) != sorted(texts, reverse=reverse) for texts in read)


def _not_sorted(items: Items, found: Items) -> tuple[str, str] | None:
    return ("a list in that order", "the list as it is without it") if list(found) == list(items) else None


def _not_false(name: str, items: Items, found: Items) -> tuple[str, str] | None:
    """A switch that nothing is asked by: `inactive=true` may ask for those too, but then they are not there without."""
    values = [one[name] for one in found if isinstance(one.get(name), bool)]
    if list(found) == list(items) or (values and all(values)):
        return f"only what has {name} false", "the list as it is without it" if False in values else "all others"
    return None


def _asking(contract: Contract, parameter: Parameter, items: Items, knowledge: Knowledge) -> Iterator[Question]:
    """Items by a value that not all of them have: one of theirs, or, where they are alike, another that there is."""
    name = parameter.name
    listed = _listed(contract, parameter)
    values = [one[name] for one in items if _is_telling(one.get(name))]
    others = [one for one in (*listed, *knowledge.of(name)) if _is_telling(one)]
    for value in (*values, *others):
        wrong = without_others(contract, parameter, value)
        if not all(map(wrong.has, values)) and takes(contract, parameter, value):
            yield Question(name=name, query=((name, str(value)),), wrong=wrong)
            return


def _asking_both(contract: Contract, asked: Sequence[Parameter], items: Items) -> Iterator[Question]:
    """Items by two values at once, that one of them has, and another has but one of: not all that have either."""
    for one, (first, second) in product(items, combinations(asked, 2)):
        wanted = [
            without_others(contract, parameter, one[parameter.name])
            for parameter in (first, second)
            if _is_telling(one.get(parameter.name)) and takes(contract, parameter, one[parameter.name])
        ]
        if len(wanted) == 2 and any(len({each.is_in(item) for each in wanted}) == 2 for item in items):  # noqa: PLR2004
            yield Question(
                name=f"{first.name} and {second.name}",
                query=tuple((each.name, str(each.value)) for each in wanted),
                wrong=partial(_not_both, wanted[0], wanted[1]),
                parts=(first.name, second.name),
            )
            return


def _not_both(first: _Without, second: _Without, items: Items, found: Items) -> tuple[str, str] | None:
    return first(items, found) or second(items, found)


def without_others(contract: Contract, parameter: Parameter, value: int | str) -> _Without:
    """Tells of items that have another value than the one that is asked for."""
    is_exact = bool(_listed(contract, parameter)) or referred(parameter.name) is not None or not isinstance(value, str)
    return _Without(parameter.name, value, is_exact=is_exact)


def _listed(contract: Contract, parameter: Parameter) -> Sequence[Any]:
    """The values that the document lists for the parameter; none where it lists none."""
    known = readings_of(contract)
    own = () if parameter.schema is None else known.applied((parameter.schema,))
    return next((words["enum"] for words in map(known.words, own) if "enum" in words), ())


def _is_telling(value: Any) -> bool:
    """Whether a value can be asked for in so many words: not a moment, which is mostly asked for by before and after.

    Nor true and false: `inactive=true` asks for those too.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        return False
    return isinstance(value, int) or (0 < len(value) <= _MOST and value.isprintable() and not _MOMENT.match(value))


@dataclass(frozen=True, slots=True)
class _Without:
    """Every item that has the member has the value in it, exactly or as part of it."""

    name: str
    value: int | str
    is_exact: bool

    def has(self, value: Any) -> bool:
        """Whether an item with this value is one of those asked for; in a text, upper and lower case are the same."""
        wanted, own = str(self.value).casefold(), str(value).casefold()
        return own == wanted if self.is_exact else wanted in own

    def is_in(self, item: Mapping[str, Any]) -> bool:
        """Whether the item has the member, with the value in it."""
        return _is_telling(item.get(self.name)) and self.has(item[self.name])

    def _is_other(self, item: Mapping[str, Any]) -> bool:
        value = item.get(self.name)
        if value is None:
            return self.is_exact and self.name in item
        return _is_telling(value) and not self.has(value)

    def __call__(self, items: Items, found: Items) -> tuple[str, str] | None:
        others = [one for one in found if self._is_other(one)]
        if others:
            return f"only what has the {self.name} that is asked for", f"{len(others)} of {len(found)} with another"
        if not found and any(map(self.is_in, items)):
            return f"what has the {self.name} that is asked for", "an empty list"
        return None
