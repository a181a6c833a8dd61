"""Learns what ids a server has, from its own lists, before anything is broken.

A list is asked for once, and few of them are: those that a path goes through (`/orders` for `/orders/{idorder}`), and
those of things that bodies refer to. What stands inside an item (an order's products) need not be asked for. Whatever
comes back is taken as it is; an answer that is no list teaches nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from fuzz.breakage import Breakage
from fuzz.knowledge import Knowledge, prefixes
from fuzz.names import kind_of, kinds_below, referred
from fuzz.references import codes, named
from validator.pointer import split

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from fuzz.case import Case
    from validator.contract import Contract, Operation
    from validator.exchange import Exchange

MOST_LISTS: Final = 120
"""So many requests are spent on learning, at most."""

_MOST_IDS: Final = 50
_MOST_PARENTS: Final = 3
"""So many things are looked at for one that has something below it."""

_MOST_ROWS: Final = 20
_DEEPEST: Final = 6
_SUCCESS: Final = 200
_IDS: Final = ("id", "_id", "uuid", "guid")
_WORDS: Final = ("key", "code", "slug", "name")
"""What an item may call its own id, if it does not name its kind: anything, or words."""

_WRAPPERS: Final = ("data", "items", "results")
_DOTS: Final = frozenset({"", ".", ".."})
"""No segment of a path can be one of these."""


@dataclass(slots=True)
class _Thing:
    """A thing on the server: the values of the parameters that lead to it, and what was said of it."""

    values: Mapping[str, int | str] = field(default_factory=dict)
    row: Any = None


_NOTHING: Final = _Thing()


class Learner:
    """Learns from one server; `case` makes the request for a list, `ask` sends it."""

    def __init__(
        self, contract: Contract, case: Callable[[Operation, Breakage], Case], ask: Callable[[Case], Exchange]
    ) -> None:
        self._contract: Final = contract
        self._case: Final = case
        self._ask: Final = ask
        self._gets: Final = {one.path: one for one in contract.operations if one.method == "GET"}
        self._aliases: Final = dict(_linked(contract))
        self._answers: Final[dict[str, Any]] = {}
        self._things: Final[dict[str, list[_Thing]]] = {}

    def learn(self, operations: Collection[Operation] = ()) -> Knowledge:
        """What these operations need to have known, or all. Raises what `ask` raises."""
        wanted = operations or self._contract.operations
        for operation in wanted:
            for prefix in prefixes(operation.path):
                self._at(prefix)
        kinds = frozenset(kind for operation in wanted for kind in named(self._contract, operation))
        for path in self._lists_of(kinds):
            self._rows(path, {})
        return self._known(kinds, wanted)

    def _lists_of(self, kinds: frozenset[str]) -> Iterator[str]:
        """The lists of things of these kinds that can be asked for without knowing anything."""
        tops = {path: kinds_below(path) for path in self._gets if "{" not in path}
        for path in self._gets:
            for prefix in prefixes(path):
                top, _, name = prefix.partition("/{")
                if top in tops and "{" not in name:
                    tops[top] = (referred(name.rstrip("}")) or "", *tops[top])
        return (path for path, own in tops.items() if not kinds.isdisjoint(own))

    def _known(self, kinds: frozenset[str], operations: Collection[Operation]) -> Knowledge:
        ids: dict[str, Collection[int | str]] = {}
        for kind, found in (*self._at_addresses(), *self._in_lists(), *self._by_the_way()):
            if kind and found:
                ids.setdefault(kind, found)
        listed = [*ids]
        self._look_closer(kinds - ids.keys(), operations)
        # What stands in an order is better than a number of ours, though nothing says what else there is.
        for answer in self._answers.values():
            for kind, held in _held(answer).items():
                if kind in kinds:
                    ids.setdefault(kind, held)
        things = {prefix: found[0] for prefix, found in self._things.items() if found}
        return Knowledge(
            {_name(kind): [*found][:_MOST_IDS] for kind, found in ids.items()},
            paths={prefix: thing.values for prefix, thing in things.items()},
            inside={
                prefix: {_name(kind): held for kind, held in _held(thing.row).items()}
                for prefix, thing in things.items()
            },
            codes=self._codes(frozenset(name for operation in operations for name in codes(self._contract, operation))),
            listed=listed,
            empty=frozenset(self._empty_lists()) - ids.keys(),
        )

    def _empty_lists(self) -> Iterator[str]:
        """The kinds of lists that have nothing in them, by the name that tells most."""
        for path in self._gets:
            answer = self._answers.get(path)
            lists = [answer] if isinstance(answer, list) else [*answer.values()] if isinstance(answer, dict) else []
            if "{" not in path and lists.count([]) == 1 and not _listed(answer):
                yield from kinds_below(path)[-1:]

    def _codes(self, names: frozenset[str]) -> dict[str, tuple[int | str, ...]]:
        """What things in lists are told by, other than ids."""
        found: dict[str, dict[int | str, None]] = {}
        for path in sorted(self._gets, key=_depth):
            for row in _listed(self._answers.get(path)):
                for name in sorted(names & row.keys()):
                    if _is_id(row[name]):
                        found.setdefault(name, {})[row[name]] = None
        return {name: tuple(values)[:_MOST_IDS] for name, values in found.items()}

    def _at_addresses(self) -> Iterator[tuple[str, list[int | str]]]:
        """The ids of things that have an address, those with one of their own first (`/orders/{idorder}`)."""
        for prefix in sorted(self._things, key=_depth):
            collection, _, name = prefix.rpartition("/{")
            kind = referred(name.rstrip("}")) or kind_of(collection.rpartition("/")[2])
            yield kind, [list(thing.values.values())[-1] for thing in self._things[prefix]]

    def _in_lists(self) -> Iterator[tuple[str, list[int | str]]]:
        """The ids of things that are listed and have no address."""
        for path in sorted(self._gets, key=_depth):
            rows = _listed(self._answers.get(path))
            own = kinds_below(path)
            for kind in own:
                yield kind, [row[key] for row in rows for key in row if referred(key) == kind and _is_id(row[key])]
            for kind in own[:1]:
                yield kind, [row[key] for row in rows for key in _IDS if _is_id(row.get(key))]

    def _by_the_way(self) -> Iterator[tuple[str, tuple[int | str, ...]]]:
        """Ids that stand in what was said of other things, of kinds that have an address; who knows the rest."""
        addressed = {kind for kind, _ in self._at_addresses()}
        for answer in self._answers.values():
            yield from ((kind, found) for kind, found in _held(answer).items() if kind in addressed)

    def _look_closer(self, kinds: Collection[str], operations: Collection[Operation]) -> None:
        """Ask for the thing itself, where a body speaks of what it may hold and no list has shown."""
        for operation in operations:
            needed = [kind for kind in named(self._contract, operation) if kind in kinds]
            for prefix in prefixes(operation.path) if needed else ():
                things = self._things.get(prefix)
                if things and not set(needed) & _held(things[0].row).keys():
                    self._detail(prefix, things[0])

    def _detail(self, prefix: str, thing: _Thing) -> None:
        """Let a thing be known by all that the server says of it at its own address."""
        answer = self._answer(prefix, thing.values)
        if isinstance(answer, dict):
            thing.row = answer

    def _at(self, prefix: str) -> list[_Thing]:
        """The things at a path that ends in a parameter, the first of them with all that is above it."""
        if prefix not in self._things:
            self._things[prefix] = self._found(prefix)
        return self._things[prefix]

    def _found(self, prefix: str) -> list[_Thing]:
        collection, slash, name = prefix.rpartition("/{")
        name = name.rstrip("}")
        if not slash or "{" in collection.rpartition("}")[2]:  # a parameter that is not a whole segment
            return []
        above = collection[: collection.rfind("}") + 1]
        parents = self._at(above)[:_MOST_PARENTS] if above else [_NOTHING]
        segment = collection[len(above) :].strip("/")
        for parent in parents:
            for rows in self._below(parent, segment, above, collection):
                things = [
                    _Thing({**parent.values, name: value}, row)
                    for row in rows
                    for value in self._ids_of(row, name, segment, prefix)
                ]
                if things:
                    return things[:_MOST_IDS]
        return []

    def _below(self, parent: _Thing, segment: str, above: str, collection: str) -> Iterator[list[dict[str, Any]]]:
        """Where the things of a collection may be told of: in what holds them, in a list, in what holds them, asked."""
        yield _embedded(parent.row, segment)
        yield self._rows(collection, parent.values)
        if above in self._gets and collection not in self._gets:
            self._detail(above, parent)
            yield _embedded(parent.row, segment)

    def _ids_of(self, row: Mapping[str, Any], name: str, segment: str, prefix: str) -> Iterator[int | str]:
        """The id of an item, under the parameter's name, one that means the same, or one that says only "id"."""
        kind = referred(name) or kind_of(segment)
        same = [key for key in row if kind and referred(key) == kind]
        words = _WORDS if self._takes_text(prefix, name) else ()
        for key in (name, self._aliases.get((prefix, name), name), *same, *_IDS, *words):
            if _is_id(row.get(key)):
                yield row[key]
                return

    def _takes_text(self, prefix: str, name: str) -> bool:
        """Whether the parameter may be any word."""
        for operation in self._contract.operations:
            for parameter in operation.parameters if operation.path.startswith(prefix) else ():
                if (parameter.name, parameter.location) == (name, "path"):
                    schema = parameter.schema
                    return schema is None or self._contract.validator(schema, writing=True).is_valid("word")
        return True

    def _rows(self, path: str, values: Mapping[str, int | str]) -> list[dict[str, Any]]:
        return _listed(self._answer(path, values))

    def _answer(self, path: str, values: Mapping[str, int | str]) -> Any:
        """What the server says at a path; None where it says nothing, or need not be asked any more."""
        operation = self._gets.get(path)
        if operation is None:
            return None
        texts = tuple((name, str(value)) for name, value in values.items())
        place = path if not texts else f"{path} {texts}"
        if place not in self._answers and len(self._answers) < MOST_LISTS:
            breakage = Breakage(fault="", variant="", described="", path=texts)
            self._answers[place] = _value(self._ask(self._case(operation, breakage)))
        return self._answers.get(place)


