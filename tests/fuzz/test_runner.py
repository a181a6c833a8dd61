"""A run, event by event: what is sent, what is told of it, and when it ends."""

from __future__ import annotations

import copy
import itertools
import json
import time
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from fuzz import admission, repeats, shrinking
from fuzz.events import Answered, Drawn, Ended, Failed, Met, Planned
from fuzz.faults import MALFORMED_JSON
from fuzz.malformed_json import BREAKAGES
from fuzz.pace import Budget, Pace
from fuzz.runner import Runner
from fuzz.sandbox import create_app
from fuzz.transport import WsgiTransport
from tests.fuzz.shop import DOCUMENT
from validator.contract import Contract
from validator.errors import NothingJudged, TargetError
from validator.exchange import Exchange, Headers, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.case import Case
    from fuzz.events import Event
    from fuzz.failures import Failure
    from fuzz.transport import Transport

SERVER = "http://127.0.0.1/v1"
SHOP = Contract.from_dict(DOCUMENT, servers=[SERVER])


def answered(case: Case, status: int, code: int = 2) -> Exchange:
    body = json.dumps({"error": True, "error_code": code}).encode() if status >= 400 else b"{}"
    headers = Headers([("Content-Type", "application/json")])
    return Exchange(request=case.request, response=Response(status=status, headers=headers, body=body))


def sound(case: Case) -> Exchange:
    """A server that keeps the shop's promises."""
    if not case.fault:
        return answered(case, 200)
    if case.fault == "malformed-json":
        return answered(case, 400)
    return answered(case, 409, 3) if b'"note"' not in case.body else answered(case, 400, 1)


def run(transport: Transport, seed: int = 1, **options: Any) -> list[Event]:
    """All events of a run over the shop; seconds that it would sleep are not waited for."""
    limits = {name: options.pop(name) for name in ("max_requests", "seconds", "rate") if name in options}
    budget = Budget(**({"max_requests": 200} | limits))
    options.setdefault("faults", ("malformed-json", "missing-parameter"))
    pace = options.pop("pace", None) or Pace(budget, SERVER, sleep=lambda _: None)
    return list(Runner(SHOP, transport, base_url=SERVER, budget=budget, seed=seed, pace=pace, **options).run())


def failures(events: list[Event]) -> list[Failure]:
    return [event.failure for event in events if isinstance(event, Failed)]


def cases(events: list[Event]) -> list[Case]:
    return [event.case for event in events if isinstance(event, Answered)]


class Recorder:
    """Answers as told, and remembers what was sent."""

    def __init__(self, answer: Callable[[Case], Exchange]) -> None:
        self.answer = answer
        self.sent: list[Case] = []

    def __call__(self, case: Case) -> Exchange:
        self.sent.append(case)
        return self.answer(case)


def test_a_sound_server_gives_no_failure_and_the_whole_plan_is_sent() -> None:
    events = run(sound)
    first, last = events[0], events[-1]
    assert isinstance(first, Planned)
    assert (first.operations, first.pairs) == (1, 2)
    assert last == Ended(spent="--max-requests 200", lookups=1)
    assert not [event for event in events if isinstance(event, Failed | Met)]
    assert len({(case.fault, case.variant) for case in cases(events)}) >= first.cases


def test_each_case_says_how_it_was_made() -> None:
    for case in cases(run(sound)):
        assert case.operation == "updateOrder"
        assert case.fault in {"malformed-json", "missing-parameter"}
        assert case.variant
        assert case.described
        assert case.seed == 1


@pytest.mark.parametrize("defect", [None, "accepts-trailing-comma", "tag-without-color"])
def test_the_same_seed_sends_the_same_requests(defect: str | None) -> None:
    """Shrinking included; another seed sends others."""
    contract = Contract.load(servers=["http://127.0.0.1/api/v1"])

    def sent(seed: int) -> list[Case]:
        recorder = Recorder(WsgiTransport(create_app(defect=defect), "sandbox-key"))
        budget = Budget(max_requests=150)
        operations = ["createTag"]
        list(
            Runner(
                contract,
                recorder,
                base_url="http://127.0.0.1/api/v1",
                budget=budget,
                seed=seed,
                operations=operations,
            ).run()
        )
        return recorder.sent

    first = sent(11)
    assert first == sent(11)
    assert [case.body for case in first] != [case.body for case in sent(12)]


