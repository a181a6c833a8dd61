"""Where a report goes: a file, written whole or not at all, or a stream that is already open."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from validator.errors import ReportError

if TYPE_CHECKING:
    from pathlib import Path

    from validator.reports import Format, Report


def make_sure(path: Path) -> None:
    """Find out before the work, rather than after it, that a report could not be written."""
    folder = path.parent
    if path.is_dir():
        raise ReportError("is a folder", place=str(path), mend="name a file")
    if not folder.is_dir():
        raise ReportError(f"there is no folder {folder}", place=str(path), mend="make it first: mkdir -p")
    if not os.access(path if _is_device(path) else folder, os.W_OK):
        raise ReportError(f"no permission to write in {folder}", place=str(path), mend="name another place")


def write(report: Report, form: Format, path: Path) -> None:
    """Write the report into the file. Who reads it meanwhile sees the old report or the new, never half of one."""
    try:
        if _is_device(path):
            with path.open("w", encoding="utf-8") as stream:
                form.render(report, stream)
        else:
            _replace(report, form, path.resolve())
    except OSError as error:
        raise ReportError(f"cannot be written: {error.strerror}", place=str(path), mend="name another place") from error


def _replace(report: Report, form: Format, path: Path) -> None:
    # Beside its goal, since a rename does not cross file systems; made by open, so that the umask counts.
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with unfinished.open("x", encoding="utf-8") as stream:
            form.render(report, stream)
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise


def _is_device(path: Path) -> bool:
    """Whether the path names something that must not be replaced: /dev/stderr, a named pipe."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False
