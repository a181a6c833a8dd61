"""The body of a request, read piece by piece while it is judged.

Never whole in memory, never past its bound, never taken for whole when it was cut short. Werkzeug's own guards are not
enough: under a limit, `get_data()` hands over what was read of a chunked body as if it were all, and a server whose
client died in the middle of an upload reports a normal end. So bytes are counted here, and compared with the promise.
"""

from __future__ import annotations

import io
import zlib
from typing import IO, TYPE_CHECKING, Final, Protocol

from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from werkzeug.exceptions import ClientDisconnected

from validator.service.problems import (
    BODY_CUT_SHORT,
    BODY_TOO_LARGE,
    MISSING_BODY,
    TOO_SLOW,
    UNREADABLE_CODING,
    UNSUPPORTED_MEDIA_TYPE,
    Problem,
    Refusal,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from flask import Request

    from validator.service.problems import ProblemKind

PIECE: Final = 64 * 1024

EXPANSION: Final = 4
"""A compressed body may expand to so many times the limit on what is sent: a bomb ends there, whatever its ratio."""

_GZIP: Final = 16 + zlib.MAX_WBITS
_GZIP_MAGIC: Final = b"\x1f\x8b"


class Digest(Protocol):
    """What takes in bytes: a hash."""

    def update(self, data: memoryview, /) -> None:
        """Take in some more."""
        ...


class Upload:
    """What a client sends: `stream` gives the recording, `received` counts what came over the wire.

    Reading raises Refusal as soon as the body is larger than `limit`, ends early, or does not decode.
    """

    def __init__(self, request: Request, *, limit: int, digest: Digest | None = None) -> None:
        """`digest` takes in all that `stream` gives."""
        promised = request.content_length
        if promised is not None and promised > limit:
            raise _too_large(limit)
        coding = request.headers.get("Content-Encoding", "identity").strip().lower()
        wire = _Wire(request.stream, promised=promised, limit=limit)
        match coding:
            case "identity":
                source: io.RawIOBase = wire
            case "gzip" | "x-gzip":
                source = _Gunzip(wire, limit=limit * EXPANSION)
            case _:
                detail = f"expected Content-Encoding gzip or none, got {coding}"
                headers = {"Accept-Encoding": "gzip"}  # RFC 9110, section 12.5.3
                raise Refusal(Problem(kind=UNSUPPORTED_MEDIA_TYPE, detail=detail, headers=headers))
        self._wire: Final = wire
        self._watched: Final = _Watched(source, digest) if digest is not None else None
        self.stream: Final = io.BufferedReader(self._watched or source, PIECE)
        head = self.stream.peek(len(_GZIP_MAGIC))
        if not head and not wire.received:
            raise Refusal(Problem(kind=MISSING_BODY, detail="expected a body, got an empty one"))
        if head.startswith(_GZIP_MAGIC):
            # The readers would expand it, as they do with files: by their bounds, which are wider than ours.
            detail = f"expected no gzip inside the body, got gzip{'' if source is wire else ' in gzip'}"
            mend = "compress it once, and say so: Content-Encoding: gzip"
            raise Refusal(Problem(kind=UNSUPPORTED_MEDIA_TYPE, detail=detail, mend=mend))
        self.short: Final = head if source is wire and promised == len(head) else None
        """All of a body that is so short that its first piece is all that was promised."""

    @property
    def received(self) -> int:
        """Bytes that came over the wire so far."""
        return self._wire.received

    @property
    def ends_in_a_line(self) -> bool:
        """Whether what was read so far, where a digest was taken of it, ends without the end of a line."""
        return self._watched is not None and self._watched.last not in b"\r\n"

    def finish(self) -> None:
        """Read what a reader had no need of: only at its end is it known that the body came whole."""
        while self.stream.read(PIECE):
            pass


class _Wire(io.RawIOBase):
    """The bytes as they were sent, counted."""

    def __init__(self, stream: IO[bytes], *, promised: int | None, limit: int) -> None:
        self._stream: Final = stream
        self._promised: Final = promised
        self._limit: Final = limit
        self.received = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        with memoryview(buffer) as target:
            data = self._receive(len(target))
            target[: len(data)] = data
        return len(data)

    def _receive(self, size: int) -> bytes:
        try:
            data = self._stream.read(min(size, self._limit - self.received + 1))
        except TimeoutError:
            raise Refusal(self._told(TOO_SLOW, "the time for it was over")) from None
        except (
            OSError,
            ClientDisconnected,
            ParseException,
        ):  # what Werkzeug and gunicorn raise for a body that breaks off
            raise Refusal(self._told(BODY_CUT_SHORT, "the connection or a chunk broke off")) from None
        self.received += len(data)
        if self.received > self._limit:
            raise _too_large(self._limit)
        if not data and self._promised is not None and self.received < self._promised:
            raise Refusal(self._told(BODY_CUT_SHORT, f"Content-Length promised {self._promised}"))
        return data

    def _told(self, kind: ProblemKind, reason: str) -> Problem:
        return Problem(
            kind=kind, detail=f"{reason}, {self.received} bytes were read", members={"bytes_read": self.received}
        )


class _Watched(io.RawIOBase):
    """The bytes of another stream, which a digest takes in."""

    def __init__(self, source: io.RawIOBase, digest: Digest) -> None:
        self._source: Final = source
        self._digest: Final = digest
        self.last = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        size = self._source.readinto(buffer) or 0
        if size:
            with memoryview(buffer) as target:
                self._digest.update(target[:size])
                self.last = bytes(target[size - 1 : size])
        return size


class _Gunzip(io.RawIOBase):
    """The bytes without their gzip coding; of several members (RFC 1952, section 2.2) too."""

    def __init__(self, source: _Wire, *, limit: int) -> None:
        self._source: Final = source
        self._limit: Final = limit
        self._member = zlib.decompressobj(_GZIP)
        self._pending = b""
        self._expanded = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        with memoryview(buffer) as target:
            data = self._expand(len(target))
            target[: len(data)] = data
        self._expanded += len(data)
        if self._expanded > self._limit:
            raise _too_large(self._limit, what="expands to")
        return len(data)

    def _expand(self, size: int) -> bytes:
        """Up to `size` bytes, never more than that in memory; none at the end."""
        while True:
            if self._member.eof:
                self._pending = self._member.unused_data or self._source.read(PIECE) or b""
                if not self._pending:
                    return b""
                self._member = zlib.decompressobj(_GZIP)
            elif not self._pending:
                self._pending = self._source.read(PIECE) or b""
                if not self._pending:
                    if not self._source.received:
                        return b""  # no body at all: that is another problem than a bad one
                    raise self._unreadable("end before the gzip stream does")
            try:
                data = self._member.decompress(self._pending, size)
            except zlib.error:
                raise self._unreadable("are not gzip") from None
            self._pending = self._member.unconsumed_tail
            if data:
                return data

    def _unreadable(self, reason: str) -> Refusal:
        received = self._source.received
        detail = f"expected a gzip body, got {received} bytes that {reason}"
        return Refusal(Problem(kind=UNREADABLE_CODING, detail=detail, members={"bytes_read": received}))


def _too_large(limit: int, *, what: str = "is") -> Refusal:
    detail = f"the body {what} more than {limit:,} bytes"
    return Refusal(Problem(kind=BODY_TOO_LARGE, detail=detail, members={"limit": limit}))
