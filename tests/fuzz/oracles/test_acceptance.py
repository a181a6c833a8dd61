"""What the contract allows, and what may still be said against it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fuzz.case import Case
from fuzz.faults import VALID
from fuzz.oracle import Oracle
from tests.fuzz.shop import DOCUMENT
from validator.contract import Contract
from validator.exchange import Exchange, Headers, Response
from validator.judges import make_judge

SERVER = "http://127.0.0.1/v1"
CASE = Case(operation="updateOrder", method="PUT", url=f"{SERVER}/orders/1", body=b'{"name":"","note":""}', fault=VALID)


def rules(status: int, value: Any = None, **changes: Any) -> set[str]:
    contract = Contract.from_dict(DOCUMENT | changes, servers=[SERVER])
    body = b"" if value is None else json.dumps(value).encode()
    response = Response(status=status, headers=Headers([("Content-Type", "application/json")]), body=body)
    oracle = Oracle(contract, make_judge(contract))
    return {finding.rule for finding in oracle(CASE, Exchange(request=CASE.request, response=response)).findings}


def error(code: int) -> dict[str, Any]:
    return {"error": True, "error_code": code}


@pytest.mark.parametrize(
    ("status", "value"),
    [
        (200, {}),
        (404, error(1)),
        (409, error(3)),
        (409, error(2)),
    ],
)
def test_a_success_and_a_documented_refusal_are_fine(status: int, value: Any) -> None:
    assert rules(status, value) == set()


@pytest.mark.parametrize(
    ("status", "value", "broken"),
    [
        (400, error(2), {"valid-refused"}),
        (400, error(1), {"valid-refused"}),
        (422, error(3), {"valid-refused", "undocumented-status"}),
        (418, error(1), {"undocumented-status"}),
        (500, error(1), {"server-failure", "undocumented-status"}),
        (0, None, {"server-failure"}),
        (200, "text", {"schema-violation"}),
        (200, error(2), {"error-on-success"}),
    ],
)
def test_a_refusal_as_malformed_is_not_nor_is_a_failure(status: int, value: Any, broken: set[str]) -> None:
    assert rules(status, value) == broken


def test_a_promise_without_a_code_says_too_little() -> None:
    """Status 400 with `error: true` may as well be said of the state of things."""
    vague = {"malformed-json": {"status": 400, "body": {"error": True}}, "missing-parameter": {"status": 400}}
    assert rules(400, error(2), **{"x-fault-responses": vague}) == set()


def test_without_promises_any_documented_answer_is_fine() -> None:
    assert rules(400, error(1), **{"x-fault-responses": {}}) == set()


def test_a_promised_true_is_not_kept_by_one() -> None:
    assert "valid-refused" not in rules(400, {"error": 1, "error_code": 2})
