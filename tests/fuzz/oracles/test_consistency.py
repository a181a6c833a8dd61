"""The same request twice, and the same fault on many operations."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from fuzz.case import Case
from fuzz.events import Answered
from fuzz.faults import MALFORMED_JSON, WRONG_TYPE
from fuzz.oracles.consistency import inconsistent
from fuzz.oracles.slowness import slow
from fuzz.oracles.uniformity import Uniformity
from tests.fuzz.shop import DOCUMENT
from validator.contract import Contract
from validator.exchange import Exchange, Response
from validator.findings import Finding, Severity, Verdict

SHOP = Contract.from_dict(DOCUMENT)
OPERATION = SHOP.operation("updateOrder")


def many(count: int) -> Contract:
    """The shop with so many paths of one kind."""
    document: dict[str, Any] = copy.deepcopy(DOCUMENT)
    item = document["paths"]["/orders/{idorder}"]
    for number in range(count):
        put = item["put"] | {"operationId": f"op{number}"}
        document["paths"][f"/things{number}/{{idorder}}"] = {"parameters": item["parameters"], "put": put}
    document["x-fault-responses"]["malformed-json"]["body"]["error_code"] = [2, 3]
    document["x-fault-responses"]["wrong-type"] = {"status": 409, "body": {"error": True}}
    return Contract.from_dict(document)


def answer(status: int, code: Any = None) -> Response:
    return Response(status=status, body=json.dumps({"error": True, "error_code": code, "at": "now"}).encode())


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (answer(400, 2), answer(400, 2)),
        (answer(404), answer(404)),
        (Response(status=400, body=b"{"), Response(status=400, body=b"<html>")),
        (Response(status=0), Response(status=0)),
    ],
)
def test_the_same_status_and_code_are_the_same_answer(first: Response, second: Response) -> None:
    assert inconsistent(OPERATION, first, second) is None


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (
            answer(400, 2),
            answer(400, 3),
            (
                "expected the same answer as to the same request just before (status 400 with code 2), "
                "got status 400 with code 3"
            ),
        ),
        (
            answer(400, 2),
            Response(status=0),
            "expected the same answer as to the same request just before (status 400 with code 2), got no answer",
        ),
        (
            answer(404),
            answer(400),
            "expected the same answer as to the same request just before (status 404), got status 400",
        ),
    ],
)
def test_another_one_is_a_finding_that_tells_both(first: Response, second: Response, message: str) -> None:
    found = inconsistent(OPERATION, first, second)
    assert found is not None
    assert (found.rule, found.message) == ("inconsistent-error", message)


def test_an_answer_that_comes_late_is_told_with_its_time() -> None:
    assert slow(OPERATION, 4.9, 5) is None
    found = slow(OPERATION, 7.25, 5)
    assert found is not None
    assert found.message == "expected an answer within 5 seconds, got one after 7.2 seconds, twice in a row"


def heard(
    codes: list[Any], *, fault: str = MALFORMED_JSON, kind: str = "", findings: tuple[Finding, ...] = ()
) -> list[str]:
    contract = many(len(codes))
    uniformity = Uniformity(contract)
    for number, code in enumerate(codes):
        case = Case(operation=f"op{number}", method="PUT", url="http://x/", fault=fault)
        exchange = Exchange(request=case.request, response=answer(400, code))
        uniformity.hear(Answered(case=case, verdict=Verdict(exchange=exchange, findings=findings)), kind)
    return [failure.case.operation for failure in uniformity.outliers()]


@pytest.mark.parametrize(
    ("codes", "outliers"),
    [
        ([2] * 12, []),
        ([2] * 11 + [3], ["op11"]),
        ([3] + [2] * 11, ["op0"]),
        ([2] * 11 + [None], ["op11"]),
        ([2] * 20 + [3, 3], ["op20", "op21"]),
        ([2] * 8 + [3, 3], []),
        ([2] * 4 + [3], []),
        ([2] * 5 + [3] * 5, []),
        ([], []),
    ],
)
def test_only_who_differs_from_a_clear_custom_is_told(codes: list[Any], outliers: list[str]) -> None:
    assert heard(codes) == outliers


def test_what_is_told_already_is_not_told_again() -> None:
    broken = Finding(rule="fault-wrong-body", severity=Severity.ERROR, expected="2")
    assert heard([2] * 11 + [3], findings=(broken,)) == []


def test_a_fault_at_a_place_may_have_a_code_of_its_own() -> None:
    assert heard([2] * 11 + [3], fault=WRONG_TYPE) == []


SCHEMAS = {"a": "/components/schemas", "b": "/components/responses", "c": "/components", "amount": "/info"}
"""Places of the document that promise nothing themselves."""


@pytest.mark.parametrize(
    ("own", "outliers"),
    [
        ({"a": 3, "b": 3}, ["op0"]),
        ({"a": 3, "b": 3, "c": 3}, ["op0"]),
        ({"a": 3}, []),
        ({"a": 3, "b": 2}, []),
        ({"a": 3, "b": 4}, []),
        ({"a": 7, "b": 7}, []),
        ({"a": 2, "b": 2}, []),
    ],
)
def test_an_operation_with_a_code_of_its_own_for_several_members_is_told(
    own: dict[str, int], outliers: list[str]
) -> None:
    """Not where it has it for one member, or others have it, too: then it is that of a member, or of a type."""
    contract = many(12)
    uniformity = Uniformity(contract)
    heard = [("op0", place, code) for place, code in own.items()]
    heard += [(f"op{number}", place, 2) for number in range(1, 11) for place in "ab"]
    heard += [("op11", "amount", 7)]
    for name, place, code in heard:
        made = Case(operation=name, method="PUT", url="http://x/", fault=WRONG_TYPE, places=((SCHEMAS[place],),))
        exchange = Exchange(request=made.request, response=answer(409, code))
        uniformity.hear(Answered(case=made, verdict=Verdict(exchange=exchange)), f"kind of {place}")
    assert [failure.case.operation for failure in uniformity.outliers()] == outliers


def test_the_first_answer_of_an_operation_counts() -> None:
    contract = many(12)
    uniformity = Uniformity(contract)
    for number, code in [*((one, 2) for one in range(12)), (3, 3)]:
        case = Case(operation=f"op{number}", method="PUT", url="http://x/", fault=MALFORMED_JSON)
        exchange = Exchange(request=case.request, response=answer(400, code))
        uniformity.hear(Answered(case=case, verdict=Verdict(exchange=exchange)), "")
    assert list(uniformity.outliers()) == []