def test_the_seed_counts_under_continuous_integration_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """CI=true makes Hypothesis draw the same values every night, unless it is told otherwise."""
    monkeypatch.setenv("CI", "true")
    assert [case.body for case in cases(run(sound, seed=1))] != [case.body for case in cases(run(sound, seed=2))]


def test_a_small_budget_comes_to_every_variant_and_every_operation() -> None:
    """Most servers read the bodies of all operations in one way: what is wrong with it should show early."""
    server = "http://127.0.0.1/api/v1"
    contract = Contract.load(servers=[server])
    sandbox = WsgiTransport(create_app(), "sandbox-key")
    events = list(
        Runner(
            contract, sandbox, base_url=server, budget=Budget(max_requests=300), seed=1, faults=[MALFORMED_JSON]
        ).run()
    )
    planned = events[0]
    assert isinstance(planned, Planned)
    assert {case.variant for case in cases(events)} == BREAKAGES.keys()
    assert len({case.operation for case in cases(events)}) == planned.operations


def test_each_missing_member_is_tried_with_more_than_the_simplest_body() -> None:
    """A member may be missed only where another one is there too, or only in the first item of a list."""
    events = run(sound, max_requests=300)
    bodies = {case.body for case in cases(events) if case.variant == "/note"}
    assert b'{"name":"a"}' in bodies
    assert len(bodies) > 2


def test_the_simplest_text_of_a_variant_goes_out_once_and_others_after_it() -> None:
    recorder = Recorder(sound)
    run(recorder, faults=[MALFORMED_JSON], max_requests=300)
    bodies = defaultdict(list)
    for case in recorder.sent:
        bodies[case.variant].append(case.body)
    assert bodies["white-space-only"][0] == b" "
    several = [texts for texts in bodies.values() if len(set(texts)) > 1]
    assert len(several) > 5
    assert all(len(texts[0]) <= len(max(texts, key=len)) for texts in several)


def test_a_failure_is_shrunk_to_its_smallest_case() -> None:
    """Only bodies with a long name show this defect: the plan's simplest ones do not."""

    def defective(case: Case) -> Exchange:
        long = case.fault == "missing-parameter" and len(json.loads(case.body).get("name", "")) >= 3
        return answered(case, 200) if long else sound(case)

    (failure,) = failures(run(defective, max_requests=500))
    assert json.loads(failure.case.body) == {"name": "000"}
    assert {finding.rule for finding in failure.findings} == {"fault-accepted"}


def test_several_causes_of_one_operation_are_told_apart_and_each_once() -> None:
    def defective(case: Case) -> Exchange:
        if case.variant == "trailing-comma":
            return answered(case, 200)
        if case.variant == "empty":
            return answered(case, 500)
        if not case.fault:  # of an order that may not be there, 404 would be as good
            listed = Response(status=200, headers=sound(case).response.headers, body=b'[{"idorder": 7}]')
            return Exchange(request=case.request, response=listed)
        return answered(case, 404) if case.fault == "missing-parameter" and b"note" not in case.body else sound(case)

    told = [(one.case.fault, one.exchange.response.status) for one in failures(run(defective))]
    assert {("malformed-json", 200), ("malformed-json", 500), ("missing-parameter", 404)} == set(told)
    causes = [one.cause for one in failures(run(defective))]
    assert len(causes) == len(set(causes))


def test_a_server_that_accepts_everything_does_not_make_the_run_explode() -> None:
    """It fails everywhere, and most of the budget still goes to what was not seen yet."""
    recorder = Recorder(lambda case: answered(case, 200))
    events = run(recorder, max_requests=300)
    extra = [event for event in events if isinstance(event, Answered) and (event.shrinking or event.again)]
    assert len(extra) <= 300 * (shrinking.SHARE + 2 * repeats.SHARE)
    assert {one.symptom.fault for one in failures(events)} == {"malformed-json", "missing-parameter"}


@pytest.mark.parametrize("most", [1, 2, 17])
def test_no_more_requests_are_sent_than_allowed(most: int) -> None:
    recorder = Recorder(sound)
    events = run(recorder, max_requests=most)
    assert len(recorder.sent) == most
    assert events[-1] == Ended(spent=f"--max-requests {most}", lookups=1)


