"""Ctrl-C, so that it is not lost.

Python raises KeyboardInterrupt wherever the program happens to be. In a callback of the import machinery or of the
garbage collector an exception is printed and dropped, and the program would go on as if nobody had asked. So it is
raised again every second, until somebody hears.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from types import FrameType, TracebackType

AGAIN: Final = 1.0
"""Seconds: what has heard puts things away in less."""


class Interruption:
    """While its block runs, a Ctrl-C is raised until it leaves the block, or somebody says that he has heard it.

    `asked` tells whether one came.
    """

    def __init__(self) -> None:
        self.asked = False

    def heard(self) -> None:
        """Raise this one no more: what is left to do takes its time. The next one is raised as ever."""
        if self.asked:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def __enter__(self) -> Self:
        # No other thread may, nor gets any signal; and who has a handler of its own knows what it wants.
        self._takes = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        if self._takes:
            self._before = signal.signal(signal.SIGALRM, self._raise)
            signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._takes:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGALRM, self._before)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        signal.setitimer(signal.ITIMER_REAL, AGAIN, AGAIN)
        self._raise(number, frame)

    def _raise(self, _number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt
