"""Where the bytes of a recording come from: a file or a stream, plain or gzip, bounded, with its first bytes seen.

Every way in which reading can fail becomes a RecordingError here, so that the readers of formats need not care.
"""

from __future__ import annotations

import gzip
import io
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from validator.errors import RecordingError

if TYPE_CHECKING:
    import os
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

    A gzip coding and a byte order mark are gone.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.name: Final = name
        self._stream, self.head = self._peeked(stream, None)
        self._most = MAX_WHOLE
        if self.head.startswith(_GZIP):
            self._most = MAX_WHOLE_EXPANDED
            self._stream, self.head = self._peeked(gzip.GzipFile(fileobj=self._stream), MAX_EXPANDED)
        if self.head.startswith(_BOM):
            self._stream.read(len(_BOM))
            self.head = self.head.removeprefix(_BOM)

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
        yield Source(file, name)


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
