"""What is written: bodies that the contract allows, full of values that can be told apart when they come back.

A text that no two bodies share shows whether it was kept, mixed up or lost. Ids that are known to exist are put where
an id is wanted; what switches a thing off, or moves it on in its life, is left alone: a thing that is closed can no
longer be looked at in the way that others can, and one that becomes the default takes that from another.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from fuzz import engine
from fuzz.building import EACH, NO_DEMAND
from fuzz.names import IS_ID, OF_LIFE, OF_ONE, referred
from fuzz.places import replaced
from fuzz.readings import readings_of
from fuzz.references import references
from fuzz.removals import without
from fuzz.request_body import allows, body_schema
from fuzz.sequences.comparing import same
from fuzz.sequences.members import doubled, required, written
from fuzz.sequences.telling import RULED, Telling
from fuzz.strategies import bodies_with
from fuzz.taken import Taken
from validator.pointer import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from fuzz.building import Demand
    from fuzz.places import Path
    from fuzz.readings import Pointers
    from validator.contract import Contract, Operation

DRAWS: Final = 6
_NOTHING: Final[tuple[Any, ...]] = ("", 0, 0.0)


class Bodies:
    """Makes bodies; the same seed, in the same order, makes the same."""

    def __init__(
        self,
        contract: Contract,
        settle: Callable[[Any], Any],
        seed: int,
        taken: Taken | None = None,
        knows: Callable[[str, Any, str], bool] = lambda _name, _value, _holder: True,
    ) -> None:
        """`settle` puts ids that exist into a body; `knows` says whether one does, by the member and what holds it."""
        self._knows: Final = knows
        self._contract: Final = contract
        self._taken: Final = Taken() if taken is None else taken
        self._settle: Final = settle
        self._seed: Final = seed
        self.telling: Final = Telling(contract, seed)

    def to_create(self, operation: Operation, *, least: bool = False) -> Iterator[Any]:
        """Bodies to try, one after the other: with all members, with the least, and others; or with the least first.

        Like one that was taken, where one is known: what it is refused for, the others are, too.
        """
        known = None if least else self.like_taken(operation)
        if known is not None:
            yield known
        names = written(self._contract, operation)
        seen: list[Any] = []
        full = frozenset(chain.from_iterable(self._whole(name, own) for name, own in names.items()))
        some = frozenset((name,) for name, own in names.items() if not self._is_list(own))
        needed = frozenset(
            (name, EACH) for name in self._lists(operation) if name in required(self._contract, operation)
        )
        tried = ((full, 0), (some, 0), (needed, 0), (NO_DEMAND, 0), (needed, 2))
        for demand, skip in (tried[3], tried[2], *tried) if least else tried:
            drawn = self._draws(operation, demand)[skip:]
            if drawn and drawn[0] not in seen:
                seen.append(drawn[0])
                yield self._telling(operation, drawn[0], {})
                sure = self._sure(operation, drawn[0])
                if sure not in seen:
                    seen.append(sure)
                    yield self._telling(operation, sure, {})

    def to_update(
        self, operation: Operation, before: Mapping[str, Any], only: str = "", *, part: slice | None = None
    ) -> Iterator[dict[str, Any]]:
        """Bodies to try that change all that can well be changed, and then what has no rules; or one member.

        `part`: these members only, of those that are no switches: a switch that is switched twice shows nothing.
        """
        names = [only] if only else list(self.changeable(operation))
        if part is not None:
            names = [name for name in names if not self._is_switch(written(self._contract, operation)[name])][part]
        free = [name for name in names if self._is_free(operation, name)]
        for chosen in dict.fromkeys((tuple(names), tuple(free))):
            body = self._to_change(operation, before, chosen)
            if body is not None and (not only or only in body):
                yield body

    def to_empty(self, operation: Operation, before: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Bodies to try that leave as little as may be of all that can well be changed: `""` and 0, then `""`.

        A server that asks whether a value is true takes these for none. An empty list may well mean: none to be added.
        """
        names = [name for name in self.changeable(operation) if self._is_free(operation, name)]
        body = self._to_change(operation, before, names)
        if body is None:
            return
        for nothing in (_NOTHING, _NOTHING[:1]):
            emptied = dict(body)
            for name in names:
                if name in required(self._contract, operation) or name not in before:
                    continue
                empty = next((one for one in nothing if type(one) is type(before[name]) and one != before[name]), None)
                if empty is not None and self.is_allowed(operation, {**emptied, name: empty}):
                    emptied[name] = empty
            if emptied != body:
                yield emptied

    def _to_change(
        self, operation: Operation, before: Mapping[str, Any], names: Sequence[str]
    ) -> dict[str, Any] | None:
        needed = required(self._contract, operation)
        wanted = [name for name in written(self._contract, operation) if name in names or name in needed]
        own = written(self._contract, operation)
        demand = frozenset(chain.from_iterable(self._whole(name, own[name]) for name in wanted))
        draws = self._draws(operation, demand) if names else []
        if not draws or not isinstance(draws[-1], dict):
            return None
        body = {name: value for name, value in draws[-1].items() if name in wanted}
        if not self.is_allowed(operation, body):  # one of them needs what is left out
            body = dict(draws[-1])
        for name, value in body.items():
            if value is None or (name in before and same(before[name], value)):  # nothing may mean: leave it
                others = (one[name] for one in draws if isinstance(one, dict) and one.get(name) is not None)
                body[name] = next((other for other in others if not same(before.get(name), other)), value)
        told = self._telling(operation, body, before)
        if not isinstance(told, dict) or not self.is_allowed(operation, told):
            return None
        # An update that has to move a thing on in its life is none that can be looked at like others.
        moved = (name for name in told if OF_LIFE.search(name) and name in before)
        return None if any(not same(told[name], before[name]) for name in moved) else told

    def _is_free(self, operation: Operation, name: str) -> bool:
        """Whether the values of a member are under no rule but that of their type."""
        known = readings_of(self._contract)
        readings = known.readings(written(self._contract, operation)[name])
        return not any(RULED & known.words(pointer).keys() for reading in readings for pointer in reading)

    def changeable(self, operation: Operation) -> tuple[str, ...]:
        """The members that an update may well change: no references, nothing of its life, nothing said twice."""
        alike = {name for pair in doubled(self._contract, operation).items() for name in pair}
        return tuple(
            name
            for name, own in written(self._contract, operation).items()
            if not IS_ID.search(name) and not OF_LIFE.search(name) and not self._is_list(own)
            if not (OF_ONE.search(name) and self._is_switch(own)) and name not in alike
        )

    def spoilt(self, operation: Operation, body: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
        """The body with one member of a wrong type, and that member: the last that has but one right type."""
        for name in reversed([*body]):
            spoilt = {**{key: value for key, value in body.items() if key != name}, name: [[]]}
            if isinstance(body[name], str | bool) and len(body) > 1 and not self.is_allowed(operation, spoilt):
                return name, spoilt
        return None

    def retold(self, operation: Operation, body: Any) -> Any:
        """The same body with other values that can be told apart."""
        return self._telling(operation, body, {})

    def _draws(self, operation: Operation, demand: Demand) -> list[Any]:
        seed = f"{self._seed}/{operation.id}/{sorted(demand)}"
        return engine.draw(bodies_with(self._contract, operation, demand), seed=seed, count=DRAWS)

    def _telling(self, operation: Operation, body: Any, before: Mapping[str, Any]) -> Any:
        """The body with ids that exist, and values that can be told apart, where the contract lets it have them."""
        settled = self._settle(body)
        schema = body_schema(operation)
        if schema is None:
            return settled
        # Of two references, by an id and by a code, each is good, and both are to one thing only by chance.
        settled = self._without(operation, settled, self._by_code(operation, settled))
        settled = self._said_once(operation, settled)
        told = self.telling.told(settled, (schema,), before)
        for spot in self._by_code(operation, settled):
            told = replaced(told, spot, walk(settled, spot))
        if self.is_allowed(operation, told):
            return self._with_two(operation, told, schema, before)
        if not self.is_allowed(operation, settled):
            return body
        # Other words of the schema forbid one of them, or what it means for the rest: each for itself, then.
        for name, value in told.items() if isinstance(told, dict) else ():
            if self.is_allowed(operation, {**settled, name: value}):
                settled = {**settled, name: value}
        return settled

    def _sure(self, operation: Operation, body: Any) -> Any:
        """The body without what refers to something of which nobody knows whether it is there, where it can be."""
        settled = self._settle(body)
        members = (one.member for one in references(self._contract, operation))
        doubted = [
            spot
            for member in members
            for spot in member.spots(settled)
            if not self._knows(member.name, walk(settled, spot), member.holder)
        ]
        return self._without(operation, body, doubted)

    def _by_code(self, operation: Operation, body: Any) -> list[Path]:
        """Where the body refers to something, as the document says, and not by an id."""
        known = (one.member for one in references(self._contract, operation) if one.promised)
        return [spot for member in known if referred(member.name) is None for spot in member.spots(body)]

    def _without(self, operation: Operation, body: Any, gone: Sequence[Path]) -> Any:
        """The body without these members, and the lists of which they are items, where the contract allows that."""
        left = without(body, [_member(path) for path in gone])
        return left if self.is_allowed(operation, left) else body

    def _said_once(self, operation: Operation, body: Any) -> Any:
        """The body without what another member of it says, too, as far as it can do without."""
        said = doubled(self._contract, operation)
        if not isinstance(body, dict) or not said:
            return body
        once = {name: value for name, value in body.items() if said.get(name) not in body}
        return once if self.is_allowed(operation, once) else body

    def _with_two(self, operation: Operation, body: Any, schema: str, before: Mapping[str, Any]) -> Any:
        """The body with a second item in each of its lists, where that may be: a server may keep the first only."""
        known = readings_of(self._contract)
        (reading, *_) = known.readings((schema,))
        for name, items in body.items() if isinstance(body, dict) else ():
            own = known.member(reading, name)
            if not isinstance(items, list) or len(items) != 1 or IS_ID.search(name):
                continue
            (other,) = self.telling.told(items, own, before)
            if _refers(items[0]):
                other = self._settle({name: [_next_ids(other)]})[name][0]
                if not _refers_elsewhere(items[0], other):  # two that refer to the same may well be one
                    continue
            longer = {**body, name: [*items, other]}
            body = longer if other != items[0] and self.is_allowed(operation, longer) else body
        return body

    def like_taken(self, operation: Operation) -> Any:
        """A body as one that was taken; None where none is known."""
        known = self._taken.body(operation.id)
        return None if known is None else self.retold(operation, known)

    def is_allowed(self, operation: Operation, body: Any) -> bool:
        """Whether the contract allows the body."""
        return allows(self._contract, operation)(body)

    def _whole(self, name: str, own: Pointers) -> Iterator[tuple[str, ...]]:
        """The demand of a member with all that it can have: an item of a list, the members of an object."""
        yield (name,)
        if self._is_list(own):
            yield (name, EACH)
        else:
            known = readings_of(self._contract)
            yield from ((name, inner) for inner in known.names(known.readings(own)[0]))

    def _lists(self, operation: Operation) -> list[str]:
        return [name for name, own in written(self._contract, operation).items() if self._is_list(own)]

    def _is_switch(self, own: Pointers) -> bool:
        known = readings_of(self._contract)
        return any("boolean" in str(known.words(pointer).get("type")) for pointer in known.applied(own))

    def _is_list(self, own: Pointers) -> bool:
        known = readings_of(self._contract)
        return any(known.words(pointer).get("type") == "array" for pointer in known.applied(own))


def _member(path: Path) -> Path:
    """The path of the member that a list of items is in, or of the member itself."""
    return _member(path[:-1]) if path and isinstance(path[-1], int) else path


def _refers(item: Any) -> bool:
    """Whether an item has an id."""
    return isinstance(item, dict) and any(IS_ID.search(name) for name in item)


def _next_ids(item: dict[str, Any]) -> dict[str, Any]:
    """The item with other numbers for ids; which of them are there, whoever settles it knows."""
    return {name: value + 1 if IS_ID.search(name) and isinstance(value, int) else value for name, value in item.items()}


def _refers_elsewhere(item: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return any(IS_ID.search(name) and item[name] != other.get(name) for name in item)
