"""Tells who waits that long work goes on: a person at a terminal in one line that changes, a log now and then."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event, Thread, Timer
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TextIO

PATIENCE: Final = 1.0
"""Seconds that work may take before anything is shown."""


@contextmanager
def progress(
    stream: TextIO, told: Callable[[], str], every: float | None = None, line: Callable[[str], None] | None = None
) -> Iterator[None]:
    """While the block runs, show `told()` on the stream, from the second second on, if a person is looking.

    Where nobody is, `line` is called with it each `every` seconds; without the two, nothing is said. `told` is asked a
    few times a second, from another thread; the work itself is not slowed down.
    """
    if not stream.isatty():
        if every is None or line is None:
            yield
            return
        with _lines(told, every, line):
            yield
        return

    from rich.console import Console  # noqa: PLC0415 - a pipe need not wait for the terminal's library
    from rich.live import Live  # noqa: PLC0415
    from rich.spinner import Spinner  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    spinner = Spinner("line", style="bold")

    def frame() -> Spinner:
        spinner.update(text=Text(told()))
        return spinner

    live = Live(
        console=Console(file=stream),
        get_renderable=frame,
        refresh_per_second=5,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    starter = Timer(PATIENCE, live.start)
    starter.daemon = True
    starter.start()
    try:
        yield
    finally:
        starter.cancel()
        starter.join()
        live.stop()


@contextmanager
def _lines(told: Callable[[], str], every: float, line: Callable[[str], None]) -> Iterator[None]:
    over = Event()

    def tell() -> None:
        while not over.wait(every):
            line(told())

    teller = Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()
