"""Files that are kept from run to run: read with a clear word where they are not ours, written whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

import msgspec

from validator.errors import ReportError

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")


def read_kept(path: Path, kind: type[T], what: str) -> T | None:
    """The content of a JSON file, None where there is no file. Raises ReportError where it is not `what`."""
    mend = "move it away, or name another place"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ReportError(f"cannot be read: {error.strerror}", place=str(path), mend=mend) from None
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise ReportError(f"is not {what}: {error}", place=str(path), mend=mend) from None


def write_kept(path: Path, content: bytes) -> None:
    """Write a file; who reads it meanwhile sees the old one or the new. Raises ReportError."""
    path = path.resolve()
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        try:
            with unfinished.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            unfinished.replace(path)
        except BaseException:
            with suppress(OSError):
                unfinished.unlink()
            raise
    except OSError as error:
        raise ReportError(f"cannot be written: {error.strerror}", place=str(path), mend="name another place") from None
