"""What the sandbox remembers: records in collections, in memory, one State per app, bounded.

Nothing here depends on the wall clock or on chance: the same seed and the same requests give the same answers, so that
a case found by the fuzzer can be replayed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_RECORDS: Final = 300
"""Per collection. A fuzz run makes thousands of records; the oldest that the sandbox was not born with go first."""

MAX_CHILDREN: Final = 50
"""Per list inside a record (its comments, its images); the first stays, so that its id stays good."""

_BORN: Final = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - the API's date-times bear no zone


@dataclass(slots=True, kw_only=True)
class Record:
    """One object: the members that an answer shows, and the lists that hang below it at addresses of their own."""

    fields: dict[str, Any]
    children: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    tags: list[int] = field(default_factory=list)
    born: bool = False

    def below(self, name: str) -> list[dict[str, Any]]:
        """The list of that name."""
        return self.children.setdefault(name, [])

    def add_below(self, name: str, item: dict[str, Any]) -> None:
        """Append to the list of that name; a full list loses its second item."""
        items = self.below(name)
        items.append(item)
        if len(items) > MAX_CHILDREN:
            del items[1]


Snapshot: TypeAlias = "dict[str, dict[int, Record]]"


def _copied(record: Record) -> Record:
    children = {name: [dict(item) for item in items] for name, items in record.children.items()}
    return replace(record, fields=dict(record.fields), children=children, tags=list(record.tags))


class State:
    """All records of one app. Whoever reads or changes them holds `lock`."""

    def __init__(self, seed: int) -> None:
        self.lock = RLock()
        self.random = Random(seed)  # noqa: S311 - invented values, no secrets
        self._collections: dict[str, dict[int, Record]] = {}
        self._last_ids: dict[str, int] = {}
        self._ticks = 0

    def now(self) -> str:
        """The next second of the sandbox's own time."""
        self._ticks += 1
        return (_BORN + timedelta(seconds=self._ticks)).strftime("%Y-%m-%d %H:%M:%S")

    def next_id(self, name: str) -> int:
        """1, 2, 3, ... per name, never the same twice."""
        self._last_ids[name] = self._last_ids.get(name, 0) + 1
        return self._last_ids[name]

    def add(self, collection: str, number: int, record: Record) -> Record:
        """Store a record under its id."""
        records = self._collections.setdefault(collection, {})
        records[number] = record
        if len(records) > MAX_RECORDS:
            del records[next(key for key, old in records.items() if not old.born)]
        return record

    def find(self, collection: str, number: Any) -> Record | None:
        """The record of that id, if there is one."""
        return self._collections.get(collection, {}).get(number)

    def get(self, collection: str, number: Any) -> Record:
        """The record of an id that was looked up before."""
        return self._collections[collection][number]

    def knows(self, id_name: str, number: int | None) -> bool:
        """Whether anything has this id; true as well where nothing is called by an id of this name."""
        known = {found[id_name] for found in self._everything() if id_name in found}
        return not known or (number is not None and number in known)

    def _everything(self) -> Iterator[dict[str, Any]]:
        for records in self._collections.values():
            for record in records.values():
                yield record.fields
                for items in record.children.values():
                    yield from items

    def all(self, collection: str) -> list[Record]:
        """Every record, oldest first."""
        return list(self._collections.get(collection, {}).values())

    def everywhere(self, name: str) -> Iterator[tuple[Record, dict[str, Any]]]:
        """All items of the lists of that name, whatever record they hang below, and that record."""
        for records in self._collections.values():
            for record in records.values():
                for item in record.children.get(name, ()):
                    yield record, item

    def remove(self, collection: str, number: int) -> None:
        """Forget a record."""
        del self._collections[collection][number]

    def snapshot(self) -> Snapshot:
        """What is stored now; `restore` goes back to it, as often as is wanted."""
        return {
            name: {key: _copied(one) for key, one in records.items()} for name, records in self._collections.items()
        }

    def restore(self, stored: Snapshot) -> None:
        """Forget all that was stored, changed or removed since; ids and time go on."""
        self._collections = {
            name: {key: _copied(one) for key, one in records.items()} for name, records in stored.items()
        }

    def mark_born(self) -> None:
        """What is stored now is what the sandbox is born with."""
        for records in self._collections.values():
            for record in records.values():
                record.born = True
