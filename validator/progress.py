"""Tells a person at a terminal that long work goes on. Nobody else sees it: not a pipe, not a CI log."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TextIO

PATIENCE: Final = 1.0
"""Seconds that work may take before anything is shown."""


@contextmanager
def progress(stream: TextIO, told: Callable[[], str]) -> Iterator[None]:
    """While the block runs, show `told()` on the stream, from the second second on, if a person is looking.

    `told` is asked a few times a second, from another thread; the work itself is not slowed down.
    """
    if not stream.isatty():
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
