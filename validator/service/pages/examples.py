"""Responses to try with one click, made from a contract: one that keeps it, and some that break it, each in one way.

They are made from the examples that the document itself has; where it has none, there is less to try.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from validator.contract.error_catalogue import is_success
from validator.errors import Obstacle
from validator.pointer import join
from validator.recordings import read_short
from validator.rules import SCHEMA_VIOLATION
from validator.service.catalogue import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.contract import Contract
    from validator.contract.operations import Operation, ResponseSpec
    from validator.findings import Verdict
    from validator.judges import Judge
    from validator.service.catalogue import Catalogue, InForce

_JSON: Final = "application/json"
_NOTHING: Final = object()
_MOST_TRIED: Final = 40
"""So many operations are looked at, and so many members are changed, before there is no such example."""

_NO_CODE: Final = 9999
_ODD_STATUSES: Final = (418, 402, 599)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What the form for a response has in its fields, as text."""

    method: str = "GET"
    url: str = ""
    status: str = "200"
    content_type: str = _JSON
    body: str = ""

    def line(self) -> bytes:
        """The exchange line for it. A status that is no number stays a text, and is told by the reader."""
        status: int | str = int(self.status) if self.status.isascii() and self.status.isdigit() else self.status
        headers = {"content-type": self.content_type} if self.content_type else {}
        return json.dumps(
            {
                "request": {"method": self.method, "url": self.url},
                "response": {"status": status, "headers": headers, "body": self.body},
            }
        ).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One to try; `slug` names it in an address."""

    slug: str
    title: str
    pasted: Pasted


def server_of(contract: Contract) -> str:
    """An address that serves the contract, with values for its variables."""
    operation = next(iter(contract.operations), None)
    return "" if operation is None else _server(operation)


@lru_cache(maxsize=8)
def examples(catalogue: Catalogue, in_force: InForce) -> tuple[Example, ...]:
    """What there is to try of a contract."""
    return tuple(_examples(catalogue, in_force))


def _examples(catalogue: Catalogue, in_force: InForce) -> Iterator[Example]:
    tried = _Tried(catalogue.judge(in_force.contract, PLAIN))
    yield from _of_a_success(in_force.contract, tried)
    yield from _of_an_error(in_force.contract, tried)


def _of_a_success(contract: Contract, tried: _Tried) -> Iterator[Example]:
    """A success as it is documented, and what breaks it."""
    sound = (found for found in _documented(contract, successes=True) if found[2] and tried.is_valid(found[1]))
    for operation, pasted, value in islice(sound, 1):
        yield Example(slug="sound", title="An answer that keeps the contract", pasted=pasted)
        wrong = (replace(pasted, body=_text(changed)) for changed in _changed(value))
        for made in islice(filter(tried.breaks_the_schema, wrong), 1):
            yield Example(slug="wrong-type", title="A member of another type", pasted=made)
        for status in _ODD_STATUSES:
            if operation.response_for(status) is None:
                made = replace(pasted, status=str(status))
                yield Example(slug="undocumented-status", title="A status that nobody documented", pasted=made)
                break


def _of_an_error(contract: Contract, tried: _Tried) -> Iterator[Example]:
    """An error as it is documented, but for its code."""
    errors = contract.errors
    if errors is None:
        return
    for _, pasted, value in _documented(contract, successes=False):
        if isinstance(value, dict) and errors.member in value and tried.is_valid(pasted):
            made = replace(pasted, body=_text({**value, errors.member: _NO_CODE}))
            yield Example(slug="unknown-code", title="An error with a code that is not in the contract", pasted=made)
            return


class _Tried:
    """What the judge says of a response: an example must be what its title says."""

    def __init__(self, judge: Judge) -> None:
        self._judge: Final = judge

    def is_valid(self, pasted: Pasted) -> bool:
        verdict = self._verdict(pasted)
        return verdict is not None and verdict.valid

    def breaks_the_schema(self, pasted: Pasted) -> bool:
        verdict = self._verdict(pasted)
        return verdict is not None and [found.rule for found in verdict.findings] == [SCHEMA_VIOLATION]

    def _verdict(self, pasted: Pasted) -> Verdict | None:
        exchange = read_short(pasted.line(), source="example")
        try:
            return None if exchange is None else self._judge(exchange)
        except Obstacle:  # the part of the contract that it would be judged by is not usable
            return None


def _documented(contract: Contract, *, successes: bool) -> Iterator[tuple[Operation, Pasted, Any]]:
    """JSON answers with an example, of operations that only read first."""
    operations = sorted(contract.operations, key=lambda operation: operation.method != "GET")
    for operation in operations[:_MOST_TRIED]:
        for response in operation.responses:
            if not response.status.isdigit() or is_success(response) != successes:
                continue
            value = _example(contract, response)
            if value is not _NOTHING:
                pasted = Pasted(
                    method=operation.method,
                    url=_server(operation) + _filled(contract, operation),
                    status=response.status,
                    body=_text(value),
                )
                yield operation, pasted, value


def _example(contract: Contract, response: ResponseSpec) -> Any:
    document = contract.document
    for media_type in response.content:
        if media_type.name != _JSON:
            continue
        node = document.at(document.follow(media_type.pointer))
        if "example" in node:
            return node["example"]
        for name in node.get("examples") or ():
            place = document.follow(join(document.follow(media_type.pointer), "examples", name))
            return document.at(place).get("value", _NOTHING)
        if media_type.schema is not None:
            schema = document.at(document.follow(media_type.schema))
            if isinstance(schema, dict) and schema.get("examples"):
                return schema["examples"][0]
    return _NOTHING


def _changed(value: Any) -> Iterator[Any]:
    """The value with one member of another type, one after the other."""
    if isinstance(value, list):
        yield from ([changed, *value[1:]] for changed in (_changed(value[0]) if value else ()))
    elif isinstance(value, dict):
        for name, member in list(value.items())[:_MOST_TRIED]:
            if isinstance(member, bool | dict | list):
                continue
            yield {**value, name: "many" if isinstance(member, int | float) else 42}


def _filled(contract: Contract, operation: Operation) -> str:
    path = operation.path
    for parameter in operation.parameters:
        if parameter.location == "path":
            schema = (
                {} if parameter.schema is None else contract.document.at(contract.document.follow(parameter.schema))
            )
            kind = schema.get("type") if isinstance(schema, dict) else None
            path = path.replace("{" + parameter.name + "}", "1" if kind in {None, "integer", "number"} else "A1")
    return path


def _server(operation: Operation) -> str:
    server = next(iter(operation.servers), None)
    if server is None:
        return ""
    url = server.url
    for name, value in (*server.defaults, *((name, choices[0]) for name, choices in server.choices if choices)):
        url = url.replace("{" + name + "}", value)
    return url.rstrip("/") if "://" in url else f"http://localhost{url.rstrip('/')}"


def _text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
