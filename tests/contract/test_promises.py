"""`x-fault-responses`: the first place that names the fault wins, from the broken schema upwards."""

from __future__ import annotations

from typing import Any

import pytest

from tests.strategies import document
from validator.contract import Contract
from validator.errors import DocumentError

OUTER, INNER = "/components/schemas/Outer", "/components/schemas/Inner"


def contract(root: Any = None, operation: Any = None, outer: Any = None, inner: Any = None) -> Contract:
    given = document({}, {"Outer": {"type": "object"}, "Inner": {"type": "object"}})
    operations = given["paths"]["/things"]["get"]
    for node, entries in (
        (given, root),
        (operations, operation),
        (given["components"]["schemas"]["Outer"], outer),
        (given["components"]["schemas"]["Inner"], inner),
    ):
        if entries is not None:
            node["x-fault-responses"] = entries
    return Contract.from_dict(given)


def promised(of: Contract, place: tuple[str, ...] = (INNER, OUTER)) -> Any:
    promise = of.promise(of.operation("getThings"), "missing-parameter", place)
    return None if promise is None else promise.body["code"]


def entry(code: Any) -> Any:
    return {"missing-parameter": {"status": 400, "body": {"code": code}}}


@pytest.mark.parametrize(
    ("places", "code"),
    [
        ({"root": entry(1)}, (1,)),
        ({"root": entry(1), "operation": entry(2)}, (2,)),
        ({"root": entry(1), "operation": entry(2), "outer": entry(3)}, (3,)),
        ({"root": entry(1), "operation": entry(2), "outer": entry(3), "inner": entry([4, 5])}, (4, 5)),
        ({"root": entry(1), "inner": {"malformed-json": {"status": 400}}}, (1,)),
        ({"root": entry(1), "inner": {"missing-parameter": None}}, None),
        ({}, None),
    ],
)
def test_the_nearest_place_that_names_the_fault_wins(places: dict[str, Any], code: Any) -> None:
    assert promised(contract(**places)) == code


def test_a_promise_says_where_it_stands_and_lists_become_choices() -> None:
    of = contract(outer={"missing-parameter": {"status": [400, 422], "body": {"error": True}}})
    promise = of.promise(of.operation("getThings"), "missing-parameter", [OUTER])
    assert promise is not None
    assert promise.statuses == (400, 422)
    assert promise.body == {"error": (True,)}
    assert promise.pointer == f"{OUTER}/x-fault-responses/missing-parameter"


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([], "expected a mapping of faults"),
        ({"missing-parameter": 400}, "expected a mapping with `status` and `body`"),
        ({"missing-parameter": {"status": "400"}}, "expected an HTTP status or a list of them"),
        ({"missing-parameter": {"status": []}}, "expected an HTTP status or a list of them"),
        ({"missing-parameter": {"status": 4000}}, "expected an HTTP status or a list of them"),
        ({"missing-parameter": {"status": 400, "body": []}}, "expected a mapping of members to values"),
    ],
)
def test_a_malformed_promise_is_an_obstacle_that_names_its_place(entries: Any, said: str) -> None:
    with pytest.raises(DocumentError, match=said) as refused:
        promised(contract(root=entries))
    assert "x-fault-responses" in str(refused.value)


def test_the_picqer_contract_promises_22_and_5() -> None:
    picqer = Contract.load()
    create = picqer.operation("createOrder")
    malformed = picqer.promise(create, "malformed-json")
    missing = picqer.promise(create, "missing-parameter")
    assert malformed is not None
    assert (malformed.statuses, malformed.body["error_code"]) == ((400,), (22,))
    assert missing is not None
    assert (missing.statuses, missing.body["error_code"]) == ((400,), (5,))
