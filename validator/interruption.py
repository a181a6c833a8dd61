"""Ctrl-C, and whatever else asks a program to end, so that it is not lost.

Python raises KeyboardInterrupt wherever the program happens to be. In a callback of the import machinery or of the
garbage collector an exception is printed and dropped, and the program would go on as if nobody had asked. So it is
raised again every second, until somebody hears, and the first is not printed. A scheduler that ends a job (SIGTERM) and
a terminal that is closed (SIGHUP) ask for the same as who presses Ctrl-C.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType, TracebackType

AGAIN: Final = 1.0
"""Seconds: what has heard puts things away in less."""

LONGEST: Final = 5.0
"""Seconds for which it can be put off."""

_USUAL: Final = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
}
"""What asks, each with what happens where nobody cares; who has a handler of its own, or ignores it, knows why."""


class Interruption:
    """While its block runs, a Ctrl-C is raised until it leaves the block, or somebody says that he has heard it.

    `asked` tells whether one came.
    """

    def __init__(self) -> None:
        self.asked = False
        self._asked_at = 0.0
        self._holds = False
        self._before: dict[signal.Signals, Callable[..., object] | int | None] = {}
        self._told: Callable[[sys.UnraisableHookArgs], object] = sys.unraisablehook

    def heard(self) -> None:
        """Raise this one no more: what is left to do takes its time. The next one is raised as ever."""
        if self.asked:
            signal.setitimer(signal.ITIMER_REAL, 0)

    @contextmanager
    def held(self) -> Iterator[None]:
        """While this block runs, the first Ctrl-C waits until its end, if that comes soon; the second does not."""
        asked_before = self.asked
        self._holds = True
        try:
            yield
        finally:
            self._holds = False
        if self.asked and not asked_before:
            self._raise_from_now_on()

    def __enter__(self) -> Self:
        # No other thread may, nor gets any signal.
        if threading.current_thread() is threading.main_thread():
            self._before = {number: usual for number, usual in _USUAL.items() if signal.getsignal(number) is usual}
        if self._before:
            self._before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._raise)
        for number in self._before:
            if number is not signal.SIGALRM:
                signal.signal(number, self._handle)
        if self._before:
            self._told, sys.unraisablehook = sys.unraisablehook, self._tell
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._before:
            signal.setitimer(signal.ITIMER_REAL, 0)
            sys.unraisablehook = self._told
        for number, before in self._before.items():
            # A server that ran in the block has handlers of its own, and may not be at its end.
            if signal.getsignal(number) in (self._handle, self._raise):
                signal.signal(number, before)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        again, self.asked = self.asked, True
        since, self._asked_at = time.monotonic() - self._asked_at, time.monotonic()
        if again and number != signal.SIGINT and since < AGAIN:
            return  # one and the same: `timeout` tells the process and its group, a terminal every job it has
        if self._holds and not again:
            signal.setitimer(signal.ITIMER_REAL, LONGEST, AGAIN)
        else:
            self._raise_from_now_on()

    def _tell(self, dropped: sys.UnraisableHookArgs) -> None:
        """What is dropped is told as ever, but for what is raised again anyway."""
        if not (self.asked and isinstance(dropped.exc_value, KeyboardInterrupt)):
            self._told(dropped)

    def _raise_from_now_on(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, AGAIN, AGAIN)
        raise KeyboardInterrupt

    def _raise(self, _number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt
