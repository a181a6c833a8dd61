"""Where the bytes of a recording come from: a file or a stream, plain or gzip, bounded, with its first bytes seen.

Every way in which reading can fail becomes a RecordingError here, so that the readers of formats need not care.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from validator.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import WriteableBuffer

HEAD: Final = 64 * 1024
"""So many bytes are looked at to see the format."""

MAX_WHOLE: Final = 1024 * 1024 * 1024
"""Formats that are one value (HAR, cassettes) are held in memory whole; no more than this."""

MAX_WHOLE_EXPANDED: Final = 256 * 1024 * 1024
"""The same for what a gzip coding expands to: a small upload must not cost gigabytes."""

MAX_EXPANDED: Final = 8 * 1024 * 1024 * 1024
"""A compressed recording ends here at the latest: a small file may stand for endless lines."""

_PIECE: Final = 1024 * 1024
_GZIP: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Source:
    """One recording: `name` says where it came from, `head` how it begins, `stream` gives all of it, head included.

    A gzip coding and a byte order mark are gone. `file` is where the recording stands in a file as it is: what is
    asked for there does not move the stream. None where it comes by a stream, or packed.
    """

    def __init__(self, stream: BinaryIO, name: str, descriptor: int | None = None) -> None:
        """`descriptor` is that of the file, where the stream begins at its first byte."""
        self.name: Final = name
        self._stream, self.head = self._peeked(stream, None)
        self._most = MAX_WHOLE
        if self.head.startswith(_GZIP):
            descriptor = None
            self._most = MAX_WHOLE_EXPANDED
            self._stream, self.head = self._peeked(gzip.GzipFile(fileobj=self._stream), MAX_EXPANDED)
        mark = _BOM if self.head.startswith(_BOM) else b""
        if mark:
            self._stream.read(len(mark))
            self.head = self.head.removeprefix(mark)
        self.file: Final = (
            None
            if descriptor is None
            else Stretch(descriptor=descriptor, start=len(mark), end=os.fstat(descriptor).st_size)
        )

    @property
    def stream(self) -> io.BufferedReader:
        """All of the recording, from its first byte."""
        return self._stream

    def whole(self) -> bytes:
        """All of the recording at once. Raises RecordingError where it is larger than may be held in memory."""
        limit = self._most
        pieces: list[bytes] = []
        size = 0
        while piece := self._stream.read(_PIECE):  # one `read(limit)` would ask for all that memory at once
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                mend = "split it, or record exchange lines: they are read one by one"
                raise RecordingError(f"larger than {limit:,} bytes", place=self.name, mend=mend)
        return b"".join(pieces)

    def _peeked(self, stream: _Readable, limit: int | None) -> tuple[io.BufferedReader, bytes]:
        guarded = _Guarded(stream, self.name, limit)
        buffered = io.BufferedReader(guarded, HEAD)
        head = buffered.read(HEAD)
        return io.BufferedReader(_Guarded(buffered, self.name, None, head), HEAD), head


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of an open file: from which byte on, and before which. `descriptor` is that of the file, here."""

    descriptor: int
    start: int
    end: int

    def read(self, at: int, size: int, name: str) -> bytes:
        """No more than `size` bytes from byte `at` of the file on, as far as there are any. Raises RecordingError."""
        with _told(name):
            return os.pread(self.descriptor, size, at)

    def size(self, name: str) -> int:
        """How many bytes the file has now. Raises RecordingError."""
        with _told(name):
            return os.fstat(self.descriptor).st_size

    def identity(self, name: str) -> tuple[int, int]:
        """What tells the file from every other one, whatever its descriptor. Raises RecordingError."""
        with _told(name):
            found = os.fstat(self.descriptor)
        return found.st_dev, found.st_ino

    def stream(self, name: str) -> io.BufferedReader:
        """The bytes of the stretch. Where the file has lost some of them, reading raises RecordingError."""
        return io.BufferedReader(_Guarded(_Reader(self, name), name, None), HEAD)


class _Reader:
    """Reads a stretch from its start to its end."""

    def __init__(self, stretch: Stretch, name: str) -> None:
        self._stretch: Final = stretch
        self._name: Final = name
        self._at = stretch.start

    def read(self, size: int, /) -> bytes:
        left = self._stretch.end - self._at
        data = self._stretch.read(self._at, min(size, left), self._name)
        if left and not data:
            mend = "copy it while nobody writes it, and check the copy"
            raise RecordingError("became shorter while it was read", place=self._name, mend=mend)
        self._at += len(data)
        return data


class _Guarded(io.RawIOBase):
    """A stream, after `head`; what goes wrong in it is a RecordingError."""

    def __init__(self, stream: _Readable, name: str, limit: int | None, head: bytes = b"") -> None:
        self._stream: Final = stream
        self._name: Final = name
        self._limit: Final = limit
        self._head = head
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        with memoryview(buffer) as target:
            data = self._next(len(target))
            target[: len(data)] = data
        return len(data)

    def _next(self, size: int) -> bytes:
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
            return data
        with _told(self._name):
            data = self._stream.read(size)
        self._count += len(data)
        if self._limit is not None and self._count > self._limit:
            raise RecordingError(f"expands to more than {self._limit:,} bytes", place=self._name, mend="split it")
        return data


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[Source]:
    """The recording in a file. Raises RecordingError where it is missing, a folder, or may not be read."""
    name = str(path)
    with _told(name):
        file = open(path, "rb")  # noqa: PTH123, SIM115 - closed below; `open` takes every path that a user may have
    with file:
        is_file = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
        yield Source(file, name, file.fileno() if is_file else None)


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        mend = "record it again, or decompress what is left of it"
        raise RecordingError(f"not whole gzip: {error}", place=name, mend=mend) from None
    except IsADirectoryError:
        raise RecordingError("a folder; expected a recording", place=name, mend="name the files in it") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in a path
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise RecordingError(f"cannot be read: {reason}", place=name) from None