def _depth(path: str) -> tuple[int, int]:
    return path.count("{"), path.count("/")


def _name(kind: str) -> str:
    """A name for the ids of a kind."""
    return f"{kind}_id"


def _value(exchange: Exchange) -> Any:
    answer = exchange.response
    if answer.status != _SUCCESS:
        return None
    try:
        return json.loads(answer.body or b"null")
    except (ValueError, RecursionError):
        return None


def _is_id(value: Any) -> bool:
    if isinstance(value, str):
        return value not in _DOTS
    return isinstance(value, int) and not isinstance(value, bool)


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _listed(value: Any, depth: int = 2) -> list[dict[str, Any]]:
    """The items of a list, which may be wrapped: `{"data": [...]}`, `{"_embedded": {"orders": [...]}}`."""
    if not isinstance(value, dict):
        return _objects(value)
    known = [value[name] for name in _WRAPPERS if name in value]
    for part in [*known, *value.values()]:
        rows = _objects(part) or (_listed(part, depth - 1) if depth and isinstance(part, dict) else [])
        if rows:
            return rows
    return []


def _embedded(row: Any, segment: str) -> list[dict[str, Any]]:
    """The things of a list that stand in what holds it, under the list's own name."""
    if not isinstance(row, dict):
        return []
    for name, part in row.items():
        if segment and kind_of(name) == kind_of(segment):
            return _objects(list(part.values()) if isinstance(part, dict) else part)
    return []


