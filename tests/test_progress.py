"""Progress is for a person at a terminal, on work that takes its time; nobody else sees it."""

from __future__ import annotations

import io
import os
import pty
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from validator.progress import PATIENCE, progress

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(autouse=True)
def _terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")


def seen_at_a_terminal(work: Callable[[], None]) -> str:
    """What a terminal shows of this work."""
    leader, follower = pty.openpty()
    with os.fdopen(leader, "rb", buffering=0) as screen, os.fdopen(follower, "w") as terminal:
        with suppress(KeyboardInterrupt), progress(terminal, lambda: "7 exchanges judged"):
            work()
        terminal.write("end")
        terminal.flush()
        shown = b""
        while not shown.endswith(b"end"):
            shown += screen.read(1024)
    return shown.decode().removesuffix("end")


def quick() -> None:
    pass


def slow() -> None:
    time.sleep(PATIENCE + 0.5)


def interrupted() -> None:
    slow()
    raise KeyboardInterrupt


def test_quick_work_shows_nothing():
    assert seen_at_a_terminal(quick) == ""


@pytest.mark.parametrize("work", [slow, interrupted])
def test_long_work_is_told_and_leaves_a_clean_line_and_a_cursor(work):
    shown = seen_at_a_terminal(work)
    assert "7 exchanges judged" in shown
    assert shown.endswith("\x1b[2K")
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")


def test_a_pipe_sees_nothing():
    stream = io.StringIO()
    with progress(stream, lambda: "7 exchanges judged"):
        slow()
    assert stream.getvalue() == ""


def test_a_log_gets_a_line_now_and_then():
    lines = []
    with progress(io.StringIO(), lambda: "7 exchanges judged", 0.01, lines.append):
        time.sleep(0.1)
    assert set(lines) == {"7 exchanges judged"}
    told = len(lines)
    time.sleep(0.05)
    assert len(lines) == told
