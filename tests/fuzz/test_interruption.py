"""An interruption is not lost, wherever the program is when it comes."""

from __future__ import annotations

import gc
import signal
import threading

import pytest

from fuzz.interruption import Interruption


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interruption_that_a_callback_of_the_collector_swallows_is_raised_at_the_next_check() -> None:
    def interrupt(phase: str, _info: object) -> None:
        if phase == "start":
            gc.callbacks.remove(interrupt)
            signal.raise_signal(signal.SIGINT)  # it is taken here, where nobody sees what is raised

    with Interruption() as interruption:
        gc.callbacks.append(interrupt)
        gc.collect()
        assert interruption.asked
        with pytest.raises(KeyboardInterrupt):
            interruption.check()


def test_an_interruption_is_raised_at_once_where_it_can_be() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), Interruption():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_without_a_signal_nothing_is_raised_in_any_thread() -> None:
    def look() -> None:
        with Interruption() as interruption:
            interruption.check()
            seen.append(interruption.asked)

    seen: list[bool] = []
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    look()
    assert seen == [False, False]
