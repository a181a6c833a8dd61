"""Resources as data: a Table says what a resource is made of and what can be done with it; its operations follow.

Only what is peculiar to one resource is a function, hung into its row: what else happens when a record is made, when a
change is refused. A resource that is mostly peculiar is better written out on the handlers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from fuzz.sandbox.handlers import (
    assign,
    changing,
    changing_below,
    creating,
    creating_below,
    deleting,
    deleting_below,
    listing,
    listing_below,
    reading,
    taken,
)
from fuzz.sandbox.model import Operation, Resource
from fuzz.sandbox.problems import WRONG_STATUS, Problem
from fuzz.sandbox.resources.common import comment_operations
from fuzz.sandbox.shapes import Shape, shape
from fuzz.sandbox.state import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import State

    Guard: TypeAlias = Callable[[Call, Record], None]
    """Raises the Problem of what the record does not allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What a record, or an item below one, is made from; `above` is the record that an item comes to hang below."""

    state: State
    body: Mapping[str, Any]
    number: int
    now: str
    above: Record | None = None


def now(making: Making) -> str:
    """The moment of the making: one and the same in all members of a record."""
    return making.now


def numbered(template: str) -> Callable[[Making], str]:
    """A number for people, such as `P2026-10001`."""
    return lambda making: template.format(10000 + making.number)


def of(collection: str, id_name: str, name: str) -> Callable[[Making], Any]:
    """A member of the record that the body refers to; None where it refers to none."""

    def find(making: Making) -> Any:
        found = making.state.find(collection, making.body.get(id_name))
        return None if found is None else found.fields[name]

    return find


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action on a record: in which statuses it may be done, what the status becomes, what else it does."""

    name: str
    allowed: frozenset[str] | None = None
    """None: in every status, or in none of its own."""
    becomes: str | None = None
    also: Guard | None = None
    shape: Shape = shape()  # noqa: RUF009 - immutable

    def operation(self, resource: Resource, path: str, refusal: Callable[[str], int]) -> Operation:
        """POST below the record; `refusal` is the code for a status in which it may not be done."""

        def act(call: Call, record: Record) -> None:
            if self.allowed is not None and record.fields["status"] not in self.allowed:
                raise Problem(refusal(record.fields["status"]))
            if self.also:
                self.also(call, record)
            if self.becomes:
                record.fields["status"] = self.becomes

        return Operation(method="POST", path=f"{path}/{self.name}", run=changing(resource, act), shape=self.shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """A list below each record. `fields` are what an item starts with; a function there is called with the Making."""

    name: str
    id: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    lists: bool = True
    takes: Shape | None = None
    changes: Shape | None = None
    deletes: bool = False
    kept: tuple[str, ...] | None = None
    """Which members of a body an item keeps; None: all that the shape names."""
    guard: Guard | None = None
    """Asked before any change of the list."""
    touched: Callable[[Call, dict[str, Any]], None] | None = None
    """Asked before an item changes or goes, and told before its members are taken over."""
    also: Callable[[Making, dict[str, Any]], None] | None = None
    """What else happens when an item is made."""

    def make(self, state: State, body: Mapping[str, Any], above: Record) -> dict[str, Any]:
        """An item, which is not in the list yet."""
        making = Making(state=state, body=body, number=state.next_id(self.id), now=state.now(), above=above)
        item = {self.id: making.number} | _filled(self.fields, making) | taken(body, self._kept(self.takes))
        if self.also:
            self.also(making, item)
        return item

    def operations(self, resource: Resource, path: str) -> tuple[Operation, ...]:
        """All that can be done with the list and its items."""
        items, item = f"{path}/{self.name}", f"{path}/{self.name}/<{self.id}>"
        found = []
        if self.lists:
            found.append(Operation(method="GET", path=items, run=listing_below(resource, self.name)))
        if self.takes is not None:
            run = creating_below(resource, self.name, self._add)
            found.append(Operation(method="POST", path=items, run=run, shape=self.takes))
        if self.changes is not None:
            run = changing_below(resource, self.name, self.id, self._change(resource))
            found.append(Operation(method="PUT", path=item, run=run, shape=self.changes))
        if self.deletes:
            run = deleting_below(resource, self.name, self.id, self._ask(resource))
            found.append(Operation(method="DELETE", path=item, run=run))
        return tuple(found)

    def _kept(self, takes: Shape | None) -> tuple[str, ...]:
        if self.kept is not None:
            return self.kept
        return () if takes is None else tuple(takes.members)

    def _add(self, call: Call, record: Record) -> dict[str, Any]:
        if self.guard:
            self.guard(call, record)
        return self.make(call.state, call.body, record)

    def _ask(self, resource: Resource) -> Callable[[Call, dict[str, Any]], None]:
        def ask(call: Call, item: dict[str, Any]) -> None:
            if self.guard:
                self.guard(call, call.record(resource))
            if self.touched:
                self.touched(call, item)

        return ask

    def _change(self, resource: Resource) -> Callable[[Call, dict[str, Any]], None]:
        ask = self._ask(resource)

        def change(call: Call, item: dict[str, Any]) -> None:
            ask(call, item)
            item.update(taken(call.body, self._kept(self.changes)))

        return change


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A resource as a row of data. `fields` are what a record starts with; a function there is called with the Making.

    Members of a body that `fields` does not name are not kept; what else is to be done with them, `also` and `changed`
    do.
    """

    name: str
    id: str
    path: str
    fields: Mapping[str, Any]
    shown: Mapping[str, Callable[[State, Record], Any]] = field(default_factory=dict)
    """Members of an answer that are worked out when it is given."""
    hidden: frozenset[str] = frozenset()
    """Members of a record that no answer shows."""
    alone: frozenset[str] = frozenset()
    """Members that only the answer for a single record shows, not a row of a list."""
    slim: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    """What is left of an answer, where that depends on the record."""
    filters: tuple[str, ...] = ()
    where: Callable[[Mapping[str, str], Record], bool] | None = None
    """What filters of its own, asked with the query, let through."""
    takes: Shape | None = None
    changes: Shape | None = None
    reads: bool = True
    deletes: bool = False
    created: int = 201
    also: Callable[[Making, Record], None] | None = None
    """What else happens when a record is made."""
    changed: Guard | None = None
    """Asked before a record changes, and told before its members are taken over."""
    deleted: Guard | None = None
    """Asked before a record goes."""
    actions: tuple[Action, ...] = ()
    below: tuple[Below, ...] = ()
    comments: str | None = None
    """The number for people, or the name, that a comment shows of what it is on; None: there are no comments."""
    counted: bool = True
    """Whether an answer tells how many comments there are."""
    seeds: tuple[Mapping[str, Any], ...] = ()
    """The bodies that the records of a new state are made from."""

    @property
    def resource(self) -> Resource:
        """A record in full."""
        return Resource(name=self.name, id=self.id, view=self._view)

    @property
    def row(self) -> Resource:
        """A record as a list shows it."""
        return Resource(name=self.name, id=self.id, view=self._view_in_list)

    def make(self, state: State, body: Mapping[str, Any]) -> Record:
        """A record out of what it is to hold; it is not stored yet."""
        making = Making(state=state, body=body, number=state.next_id(self.name), now=state.now())
        record = Record(fields={self.id: making.number} | _filled(self.fields, making) | taken(body, self.fields))
        for one in self.below:
            if isinstance(body.get(one.name), list):
                record.children[one.name] = [one.make(state, item, record) for item in body[one.name]]
        if self.also:
            self.also(making, record)
        return record

    def add(self, state: State, body: Mapping[str, Any]) -> Record:
        """A record, made and stored."""
        record = self.make(state, body)
        return state.add(self.name, record.fields[self.id], record)

    def seed(self, state: State) -> None:
        """The records that a new state is born with."""
        for body in self.seeds:
            self.add(state, body)

    def operations(self) -> tuple[Operation, ...]:
        """All that can be done with the resource."""
        whole, one = self.resource, f"{self.path}/<{self.id}>"
        found = [Operation(method="GET", path=self.path, run=listing(self.row, *self.filters, where=self.where))]
        if self.takes is not None:
            run = creating(whole, self._create, status=self.created)
            found.append(Operation(method="POST", path=self.path, run=run, shape=self.takes))
        if self.reads:
            found.append(Operation(method="GET", path=one, run=reading(whole)))
        if self.changes is not None:
            run = changing(whole, self._change)
            found.append(Operation(method="PUT", path=one, run=run, shape=self.changes))
        if self.deletes:
            found.append(Operation(method="DELETE", path=one, run=deleting(whole, self.deleted)))
        found.extend(action.operation(whole, one, lambda _: WRONG_STATUS) for action in self.actions)
        for below in self.below:
            found.extend(below.operations(whole, one))
        if self.comments is not None:
            found.extend(comment_operations(whole, one, self.comments))
        return tuple(found)

    def _create(self, state: State, body: Mapping[str, Any]) -> Record:
        # What the shape does not name has passed no check, and is ignored.
        return self.make(state, taken(body, self.takes.members if self.takes else ()))

    def _change(self, call: Call, record: Record) -> None:
        if self.changed:
            self.changed(call, record)
        assign(self.fields.keys() & self.changes.members.keys() if self.changes else ())(call, record)

    def _view(self, state: State, record: Record) -> dict[str, Any]:
        answer = {name: value for name, value in record.fields.items() if name not in self.hidden}
        answer |= {name: show(state, record) for name, show in self.shown.items()}
        if self.comments is not None and self.counted:
            answer["comment_count"] = len(record.below("comments"))
        return self.slim(answer) if self.slim else answer

    def _view_in_list(self, state: State, record: Record) -> dict[str, Any]:
        return {name: value for name, value in self._view(state, record).items() if name not in self.alone}


def _filled(fields: Mapping[str, Any], making: Making) -> dict[str, Any]:
    return {name: value(making) if callable(value) else value for name, value in fields.items()}
