"""Of a whole body that fails, what it takes to fail is left, and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.breakage import Breakage
from fuzz.engine import Enough
from fuzz.events import Failed
from fuzz.fewer import fewer_members
from fuzz.sandbox import create_app
from fuzz.transport import WsgiTransport
from tests.fuzz.picqer import sound_run
from tests.fuzz.test_strategies import contract_taking
from validator.exchange import Exchange, Headers, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.case import Case

OPTIONAL = ("colour", "remark", "price", "address", "lines")
TAKING = contract_taking(
    {
        "type": "object",
        "required": ["name", "amount"],
        "properties": {
            "name": {"type": "string"},
            "amount": {"type": "integer"},
            "colour": {"enum": ["red", "blue"]},
            "remark": {"type": ["string", "null"]},
            "price": {"type": "number"},
            "address": {
                "type": "object",
                "required": ["city"],
                "properties": {"city": {"type": "string"}, "street": {"type": "string"}},
            },
            "lines": {"type": "array", "items": {"type": "object", "properties": {"ok": {"type": "boolean"}}}},
        },
    }
)
CREATE = TAKING.operation("createThing")
WHOLE = (
    b'{"name":"long long","amount":900,"colour":"red","remark":null,"price":1.0,'
    b'"address":{"city":"A","street":"B"},"lines":[{"ok":true},{"ok":false}]}'
)
TAKEN = {"name": "usual", "amount": 1}


def smallest(is_wrong: Callable[[Any], bool], taken: Any = None, most: int = 1000) -> tuple[bytes, str, int]:
    """The last body that fails, how it is told, and how many were tried."""
    found = Breakage(fault="valid", variant="edges-1", described="with all", body=WHOLE)
    tried = 0

    def fails(candidate: Breakage) -> bool:
        nonlocal found, tried
        if tried == most:
            raise Enough
        tried += 1
        if is_wrong(candidate.body):
            found = candidate
            return True
        return False

    fewer_members(TAKING, CREATE, taken, found, fails)
    return found.body or b"", found.described, tried


def parsed(is_wrong: Callable[[Any], bool]) -> Callable[[bytes], bool]:
    return lambda body: is_wrong(orjson.loads(body))


def test_the_member_that_is_refused_is_left_with_what_is_required() -> None:
    body, described, tried = smallest(parsed(lambda body: "remark" in body))
    assert orjson.loads(body) == {"name": "long long", "amount": 900, "remark": None}
    assert described == "with all, of which it takes /name, /amount, /remark"
    assert tried < 15


def test_what_is_required_is_as_the_server_took_it_where_that_fails_too() -> None:
    body, described, _ = smallest(parsed(lambda body: body["amount"] == 900), TAKEN)
    assert orjson.loads(body) == {"name": "usual", "amount": 900}
    assert described == "with all, of which it takes /amount"


def test_a_member_inside_another_keeps_what_it_stands_in() -> None:
    body, described, _ = smallest(parsed(lambda body: "street" in body.get("address", {})), TAKEN)
    assert orjson.loads(body) == {**TAKEN, "address": {"city": "A", "street": "B"}}
    assert described.endswith("/address/city, /address/street")


def test_a_number_stays_as_it_is_written() -> None:
    assert smallest(lambda body: b"1.0" in body, TAKEN)[0] == b'{"name":"usual","amount":1,"price":1.0}'


def test_who_has_had_enough_keeps_the_smallest_until_then() -> None:
    body, _, tried = smallest(parsed(lambda body: "remark" in body and "lines" in body), most=6)
    assert tried == 6
    assert len(body) < len(WHOLE)


@pytest.mark.property
@given(st.sets(st.sampled_from(OPTIONAL)))
def test_all_that_it_takes_is_left_and_nothing_else(culprits: set[str]) -> None:
    body, _, _ = smallest(parsed(lambda body: culprits <= body.keys()), TAKEN)
    assert orjson.loads(body).keys() == {"name", "amount", *culprits}


def test_a_run_tells_which_member_of_a_whole_body_is_refused() -> None:
    sandbox = WsgiTransport(create_app(), "sandbox-key")

    def refusing(case: Case) -> Exchange:
        if case.operation == "createSupplier" and b'"telephone"' in case.body and case.fault == "valid":
            return Exchange(
                request=case.request,
                response=Response(
                    status=400,
                    headers=Headers([("Content-Type", "application/json")]),
                    body=b'{"error":true,"error_code":5,"error_message":"Missing"}',
                ),
            )
        return sandbox(case)

    events = sound_run(refusing, "createSupplier", requests=300)
    told = [event.failure.case for event in events if isinstance(event, Failed)]
    whole = [case for case in told if case.variant.startswith(("edges", "full"))]
    assert whole
    assert any(orjson.loads(case.body).keys() == {"name", "telephone"} for case in whole), [c.described for c in told]
