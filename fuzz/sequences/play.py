"""Play: steps on a thing, sent one after the other; each answer is judged by what the thing must be like by then.

A step says what is done; where it has no body, one is made when its turn comes, out of what the thing is like. What was
played is told by the steps with the bodies that they had, so it can be played again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import orjson

from fuzz.answers import error_code
from fuzz.events import GaveUp
from fuzz.faults import UNKNOWN_RESOURCE, VALID, WRONG_TYPE
from fuzz.readings import readings_of
from fuzz.request_body import json_body
from fuzz.sequences import acts, answers
from fuzz.sequences.aftermath import Aftermath
from fuzz.sequences.dialogue import Dialogue, with_more
from fuzz.sequences.expectations import Expectations, is_whole, lacking
from fuzz.sequences.members import written
from fuzz.sequences.paging import Pages
from fuzz.sequences.steps import Thing, ids_in
from fuzz.sequences.telling import telling_texts
from fuzz.sequences.trespassing import Trespassing
from validator import rules
from validator.redaction import Safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fuzz.case import Case
    from fuzz.events import Answered
    from fuzz.sequences.dialogue import Means
    from fuzz.sequences.kinds import Kind
    from fuzz.sequences.steps import Path, Step
    from validator.contract import Operation
    from validator.exchange import Exchange
    from validator.findings import Finding

_CREATED: Final = 201
_ACCEPTED: Final = 202
_LEAST_FAILURE: Final = 500


class Play:
    """One sequence on things of one kind; `host` are the ids in the collection's own path."""

    def __init__(self, kind: Kind, means: Means, *, host: Path = (), thing: Thing | None = None) -> None:
        """With `thing`, one that is there already."""
        self._kind: Final = kind
        self._contract: Final = means.contract
        self._bodies: Final = means.bodies
        self._is_absent: Final = means.is_absent
        self._expected: Final = Expectations(means.contract, kind)
        self._dialogue: Final = Dialogue(means)
        self._aftermath: Final = Aftermath(kind, means, self._dialogue)
        trespassing = Trespassing(kind, means, self._dialogue, self._expected, host)
        # Acts for which it is enough to know the thing.
        self._plainly: Final = {
            acts.CREATE_AGAIN: self._create_again,
            acts.LIST: self._list,
            acts.LIST_ELSEWHERE: trespassing.list_elsewhere,
            acts.REACH: trespassing.reach,
            acts.MISUSE: trespassing.misuse,
            acts.DELETE: self._delete,
            acts.LIST_BELOW: self._aftermath.below,
            acts.READ_REFERRED: self._aftermath.referred,
        }
        # Those that may have a body with them.
        self._by_step: Final = {
            **dict.fromkeys((acts.UPDATE, acts.UPDATE_ONE, acts.UPDATE_REST, acts.UPDATE_EMPTY), self._update),
            acts.SPOIL: self._spoil,
            acts.CREATE_WRONGLY: self._create_wrongly,
        }
        self._host: Final = host
        self._refused: dict[str, str] = {}
        """The texts of what was refused."""
        self._made_alike: int | None = None
        """So many were made with the body of the thing; None where others may have been made before."""
        self.thing = thing
        self.other: Thing | None = None
        self.gave_up: GaveUp | None = None

    def run(self, steps: Iterable[Step]) -> Iterator[Answered]:
        """Take the steps, as far as they can be taken."""
        for step in steps:
            if step.act == acts.CREATE:
                yield from self._create(step)
            elif self.thing is None:
                return
            else:
                yield from self._step(step, self.thing)

    # One method for each act.

    def _step(self, step: Step, thing: Thing) -> Iterator[Answered]:
        match step.act:
            case acts.READ:
                if not self._is_read():
                    yield from self._read(acts.READ, thing)
            case acts.CHECK:
                if not self._is_read() and not self._expected.is_shown(thing):
                    yield from self._read(acts.READ, thing)
            case acts.READ_OTHER:
                if self.other is not None:
                    yield from self._read(acts.READ_OTHER, self.other)
            case act if act.startswith(acts.REFER):
                yield from self._aftermath.refer(step, thing)
            case act if act in self._plainly:
                yield from self._plainly[act](thing)
            case act if act in self._by_step:
                yield from self._by_step[act](step, thing)
            case _:
                yield from self._do(step, thing)

    def _create(self, step: Step) -> Iterator[Answered]:
        create = self._kind.create
        if create is None:
            return
        given = None if step.body is None else [_value(step.body)]
        last: Exchange | None = None
        self.thing = None
        for body in given or self._bodies.to_create(create, least=step.least):
            taken = self._dialogue.take(acts.CREATE, create, dict(self._host), body)
            last = taken.verdict.exchange
            if answers.succeeded(last):
                self.thing = self._made(create, last, body)
                self._made_alike = 1 if self._bodies.telling.is_telling(body) else None
                if self.thing is not None:
                    taken = with_more(taken, self._expected.leads_elsewhere(create, self.thing, last))
                yield taken
                break
            yield taken
            failed = last.response.status >= _LEAST_FAILURE or last.response.status == 0
            if failed or self._is_absent(create.id):
                break
        if self.thing is None and (last is None or not answers.succeeded(last)):
            response = None if last is None else last.response
            self.gave_up = GaveUp(
                operation=create.id,
                status=None if response is None else response.status,
                code=None if response is None else error_code(response),
            )

    def _create_again(self, thing: Thing) -> Iterator[Answered]:
        """The same once more: another thing of the kind, or a documented refusal."""
        create = self._kind.create
        if create is None or thing.sent is None or self._kind.delete is None:  # or there would be more and more
            return
        taken = self._dialogue.take(acts.CREATE_AGAIN, create, dict(self._host), thing.sent)
        yield taken
        if answers.succeeded(taken.verdict.exchange):
            self._made_alike = None if self._made_alike is None else self._made_alike + 1
            other = self._made(create, taken.verdict.exchange, thing.sent)
            if other is not None and other.number == thing.number:  # made anew, or tied again
                self.thing = other
            else:
                self.other = other

    def _create_wrongly(self, step: Step, thing: Thing) -> Iterator[Answered]:
        """Another thing, of which one member has a wrong type: it is to be refused, and not to be there."""
        create = self._kind.create
        if create is None or self._kind.listing is None:
            return
        # The body that was taken, so that nothing else is wrong.
        body = self._bodies.retold(create, thing.sent) if step.body is None else _value(step.body)
        taken = self._spoilt(acts.CREATE_WRONGLY, create, dict(self._host), body, given=step.body is not None)
        if taken is not None:
            yield taken
            sent = _value(taken.case.body)
            if answers.refused(taken.verdict.exchange):
                known = thing.sent if isinstance(thing.sent, dict) else {}
                texts = telling_texts(sent, "")
                self._refused = {name: text for name, text in texts.items() if text != known.get(name)}

    def _made(self, create: Operation, exchange: Exchange, body: Any) -> Thing | None:
        number = answers.id_of(self._kind, exchange, body, [text for _, text in self._host])
        if number is None:
            return None
        thing = Thing(number, body, self._host, by=create.id, unsure=exchange.response.status == _ACCEPTED)
        if isinstance(body, dict):
            thing.written = dict(body)
            thing.inputs = set(body)
        thing.echo = answers.thing_in(self._kind, answers.value_of(exchange), number)
        return thing

    def _read(self, act: str, thing: Thing) -> Iterator[Answered]:
        operation = self._kind.read or self._kind.listing
        if operation is None:
            return
        came, case = self._dialogue.send(act, operation, ids_in(operation, self._kind, thing), None)
        exchange = answers.inside(self._kind, operation, came)
        status = exchange.response.status
        answer = answers.value_of(exchange)
        found = answers.thing_in(self._kind, answer, thing.number)
        if found is None and self._kind.read is not None:
            found = answers.only_thing(answer)
        findings: list[Finding] = []
        fault = VALID
        if thing.deleted:
            fault = self._fault_of_deleted(thing, exchange)
            findings += self._after_deletion(operation, thing, exchange, found)
        elif status in answers.GONE and not thing.unsure:
            expected = f"what {thing.by} wrote" if thing.by else "the thing that was there before"
            findings.append(lacking(rules.LOST_WRITE, operation, expected, Safe(status)))
        elif answers.succeeded(exchange):
            if found is not None:
                findings += self._expected.unlike(operation, thing, found)
                thing.seen, thing.written, thing.echo, thing.unsure = found, {}, None, False
            elif self._kind.read is None and thing.fresh and is_whole(self._contract, operation, exchange):
                findings.append(
                    lacking(
                        rules.LOST_WRITE, operation, f"what {thing.by} wrote, in the list", Safe("a list without it")
                    )
                )
        if self._kind.read is None:
            whole = is_whole(self._contract, operation, exchange)
            findings += self._listed_else(operation, thing, exchange, whole=whole)
        yield self._dialogue.judged(replace(case, fault=fault), came, findings)

    def _fault_of_deleted(self, thing: Thing, exchange: Exchange) -> str:
        """What is wrong with reading what was deleted: where it is refused, that it is gone."""
        is_refused = not answers.succeeded(exchange)
        return UNKNOWN_RESOURCE if is_refused and thing.gone and self._kind.read is not None else VALID

    def _after_deletion(
        self, operation: Operation, thing: Thing, exchange: Exchange, found: Mapping[str, Any] | None
    ) -> Iterator[Finding]:
        """What is wrong with what is still there of a thing that was deleted, or kept and put out of use."""
        by = self._kind.delete.id if self._kind.delete is not None else "the deletion"
        if not answers.succeeded(exchange):
            thing.confirmed = thing.confirmed or exchange.response.status in answers.GONE
        elif found is not None and thing.gone:
            if self._expected.is_still_there(thing, found) and not thing.unsure:
                expected = f"it to be gone after {by}"
                yield lacking(rules.STILL_THERE, operation, expected, Safe(exchange.response.status))
            thing.kept = True
        else:
            if found is not None and self._expected.is_unmoved(thing, found):
                expected = f"{by} to show in what it says of its state"
                yield lacking(rules.STILL_THERE, operation, expected, Safe("the same as before it"))
            thing.confirmed = True

    def _is_read(self) -> bool:
        return next((case.act for case in reversed(self._dialogue.cases) if case.act != acts.LIST), "") == acts.READ

    def _list(self, thing: Thing) -> Iterator[Answered]:
        operation = self._kind.listing
        if operation is None or self._kind.read is None:  # then a reading is of the list
            return
        ids = ids_in(operation, self._kind, thing)
        exchange, case = self._dialogue.send(acts.LIST, operation, ids, None)
        pages = Pages(self._contract, operation, answers.inside(self._kind, operation, exchange))
        while pages.following and not self._expected.is_listed(thing, pages.all):
            yield self._dialogue.judged(replace(case, fault=VALID), exchange)
            exchange, case = self._dialogue.send(acts.LIST, operation, ids, None, query=pages.following)
            pages.add(exchange)
        found = [
            *self._expected.listed(operation, thing, pages.all, whole=pages.is_whole),
            *self._listed_else(operation, thing, pages.all, whole=pages.is_whole),
        ]
        yield self._dialogue.judged(replace(case, fault=VALID), exchange, found)

    def _listed_else(self, operation: Operation, thing: Thing, exchange: Exchange, *, whole: bool) -> Iterator[Finding]:
        """What is wrong with a list in all but the thing."""
        yield from self._expected.listed_alike(operation, thing, exchange, self._made_alike)
        yield from self._expected.listed_though_refused(operation, self._refused, exchange)
        if self.other is not None:
            yield from self._expected.listed_beside(operation, self.other, exchange, whole=whole)

    def _update(self, step: Step, thing: Thing) -> Iterator[Answered]:
        update = self._kind.update
        if update is None:
            return
        for body in self._changes(step, update, thing):
            exchange, case = self._dialogue.send(acts.UPDATE, update, ids_in(update, self._kind, thing), body)
            if thing.deleted:
                is_new = exchange.response.status == _CREATED and update.method == "PUT"
                yield self._dialogue.judged(replace(case, fault=VALID if is_new else thing.fault), exchange)
                return
            told = answers.thing_in(self._kind, answers.value_of(exchange), thing.number)
            is_done = answers.succeeded(exchange) and exchange.response.status != _ACCEPTED
            stale = self._expected.stale(update, thing, told, body) if is_done and told is not None else ()
            yield self._dialogue.judged(case, exchange, stale)
            if answers.succeeded(exchange):
                self._changed(update, thing, exchange, body)
                return
            if exchange.response.status >= _LEAST_FAILURE or exchange.response.status == 0:
                thing.unsure = True
                return

    def _changed(self, update: Operation, thing: Thing, exchange: Exchange, body: Any) -> None:
        if not isinstance(body, dict):
            thing.unsure = True
            return
        thing.fresh, thing.by, thing.taken = False, update.id, body
        if not self._expected.is_partial(update):  # what it left out may be as it was, or gone
            left_out = thing.written.keys() - body.keys()
            thing.seen = None if thing.seen is None else {n: v for n, v in thing.seen.items() if n not in left_out}
            thing.written = {}
        thing.written |= body
        thing.inputs |= set(body)
        thing.echo = answers.thing_in(self._kind, answers.value_of(exchange), thing.number)
        thing.unsure = thing.unsure or exchange.response.status == _ACCEPTED

    def _changes(self, step: Step, update: Operation, thing: Thing) -> Iterable[Any]:
        """Bodies to try; for what is gone, the one that was good when it was there, so that nothing else is wrong."""
        if step.body is not None:
            return [_value(step.body)]
        if thing.deleted:
            return [] if thing.taken is None else [thing.taken]
        if step.act == acts.UPDATE_EMPTY:
            return self._bodies.to_empty(update, (thing.seen or {}) | thing.written)
        part = {acts.UPDATE_ONE: slice(1), acts.UPDATE_REST: slice(1, None)}.get(step.act)
        return self._bodies.to_update(update, (thing.seen or {}) | thing.written, step.only, part=part)

    def _spoil(self, step: Step, thing: Thing) -> Iterator[Answered]:
        """An update of which one member has a wrong type: it is to be refused, and to change nothing."""
        update = self._kind.update
        if update is None or thing.deleted:
            return
        body = next(iter(self._changes(step, update, thing)), None)
        taken = self._spoilt(acts.SPOIL, update, ids_in(update, self._kind, thing), body, given=step.body is not None)
        if taken is None:
            return
        yield taken
        if not answers.refused(taken.verdict.exchange):
            thing.unsure = True

    def _spoilt(
        self, act: str, operation: Operation, ids: Mapping[str, str], body: Any, *, given: bool
    ) -> Answered | None:
        """The answer to the body, spoilt in one member, if it can be; or to one that is `given`, and spoilt already."""
        if not isinstance(body, dict) or not body:
            return None
        name = [*body][-1]
        if not given:
            spoilt = self._bodies.spoilt(operation, body)
            if spoilt is None:
                return None
            name, body = spoilt
        exchange, case = self._dialogue.send(act, operation, ids, body)
        media_type = json_body(operation)
        schema = media_type.schema if media_type is not None and media_type.schema is not None else ""
        own = written(self._contract, operation).get(name, ())
        places = (*readings_of(self._contract).applied(own), schema)
        return self._dialogue.judged(replace(case, fault=WRONG_TYPE, places=(places,)), exchange)

    def _delete(self, thing: Thing) -> Iterator[Answered]:
        delete = self._kind.delete
        if delete is None:
            return
        exchange, case = self._dialogue.send(acts.DELETE, delete, ids_in(delete, self._kind, thing), None)
        succeeded = answers.succeeded(exchange)
        # Twice is as good as once (RFC 9110, section 9.2.2), unless the contract says what the second has to get.
        is_promised = not succeeded or self._contract.promise(delete, UNKNOWN_RESOURCE) is not None
        yield self._dialogue.judged(replace(case, fault=thing.fault if is_promised else VALID), exchange)
        if succeeded and not thing.deleted:
            thing.deleted, thing.fresh, thing.kept = True, False, self._kind.keeps_deleted
            thing.unsure = exchange.response.status == _ACCEPTED

    def _do(self, step: Step, thing: Thing) -> Iterator[Answered]:
        operation = next((one for one in self._kind.actions if step.act == f"{acts.DO}{one.id}"), None)
        if operation is None:
            return
        body = None if step.body is None else _value(step.body)
        if step.body is None and json_body(operation) is not None:
            body = next(iter(self._bodies.to_create(operation)), None)
        exchange, case = self._dialogue.send(step.act, operation, ids_in(operation, self._kind, thing), body)
        yield self._dialogue.judged(replace(case, fault=thing.fault), exchange)
        thing.seen, thing.written, thing.echo = None, {}, None
        thing.fresh, thing.unsure = False, True

    def case(self, act: str, operation: Operation, thing: Thing, body: Any) -> Case:
        """The case of an act on a thing, to be sent by others."""
        return self._dialogue.case(act, operation, ids_in(operation, self._kind, thing), body)


def _value(body: bytes) -> Any:
    return orjson.loads(body) if body else None
