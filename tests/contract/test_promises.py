"""`x-fault-responses`: the nearest place that names the fault wins. `x-error-codes`: codes with their reasons."""

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


def coded(root: Any = None, operation: Any = None) -> Contract:
    given = document({}, {})
    for node, entries in ((given, root), (given["paths"]["/things"]["get"], operation)):
        if entries is not None:
            node["x-error-codes"] = entries
    return Contract.from_dict(given)


def test_expected_codes_stand_at_the_root_and_at_operations() -> None:
    of = coded({5: "Anything may be busy."}, {"33": " The order\n is closed. "})
    pointer = of.operation("getThings").pointer
    assert [(one.code, one.reason) for one in of.expected_codes[""]] == [("5", "Anything may be busy.")]
    assert [(one.code, one.reason) for one in of.expected_codes[pointer]] == [("33", "The order is closed.")]
    assert of.expected_codes[pointer][0].pointer == f"{pointer}/x-error-codes/33"


@pytest.mark.parametrize(
    ("entries", "said", "place"),
    [
        ([33], "expected a mapping of error codes to reasons, got [33]", "x-error-codes"),
        (None, "expected a mapping of error codes to reasons, got None", "x-error-codes"),
        ("33", "expected a mapping of error codes to reasons, got '33'", "x-error-codes"),
        ({"33": None}, "expected a reason, in words, got None", "x-error-codes/33"),
        ({"33": ["closed"]}, "expected a reason, in words, got ['closed']", "x-error-codes/33"),
        ({"33": " "}, "expected a reason, in words, got ' '", "x-error-codes/33"),
    ],
)
@pytest.mark.parametrize("where", ["root", "operation"])
def test_malformed_expected_codes_are_an_obstacle_as_soon_as_the_document_is_loaded(
    entries: Any, said: str, place: str, where: str
) -> None:
    given = document({}, {})
    node = given if where == "root" else given["paths"]["/things"]["get"]
    node["x-error-codes"] = entries
    with pytest.raises(DocumentError) as refused:
        Contract.from_dict(given)
    base = "" if where == "root" else "/paths/~1things/get"
    assert (refused.value.place, refused.value.reason) == (f"<mapping>: {base}/{place}", said)
    assert refused.value.mend == "see docs/design.md, section 5"


def test_the_picqer_contract_promises_22_and_5() -> None:
    picqer = Contract.load()
    create = picqer.operation("createOrder")
    malformed = picqer.promise(create, "malformed-json")
    missing = picqer.promise(create, "missing-parameter")
    assert malformed is not None
    assert (malformed.statuses, malformed.body["error_code"]) == ((400,), (22,))
    assert missing is not None
    assert (missing.statuses, missing.body["error_code"]) == ((400,), (5,))
