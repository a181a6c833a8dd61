"""Expectations: what an answer must show of a thing, by what was done to it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from fuzz.names import PAGE_SIZES
from fuzz.oracles.finding import make_finding
from fuzz.readings import readings_of
from fuzz.sequences import answers
from fuzz.sequences.comparing import disturbed, lost, same
from fuzz.sequences.members import required, shown, written
from fuzz.sequences.telling import telling_texts
from validator import rules
from validator.pointer import escape
from validator.redaction import Safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.sequences.kinds import Kind
    from fuzz.sequences.steps import Thing
    from validator.contract import Contract, Operation
    from validator.exchange import Exchange
    from validator.findings import Finding


class Expectations:
    """What things of one kind must be like."""

    def __init__(self, contract: Contract, kind: Kind) -> None:
        self._contract: Final = contract
        self._kind: Final = kind

    def unlike(self, operation: Operation, thing: Thing, found: Mapping[str, Any]) -> Iterator[Finding]:
        """Members of what was found that are not what was written, or that changed though nobody wrote them."""
        if thing.unsure:
            return
        documented = shown(self._contract, operation)
        gone = list(lost(thing.written, found, thing.seen, thing.echo, documented))
        for name in gone:
            yield lacking(rules.LOST_WRITE, operation, f"{name} as {thing.by} wrote it", found.get(name), name)
        if thing.fresh and thing.seen is None and thing.echo is not None:
            # What the answer to its making showed beside what was written, nobody has changed since.
            names = self._writable - {*gone, *thing.written}
            for name in disturbed({}, found, thing.echo, names, partial=True):
                expected = f"{name} as the answer of {thing.by} showed it"
                yield lacking(rules.LOST_WRITE, operation, expected, found.get(name), name)
        if thing.seen is None:
            return
        partial = self._kind.update is None or self.is_partial(self._kind.update)
        names = (thing.inputs | self._writable if thing.fresh else thing.inputs) - set(gone)
        for name in disturbed(thing.written, found, thing.seen, names, partial=partial):
            if not thing.fresh and self._is_default(name, found.get(name)):
                continue  # what replaces a thing sets what it leaves out to that
            yield lacking(
                rules.LOST_WRITE, operation, f"{name} as it was, for no request changed it", found.get(name), name
            )

    def stale(self, operation: Operation, thing: Thing, told: Mapping[str, Any], body: Any) -> Iterator[Finding]:
        """The answer to a change, that shows the thing as it was before it in all that was changed."""
        before = thing.seen or {}
        if thing.unsure or not isinstance(body, dict):
            return
        names = [
            name
            for name, value in body.items()
            if name in told and before.get(name) is not None and not same(before[name], value)
        ]
        if names and all(same(told[name], before[name]) for name in names):
            name = names[0]
            yield lacking(
                rules.LOST_WRITE, operation, f"{name} as this very request wrote it, in the answer", told[name], name
            )

    def _is_default(self, name: str, value: Any) -> bool:
        """Whether the document names the value as the one that a member has where it is left out of an update."""
        update = self._kind.update
        if update is None or update.method == "PATCH":
            return False
        readings = readings_of(self._contract)
        own = readings.applied(written(self._contract, update).get(name, ()))
        return any("default" in words and words["default"] == value for words in map(readings.words, own))

    @property
    def _writable(self) -> set[str]:
        """What can be written of things of the kind: it changes when it is written, and not by itself."""
        writing = (self._kind.create, self._kind.update)
        return {name for one in writing if one is not None for name in written(self._contract, one)}

    def is_shown(self, thing: Thing) -> bool:
        """Whether the answer to the last writing showed the thing as it should be."""
        operation = self._kind.read or self._kind.listing
        if operation is None or thing.echo is None or thing.unsure:
            return False
        return set(thing.written) <= set(thing.echo) and not any(self.unlike(operation, thing, thing.echo))

    def is_partial(self, update: Operation) -> bool:
        """Whether an update leaves alone what it does not name: by its method, or since it may name anything or not."""
        create = self._kind.create
        needed = required(self._contract, create) if create is not None else frozenset()
        return update.method == "PATCH" or (bool(needed) and not required(self._contract, update) & needed)

    def is_still_there(self, thing: Thing, found: Mapping[str, Any]) -> bool:
        """Whether what was deleted is as it ever was; where it says itself that it is not, it is kept on purpose."""
        before = (thing.seen or thing.echo or {}) | thing.written
        return not any(answers.tells_state(name) for name in found if found[name] != before.get(name))

    def is_unmoved(self, thing: Thing, found: Mapping[str, Any]) -> bool:
        """Whether what is kept after its deletion (a webhook that is deactivated) is as it was, and still says so.

        Only where it is switched on, or has a status, can it be seen.
        """
        if thing.unsure or thing.seen is None or thing.written or not self._kind.keeps_deleted:
            return False
        states = [value for name, value in found.items() if answers.tells_state(name)]
        is_shown = any(value is True or (isinstance(value, str) and value) for value in states)
        return is_shown and all(found[name] == thing.seen.get(name) for name in found)

    def is_listed(self, thing: Thing, exchange: Exchange) -> bool:
        """Whether the thing is in a list."""
        return any(answers.has_id(self._kind, one, thing.number) for one in _succeeding(exchange))

    def listed(self, operation: Operation, thing: Thing, exchange: Exchange, *, whole: bool) -> Iterator[Finding]:
        """What is wrong with a list in which the thing should be, or should be no more."""
        listed = answers.things_in(answers.value_of(exchange))
        if not answers.succeeded(exchange) or listed is None or thing.unsure:
            return
        found = next((one for one in listed if answers.has_id(self._kind, one, thing.number)), None)
        if thing.gone and found is not None and self.is_still_there(thing, found):
            expected = "what was deleted not to be listed"
            yield lacking(rules.STILL_THERE, operation, expected, Safe("a list that has it"))
        elif not thing.deleted and found is None and thing.fresh and whole:
            expected = f"what {thing.by} wrote, in the list"
            yield lacking(rules.LOST_WRITE, operation, expected, Safe("a list without it"))

    def leads_elsewhere(self, operation: Operation, thing: Thing, exchange: Exchange) -> Iterator[Finding]:
        """A `Location` that leads to another thing of the kind than to the one that was made."""
        leads_to = answers.located(self._kind, exchange)
        shown = answers.value_of(exchange)
        if leads_to is None or leads_to == thing.number or leads_to in map(str, _scalars(shown)):
            return
        yield lacking(rules.LOST_WRITE, operation, "a Location that leads to what was made", Safe("one to another"))

    def listed_alike(
        self, operation: Operation, thing: Thing, exchange: Exchange, made: int | None
    ) -> Iterator[Finding]:
        """More things in the list with the texts of this one than were made, where it is known how many were."""
        if made is None:
            return
        texts = telling_texts(thing.sent, thing.number)
        alike = [one for one in _succeeding(exchange) if _has(one, texts)]
        if thing.fresh and not thing.unsure and len(alike) > made:
            expected, received = f"{made} of what {thing.by} wrote, in the list", f"{len(alike)} of it"
            yield lacking(rules.LOST_WRITE, operation, expected, Safe(received))

    def listed_though_refused(
        self, operation: Operation, texts: Mapping[str, str], exchange: Exchange
    ) -> Iterator[Finding]:
        """Something in the list with the texts of what was refused."""
        if any(_has(one, texts) for one in _succeeding(exchange)):
            expected = "nothing of what was refused, in the list"
            yield lacking(rules.LOST_WRITE, operation, expected, Safe("a list that has it"))

    def listed_beside(
        self, operation: Operation, other: Thing, exchange: Exchange, *, whole: bool
    ) -> Iterator[Finding]:
        """Another thing that is no more in the list, or not as it was there, though nobody touched it."""
        if not answers.succeeded(exchange) or other.deleted or other.unsure:
            return
        row = next((one for one in _succeeding(exchange) if answers.has_id(self._kind, one, other.number)), None)
        before = other.row
        if before is not None and row is None and whole:
            expected = "another that nobody deleted, in the list"
            yield lacking(rules.LOST_WRITE, operation, expected, Safe("a list without it"))
        if before is not None and row is not None:
            # One that becomes the default, or the first, may well take that from another.
            texts = [name for name in self._writable if isinstance(before.get(name), str)]
            for name in disturbed({}, row, before, texts, partial=True):
                expected = f"{name} of another as it was, for no request changed it"
                yield lacking(rules.LOST_WRITE, operation, expected, row.get(name), name)
        other.row = row

    def not_listed(self, operation: Operation, thing: Thing, exchange: Exchange) -> Iterator[Finding]:
        """The list of what is below another thing has this one, as far as it can be told from others."""
        texts = telling_texts(thing.sent, thing.number)
        for one in _succeeding(exchange):
            if answers.has_id(self._kind, one, thing.number) and any(one.get(name) == texts[name] for name in texts):
                expected = f"not what {thing.by or 'somebody'} wrote elsewhere"
                yield lacking(rules.LOST_WRITE, operation, expected, Safe("a list that has it"))
                return


def _succeeding(exchange: Exchange) -> list[dict[str, Any]]:
    """The things that a list shows; none, where it shows none."""
    return (answers.things_in(answers.value_of(exchange)) or []) if answers.succeeded(exchange) else []


def _scalars(value: Any) -> list[Any]:
    """What an answer says of a thing itself, or of the one thing in it: things may have several names."""
    inner = [value, *value.values()] if isinstance(value, dict) else []
    return [part for one in inner if isinstance(one, dict) for part in one.values() if isinstance(part, str | int)]


def _has(thing: Mapping[str, Any], texts: Mapping[str, str]) -> bool:
    """Whether a thing has all of these texts that it could have, and any."""
    shown = [name for name in texts if name in thing]
    return bool(shown) and all(thing[name] == texts[name] for name in shown)


def is_whole(contract: Contract, operation: Operation, exchange: Exchange) -> bool:
    """Whether the answer lists all that there is, and not a page of it."""
    sizes = [one for one in operation.parameters if one.location == "query" and one.name.lower() in PAGE_SIZES]
    asked = dict(parse_qsl(urlsplit(exchange.request.url).query))
    defaults = (contract.schema_at(one.schema).get("default") for one in sizes if one.schema is not None)
    known = (*(asked.get(one.name) for one in sizes), *defaults, _most(contract, operation))
    page = str(next((one for one in known if one is not None), ""))
    return answers.is_whole(exchange, int(page) if page.isdecimal() else None)


def _most(contract: Contract, operation: Operation) -> Any:
    """So many things a list may have by the document; None where it does not say."""
    schemas = (media_type.schema for one in operation.responses for media_type in one.content)
    known = readings_of(contract)
    words = (known.words(pointer) for schema in schemas if schema is not None for pointer in known.applied((schema,)))
    return next((one["maxItems"] for one in words if "maxItems" in one), None)


def lacking(rule: str, operation: Operation, expected: str, received: Any, member: str = "") -> Finding:
    """What a thing lacks that it should have; told where the document speaks of the operation."""
    instance = f"/{escape(member)}" if member else ""
    return make_finding(rule, operation, expected, received, instance=instance, documented=operation.pointer)
