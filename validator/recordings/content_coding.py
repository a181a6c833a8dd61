"""Content codings (RFC 9110, section 8.4.1): gzip, deflate, br, zstd taken off a recorded body, each within a bound.

No decoder is left to find its own end: a kilobyte can stand for a gigabyte. A body that does not decode is no obstacle:
it is what the server sent, and a finding is made of it.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import brotli  # type: ignore[import-untyped]
import zstandard

if TYPE_CHECKING:
    from collections.abc import Callable

    from validator.exchange import Headers

MAX_BODY: Final = 64 * 1024 * 1024
"""A body that expands to more is left as it is."""

MAX_CODINGS: Final = 4
"""No server codes a body so often; each costs up to the limit."""

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_MARKS: Final = {"gzip": _GZIP, "x-gzip": _GZIP, "zstd": _ZSTD}
_ZSTD_WINDOW: Final = 8 * 1024 * 1024
"""As much as HTTP allows (RFC 9659): it bounds what the decoder itself takes."""

_ZSTD_PIECE: Final = 1024
"""zstandard cannot be told a bound, but a kilobyte expands to 32 MiB at most (a block of 4 bytes to 128 KiB)."""


class _Damaged(Exception):  # noqa: N818 - reads as what happened
    """The body does not decode; the text says why."""


def decode(body: bytes, coding: str, limit: int = MAX_BODY) -> tuple[bytes, str | None]:
    """The body without the codings that a Content-Encoding header names, and None.

    Else the body as it is, and why: it does not decode, is cut short, or expands to more than `limit` bytes.
    """
    names = [name for name in (part.strip().lower() for part in coding.split(",")) if name not in ("", "identity")]
    if not body or not names:
        return body, None
    if len(names) > MAX_CODINGS:
        return body, f"{len(names)} content codings, at most {MAX_CODINGS} are decoded"
    decoded = body
    for name in reversed(names):
        decoder = _DECODERS.get(name)
        if decoder is None:
            return body, f"an unknown content coding; known are {', '.join(_DECODERS)}"
        try:
            decoded = decoder(decoded, limit)
        except _Damaged as damage:
            return body, f"the content coding {name} {damage}"
    return decoded, None


def decode_leftover(body: bytes, headers: Headers) -> tuple[bytes, str | None]:
    """The same, for formats that record bodies decoded: only what still bears the mark of its coding is decoded.

    `br` and `deflate` leave no mark. What is no text, and decodes to its very end, was coded all the same.
    """
    coding = headers.get("content-encoding")
    if coding is None:
        return body, None
    outermost = coding.rpartition(",")[2].strip().lower()
    mark = _MARKS.get(outermost)
    if mark is not None:
        return decode(body, coding) if body.startswith(mark) else (body, None)
    if _is_text(body):
        return body, None
    decoded, damage = decode(body, coding)
    return (body, None) if damage else (decoded, None)


def _is_text(body: bytes) -> bool:
    if body.isascii():
        return True
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _gzip(body: bytes, limit: int) -> bytes:
    """Of several members too (RFC 1952, section 2.2). What follows the last is passed over, as clients do."""
    parts: list[bytes] = []
    rest = body
    while not parts or rest.startswith(_GZIP):
        part, rest = _inflate(zlib.decompressobj(16 + zlib.MAX_WBITS), rest, limit)
        limit -= len(part)
        parts.append(part)
    return b"".join(parts)


def _deflate(body: bytes, limit: int) -> bytes:
    """In the zlib format that RFC 9110 asks for, or without it, as some servers send it."""
    # RFC 1950, section 2.2: method 8, and the first two bytes a multiple of 31.
    wrapped = body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2], "big") % 31 == 0
    return _inflate(zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS), body, limit)[0]


def _inflate(decoder: zlib._Decompress, body: bytes, limit: int) -> tuple[bytes, bytes]:
    """What one zlib stream holds, and what follows it."""
    try:
        decoded = decoder.decompress(body, limit + 1)
    except zlib.error:
        raise _Damaged(_UNDECODABLE) from None
    _bound(len(decoded), limit)
    if not decoder.eof:
        raise _Damaged(_CUT)
    return decoded, decoder.unused_data


def _br(body: bytes, limit: int) -> bytes:
    decoder = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    try:
        part = decoder.process(body, output_buffer_limit=limit + 1)
        while part or not decoder.can_accept_more_data():
            parts.append(part)
            size += len(part)
            _bound(size, limit)
            part = decoder.process(b"", output_buffer_limit=limit + 1 - size)
    except brotli.error:
        raise _Damaged(_UNDECODABLE) from None
    if not decoder.is_finished():
        raise _Damaged(_CUT)
    return b"".join(parts)


def _zstd(body: bytes, limit: int) -> bytes:
    """Of several frames too (RFC 8878, section 3.1)."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    frame = decompressor.decompressobj()
    parts: list[bytes] = []
    size = 0
    try:
        for start in range(0, len(body), _ZSTD_PIECE):
            piece = body[start : start + _ZSTD_PIECE]
            while piece:
                if frame.eof:
                    frame = decompressor.decompressobj()
                part = frame.decompress(piece)
                piece = frame.unused_data
                parts.append(part)
                size += len(part)
                _bound(size, limit)
    except zstandard.ZstdError:
        raise _Damaged(_UNDECODABLE) from None
    if not frame.eof:
        raise _Damaged(_CUT)
    return b"".join(parts)


def _bound(size: int, limit: int) -> None:
    if size > limit:
        raise _Damaged(f"expands to more than the {limit:,} bytes that are read")


_UNDECODABLE: Final = "does not decode"
_CUT: Final = "is cut short"
_DECODERS: Final[dict[str, Callable[[bytes, int], bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _br,
    "zstd": _zstd,
}
