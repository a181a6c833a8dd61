"""Every place in every request body, held against the contract: what it does not allow is refused as it promises.

The shapes of the sandbox were written by hand. A fuzzer that believes the contract must not find a place where they
are looser than it, and nothing that it allows may be refused as malformed or missing.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from fuzz import engine
from fuzz.case import Case
from fuzz.readings import Readings
from fuzz.request_body import json_body
from fuzz.sandbox import create_app
from fuzz.strategies import bodies, bodies_with
from fuzz.transport import WsgiTransport
from validator.contract import Contract
from validator.exchange import Headers
from validator.judges import make_judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.readings import Pointers
    from validator.contract import FaultPromise, Operation
    from validator.exchange import Exchange

BASE = "http://127.0.0.1/api/v1"
HEADERS = Headers([("Authorization", "Basic c2FuZGJveC1rZXk6"), ("User-Agent", "test"), ("Accept", "application/json")])
CONTRACT = Contract.load(servers=[BASE])
READINGS = Readings(CONTRACT)
WITH_BODY = [operation for operation in CONTRACT.operations if json_body(operation)]
SOME = WITH_BODY[::3]
"""For what is tried with many values; operations share most of their schemas, and all of the code that reads them."""
IDS = ("warehouses", "pricelists", "allowed_shipping_profiles")
"""Lists of ids that are not named so."""

VALUES: tuple[Any, ...] = (
    *("word", "7", "", "NL ", "xx", "2026-02-31", "2026-13-01 00:00:00", "2026-01-01", "25:00:00", "\0", "x" * 11_000),
    *(7, 0, -1, -(10**10), 1.5, 10**10, 10**20, True, False, None),
    *([], {}, [1], ["x"], [None], {"a": 1}, [{"idlocation": 1, "amount": 1}]),
)
MALFORMED = {5, 22}


class Asker:
    """A new sandbox, and the judge of what it answers."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._send = WsgiTransport(create_app(), "sandbox-key")
        self._judge = make_judge(CONTRACT)

    def ask(self, body: Any, path: str = "") -> tuple[int, Any]:
        """Status and error code; the answer must keep the contract whatever was asked."""
        found = path or re.sub(r"{\w+}", "1", self._operation.path)
        exchange = self._send(
            Case(
                operation=self._operation.id,
                method=self._operation.method,
                url=BASE + found,
                headers=HEADERS,
                body=b"" if body is None else json.dumps(body).encode(),
            )
        )
        assert not self._judge(exchange).findings, (body, exchange.response)
        return exchange.response.status, _json(exchange)

    def refuses(self, body: Any, promise: FaultPromise | None, path: str = "") -> bool:
        status, answer = self.ask(body, path)
        if promise is None:
            return 400 <= status < 500
        return status in promise.statuses and all(
            isinstance(answer, dict) and answer.get(name) in allowed for name, allowed in promise.body.items()
        )


def _json(exchange: Exchange) -> Any:
    try:
        return json.loads(exchange.response.body or b"null")
    except ValueError:
        return None


def places(pointers: Pointers, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Pointers]]:
    """Every place in a body, with the schemas from it up to the body's; `*` is an item of a list."""
    for reading in READINGS.readings(pointers):
        parts = [(name, READINGS.member(reading, name)) for name in READINGS.names(reading)]
        if any("items" in READINGS.words(pointer) for pointer in reading):
            parts.append(("*", READINGS.item(reading, 0)))
        for name, part in parts:
            yield (*path, name), tuple(own for pointer in part for own in READINGS.applied((pointer,)))
            for deeper, above in places(part, (*path, name)):
                yield deeper, (*above, *part, *reading)


def schema(operation: Operation) -> str:
    return json_body(operation).schema


def drawn(operation: Operation, path: tuple[str, ...]) -> Any:
    """The simplest body that has something at the place; what it refers to exists."""
    demand = frozenset({path} if path else ())
    return that_exists(engine.draw(bodies_with(CONTRACT, operation, demand), seed="1", count=1)[0])


def that_exists(value: Any) -> Any:
    match value:
        case list():
            return [that_exists(item) for item in value]
        case dict():
            return {name: _member_that_exists(name, item) for name, item in value.items()}
    return value


def _member_that_exists(name: str, value: Any) -> Any:
    if is_id(name):
        return [1 for _ in value] if isinstance(value, list) else None if value is None else 1
    return that_exists(value)


def is_id(name: str) -> bool:
    return re.match(r"(.*_)?id[a-z]", name) is not None or name in IDS


def put(value: Any, path: Sequence[str], new: Any) -> Any:
    """The value with another one at a place."""
    if not path:
        return new
    head, *rest = path
    return [put(value[0], rest, new), *value[1:]] if head == "*" else value | {head: put(value[head], rest, new)}


@pytest.mark.parametrize("operation", SOME, ids=lambda operation: operation.id)
def test_what_the_contract_does_not_allow_is_refused_as_promised(operation: Operation) -> None:
    asker = Asker(operation)
    allows = CONTRACT.validator(schema(operation), writing=True).is_valid
    wrong = []
    for path, above in {(): (schema(operation),), **dict(places((schema(operation),)))}.items():
        body = drawn(operation, path)
        promises = [CONTRACT.promise(operation, fault, above) for fault in ("wrong-type", "invalid-value")]
        for value in VALUES:
            broken = put(body, path, value)
            if path == () and value is None:
                continue  # sent as no body at all
            if allows(broken):
                status, answer = asker.ask(broken)
                code = answer.get("error_code") if isinstance(answer, dict) else None
                refused = status >= 400 and code in MALFORMED
            else:
                refused = not any(asker.refuses(broken, promise) for promise in promises)
            if refused:
                wrong.append((path, value, asker.ask(broken)))
    assert not wrong


@pytest.mark.property
@pytest.mark.parametrize("operation", SOME, ids=lambda operation: operation.id)
def test_what_the_contract_allows_is_never_called_malformed(operation: Operation) -> None:
    asker = Asker(operation)
    for body in engine.draw(bodies(CONTRACT, operation), seed="valid", count=12):
        for sent in (body, that_exists(body)):
            status, answer = asker.ask(sent)
            assert status < 400 or answer["error_code"] not in MALFORMED, (sent, answer)


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.id)
def test_what_a_body_refers_to_must_exist(operation: Operation) -> None:
    asker = Asker(operation)
    for path, above in places((schema(operation),)):
        if is_id([name for name in path if name != "*"][-1]):
            broken = put(drawn(operation, path), path, 987_654)
            if CONTRACT.validator(schema(operation), writing=True).is_valid(broken):
                assert asker.refuses(broken, CONTRACT.promise(operation, "unknown-reference", above)), broken


@pytest.mark.parametrize(
    "operation", [one for one in CONTRACT.operations if "{" in one.path], ids=lambda operation: operation.id
)
def test_what_a_path_leads_to_must_exist(operation: Operation) -> None:
    """Whatever stands in the place of the id, and whichever of several ids it is."""
    asker = Asker(operation)
    body = drawn(operation, ()) if json_body(operation) else None
    promise = CONTRACT.promise(operation, "unknown-resource")
    for name in re.findall(r"{\w+}", operation.path):
        for word in ("987654", "0", "-1", "1.5", "abc", "9" * 30, "1%20", "%00", "null"):
            path = re.sub(r"{\w+}", "1", operation.path.replace(name, word))
            assert asker.refuses(body, promise, path), path