def _held(value: Any) -> dict[str, tuple[int | str, ...]]:
    """The ids that stand anywhere in an answer, by the kind of thing that their names speak of."""
    found: dict[str, dict[int | str, None]] = {}
    pending = [(value, "", 0)]
    while pending:
        part, holder, depth = pending.pop()
        if isinstance(part, list):
            pending += [(one, holder, depth + 1) for one in reversed(part[:_MOST_ROWS]) if depth < _DEEPEST]
        elif isinstance(part, dict):
            for name, one in part.items():
                kind = referred(name)
                kind = kind_of(holder) if kind == "" else kind
                if kind and _is_id(one) and (isinstance(one, str) or one > 0):
                    found.setdefault(kind, {})[one] = None
            inner = [(one, name, depth + 1) for name, one in part.items() if isinstance(one, dict | list)]
            pending += reversed(inner) if depth < _DEEPEST else []
    return {kind: tuple(ids)[:_MOST_IDS] for kind, ids in found.items()}


def _linked(contract: Contract) -> Iterator[tuple[tuple[str, str], str]]:
    """What the document's links say: the path up to a parameter, and the parameter -> the member with its value."""
    document = contract.document
    for operation in contract.operations:
        for response in operation.responses:
            links = document.at(response.pointer).get("links")
            for link in links.values() if isinstance(links, dict) else ():
                target = link.get("operationId") if isinstance(link, dict) else None
                parameters = link.get("parameters") if target is not None else None
                paths = [one.path for one in contract.operations if one.id == target]
                for name, expression in parameters.items() if isinstance(parameters, dict) and paths else ():
                    plain = name.removeprefix("path.")
                    place = next((one for one in prefixes(paths[0]) if one.endswith(f"{{{plain}}}")), None)
                    start, _, pointer = str(expression).partition("#")
                    if place is not None and start == "$response.body" and pointer:
                        yield (place, plain), split(pointer)[-1]
