"""The members that requests and answers have by the document: what can be written, and what is shown."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from fuzz.readings import readings_of
from fuzz.request_body import body_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.readings import Pointers
    from validator.contract import Contract, Operation


@lru_cache(maxsize=1024)
def written(contract: Contract, operation: Operation) -> dict[str, Pointers]:
    """The members that the operation's body may have, with the schemas of each; none where it takes no object."""
    schema = body_schema(operation)
    return {} if schema is None else _members(contract, (schema,))


@lru_cache(maxsize=1024)
def required(contract: Contract, operation: Operation) -> frozenset[str]:
    """The members that the operation's body cannot do without, whichever form of it is taken."""
    schema = body_schema(operation)
    if schema is None:
        return frozenset()
    known = readings_of(contract)
    return frozenset.intersection(*(frozenset(known.required(reading)) for reading in known.readings((schema,))))


@lru_cache(maxsize=1024)
def shown(contract: Contract, operation: Operation) -> frozenset[str]:
    """The members that a success of the operation may show, of the thing itself or of each in a list."""
    return frozenset(chain.from_iterable(_members(contract, (one,)) for one in _schemas(contract, operation)))


@lru_cache(maxsize=1024)
def lists_inside(contract: Contract, operation: Operation) -> Mapping[str, frozenset[str]]:
    """The members of a success that are lists of things, each with the members that those may show."""
    known = readings_of(contract)
    found: dict[str, frozenset[str]] = {}
    for schema in _successes(operation):
        for reading in known.readings((schema,)):
            for name in known.names(reading):
                items = (known.item(one, 0) for one in known.readings(known.member(reading, name)))
                shown_there = frozenset(chain.from_iterable(_members(contract, item) for item in items))
                if shown_there:
                    found.setdefault(name, shown_there)
    return found


@lru_cache(maxsize=1024)
def doubled(contract: Contract, operation: Operation) -> Mapping[str, str]:
    """Members of the body that are named like a value of another one, with that: each says what the other does.

    `unlimitedstock: true` is `type: unlimited_stock`; whoever writes one of them writes both.
    """
    known, members = readings_of(contract), written(contract, operation)
    values = {
        _letters(value): name
        for name, own in members.items()
        for pointer in known.applied(own)
        for value in known.words(pointer).get("enum", ())
        if isinstance(value, str)
    }
    found = {name: values.get(_letters(name), name) for name in members}
    return {name: other for name, other in found.items() if other != name}


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def _schemas(contract: Contract, operation: Operation) -> Iterator[str]:
    known = readings_of(contract)
    for schema in _successes(operation):
        yield schema
        for reading in known.readings((schema,)):
            yield from known.item(reading, 0)
            for name in known.names(reading):  # what stands in a wrapping: `data`, `items`, the noun itself
                inner = known.member(reading, name)
                yield from inner
                yield from chain.from_iterable(known.item(one, 0) for one in known.readings(inner))


def _successes(operation: Operation) -> Iterator[str]:
    """The schemas of JSON that a success may be."""
    for response in operation.responses:
        for media_type in response.content if response.status.startswith("2") else ():
            if media_type.schema is not None and "json" in media_type.name:
                yield media_type.schema


def _members(contract: Contract, pointers: Pointers) -> dict[str, Pointers]:
    known = readings_of(contract)
    found: dict[str, Pointers] = {}
    for reading in known.readings(pointers):
        for name in known.names(reading):
            found.setdefault(name, known.member(reading, name))
    return found
