"""A Ctrl-C is heard, wherever the program is when it comes."""

from __future__ import annotations

import gc
import signal
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
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_a_callback_of_the_collector_swallows_is_raised_again(monkeypatch: pytest.MonkeyPatch) -> None:
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
    monkeypatch.setattr(interruption, "AGAIN", 0.5)
    with Interruption(), pytest.raises(KeyboardInterrupt):
        work()
    assert swallowed


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
