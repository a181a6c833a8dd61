"""What is left of a thing that is gone: what is below it, and what refers to it.

Many a server marks a thing as deleted, and looks at the mark only where the thing itself is asked for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from fuzz.faults import UNKNOWN_REFERENCE, UNKNOWN_RESOURCE
from fuzz.names import kind_of, referred
from fuzz.places import replaced
from fuzz.references import references
from fuzz.request_body import allows, json_body
from fuzz.sequences import acts
from fuzz.sequences.answers import GONE, is_numbered
from fuzz.sequences.expectations import lacking
from fuzz.sequences.kinds import kinds
from validator import rules
from validator.redaction import Safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.events import Answered
    from fuzz.places import Place
    from fuzz.sequences.dialogue import Dialogue, Means
    from fuzz.sequences.kinds import Kind
    from fuzz.sequences.steps import Step, Thing
    from validator.contract import Contract, Operation

_ITEM: Final = "/*"


class _Reference(NamedTuple):
    """An operation that makes something, and the member of its body that refers to a thing of the kind."""

    operation: Operation
    member: Place


class Aftermath:
    """Looks for what is left of things of one kind."""

    def __init__(self, kind: Kind, means: Means, dialogue: Dialogue) -> None:
        self._kind: Final = kind
        self._means: Final = means
        self._dialogue: Final = dialogue

    def below(self, thing: Thing) -> Iterator[Answered]:
        """List what was below it: what is not there has nothing below it."""
        operation = _list_below(self._means.contract, self._kind)
        if operation is not None and thing.gone and not self._means.is_absent(operation.id):
            ids = {**dict(thing.above), self._kind.parameter: thing.number}
            exchange, case = self._dialogue.send(acts.LIST_BELOW, operation, ids, None)
            yield self._dialogue.judged(replace(case, fault=UNKNOWN_RESOURCE), exchange)

    def referred(self, thing: Thing) -> Iterator[Answered]:
        """Read what it referred to, which nobody has deleted."""
        create = self._kind.create
        if create is None or not thing.gone or not isinstance(thing.sent, dict):
            return
        for name, value in thing.sent.items():
            read = _reading(self._means.contract, name)
            if read is None or isinstance(value, bool) or not isinstance(value, int | str):
                continue
            if self._means.is_absent(read[0].id) or not self._means.addresses.knowledge.has(name, value):
                continue
            operation, parameter = read
            exchange, case = self._dialogue.send(acts.READ_REFERRED, operation, {parameter: str(value)}, None)
            is_lost = exchange.response.status in GONE
            by = self._kind.delete.id if self._kind.delete is not None else "the deletion"
            expected = f"what it referred to, for {by} was not of that"
            found = [lacking(rules.LOST_WRITE, operation, expected, Safe(exchange.response.status))] if is_lost else []
            yield self._dialogue.judged(case, exchange, found)
            return

    def refer(self, step: Step, thing: Thing) -> Iterator[Answered]:
        """Make something that refers to it, of a body that was taken; or of the one that is given."""
        if not thing.gone or not is_numbered(thing.sent, thing.number):  # what it is tied to is still there
            return
        contract = self._means.contract
        for operation, member in _references(contract, self._kind):
            act = f"{acts.REFER}{operation.id}"
            known = self._means.bodies.like_taken(operation) if step.body is None else orjson.loads(step.body)
            body = _with_id(contract, operation, member, known, thing.number) if step.act in {acts.REFER, act} else None
            if body is not None:
                exchange, case = self._dialogue.send(act, operation, {}, body)
                places = ((*member.applied, *member.above),)
                yield self._dialogue.judged(replace(case, fault=UNKNOWN_REFERENCE, places=places), exchange)
                return


def _reading(contract: Contract, name: str) -> tuple[Operation, str] | None:
    """The operation that reads what a member of this name refers to, and the parameter for its id."""
    wanted = referred(name)
    found = (kind for kind in kinds(contract) if kind.read is not None and "{" not in kind.collection)
    named = (kind for kind in found if wanted in {referred(kind.parameter), kind_of(kind.collection)})
    kind = next(named, None) if wanted else None
    return None if kind is None or kind.read is None else (kind.read, kind.parameter)


def _list_below(contract: Contract, kind: Kind) -> Operation | None:
    item = f"{kind.collection}/{{{kind.parameter}}}/"
    lists = (one.list for one in kinds(contract) if one.list is not None)
    below = (one for one in (*lists, *contract.operations) if one.method == "GET" and one.path.startswith(item))
    return next((one for one in below if "{" not in one.path.removeprefix(item)), None)


def _references(contract: Contract, kind: Kind) -> Iterator[_Reference]:
    """Members of bodies that have the id of a thing of the kind, none of them in a list."""
    for operation in contract.operations:
        if operation.method == "POST" and "{" not in operation.path and json_body(operation) is not None:
            for one in references(contract, operation):
                its_kind = referred(one.member.name)
                is_it = its_kind == referred(kind.parameter) or its_kind == kind_of(kind.collection)
                if its_kind and is_it and _ITEM not in one.member.pointer:
                    yield _Reference(operation, one.member)


def _with_id(contract: Contract, operation: Operation, member: Place, body: Any, number: str) -> Any:
    """The body with the id at the member, if there it may be."""
    holder = next(iter(member.holders(body)), None) if isinstance(body, dict) else None
    if holder is None:
        return None
    is_valid = allows(contract, operation)
    ids = (int(number), number) if number.isdecimal() else (number,)
    changed = (replaced(body, (*holder, member.name), one) for one in ids)
    return next(filter(is_valid, changed), None)
