"""Ctrl-C, so that it is not lost.

Python raises KeyboardInterrupt wherever the program happens to be. Inside a callback of the garbage collector, and
Hypothesis has one, an exception is printed and dropped: the run would go on as if nobody had asked. So the signal is
remembered as well, and looked for after each event.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import FrameType, TracebackType


class Interruption:
    """Remembers the signal while its block runs; `asked` tells whether it came."""

    def __init__(self) -> None:
        self.asked = False

    def check(self) -> None:
        """Raise the KeyboardInterrupt that was lost."""
        if self.asked:
            raise KeyboardInterrupt

    def __enter__(self) -> Self:
        self._takes = threading.current_thread() is threading.main_thread()  # no other thread may, nor gets any signal
        if self._takes:
            self._before = signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._takes:
            signal.signal(signal.SIGINT, self._before)

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True
        raise KeyboardInterrupt
