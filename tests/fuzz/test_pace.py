"""How fast a run goes, and when it is over; on a clock of the test's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from fuzz import pace
from fuzz.pace import Budget, Pace, Spent, usual_rate
from validator.exchange import Headers

SERVER = "http://127.0.0.1:8080/v1"
OTHER = "https://test.example/v1"


class Clock:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def made(clock: Clock, base_url: str = SERVER, **limits: float) -> Pace:
    return Pace(Budget(**limits), base_url, clock=clock, sleep=clock.sleep)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("base_url", "rate"),
    [(SERVER, None), ("http://localhost/v1", None), ("http://[::1]/v1", None), (OTHER, pace.USUAL_RATE)],
)
def test_only_this_machine_is_asked_as_fast_as_it_can_be(base_url: str, rate: float | None) -> None:
    assert usual_rate(base_url) == rate


def test_the_rate_is_kept(clock: Clock) -> None:
    one = made(clock, rate=4)
    for _ in range(9):
        one.turn()
    assert clock.now == pytest.approx(1002)


def test_requests_end_with_the_budget(clock: Clock) -> None:
    one = made(clock, max_requests=2)
    one.turn()
    assert one.has_spent(0.5)
    assert not one.has_spent(0.51)
    one.turn()
    with pytest.raises(Spent, match="--max-requests 2"):
        one.turn()


def test_so_does_time_and_what_would_not_fit_in_is_not_waited_for(clock: Clock) -> None:
    one = made(clock, OTHER, seconds=1)
    for _ in range(5):
        one.turn()
    with pytest.raises(Spent, match="--time-budget 1"):
        one.turn()
    assert clock.now < 1001
    assert one.sent == 5


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "0"}, 0),
        ({"X-RateLimit-Reset": "31"}, 31),
        ({}, pace.FIRST_WAIT),
        ({"Retry-After": "soon"}, pace.FIRST_WAIT),
        ({"Retry-After": "-3"}, pace.FIRST_WAIT),
    ],
)
def test_a_request_that_is_put_off_waits_for_as_long_as_is_asked(
    clock: Clock, headers: dict[str, str], seconds: float
) -> None:
    one = made(clock)
    one.turn()
    assert one.put_off(Headers(headers.items()))
    one.turn()
    assert clock.now == pytest.approx(1000 + seconds)
    assert one.throttled == 1


def test_a_date_is_waited_for_too(clock: Clock) -> None:
    one = made(clock)
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert one.put_off(Headers([("Retry-After", later)]))
    one.turn()
    assert 27 < clock.now - 1000 <= 30


def test_waiting_grows_and_has_an_end(clock: Clock) -> None:
    one = made(clock)
    waits = []
    while one.put_off(Headers()):
        before = clock.now
        one.turn()
        waits.append(clock.now - before)
        assert len(waits) < 10
    assert waits == sorted(waits)
    assert len(set(waits)) > 1
    assert sum(waits) <= pace.LONGEST_WAIT


def test_a_server_that_wants_an_hour_is_not_waited_for(clock: Clock) -> None:
    assert not made(clock).put_off(Headers([("Retry-After", "3600")]))


def test_unless_the_run_has_the_time(clock: Clock) -> None:
    one = made(clock, seconds=7200)
    one.turn()
    assert one.put_off(Headers([("Retry-After", "3600")]))
    one.turn()
    assert clock.now == pytest.approx(4600)
    assert not one.put_off(Headers([("Retry-After", "3600")]))
    assert one.asked == 3600


def test_who_wants_a_long_wait_again_and_again_does_not_keep_us(clock: Clock) -> None:
    one = made(clock, seconds=1_000_000)
    tries = 0
    while one.put_off(Headers([("Retry-After", "300")])):
        one.turn()
        tries += 1
    assert tries == 2


def test_a_server_that_never_lets_go_does_not_keep_us(clock: Clock) -> None:
    one = made(clock)
    tries = 0
    while one.put_off(Headers([("Retry-After", "0")])):
        tries += 1
        assert tries <= pace.LONGEST_WAIT


def test_an_answer_in_between_makes_good_what_was_waited(clock: Clock) -> None:
    one = made(clock)
    for _ in range(20):
        assert one.put_off(Headers())
        one.turn()
        one.heed(Headers())


def test_the_last_few_of_a_window_are_not_used_up(clock: Clock) -> None:
    """A server of 60 a minute that says so, and nothing of when the minute is over."""
    one = made(clock, OTHER, rate=50)
    window, left = clock.now, 60
    for _ in range(200):
        one.turn()
        if clock.now - window >= 60:
            window, left = clock.now, 60
        left -= 1
        assert left > 0
        one.heed(Headers([("X-RateLimit-Limit", "60"), ("X-RateLimit-Remaining", str(left))]))


def test_a_server_on_this_machine_that_says_so_is_heeded(clock: Clock) -> None:
    one = made(clock)
    one.turn()
    one.heed(Headers([("X-RateLimit-Remaining", "3")]))
    one.turn()
    assert clock.now == 1000 + pace.RESERVE_WAIT


def test_one_that_always_says_so_and_has_no_limit_does_not_keep_us(clock: Clock) -> None:
    one = made(clock)
    for _ in range(500):
        one.turn()
        one.heed(Headers([("X-RateLimit-Remaining", "0")]))
    assert clock.now - 1000 <= pace.LONGEST_WAIT + pace.RESERVE_WAIT


@pytest.mark.parametrize("since", [0, 1])
def test_where_the_end_of_the_window_is_told_it_is_waited_for(clock: Clock, since: int) -> None:
    """In seconds from now, or as a time of day."""
    one = made(clock, OTHER)
    reset = str(40 + since * int(datetime.now(UTC).timestamp()))
    one.turn()
    one.heed(Headers([("x-ratelimit-remaining", "1"), ("x-ratelimit-reset", reset)]))
    one.turn()
    assert 30 < clock.now - 1000 <= 40


@pytest.mark.parametrize("remaining", ["", "many", "-1", "1e3", "²", "100"])
def test_what_says_nothing_of_an_end_changes_nothing(clock: Clock, remaining: str) -> None:
    one = made(clock, OTHER, rate=1000)
    one.turn()
    one.heed(Headers([("X-RateLimit-Remaining", remaining)]))
    one.turn()
    assert clock.now - 1000 < 1


def test_a_request_that_is_not_sent_counts_and_does_not_wait(clock: Clock) -> None:
    one = made(clock, OTHER, max_requests=3)
    for _ in range(3):
        one.count()
    assert clock.now == 1000
    with pytest.raises(Spent):
        one.count()
