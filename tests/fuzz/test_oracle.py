"""What the oracle makes of an answer, case by case: the promise first, the contract beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from fuzz.case import Case
from fuzz.oracle import Oracle, described, promises_for
from tests.fuzz.shop import DOCUMENT
from validator.contract import Contract
from validator.exchange import Exchange, Headers, Response
from validator.judges import make_judge

if TYPE_CHECKING:
    from validator.findings import Finding

SERVER = "http://127.0.0.1/v1"
SCHEMA = "/paths/~1orders~1{idorder}/put/requestBody/content/application~1json/schema"
NAME = (f"{SCHEMA}/properties/name", SCHEMA)
NOTE = (f"{SCHEMA}/properties/note", SCHEMA)
FREE = (f"{SCHEMA}/properties/free", SCHEMA)
MALFORMED = "/x-fault-responses/malformed-json"
MISSING = "/x-fault-responses/missing-parameter"
CONTRACT = Contract.from_dict(DOCUMENT, servers=[SERVER])
ORACLE = Oracle(CONTRACT, make_judge(CONTRACT))


def case(fault: str, *places: tuple[str, ...]) -> Case:
    return Case(
        operation="updateOrder",
        method="PUT",
        url=f"{SERVER}/orders/1",
        body=b"{",
        fault=fault,
        variant="x",
        places=places,
        described="cut short",
    )


BROKEN = case("malformed-json")


def answer(status: int, value: Any = None, *, body: bytes | None = None, damage: str | None = None) -> Exchange:
    content = json.dumps(value).encode() if body is None else body
    headers = Headers([("Content-Type", "application/json")])
    return Exchange(
        request=BROKEN.request, response=Response(status=status, headers=headers, body=content, damage=damage)
    )


def error(code: Any, *, flag: Any = True) -> dict[str, Any]:
    return {"error": flag, "error_code": code}


def findings(sent: Case, came: Exchange) -> list[Finding]:
    return list(ORACLE(sent, came).findings)


def rules(sent: Case, came: Exchange) -> set[str]:
    return {finding.rule for finding in findings(sent, came)}


@pytest.mark.parametrize(
    ("sent", "came"),
    [
        (BROKEN, answer(400, error(2))),
        (BROKEN, answer(400, {**error(2), "more": 1})),
        (case("missing-parameter", NAME), answer(400, error(1))),
        (case("missing-parameter", NAME), answer(400, error(3))),
        (case("missing-parameter", NOTE), answer(409, error(3))),
        (case("missing-parameter", NAME, NOTE), answer(400, error(1))),
        (case("missing-parameter", NAME, NOTE), answer(409, error(3))),
        (case("missing-parameter", FREE), answer(404, error(1))),
        (case("missing-parameter", FREE), answer(409, error(2))),
        (case("missing-parameter", NAME, FREE), answer(404, error(2))),
        (case("wrong-type"), answer(400, error(1))),
    ],
)
def test_what_is_promised_is_no_finding(sent: Case, came: Exchange) -> None:
    assert ORACLE(sent, came).valid


@pytest.mark.parametrize(
    ("sent", "came", "broken"),
    [
        (BROKEN, answer(200, {}), {"fault-accepted"}),
        (BROKEN, answer(200, error(2)), {"fault-accepted", "error-on-success"}),
        (BROKEN, answer(201, {}), {"fault-accepted", "undocumented-status"}),
        (BROKEN, answer(302, body=b""), {"fault-accepted", "undocumented-status"}),
        (BROKEN, answer(404, error(2)), {"fault-wrong-status"}),
        (BROKEN, answer(422, error(2)), {"fault-wrong-status", "undocumented-status"}),
        (BROKEN, answer(500, error(2)), {"server-failure", "undocumented-status"}),
        (BROKEN, answer(599, body=b""), {"server-failure", "undocumented-status"}),
        (BROKEN, answer(0, body=b""), {"server-failure"}),
        (BROKEN, answer(400, error(1)), {"fault-wrong-body"}),
        (BROKEN, answer(400, error("2")), {"fault-wrong-body", "undocumented-error-code"}),
        (BROKEN, answer(400, error(2, flag=1)), {"fault-wrong-body", "schema-violation"}),
        (BROKEN, answer(400, error(2, flag="true")), {"fault-wrong-body", "schema-violation"}),
        (BROKEN, answer(400, [error(2)]), {"fault-wrong-body", "schema-violation"}),
        (BROKEN, answer(400, {"error": True}), {"fault-wrong-body", "schema-violation"}),
        (BROKEN, answer(400, body=b'{"error":'), {"fault-wrong-body", "invalid-json"}),
        (BROKEN, answer(400, body=b""), {"fault-wrong-body", "missing-body"}),
        (case("missing-parameter", NOTE), answer(400, error(3)), {"fault-wrong-status"}),
        (case("missing-parameter", NAME, NOTE), answer(404, error(3)), {"fault-wrong-status"}),
        (case("missing-parameter", NAME, NOTE), answer(400, error(2)), {"fault-wrong-body"}),
        (case("missing-parameter", FREE), answer(200, {}), {"fault-accepted"}),
        (case("missing-parameter", FREE), answer(418, error(1)), {"fault-wrong-status", "undocumented-status"}),
        (case("wrong-type"), answer(503, body=b""), {"server-failure", "undocumented-status"}),
    ],
)
def test_what_is_not_promised_is_a_finding(sent: Case, came: Exchange, broken: set[str]) -> None:
    assert rules(sent, came) == broken


@pytest.mark.parametrize(
    ("also", "came", "broken"),
    [
        (("missing-parameter",), answer(409, error(3)), set()),
        (("missing-parameter",), answer(400, error(2)), set()),
        (("missing-parameter",), answer(409, error(1)), {"fault-wrong-body"}),
        (("missing-parameter",), answer(404, error(3)), {"fault-wrong-status"}),
        (("missing-parameter",), answer(200, {}), {"fault-accepted"}),
        (("invalid-value",), answer(404, error(3)), set()),
        ((), answer(409, error(3)), {"fault-wrong-status"}),
    ],
)
def test_the_promise_of_another_fault_is_as_good_where_the_case_says_so(
    also: tuple[str, ...], came: Exchange, broken: set[str]
) -> None:
    assert rules(replace(case("malformed-json", NOTE), also=also), came) == broken


@pytest.mark.parametrize(
    ("sent", "came", "message", "instance", "documented"),
    [
        (
            BROKEN,
            answer(404, error(2)),
            "expected status 400 with error true and error_code 2 for malformed-json, got 404",
            "",
            MALFORMED,
        ),
        (BROKEN, answer(400, error(1)), "expected error_code 2, got 1", "/error_code", MALFORMED),
        (
            case("missing-parameter", NAME),
            answer(400, error(2)),
            "expected error_code 1 or 3, got 2",
            "/error_code",
            MISSING,
        ),
        (
            case("missing-parameter", NAME, FREE),
            answer(200, {}),
            (
                "expected status 400 or 422 with error true and error_code 1 or 3, or a documented 4xx (400, 404, 409) "
                "for missing-parameter, got 200"
            ),
            "",
            MISSING,
        ),
        (
            case("wrong-type"),
            answer(200, {}),
            "expected a documented 4xx (400, 404, 409) for wrong-type, got 200",
            "",
            "/paths/~1orders~1{idorder}/put/responses",
        ),
        (
            BROKEN,
            answer(0, damage="no answer: reset by peer"),
            "expected status 400 with error true and error_code 2 for malformed-json, got no answer: reset by peer",
            "",
            MALFORMED,
        ),
    ],
)
def test_a_finding_says_what_was_promised_and_where(
    sent: Case, came: Exchange, message: str, instance: str, documented: str
) -> None:
    first = findings(sent, came)[0]
    assert (first.message, first.instance, first.documented) == (message, instance, documented)
    assert first.operation == "updateOrder"


def test_a_value_of_the_answer_is_not_shown() -> None:
    (wrong, *_) = findings(BROKEN, answer(400, error("jane@example.org")))
    assert "jane" not in wrong.message


def test_of_several_promises_the_nearest_is_told() -> None:
    both = case("missing-parameter", NAME, NOTE)
    found = [one for one in findings(both, answer(409, error(1))) if one.rule == "fault-wrong-body"]
    assert [one.message for one in found] == ["expected error_code 3, got 1"]


def test_too_many_requests_says_nothing_of_the_body() -> None:
    assert "fault-wrong-status" not in rules(BROKEN, answer(429, error(2)))


def test_an_answer_that_did_not_come_is_invalid_and_not_skipped() -> None:
    verdict = ORACLE(BROKEN, answer(0))
    assert verdict.skipped is None
    assert not verdict.valid


def test_the_same_promise_is_asked_for_once() -> None:
    twice = promises_for(CONTRACT, CONTRACT.operation("updateOrder"), case("missing-parameter", NAME, NAME))
    assert len(twice) == 1


def test_a_promise_without_a_body_is_kept_by_its_status() -> None:
    document = {**DOCUMENT, "x-fault-responses": {"malformed-json": {"status": 404}}}
    contract = Contract.from_dict(document, servers=[SERVER])
    oracle = Oracle(contract, make_judge(contract))
    assert oracle(BROKEN, answer(404, error(1))).valid
    promise = contract.promise(contract.operation("updateOrder"), "malformed-json")
    assert promise is not None
    assert described(promise) == "status 404"


def test_a_promised_value_may_be_an_object() -> None:
    promised = {"status": 400, "body": {"error": True, "meta": {"codes": [1, True]}}}
    contract = Contract.from_dict({**DOCUMENT, "x-fault-responses": {"malformed-json": promised}}, servers=[SERVER])
    oracle = Oracle(contract, make_judge(contract))
    kept = error(1) | {"meta": {"codes": [1, True]}}
    assert "fault-wrong-body" not in {found.rule for found in oracle(BROKEN, answer(400, kept)).findings}
    other = error(1) | {"meta": {"codes": [1, 1]}}
    assert "fault-wrong-body" in {found.rule for found in oracle(BROKEN, answer(400, other)).findings}


def test_a_request_that_is_not_broken_by_a_known_fault_must_still_be_refused() -> None:
    assert "fault-accepted" in rules(replace(BROKEN, fault="something-new"), answer(200, {}))
