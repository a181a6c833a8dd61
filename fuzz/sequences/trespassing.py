"""What must not work on a thing that is there: its id below another thing, and methods that its address does not have.

A request for an id of nothing shows less: nothing is lost where nothing is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.families.unsupported_method import methods_lacking
from fuzz.faults import UNKNOWN_RESOURCE, UNSUPPORTED_METHOD, VALID
from fuzz.sequences import acts, answers
from fuzz.sequences.steps import ids_in
from fuzz.sequences.telling import telling_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.events import Answered
    from fuzz.sequences.dialogue import Dialogue, Means
    from fuzz.sequences.expectations import Expectations
    from fuzz.sequences.kinds import Kind
    from fuzz.sequences.steps import Path, Thing

_CHANGING: Final = ("PUT", "PATCH", "DELETE")
"""Methods that a thing may have to be safe from; POST to a thing means nothing that all servers agree on."""


class Trespassing:
    """Tries it, with things of one kind; `host` are the ids in the path of their collection."""

    def __init__(self, kind: Kind, means: Means, dialogue: Dialogue, expected: Expectations, host: Path) -> None:
        self._kind: Final = kind
        self._means: Final = means
        self._dialogue: Final = dialogue
        self._expected: Final = expected
        self._host: Final = host

    def list_elsewhere(self, thing: Thing) -> Iterator[Answered]:
        """List what is below another thing that the server has, if there is one."""
        operation = self._kind.list
        told = telling_texts(thing.sent, thing.number)
        if operation is None or not self._elsewhere() or thing.deleted or not told:
            return
        exchange, case = self._dialogue.send(acts.LIST_ELSEWHERE, operation, {}, None)
        found = self._expected.not_listed(operation, thing, exchange)
        yield self._dialogue.judged(replace(case, fault=VALID), exchange, found)

    def reach(self, thing: Thing) -> Iterator[Answered]:
        """What was made below one thing is not below another: nothing is at that address."""
        elsewhere = self._elsewhere()
        below = f"{self._kind.collection}/{{{self._kind.parameter}}}"
        update = self._kind.update if thing.taken is not None else None
        able = [one for one in (self._kind.read, update, self._kind.delete) if one is not None and one.path == below]
        if not elsewhere or not able or thing.deleted or not answers.is_numbered(thing.sent, thing.number):
            return
        for operation in able:
            body = thing.taken if operation is update else None
            ids = {**ids_in(operation, self._kind, thing), **dict(elsewhere)}
            exchange, case = self._dialogue.send(acts.REACH, operation, ids, body)
            yield self._dialogue.judged(replace(case, fault=UNKNOWN_RESOURCE), exchange)
            if answers.succeeded(exchange):
                thing.unsure = True
                return

    def misuse(self, thing: Thing) -> Iterator[Answered]:
        """What its address has no method for cannot be done to a thing, and it is there to show it."""
        able = (self._kind.read, self._kind.update, self._kind.delete)
        operation = next((one for one in able if one is not None and one.path.endswith("}")), None)
        if operation is None or thing.deleted:
            return
        ids = ids_in(operation, self._kind, thing)
        lacking = methods_lacking(self._means.contract, operation.path)
        for method in (one for one in _CHANGING if one in lacking):
            exchange, case = self._dialogue.send(acts.MISUSE, operation, ids, None, method=method)
            yield self._dialogue.judged(replace(case, fault=UNSUPPORTED_METHOD), exchange)
            thing.unsure = thing.unsure or answers.succeeded(exchange)

    def _elsewhere(self) -> Path:
        """The ids in the collection's path of another host, one that the server has; none where none is known."""
        known = self._means.addresses.knowledge.path(self._kind.collection)
        others = tuple((name, str(known.get(name, value))) for name, value in self._host)
        return others if others != self._host else ()