def test_a_budget_that_only_pays_for_the_ids_in_paths_is_an_obstacle() -> None:
    (met,) = [event for event in run(sound, max_requests=1) if isinstance(event, Met)]
    assert isinstance(met.obstacle, NothingJudged)
    assert "--max-requests 1" in str(met.obstacle)


def test_a_contract_in_which_nothing_can_be_broken_is_an_obstacle() -> None:
    nothing = Runner(
        SHOP, sound, base_url=SERVER, budget=Budget(), seed=1, operations=["listOrders"], faults=[MALFORMED_JSON]
    )
    (met,) = [event for event in nothing.run() if isinstance(event, Met)]
    assert isinstance(met.obstacle, NothingJudged)


def test_shrinking_keeps_to_the_budget_too() -> None:
    recorder = Recorder(lambda case: answered(case, 200))
    run(recorder, max_requests=10)
    assert len(recorder.sent) == 10


def test_a_time_budget_ends_the_run() -> None:
    started = time.monotonic()
    events = run(sound, seconds=0.2, max_requests=1_000_000)
    assert time.monotonic() - started < 3
    assert events[-1] == Ended(spent="--time-budget 0.2", lookups=1)


def test_the_rate_is_kept() -> None:
    started = time.monotonic()
    run(sound, rate=50, max_requests=11, pace=Pace(Budget(rate=50, max_requests=11), SERVER))
    assert time.monotonic() - started >= 10 / 50


@pytest.mark.parametrize("status", [401, 403, 429])
def test_a_server_that_lets_nobody_in_ends_the_run_soon_with_an_obstacle(status: int) -> None:
    recorder = Recorder(lambda case: answered(case, status))
    with pytest.raises(TargetError, match=str(status)):
        run(recorder)
    assert len(recorder.sent) <= admission.KNOCKS + 1


def test_a_run_too_short_to_be_let_in_is_an_obstacle() -> None:
    met = [event for event in run(lambda case: answered(case, 401), max_requests=3) if isinstance(event, Met)]
    assert len(met) == 1
    assert "PICQER_API_KEY" in str(met[0].obstacle) or "--api-key-file" in str(met[0].obstacle)


def test_a_server_that_puts_everything_off_until_the_budget_is_spent_let_nobody_in() -> None:
    def at_once(case: Case) -> Exchange:
        came = answered(case, 429)
        headers = Headers([*came.response.headers, ("Retry-After", "0")])
        return msgspec.structs.replace(came, response=msgspec.structs.replace(came.response, headers=headers))

    met = [event for event in run(at_once, max_requests=10) if isinstance(event, Met)]
    assert len(met) == 1
    assert "429 to every request" in str(met[0].obstacle)


def test_a_401_for_a_broken_body_is_a_failure_where_others_are_let_in() -> None:
    events = run(lambda case: answered(case, 401) if case.fault == "malformed-json" else sound(case))
    assert {one.symptom.status for one in failures(events)} == {401}


def test_a_limit_that_is_reached_on_the_way_ends_the_run_with_an_obstacle() -> None:
    recorder = Recorder(sound)
    recorder.answer = lambda case: sound(case) if len(recorder.sent) < 30 else answered(case, 429)
    events = run(recorder)
    assert [event for event in events if isinstance(event, Met) and "--rate" in event.obstacle.mend]
    assert len(recorder.sent) < 30 + admission.KNOCKS + 1


