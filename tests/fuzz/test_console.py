"""The end of a run, as a person reads it."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from fuzz.baseline import Entry
from fuzz.case import Case
from fuzz.console import SHOWN, RunText, render_replay
from fuzz.ending import Ending
from fuzz.events import Answered, Cleaned, Ended, Failed, GaveUp, Met, Planned
from fuzz.failures import Failure
from fuzz.replay import Origin
from fuzz.summary import Summary
from tests.fuzz.shop import DOCUMENT
from validator.contract import Contract
from validator.errors import TargetError
from validator.exchange import Exchange, Response
from validator.findings import Finding, Severity, Verdict
from validator.reports import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

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


def told(
    *events: Any,
    record: str | None = None,
    state: str | None = None,
    origin: Origin | None = None,
    end: Ended | None = None,
    known: Callable[[Failure], bool] = lambda _: False,
    gone: tuple[Entry, ...] = (),
) -> str:
    summary = Summary(known)
    for event in (Planned(operations=2, pairs=3, cases=9), *events, end or Ended()):
        summary.add(event)
    ending = Ending(
        summary=summary,
        seed=4,
        record=record,
        state=state,
        gone=gone,
        origin=origin or Origin(base_url="http://127.0.0.1/"),
        sandbox_key="sandbox-key",
    )
    out = io.StringIO()
    RunText(ending=ending).render(Tally(CONTRACT).report(seconds=2.4), out)
    return out.getvalue()


def test_a_clean_run_is_told_in_five_lines() -> None:
    assert told(answered(), answered(409)).splitlines() == [
        "✓ all 2 answers kept the contract's promises",
        "  sent        2 requests in 2 s: 2 broken",
        "  covered     1 of 2 operations, 1 of 3 pairs of operation and fault, 1 of 9 ways to break them",
        "  answers     1 x 400, 1 x 409",
        "  seed        4; --seed 4 sends the same again",
    ]


def test_what_was_sent_is_told_by_what_it_was_for() -> None:
    events = [
        answered(),
        answered(200, case=replace(CASE, fault="valid")),
        answered(200, case=replace(CASE, fault="valid", act="read")),
        replace(answered(), again=True),
    ]
    text = told(*events, Cleaned(sent=48, removed=47), end=Ended(lookups=12, throttled=1, provoking=200))
    assert "sent        265 requests in 2 s: 1 broken, 1 sound, 1 in several steps, 1 once" in text
    assert "12 to learn ids, 1 put off by the server, 200 to reach the rate limit, 48 to clean up\n" in text


def test_the_verdict_counts_all_answers_that_were_judged_look_ups_too() -> None:
    text = told(answered(), replace(answered(200), lookup=True), end=Ended(lookups=1))
    assert text.startswith("✓ all 2 answers kept")
    assert "sent        2 requests in 2 s: 1 broken, 1 to learn ids\n" in text


def test_replayed_cases_that_fail_alike_are_told_once() -> None:
    alike = [failed(operation=name).failure for name in ("updateOrder", "updateTag", "updateTag")]
    stream = io.StringIO()
    render_replay(1, alike, "openapi.yaml", stream)
    text = stream.getvalue()
    assert "✗ 3 of 4 recorded cases still failing" in text
    assert text.count("curl -i") == 1
    assert "updateTag, updateOrder" in text


def test_a_sequence_is_told_step_by_step() -> None:
    before = replace(CASE, fault="valid", act="create", operation="createOrder", variant="create", body=b'{"a":1}')
    text = told(
        answered(200, FINDING), failed(fault="valid", act="read", described="read, after create", before=(before,))
    )
    assert "sequence    read, after create\n" in text
    assert "1. create (createOrder)\n" in text
    assert "2. read (updateOrder)\n" in text
    assert text.index("1. create") < text.index("""--data-binary '{"a":1}'""") < text.index("2. read")


def test_what_is_known_fails_nothing_and_is_told_in_a_line_each() -> None:
    gone = Entry(operation="*", fault="malformed-json", kind="nan", rule="server-failure")
    text = told(answered(200, FINDING), failed(kind="nan"), known=lambda _: True, gone=(gone,))
    assert text.startswith("✓ nothing new in 1 answer: 1 failure known from the baseline\n")
    assert "known: 1\n    fault-accepted in updateOrder: malformed-json\n" in text
    assert "no longer seen: 1\n    server-failure in any operation: malformed-json\n" in text
    assert "curl" not in text


def test_what_could_not_be_made_for_the_same_reason_is_told_in_one_line() -> None:
    text = told(
        answered(),
        GaveUp(operation="addPen", status=404, code=8),
        GaveUp(operation="addInk", status=404, code=8),
        GaveUp(operation="addNib", status=409),
    )
    assert [line for line in text.splitlines() if "not played" in line] == [
        "  not played  addPen, addInk refused each body (404, code 8)",
        "  not played  addNib refused each body (409)",
    ]


def test_what_took_other_bodies_did_not_refuse_each_and_what_there_was_no_body_for_refused_none() -> None:
    taken = answered(201, case=replace(CASE, operation="addPen", fault="valid", act="create"))
    text = told(taken, GaveUp(operation="addPen", status=422), GaveUp(operation="addInk", status=None))
    assert [line for line in text.splitlines() if "not played" in line] == [
        "  not played  addPen took some bodies and refused others (422)",
        "  not played  addInk takes no body that could be made",
    ]
    assert "never took" not in text


def sound(operation: str, status: int, body: bytes = b"", **changes: Any) -> Answered:
    case = replace(CASE, operation=operation, fault="valid", **changes)
    exchange = Exchange(request=case.request, response=Response(status=status, body=body))
    return Answered(case=case, verdict=Verdict(exchange=exchange))


def test_what_took_no_sound_request_is_told_once_with_what_came() -> None:
    events = [
        replace(sound("listPens", 200), lookup=True),
        *[sound("addPen", 422)] * 3,
        sound("addInk", 422, act="create"),
        sound("addInk", 422),
        GaveUp(operation="addInk", status=422),
        sound("addNib", 400, b'{"error_code": 8}'),
        sound("addCap", 0),
        sound("addCap", 409, b'{"error_code": 8}'),
        # what it took and did not, what need not be there, what is not there at all, and what was not sound
        *(sound("addBox", 422), sound("addBox", 201), sound("addBox", 422)),
        sound("getPen", 404, guessed=True),
        sound("getInk", 405),
        answered(),
    ]
    text = told(*events, end=Ended(absent={"getInk": frozenset({405})}))
    assert text.startswith("✓ all")
    assert [line for line in text.splitlines() if "sound request:" in line or "not played" in line] == [
        "  never took  any sound request: addPen, addInk (422), addCap (no answer or 409), addNib (400, code 8)"
    ]


def test_of_much_that_took_no_sound_request_a_handful_is_named() -> None:
    text = told(replace(sound("listPens", 200), lookup=True), *(sound(f"add{number}", 422) for number in range(9)))
    assert "any sound request: add0, add1, add2, add3, add4, add5 (422) and 3 more\n" in text


def test_where_no_sound_request_was_taken_a_run_does_not_look_clean() -> None:
    refused = sound("listPens", 422, method="GET")
    assert told(answered(), refused).startswith("✗ no sound request was taken: that broken ones were refused shows")
    cut = Ended(spent="--max-requests 2")
    assert told(answered(), refused, end=cut).startswith("✓")
    assert told(answered(), refused, sound("addInk", 422), end=cut).startswith("✗ no sound request was taken")
    assert told(answered(), refused, sound("addInk", 201)).startswith("✓")
    assert told(answered(), sound("getPen", 404, guessed=True)).startswith("✓")
    assert told(answered(), sound("closePen", 422)).startswith("✓")  # it may be closed already
    assert told(answered(200, FINDING), failed(), refused).startswith("✗ 1 of 2 answers broke a promise")
    assert "never took" not in told(sound("addPen", 401))  # nobody was let in, and that is told


@pytest.mark.parametrize(
    ("statuses", "came"),
    [
        ([{404}, {404}], "404"),
        ([{404}, {405, 404}], "404 or 405"),
        ([{400}, {404}], "400 or 404, as from an address that nothing has"),
    ],
)
def test_what_is_not_there_is_told_with_what_came(statuses: list[set[int]], came: str) -> None:
    absent = dict(zip(("addPen", "addInk"), map(frozenset, statuses), strict=True))
    assert f"  not there   2 operations: nothing but {came}, so they came last; addPen, addInk\n" in told(
        answered(), end=Ended(absent=absent)
    )


def test_nothing_is_left_behind_in_a_sandbox_that_ends_with_the_run() -> None:
    left = Cleaned(removed=2, left=("http://127.0.0.1/pens/3",))
    assert "left behind could not delete http://127.0.0.1/pens/3" in told(answered(), left)
    # By its id it is found, though that may look like a key; the name and the password of an address are not told.
    odd = Cleaned(left=("http://ann:secret@127.0.0.1/pens/641f954a-b102-41a6-a752-880b541fa047?key=secret",))
    text = told(answered(), odd)
    assert "could not delete http://127.0.0.1/pens/641f954a-b102-41a6-a752-880b541fa047\n" in text
    assert "secret" not in text
    text = told(answered(), left, origin=Origin(base_url="http://127.0.0.1", sandbox=True))
    assert "left behind" not in text
    assert "cleaned up  2 objects" in text


def test_all_that_is_left_is_told_and_what_could_not_be_put_back() -> None:
    """Whoever has to delete it finds it by nothing else."""
    many = [f"http://127.0.0.1/pens/{number}" for number in range(30)]
    text = told(answered(), Cleaned(left=tuple(many), owed=("PUT http://127.0.0.1/inks/1/default",)))
    assert all(f"{one}," in text or f"{one}\n" in text for one in many)
    assert "could not send PUT http://127.0.0.1/inks/1/default, which puts back what was there" in text


def test_what_is_new_is_told_beside_what_is_known() -> None:
    text = told(
        answered(200, FINDING),
        failed(kind="nan"),
        failed("/x", kind="bom", variant="bom"),
        known=lambda one: one.case.kind == "nan",
    )
    assert "1 kind of failure, and 1 known one\n" in text
    assert text.count("error fault-accepted") == 1


def test_a_run_that_was_cut_short_says_so() -> None:
    text = told(answered(), end=Ended(spent="the interruption"))
    assert "1 of 9 ways to break them; the interruption ended it before the rest" in text


def test_the_place_of_a_missing_member_is_told_once() -> None:
    text = told(answered(200, FINDING), failed(variant="/note", described="without /note"))
    assert text.count("/note") == 1
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
        (None, Origin(base_url="http://127.0.0.1:99/x", sandbox=True), "export PICQER_API_KEY=sandbox-key\n"),
        (None, Origin(base_url="http://127.0.0.1:99/x", sandbox=True, defect="d"), "sandbox --port 99 --defect d\n"),
        (None, Origin(base_url="http://127.0.0.1:99/x", sandbox=True, rate_limit=9), "--port 99 --rate-limit 9\n"),
    ],
)
def test_the_next_step_is_said(record: str | None, origin: Origin | None, expected: str) -> None:
    assert expected in told(answered(200, FINDING), failed(), record=record, origin=origin)


def test_a_state_holds_the_cases_to_be_replayed() -> None:
    text = told(answered(200, FINDING), failed(), state="my state")
    assert "replay      picqer-fuzz replay 'my state/failing.ndjson'\n" in text
    assert "sends the same again, with --state as it was" in text


def test_an_obstacle_is_told_once() -> None:
    met = Met(obstacle=TargetError("the server went away"))
    assert told(answered(), met, met).count("obstacle the server went away") == 1


def test_a_run_that_showed_nothing_does_not_look_clean() -> None:
    assert told() == "✗ nothing was tried\n"
    assert told(answered(401)).startswith("✗ the server let nobody in")
    mute = told(answered(503, FINDING), failed(), end=Ended(mute=True))
    assert mute.startswith("✗ no request got through: nothing was shown\n")
    assert "error fault-accepted" not in mute


def test_what_only_all_answers_together_show_broke_no_promise_of_one() -> None:
    text = told(answered(), answered(409), failed())
    assert text.startswith("✗ 2 answers kept the contract's promises, but do not go together: 1 kind of failure\n")


def test_nothing_of_an_answer_moves_the_cursor() -> None:
    assert "\x1b" not in told(answered(200, FINDING), failed(described="\x1b[2J", variant="\x1b]0;x", body=b"\x1b[2J"))
