"""A Ctrl-C is heard, wherever the program is when it comes, and so are others who ask for the end."""

from __future__ import annotations

import gc
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from validator import interruption
from validator.interruption import Interruption

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def heeded() -> Iterator[None]:
    """Whoever runs the tests in the background has Ctrl-C ignored, and a process inherits that."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_what_a_callback_of_the_collector_swallows_is_raised_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """And is not told: nobody who presses Ctrl-C wants to read of where the program was."""

    def interrupt(phase: str, _info: object) -> None:
        if phase == "start":
            gc.callbacks.remove(interrupt)
            signal.raise_signal(signal.SIGINT)  # it is taken here, where nobody sees what is raised

    def work() -> None:
        gc.callbacks.append(interrupt)
        gc.collect()
        swallowed.append(True)
        time.sleep(20)

    swallowed: list[bool] = []
    told: list[object] = []
    monkeypatch.setattr(interruption, "AGAIN", 0.5)
    monkeypatch.setattr(sys, "unraisablehook", lambda dropped: told.append(dropped.exc_value))
    with Interruption(), pytest.raises(KeyboardInterrupt):
        work()
    assert swallowed
    assert told == []


def test_what_else_is_dropped_is_told_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd:
        def __del__(self) -> None:
            raise ValueError("odd")

    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda dropped: told.append(str(dropped.exc_value)))
    before = sys.unraisablehook
    with Interruption():
        Odd()
    assert told == ["odd"]
    assert sys.unraisablehook is before


def test_once_it_has_left_the_block_all_is_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interruption, "AGAIN", 0.05)
    with pytest.raises(KeyboardInterrupt), Interruption():
        signal.raise_signal(signal.SIGINT)
    time.sleep(0.2)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_who_has_heard_it_has_time_and_the_next_one_comes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interruption, "AGAIN", 0.05)
    with Interruption() as asked:
        assert not asked.asked
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        asked.heard()
        assert asked.asked
        time.sleep(0.2)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_in_another_thread_it_does_nothing() -> None:
    def look() -> None:
        with Interruption() as asked:
            asked.heard()
            seen.append(asked.asked)

    seen: list[bool] = []
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [False]


ASKS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.mark.parametrize("number", ASKS, ids=lambda number: number.name)
def test_who_ends_a_job_or_closes_a_terminal_asks_for_the_same(number: signal.Signals) -> None:
    with Interruption() as asked:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
        assert asked.asked
    assert [signal.getsignal(one) for one in ASKS] == [signal.default_int_handler, signal.SIG_DFL, signal.SIG_DFL]


def test_one_who_tells_the_process_and_its_group_has_asked_once() -> None:
    with Interruption() as asked:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        asked.heard()
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGHUP)
        with pytest.raises(KeyboardInterrupt):  # this is somebody who will not wait
            signal.raise_signal(signal.SIGINT)


def test_what_is_ignored_stays_ignored() -> None:
    """`nohup` has it so."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with Interruption() as asked:
        signal.raise_signal(signal.SIGHUP)
        assert not asked.asked
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_a_handler_that_was_set_meanwhile_stays() -> None:
    def own(*_: object) -> None: ...

    with Interruption():
        signal.signal(signal.SIGTERM, own)
    assert signal.getsignal(signal.SIGTERM) is own


class TestHeld:
    """What must not be cut through."""

    def test_the_first_waits_until_the_end_of_the_block(self) -> None:
        def work() -> None:
            with asked.held():
                signal.raise_signal(signal.SIGINT)
                done.append(asked.asked)

        done: list[bool] = []
        with Interruption() as asked, pytest.raises(KeyboardInterrupt):
            work()
        assert done == [True]

    def test_where_none_comes_nothing_is_raised(self) -> None:
        with Interruption() as asked:
            with asked.held():
                pass
            assert not asked.asked

    def test_the_second_comes_through(self) -> None:
        def work() -> None:
            with asked.held():
                signal.raise_signal(signal.SIGTERM)
                done.append("first")
                signal.raise_signal(signal.SIGINT)
                done.append("second")

        done: list[str] = []
        with Interruption() as asked, pytest.raises(KeyboardInterrupt):
            work()
        assert done == ["first"]

    def test_it_waits_only_so_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def work() -> None:
            with asked.held():
                signal.raise_signal(signal.SIGINT)
                time.sleep(20)

        monkeypatch.setattr(interruption, "LONGEST", 0.1)
        began = time.monotonic()
        with Interruption() as asked, pytest.raises(KeyboardInterrupt):
            work()
        assert time.monotonic() - began < 10

    def test_one_that_was_heard_before_is_not_raised_again(self) -> None:
        with Interruption() as asked:
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            asked.heard()
            with asked.held():
                pass