@pytest.mark.parametrize(("seconds", "waits"), [(None, False), (150, False), (2400, True)])
def test_a_long_wait_is_waited_for_where_there_is_the_time_and_else_told_as_it_was(
    seconds: float | None, *, waits: bool
) -> None:
    def busy(case: Case) -> Exchange:
        if len(recorder.sent) != 30:
            return sound(case)
        came = answered(case, 429)
        headers = Headers([*came.response.headers, ("Retry-After", "200")])
        return msgspec.structs.replace(came, response=msgspec.structs.replace(came.response, headers=headers))

    recorder = Recorder(busy)
    events = run(recorder, seconds=seconds, max_requests=60)
    told = [str(event.obstacle) for event in events if isinstance(event, Met)]
    assert len(recorder.sent) == (60 if waits else 30)
    if waits:
        assert told == []
    else:
        (one,) = told
        assert "answers 429 and asks to wait for 200 seconds" in one
        assert "every request" not in one


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("Retry-After", "86400", "wait for 86,400 seconds: more than 120 seconds are"),
        ("Retry-After", "999999999", "wait for more than a day: more than 120 seconds are"),
        # a time of day in milliseconds
        ("X-RateLimit-Reset", "999999999999999", "wait for more than a day: "),
    ],
)
def test_a_wait_beyond_a_day_is_not_told_in_seconds(name: str, value: str, told: str) -> None:
    def busy(case: Case) -> Exchange:
        if len(recorder.sent) != 30:
            return sound(case)
        came = answered(case, 429)
        headers = Headers([*came.response.headers, (name, value)])
        return msgspec.structs.replace(came, response=msgspec.structs.replace(came.response, headers=headers))

    recorder = Recorder(busy)
    (obstacle,) = (event.obstacle for event in run(recorder, max_requests=60) if isinstance(event, Met))
    assert told in str(obstacle)


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        ([0], "answers no request"),
        ([302], "answers 302 to every"),
        ([404], "answers 404 to every"),
        ([404, 405], "answers 404 or 405 to every"),
        ([502], "answers 502 to every"),
        ([503], "answers 503 to every"),
        ([504, 502], "answers 502 or 504 to every"),
    ],
    ids=str,
)
def test_a_server_that_gives_no_answer_of_its_own_ends_the_run_soon_with_an_obstacle(
    statuses: list[int], told: str
) -> None:
    turn = itertools.cycle(statuses)
    recorder = Recorder(lambda case: answered(case, next(turn)))
    with pytest.raises(TargetError, match=told):
        run(recorder, max_requests=2000)
    assert len(recorder.sent) <= admission.MUTE_MOST + 2
    recorder.sent.clear()
    events = run(recorder, max_requests=7)
    (met,) = [event for event in events if isinstance(event, Met)]
    assert told in str(met.obstacle)


@pytest.mark.parametrize("status", [0, 302, 404, 503])
@pytest.mark.parametrize("at", [1, 9])
def test_a_single_other_answer_lets_the_run_go_on(status: int, at: int) -> None:
    recorder = Recorder(lambda case: answered(case, 400 if len(recorder.sent) == at else status))
    events = run(recorder, max_requests=100)
    assert len(recorder.sent) == 100
    assert not [event for event in events if isinstance(event, Met)]
    assert isinstance(events[-1], Ended)
    assert not events[-1].mute


def test_a_server_that_has_none_of_its_lists_may_have_the_rest() -> None:
    """What is looked up at first is not there, however much that is."""
    server = "http://127.0.0.1/api/v1"
    contract = Contract.load(servers=[server])
    recorder = Recorder(lambda case: answered(case, 404 if case.method == "GET" else 400, 22))
    budget = Budget(max_requests=400)
    made = Runner(contract, recorder, base_url=server, budget=budget, seed=1, faults=[MALFORMED_JSON])
    assert isinstance(list(made.run())[-1], Ended)
    assert len(recorder.sent) == 400


@pytest.mark.parametrize("fault", ["unknown-resource", "unsupported-method"])
def test_404_for_what_is_not_there_is_no_obstacle(fault: str) -> None:
    recorder = Recorder(lambda case: answered(case, 404 if case.fault == fault else 200))
    assert not [event for event in run(recorder, faults=[fault], max_requests=100) if isinstance(event, Met)]


