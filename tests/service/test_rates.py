"""The rate limit: a bucket that holds a minute's worth and refills; and what the service says of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator.service import create_app, rates
from validator.service.rates import MINUTE, RateLimit
from validator.service.reception import NEVER_LIMITED

from .conftest import JudgedClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from validator.contract import Contract
    from validator.judges import Judge


class Clock:
    """A time that stands still until it is told not to."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rates, "time", clock)
    return clock


@pytest.mark.parametrize("per_minute", [1, 7, 60, 1000])
def test_a_minute_s_worth_may_come_at_once_and_no_more(clock: Clock, per_minute: int) -> None:
    limit = RateLimit(per_minute)
    taken = [limit.take("a") for _ in range(per_minute)]
    assert all(one.allowed for one in taken)
    assert [one.left for one in taken] == list(range(per_minute - 1, -1, -1))
    refused = limit.take("a")
    assert (refused.allowed, refused.left) == (False, 0)
    clock.now += refused.wait
    assert limit.take("a").allowed


def test_one_does_not_use_up_what_is_another_s(clock: Clock) -> None:
    limit = RateLimit(1)
    assert limit.take("a").allowed
    assert not limit.take("a").allowed
    assert sum(limit.take(f"other {number}").allowed for number in range(20)) >= 19  # two may share a bucket


def test_after_a_minute_all_is_there_again(clock: Clock) -> None:
    limit = RateLimit(5)
    for _ in range(2):
        assert [limit.take("a").allowed for _ in range(6)] == [True] * 5 + [False]
        clock.now += MINUTE


@pytest.mark.property
@given(per_minute=st.integers(1, 100), pauses=st.lists(st.floats(0, 90), max_size=80))
def test_in_any_time_no_more_go_through_than_a_full_bucket_and_what_refilled_it(
    per_minute: int, pauses: list[float]
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        clock = Clock()
        patched.setattr(rates, "time", clock)
        limit = RateLimit(per_minute)
        passed = 0
        for pause in pauses:
            clock.now += pause
            passed += limit.take("a").allowed
        assert passed <= per_minute + sum(pauses) * per_minute / MINUTE + 1e-3


def test_processes_count_together(clock: Clock) -> None:
    limit = RateLimit(10)
    for _ in range(2):
        child = os.fork()
        if child == 0:
            for _ in range(4):
                limit.take("a")
            os._exit(0)
        os.waitpid(child, 0)
    assert limit.take("a").left == 1


@pytest.fixture
def limited(shop: Contract, own_judge: Judge) -> JudgedClient:
    client = JudgedClient(create_app(shop, rate_limit=3), use_cookies=False)
    client.judge = own_judge
    return client


def test_who_asks_too_often_is_told_so(limited: JudgedClient, exchange: Callable[..., dict[str, Any]]) -> None:
    answers = [limited.post("/v1/validate", json=exchange()) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 20
    assert answers[3].get_json()["type"] == "/problems/too-many-requests"
    assert limited.get("/none").status_code == 429
    assert {limited.get(path).status_code for path in NEVER_LIMITED} == {200}


def test_without_a_limit_there_is_no_word_of_one(client: JudgedClient) -> None:
    assert "RateLimit" not in client.get("/openapi.json").headers
