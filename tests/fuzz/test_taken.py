"""What is broken is a body that the server takes, in one place, where such a body is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz import engine
from fuzz.bodies_like import bodies_like, grafted, usual
from fuzz.building import EACH
from fuzz.case import Case
from fuzz.events import Failed
from fuzz.families import broken, ways
from fuzz.faults import MALFORMED_JSON, MISSING_PARAMETER, UNKNOWN_REFERENCE, VALID, WRONG_TYPE
from fuzz.knowledge import NOTHING_KNOWN
from fuzz.pace import Budget
from fuzz.places import body_members
from fuzz.runner import Runner
from fuzz.sandbox import create_app
from fuzz.sequences import acts
from fuzz.taken import Taken
from fuzz.transport import WsgiTransport
from validator.contract import Contract
from validator.exchange import Exchange, Request, Response

if TYPE_CHECKING:
    from fuzz.building import Demand

BASE = "http://127.0.0.1/api/v1"
PICQER = Contract.load(servers=[BASE])
CREATE = PICQER.operation("createOrder")
TAKEN = {
    "idcustomer": 7,
    "deliveryname": "pq1x1",
    "deliverycountry": "NL",
    "products": [{"idproduct": 3, "amount": 1}, {"idproduct": 4, "amount": 2}],
}
IS_VALID = PICQER.validator("/paths/~1orders/post/requestBody/content/application~1json/schema", writing=True).is_valid


def has(body: Any, path: tuple[str, ...]) -> bool:
    if not path:
        return True
    if path[0] == EACH:
        parts = list(body.values()) if isinstance(body, dict) else body if isinstance(body, list) else []
        return bool(parts) and all(has(part, path[1:]) for part in parts)
    return isinstance(body, dict) and path[0] in body and has(body[path[0]], path[1:])


@pytest.mark.parametrize(
    ("demand", "donor", "made"),
    [
        ((), {"a": 1}, {"b": 2, "c": {"d": 3}, "e": [{"f": 4}, {"f": 5}], "g": None}),
        (("a",), {"a": 1}, {"b": 2, "c": {"d": 3}, "e": [{"f": 4}, {"f": 5}], "g": None, "a": 1}),
        (("b",), {"b": 9}, {"b": 2, "c": {"d": 3}, "e": [{"f": 4}, {"f": 5}], "g": None}),
        (("c", "x"), {"c": {"x": 9, "d": 9}}, {"b": 2, "c": {"d": 3, "x": 9}, "e": [{"f": 4}, {"f": 5}], "g": None}),
        (
            ("e", EACH, "x"),
            {"e": [{"f": 9, "x": 8}]},
            {"b": 2, "c": {"d": 3}, "e": [{"f": 4, "x": 8}, {"f": 5, "x": 8}], "g": None},
        ),
        (("g", "x"), {"g": {"x": 9}}, {"b": 2, "c": {"d": 3}, "e": [{"f": 4}, {"f": 5}], "g": {"x": 9}}),
        (("b", "x"), {"b": {"x": 9}}, {"b": {"x": 9}, "c": {"d": 3}, "e": [{"f": 4}, {"f": 5}], "g": None}),
        (("nowhere",), {}, {"b": 2, "c": {"d": 3}, "e": [{"f": 4}, {"f": 5}], "g": None}),
    ],
)
def test_what_is_asked_for_comes_from_the_donor_and_all_else_stays(
    demand: tuple[str, ...], donor: Any, made: Any
) -> None:
    taken = {"b": 2, "c": {"d": 3}, "e": [{"f": 4}, {"f": 5}], "g": None}
    assert grafted(taken, donor, frozenset({demand} if demand else ())) == made


@pytest.mark.property
@given(st.data())
def test_a_body_is_allowed_and_has_what_it_is_asked_for(data: st.DataObject) -> None:
    demand: Demand = data.draw(st.sampled_from([one.demand for one in body_members(PICQER, CREATE)]))
    body = data.draw(bodies_like(PICQER, CREATE, NOTHING_KNOWN.taking(TAKEN), demand))
    assert IS_VALID(body)
    assert all(has(body, path) for path in demand)


def test_without_a_demand_it_is_mostly_what_was_taken() -> None:
    bodies = [
        one.body
        for seed in range(20)
        for one in drawn(MALFORMED_JSON, seed=seed)
        if one.body is not None and b"pq1x1" in one.body
    ]
    assert len(bodies) > 10


@pytest.mark.parametrize("fault", [MISSING_PARAMETER, WRONG_TYPE, UNKNOWN_REFERENCE])
def test_all_but_the_fault_is_as_it_was_taken(fault: str) -> None:
    kept = 0
    for one in drawn(fault, seed=1, most=60):
        if one.body is None or b"pq1x1" not in one.body:
            continue  # drawn from the schema all the same, or it is the name that is broken
        body = orjson.loads(one.body)
        same = [name for name in TAKEN if name in body and body[name] == TAKEN[name]]
        kept += 1
        assert len(same) >= len(TAKEN) - 2, one.described  # a choice may have to lose two of them
    assert kept > 3


def drawn(fault: str, *, seed: int, most: int = 1) -> list[Any]:
    found = []
    for way in [one for one in ways(PICQER, CREATE, fault) if one.place or fault == MALFORMED_JSON][:most]:
        strategy = broken(PICQER, CREATE, fault, way, taken=TAKEN)
        found += engine.draw(strategy, seed=str(seed), count=2)[1:]
    return found


def step(act: str, body: bytes, status: int) -> tuple[Case, Exchange]:
    case = Case(
        operation="createOrder", fault=VALID, variant="", method="POST", url=f"{BASE}/orders", body=body, act=act
    )
    request = Request(method="POST", url=case.url, body=body)
    return case, Exchange(request=request, response=Response(status=status))


def test_the_fullest_body_that_was_taken_is_kept() -> None:
    taken = Taken()
    assert taken.body("createOrder") is None
    for act, body, status in (
        (acts.CREATE, b'{"a":1,"b":2}', 400),
        (acts.READ, b'{"a":1,"b":2}', 200),
        (acts.CREATE, b'{"a":1}', 201),
        (acts.CREATE, b"{}", 201),
    ):
        taken.note(*step(act, body, status))
    assert "createOrder" in taken
    assert taken.body("createOrder") == {"a": 1}


@pytest.mark.end_to_end
def test_what_a_server_refuses_for_its_own_reasons_hides_nothing() -> None:
    """The sandbox wants amounts above 0, and profiles that are there, which the contract does not tell."""
    transport = WsgiTransport(create_app(defect="order-line-price-of-any-type"), "sandbox-key")
    run = Runner(
        PICQER,
        transport,
        base_url=BASE,
        budget=Budget(max_requests=400),
        seed=1,
        operations=["createOrder"],
        faults=[VALID, WRONG_TYPE],
        allow_writes=True,
    ).run()
    failed = next(event.failure for event in run if isinstance(event, Failed))
    assert "/price" in failed.case.place


@pytest.mark.parametrize(
    ("drawn", "tame"),
    [
        ({"note": " ", "amount": 0}, {"note": "a", "amount": 1}),
        ({"note": "b", "amount": 9007199254740993}, {"note": "b", "amount": 993}),
        ({"lines": [{"price": -7.25}, {"price": True}]}, {"lines": [{"price": 7.25}, {"price": True}]}),
        ({"note": "", "amount": 0, "fixed": -1}, {"note": "a", "amount": 0, "fixed": -1}),
        ([""], ["a"]),
    ],
)
def test_what_is_not_broken_is_nothing_that_anybody_refuses(drawn: Any, tame: Any) -> None:
    """As far as the schema lets it be: here, whoever has `fixed` has that, and no amount."""
    assert usual(drawn, lambda body: "fixed" not in body or (body["fixed"], body["amount"]) == (-1, 0)) == tame


def test_what_is_put_in_comes_in_the_same_order_in_every_process() -> None:
    """The same seed sends the same bytes; the order of a set is another one each time Python is started."""
    names = "abcdefgh"
    made = grafted({}, dict.fromkeys(reversed(names), 1), frozenset((name,) for name in names))
    assert [*made] == [*names]