def test_a_server_that_hangs_is_left_alone_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers some requests in between; what it did to the others is told, and not made smaller."""
    monkeypatch.setattr(admission, "SILENCE", 0.2)

    def hanging(case: Case) -> Exchange:
        if case.fault != "malformed-json":
            return sound(case)
        time.sleep(0.05)
        return Exchange(request=case.request, response=Response(status=0, damage="no answer: timed out"))

    events = run(hanging)
    (met,) = [event for event in events if isinstance(event, Met)]
    assert "without an answer" in str(met.obstacle)
    assert failures(events)
    assert not [event for event in events if isinstance(event, Answered) and event.shrinking]


def test_a_server_that_never_answers_is_one_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "SILENCE", 0.5)

    def silent(case: Case) -> Exchange:
        time.sleep(0.1)
        return Exchange(request=case.request, response=Response(status=0, damage="no answer"))

    with pytest.raises(TargetError, match="without an answer"):
        run(silent)


def test_a_server_that_goes_away_ends_the_run_and_keeps_what_was_found() -> None:
    def going(case: Case) -> Exchange:
        if len(recorder.sent) > 20:
            raise TargetError("the server went away")
        return answered(case, 200)

    recorder = Recorder(going)
    events = run(recorder)
    assert failures(events)
    assert isinstance(events[-2], Met)
    assert isinstance(events[-1], Ended)


def test_no_server_at_all_is_raised() -> None:
    def absent(_case: Case) -> Exchange:
        raise TargetError("cannot be reached")

    with pytest.raises(TargetError, match="cannot be reached"):
        run(absent)


def test_a_request_that_is_put_off_is_sent_again_and_counted() -> None:
    """A 429 says nothing of what was asked: it is no failure, and nothing is lost by it."""
    put_off: list[int] = []

    def busy(case: Case) -> Exchange:
        if len(recorder.sent) % 10 == 5:
            put_off.append(len(recorder.sent) - 1)
            return answered(case, 429)
        return sound(case)

    recorder = Recorder(busy)
    events = run(recorder, max_requests=100)
    assert not failures(events)
    assert events[-1] == Ended(spent="--max-requests 100", lookups=1, throttled=10)
    assert len(recorder.sent) == 100
    assert all(recorder.sent[index] == recorder.sent[index + 1] for index in put_off)
    assert 429 not in {event.verdict.exchange.response.status for event in events if isinstance(event, Answered)}


def test_a_right_answer_to_spoilt_credentials_is_no_closed_door() -> None:
    def careful(case: Case) -> Exchange:
        return answered(case, 401) if case.credentials else sound(case)

    events = run(careful, faults=["no-credentials", "bad-credentials"], max_requests=60)
    assert not [event for event in events if isinstance(event, Met)]
    assert sum(bool(case.credentials) for case in cases(events)) > admission.KNOCKS


def test_a_key_that_is_not_known_is_told_where_all_credentials_are_refused() -> None:
    recorder = Recorder(lambda case: answered(case, 401))
    with pytest.raises(TargetError, match="401"):
        run(recorder, faults=["no-credentials", "malformed-json"])
    assert sum(not case.credentials for case in recorder.sent) == admission.KNOCKS


def test_no_request_is_drawn_twice() -> None:
    events = run(sound, max_requests=250)
    first = [event.case for event in events if isinstance(event, Answered) and not event.again]
    assert len({(case.method, case.url, case.body) for case in first}) == len(first)


def test_one_case_of_each_kind_is_sent_again_at_once() -> None:
    recorder = Recorder(sound)
    events = run(recorder, max_requests=200)
    again = [event.case for event in events if isinstance(event, Answered) and event.again]
    assert 5 < len(again) <= 200 * repeats.SHARE
    for case in again:
        first = recorder.sent.index(case)
        assert recorder.sent[first + 1] == case
    assert len({(case.fault, case.variant) for case in again}) == len(again)


def test_an_answer_that_is_not_the_same_the_second_time_is_a_failure() -> None:
    """Both codes are promised for a missing member; one and then the other is still odd."""
    turn = itertools.cycle([1, 3])

    def whimsical(case: Case) -> Exchange:
        return answered(case, 400, next(turn)) if case.variant == "/name" else sound(case)

    found = failures(run(whimsical, faults=["missing-parameter"]))
    assert {finding.rule for one in found for finding in one.findings} == {"inconsistent-error"}


def test_a_failure_that_does_not_come_again_says_so() -> None:
    seen: set[Case] = set()

    def flaky(case: Case) -> Exchange:
        is_new = case not in seen
        seen.add(case)
        return answered(case, 500) if case.variant == "truncated" and is_new else sound(case)

    found = failures(run(flaky))
    assert {finding.rule for finding in found[0].findings} >= {"server-failure", "inconsistent-error"}


@pytest.mark.parametrize(("times", "told"), [(1, set()), (1000, {"slow-answer"})])
def test_an_answer_is_slow_where_it_is_slow_twice(times: int, told: set[str]) -> None:
    left = itertools.count(times, -1)

    def answer(case: Case) -> Exchange:
        if case.variant == "truncated" and next(left) > 0:
            time.sleep(0.06)
        return sound(case)

    found = failures(run(answer, patience=0.05, max_requests=150))
    assert {finding.rule for one in found for finding in one.findings} == told


def test_what_an_answer_shows_of_the_inside_is_a_failure_on_whichever_request() -> None:
    def chatty(case: Case) -> Exchange:
        exchange = sound(case)
        headers = Headers([*exchange.response.headers, ("X-Error", "SQLSTATE[23000]")])
        return msgspec.structs.replace(exchange, response=msgspec.structs.replace(exchange.response, headers=headers))

    found = failures(run(chatty, max_requests=50))
    assert {finding.rule for one in found for finding in one.findings} == {"internals-leaked"}


def test_where_a_name_is_taken_already_another_body_is_tried() -> None:
    """409 hides what else is wrong; where it is what the fault must get, it is not looked into."""
    recorder = Recorder(lambda case: answered(case, 409, 3) if case.fault else answered(case, 200))
    events = run(recorder, faults=("wrong-type",), max_requests=40)
    broken = [case for case in recorder.sent if case.fault]
    twice = [one for one, other in pairwise(broken) if (one.kind, one.place) == (other.kind, other.place)]
    assert twice
    assert failures(events) == []


def test_a_dry_run_sends_nothing_and_draws_the_same() -> None:
    """But for what only answers could teach."""
    recorder = Recorder(sound)
    events = run(recorder, dry_run=True, max_requests=80)
    assert recorder.sent == []
    drawn = [event.case for event in events if isinstance(event, Drawn)]
    assert len(drawn) == 80
    assert not [event for event in events if isinstance(event, Met)]
    wanted = [(case.fault, case.body) for case in drawn[:50]]
    sent = dict.fromkeys((case.fault, case.body) for case in cases(run(sound, max_requests=200)) if case.fault)
    assert [one for one in sent if one in wanted] == list(dict.fromkeys(wanted))


@pytest.mark.parametrize("fault", ["valid", "invalid-query"])
def test_what_may_succeed_and_write_is_for_those_who_allow_it(fault: str) -> None:
    document = copy.deepcopy(DOCUMENT)
    item = document["paths"]["/orders/{idorder}"]
    item["delete"] = {"operationId": "deleteOrder", "responses": item["put"]["responses"]}
    for method in ("put", "delete"):
        item[method]["parameters"] = [{"name": "n", "in": "query", "schema": {"type": "integer"}}]
    contract = Contract.from_dict(document, servers=[SERVER])

    def methods(*, allow_writes: bool) -> set[str]:
        recorder = Recorder(lambda case: answered(case, 200))
        budget = Budget(max_requests=60)
        made = Runner(
            contract, recorder, base_url=SERVER, budget=budget, seed=1, faults=[fault], allow_writes=allow_writes
        )
        list(made.run())
        return {case.method for case in recorder.sent if case.fault == fault}

    assert "PUT" not in methods(allow_writes=False)
    assert "PUT" in methods(allow_writes=True)
    assert "DELETE" not in methods(allow_writes=True)


def test_writes_that_should_succeed_come_last() -> None:
    """They change what the server has: a request that was refused before might not be after."""
    recorder = Recorder(lambda case: answered(case, 200) if case.fault == "valid" else sound(case))
    run(recorder, faults=["malformed-json", "valid"], allow_writes=True, max_requests=200)
    writes = [index for index, case in enumerate(recorder.sent) if case.fault == "valid" and case.method == "PUT"]
    broken = [index for index, case in enumerate(recorder.sent) if case.fault == "malformed-json"]
    assert writes
    assert min(writes) > max(broken)


def test_a_run_ends_where_nothing_new_can_be_drawn() -> None:
    events = run(lambda case: answered(case, 405), faults=["unsupported-method"], max_requests=2000)
    assert events[-1] == Ended(lookups=1, mute=True)


def test_what_is_looked_up_is_judged_as_well() -> None:
    """A list that breaks its schema shows before anything is broken, at no request more."""

    def crashes_on_lists(case: Case) -> Exchange:
        return answered(case, 500) if case.operation == "listOrders" else sound(case)

    events = run(crashes_on_lists, faults=["valid", "malformed-json"])
    first = next(event for event in events if isinstance(event, Failed))
    assert (first.failure.case.operation, first.failure.case.fault) == ("listOrders", "valid")
    assert "server-failure" in {finding.rule for finding in first.failure.findings}
    assert [event.case.operation for event in events if isinstance(event, Answered) and event.lookup] == ["listOrders"]
