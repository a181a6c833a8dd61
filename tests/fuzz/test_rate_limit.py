"""The limit is provoked on request: what the refusal must be, how long to wait, and what shows nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.addresses import Addresses
from fuzz.events import Answered, Ended, Failed, Met
from fuzz.faults import RATE_LIMITED
from fuzz.oracle import Oracle
from fuzz.pace import Budget
from fuzz.rate_limit import MOST, candidates, provoke
from fuzz.runner import Runner
from fuzz.sandbox import create_app
from fuzz.transport import WsgiTransport
from tests.fuzz.shop import DOCUMENT
from validator.contract import Contract
from validator.errors import NothingJudged
from validator.exchange import Exchange, Headers, Response
from validator.judges import make_judge

if TYPE_CHECKING:
    from fuzz.case import Case

SERVER = "http://127.0.0.1/api/v1"
PICQER = Contract.load(servers=[SERVER])
BODY = json.dumps({"error": True, "error_code": 28, "error_message": "slow down"}).encode()


class Limited:
    """Lets `limit` requests in, then refuses; lets in again after it was waited for."""

    def __init__(self, limit: int, *, named: int | None = None, tells: bool = False, status: int = 429) -> None:
        self.limit, self.named, self.tells, self.status = limit, named, tells, status
        self.sent = self.spent = 0
        self.body = BODY
        self.retry: str | None = None
        self.waited: list[float] = []
        self.lets_in_again = True

    def __call__(self, case: Case) -> Exchange:
        self.sent += 1
        headers = [("Content-Type", "application/json")]
        if self.named is not None:
            headers.append(("X-RateLimit-Limit", str(self.named)))
            headers.append(("X-RateLimit-Remaining", str(max(0, self.named - self.spent - 1) if self.tells else 7)))
        if self.spent >= self.limit:
            headers += [("Retry-After", self.retry)] if self.retry is not None else []
            response = Response(status=self.status, headers=Headers(headers), body=self.body)
        else:
            self.spent += 1
            response = Response(status=200, headers=Headers(headers), body=b"[]")
        return Exchange(request=case.request, response=response)

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        if self.lets_in_again:
            self.spent = 0

    def told(self, patience: float = 0.0) -> list[tuple[str, list[str]]]:
        """What is yielded, and the rules that are broken."""
        oracle = Oracle(PICQER, make_judge(PICQER))
        cases = candidates(PICQER, Addresses(PICQER, SERVER))
        made = provoke(PICQER, oracle, cases, self, patience=patience, sleep=self.sleep)
        return [(case.described, [finding.rule for finding in verdict.findings]) for case, verdict in made]


@pytest.mark.property
@settings(max_examples=25, deadline=None, database=None)
@given(st.integers(0, 300))
def test_a_limit_that_is_kept_is_no_finding(limit: int) -> None:
    server = Limited(limit, named=max(limit, 1), tells=True)
    assert server.told() == [(f"after {limit} that were let in", [])]
    assert server.sent == limit + 1


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"body": b'{"error": true, "error_code": 1, "error_message": ""}'}, "fault-wrong-body"),
        ({"body": b"slow down"}, "invalid-json"),
        ({"status": 503}, "server-failure"),
        ({"status": 403}, "fault-wrong-status"),
        ({"retry": "soon"}, "invalid-header"),
        ({"retry": "100000000"}, "invalid-header"),
        ({"retry": "-1"}, "invalid-header"),
    ],
    ids=str,
)
def test_a_wrong_refusal_is_a_finding(changes: dict[str, object], rule: str) -> None:
    server = Limited(3)
    for name, value in changes.items():
        setattr(server, name, value)
    ((_, found),) = server.told()
    assert rule in found


def test_one_more_than_the_server_says_are_left_is_a_finding() -> None:
    server = Limited(1000, named=5, tells=True)
    assert server.told() == [("request 6, after the server had said that none was left", ["fault-accepted"])]


@pytest.mark.parametrize(("named", "most"), [(None, MOST), (50, 56), (10**9, MOST)])
def test_where_nobody_is_refused_nothing_is_known(named: int | None, most: int) -> None:
    server = Limited(10**6, named=named)
    with pytest.raises(NothingJudged, match="the limit was not reached"):
        server.told()
    assert server.sent == most


def test_a_limit_that_is_used_up_before_is_known_by_its_code_whatever_its_status() -> None:
    """What was cleaned up may have taken the last of it."""
    assert [rules for _, rules in Limited(0, status=503).told()] == [["server-failure", "undocumented-status"]]


def test_where_nobody_is_let_in_nothing_is_known() -> None:
    nothing_there = Limited(0, status=404)
    nothing_there.body = b'{"error": true, "error_code": 20, "error_message": "Item not found"}'
    with pytest.raises(NothingJudged, match="the last that was tried got 404"):
        nothing_there.told()
    empty = Contract.from_dict({**DOCUMENT, "paths": {}})
    with pytest.raises(NothingJudged, match="no operation is a GET"):
        list(provoke(empty, Oracle(empty, make_judge(empty)), [], Limited(1)))


@pytest.mark.parametrize(
    ("retry", "patience", "waited"),
    [
        (None, 59.0, []),
        (None, 60.0, [60.0]),
        ("2", 1.0, []),
        ("2", 2.0, [2.0]),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0, [0.0]),
    ],
)
def test_it_waits_as_long_as_the_server_says_if_the_user_has_the_time(
    retry: str | None, patience: float, waited: list[float]
) -> None:
    server = Limited(3)
    server.retry = retry
    told = server.told(patience)
    assert server.waited == waited
    assert len(told) == 1 + len(waited)
    assert all(rules == [] for _, rules in told)


def test_who_is_not_let_in_after_the_wait_is_told_of() -> None:
    server = Limited(3)
    server.retry, server.lets_in_again = "2", False
    assert server.told(5.0)[1] == ("2 seconds after it was refused", ["fault-wrong-status"])


def test_the_sandbox_keeps_its_limit() -> None:
    send = WsgiTransport(create_app(rate_limit=20), "sandbox-key")
    cases = candidates(PICQER, Addresses(PICQER, SERVER))
    ((case, verdict),) = provoke(PICQER, Oracle(PICQER, make_judge(PICQER)), cases, send)
    assert (case.fault, verdict.exchange.response.status, verdict.findings) == (RATE_LIMITED, 429, ())


@pytest.mark.parametrize(
    ("operations", "asked"), [((), "listOrders"), (("listTags",), "listTags"), (("createTag",), "listOrders")]
)
def test_what_is_asked_for_is_sent_if_it_reads(operations: tuple[str, ...], asked: str) -> None:
    first = next(candidates(PICQER, Addresses(PICQER, SERVER), operations))
    assert first.operation == asked


@pytest.mark.parametrize(("provoked", "last"), [(False, 0), (True, 429)])
def test_a_run_provokes_the_limit_at_its_end_and_only_on_request(provoked: bool, last: int) -> None:
    # The sandbox counts what the run itself sends, so the limit is well above that.
    send = WsgiTransport(create_app(rate_limit=200), "sandbox-key")
    runner = Runner(
        PICQER,
        send,
        base_url=SERVER,
        budget=Budget(max_requests=30, seconds=20.0),
        seed=1,
        operations=["createTag"],
        provoke_rate_limit=provoked,
    )
    events = list(runner.run())
    answered = [event for event in events if isinstance(event, Answered) and event.case.fault == RATE_LIMITED]
    assert [event.verdict.exchange.response.status for event in answered] == [last] * provoked
    assert not [event for event in events if isinstance(event, Failed | Met)]
    assert isinstance(events[-1], Ended)


def test_a_run_that_reaches_no_limit_says_so() -> None:
    send = WsgiTransport(create_app(), "sandbox-key")
    budget = Budget(max_requests=10)
    runner = Runner(
        PICQER, send, base_url=SERVER, budget=budget, seed=1, operations=["createTag"], provoke_rate_limit=True
    )
    (met,) = [event for event in runner.run() if isinstance(event, Met)]
    assert "the limit was not reached" in str(met.obstacle)
