"""What most operations do, once: list, read, create, change, delete, act; and the same one level down.

Each function makes a handler from a row of a table. Only what is peculiar to one resource is written beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from fuzz.sandbox.kinds import is_datetime
from fuzz.sandbox.model import Reply
from fuzz.sandbox.problems import INVALID_DATE, NOT_FOUND, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from fuzz.sandbox.model import Call, Handler, Resource
    from fuzz.sandbox.state import Record, State

T = TypeVar("T")

PAGE: Final = 100

_CHANGED: Final = ("updated", "updated_at", "changed_at", "created", "created_at")
_AFTER: Final = {
    "sincedate": _CHANGED,
    "updated_after": _CHANGED,
    "updated_since": _CHANGED,
    "created_after": ("created", "created_at"),
    "closed_after": ("closed_at",),
    "completed_after": ("completed_at",),
}
_BEFORE: Final = {"untildate": _CHANGED, "closed_before": ("closed_at",)}
"""Filters by time, and the members that they look at, the first that a record has."""


def listing(
    resource: Resource, *equal: str, where: Callable[[Mapping[str, str], Record], bool] | None = None
) -> Handler:
    """A page of the collection; `equal` names members that may be asked for by value, `where` knows more filters."""

    def run(call: Call) -> Reply:
        found = filtered(call, call.state.all(resource.name), resource.id, equal)
        records = paged(call, [record for record in found if where is None or where(call.query, record)])
        return Reply(value=[resource.view(call.state, record) for record in records])

    return run


def reading(resource: Resource) -> Handler:
    """One record."""
    return lambda call: Reply(value=resource.view(call.state, call.record(resource)))


def creating(resource: Resource, make: Callable[[State, Mapping[str, Any]], Record], *, status: int = 201) -> Handler:
    """A new record, made from a body that has passed its checks."""

    def run(call: Call) -> Reply:
        record = make(call.state, call.body)
        call.state.add(resource.name, record.fields[resource.id], record)
        return Reply(value=resource.view(call.state, record), status=status)

    return run


def changing(resource: Resource, change: Callable[[Call, Record], None]) -> Handler:
    """A changed record; also an action on it."""

    def run(call: Call) -> Reply:
        record = call.record(resource)
        change(call, record)
        touch(call.state, record)
        return Reply(value=resource.view(call.state, record))

    return run


def deleting(resource: Resource, guard: Callable[[Call, Record], None] | None = None) -> Handler:
    """One record less; `guard` raises the Problem of one that has to stay."""

    def run(call: Call) -> Reply:
        record = call.record(resource)
        if guard:
            guard(call, record)
        call.state.remove(resource.name, record.fields[resource.id])
        return Reply(status=204, content_type=None)

    return run


def listing_below(resource: Resource, name: str) -> Handler:
    """A page of a list inside a record."""
    return lambda call: Reply(value=paged(call, call.record(resource).below(name)))


def reading_below(resource: Resource, name: str, id_name: str) -> Handler:
    """One item inside a record."""
    return lambda call: Reply(value=call.child(resource, name, id_name))


def creating_below(resource: Resource, name: str, make: Callable[[Call, Record], dict[str, Any]]) -> Handler:
    """A new item inside a record."""

    def run(call: Call) -> Reply:
        record = call.record(resource)
        item = make(call, record)
        record.add_below(name, item)
        touch(call.state, record)
        return Reply(value=item, status=201)

    return run


def changing_below(
    resource: Resource, name: str, id_name: str, change: Callable[[Call, dict[str, Any]], None]
) -> Handler:
    """A changed item inside a record."""

    def run(call: Call) -> Reply:
        item = call.child(resource, name, id_name)
        change(call, item)
        touch(call.state, call.record(resource))
        return Reply(value=item)

    return run


def deleting_below(
    resource: Resource, name: str, id_name: str, guard: Callable[[Call, dict[str, Any]], None] | None = None
) -> Handler:
    """One item less inside a record; `guard` raises the Problem of one that has to stay."""

    def run(call: Call) -> Reply:
        item = call.child(resource, name, id_name)
        if guard:
            guard(call, item)
        call.record(resource).below(name).remove(item)
        return Reply(status=204, content_type=None)

    return run


def answering(make: Callable[[Call], Any]) -> Handler:
    """200 with what `make` gives."""
    return lambda call: Reply(value=make(call))


def assign(names: Iterable[str]) -> Callable[[Call, Record], None]:
    """A change that copies these members from the body."""
    known = tuple(names)

    def change(call: Call, record: Record) -> None:
        record.fields.update(taken(call.body, known))

    return change


def assign_below(names: Iterable[str]) -> Callable[[Call, dict[str, Any]], None]:
    """The same for an item inside a record."""
    known = tuple(names)
    return lambda call, item: item.update(taken(call.body, known))


def taken(body: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The members of these names that came."""
    return {name: body[name] for name in names if name in body}


def paged(call: Call, items: list[T]) -> list[T]:
    """The page that the query asks for: `offset` counts items, not pages."""
    offset = _number(call.query.get("offset")) or 0
    return items[offset : offset + PAGE]


def touch(state: State, record: Record) -> None:
    """Note the time of a change, where the record shows it."""
    for name in ("updated", "updated_at"):
        if name in record.fields:
            record.fields[name] = state.now()


def filtered(call: Call, records: list[Record], id_name: str, equal: tuple[str, ...]) -> list[Record]:
    """The records that the query asks for."""
    query = call.query
    since, before = _number(query.get("sinceid")), _number(query.get("beforeid"))
    after, until = _moment(query, _AFTER), _moment(query, _BEFORE)

    def wanted(record: Record) -> bool:
        fields = record.fields
        return (
            (since is None or fields[id_name] > since)
            and (before is None or fields[id_name] < before)
            and (after is None or _seen(fields, after[1]) >= after[0])
            and (until is None or _seen(fields, until[1]) <= until[0])
            and all(name not in query or str(fields.get(name)) == query[name] for name in equal)
            and _mentions(fields, query.get("search", ""))
        )

    return [record for record in records if wanted(record)]


def said(query: Mapping[str, str], name: str) -> bool | None:
    """A filter that is true or false; None where it is not given."""
    return query[name] in {"true", "1"} if name in query else None


def active(query: Mapping[str, str], record: Record) -> bool:
    """A filter of lists that leave out what is not active, unless asked for it."""
    return bool(record.fields["active"]) or said(query, "inactive") is True


def _seen(fields: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """When it happened to a record; nothing is before all times."""
    return next((str(fields[name] or "") for name in names if name in fields), "")


def _mentions(fields: Mapping[str, Any], words: str) -> bool:
    return not words or any(isinstance(value, str) and words.lower() in value.lower() for value in fields.values())


def _moment(query: Mapping[str, str], names: Mapping[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]] | None:
    for name, members in names.items():
        if name in query:
            if not is_datetime(query[name]):
                raise Problem(INVALID_DATE)
            return query[name], members
    return None


def _number(text: str | None) -> int | None:
    """A filter that is no number filters nothing: the real API is not known to refuse any."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def not_found(_call: Call) -> Reply:
    """Nothing is at this address."""
    raise Problem(NOT_FOUND)


_DIGITS: Final = 18
