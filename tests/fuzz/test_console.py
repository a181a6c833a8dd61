"""The end of a run, as a person reads it."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from fuzz.case import Case
from fuzz.console import SHOWN, RunText
from fuzz.failures import Failure
from fuzz.replay import Origin
from fuzz.runner import Answered, Ended, Failed, Met, Planned
from fuzz.summary import Summary
from tests.fuzz.shop import DOCUMENT
from validator.contract import Contract
from validator.errors import TargetError
from validator.exchange import Exchange, Response
from validator.findings import Finding, Severity, Verdict
from validator.reports import Tally

CONTRACT = Contract.from_dict(DOCUMENT)
CASE = Case(
    operation="updateOrder",
    method="PUT",
    url="http://127.0.0.1/",
    fault="malformed-json",
    variant="nan",
    described="NaN at byte 3",
)
FINDING = Finding(rule="fault-accepted", severity=Severity.ERROR, expected="status 400", operation="updateOrder")


def answered(status: int = 400, *findings: Finding, case: Case = CASE) -> Answered:
    exchange = Exchange(request=case.request, response=Response(status=status))
    return Answered(case=case, verdict=Verdict(exchange=exchange, findings=findings))


def failed(instance: str = "", **changes: Any) -> Failed:
    case = replace(CASE, **changes)
    exchange = Exchange(request=case.request, response=Response(status=200))
    return Failed(
        failure=Failure(case=case, exchange=exchange, findings=(msgspec.structs.replace(FINDING, instance=instance),))
    )


def told(*events: Any, record: str | None = None, origin: Origin | None = None, end: Ended = Ended()) -> str:  # noqa: B008 - frozen
    summary = Summary()
    for event in (Planned(operations=2, pairs=3, cases=9), *events, end):
        summary.add(event)
    text = RunText(summary=summary, seed=4, record=record, origin=origin or Origin(base_url="http://127.0.0.1/"))
    out = io.StringIO()
    text.render(Tally(CONTRACT).report(seconds=2.4), out)
    return out.getvalue()


def test_a_clean_run_is_told_in_four_lines() -> None:
    assert told(answered(), answered(409)).splitlines() == [
        "✓ all 2 broken requests refused as promised",
        "  2 broken requests in 2 s: 1 of 2 operations, 1 of 3 pairs of operation and fault, 1 way to break a body",
        "  answers: 1 x 400, 1 x 409",
        "  seed 4: --seed 4 sends the same again",
    ]


def test_requests_that_break_nothing_are_told_apart() -> None:
    assert "  1 broken request, and 12 to learn ids, in 2 s: " in told(answered(), end=Ended(lookups=12))


def test_a_run_that_was_cut_short_says_so() -> None:
    text = told(answered(), end=Ended(spent="the interruption"))
    assert "the interruption ended it before all 9 ways were tried" in text


def test_the_place_of_a_missing_member_is_told_once() -> None:
    text = told(answered(200, FINDING), failed(variant="/note", described="without /note"))
    assert text.count("/note") == 2
    assert "(a body that is not JSON), without /note\n" in text


def test_one_symptom_is_told_once_with_all_places_and_its_smallest_case() -> None:
    text = told(
        answered(200, FINDING),
        failed(body=b"[NaN]"),
        failed(body=b"NaN", operation="createOrder", variant="bare-word"),
    )
    assert text.count("error fault-accepted") == 1
    assert "operations  updateOrder, createOrder" in text
    assert "variants    nan, bare-word" in text
    assert "--data-binary NaN" in text


def test_more_kinds_of_failure_than_a_person_reads_are_counted() -> None:
    text = told(answered(200, FINDING), *(failed(f"/member{number}x") for number in range(SHOWN + 3)))
    assert text.count("error fault-accepted") == SHOWN
    assert "and 3 more kinds of failure" in text


@pytest.mark.parametrize(
    ("record", "origin", "expected"),
    [
        (None, None, "add --seed 4 --record FILE"),
        ("a b.ndjson", None, "picqer-fuzz replay 'a b.ndjson'"),
        (None, Origin(base_url="http://127.0.0.1:99/x", sandbox=True), "picqer-fuzz sandbox --port 99\n"),
        (None, Origin(base_url="http://127.0.0.1:99/x", sandbox=True, defect="d"), "sandbox --port 99 --defect d\n"),
    ],
)
def test_the_next_step_is_said(record: str | None, origin: Origin | None, expected: str) -> None:
    assert expected in told(answered(200, FINDING), failed(), record=record, origin=origin)


def test_an_obstacle_is_told_once() -> None:
    met = Met(obstacle=TargetError("the server went away"))
    assert told(answered(), met, met).count("obstacle the server went away") == 1


def test_a_run_that_showed_nothing_does_not_look_clean() -> None:
    assert told() == "✗ nothing was tried\n"
    assert told(answered(401)).startswith("✗ the server let nobody in")


def test_nothing_of_an_answer_moves_the_cursor() -> None:
    assert "\x1b" not in told(answered(200, FINDING), failed(described="\x1b[2J", variant="\x1b]0;x", body=b"\x1b[2J"))
