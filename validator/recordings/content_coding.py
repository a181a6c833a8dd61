"""Content codings (RFC 9110, section 8.4.1): gzip, deflate, br, zstd taken off a recorded body, each within a bound.

No coding is trusted with its own idea of size: a kilobyte can stand for a gigabyte (HAZARDS of every library below).
A body that does not decode is no obstacle: it is what the server sent, and a finding is made of it.
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
MAX_CODINGS: Final = 4
"""No server sends a body coded so often; each costs up to the limit."""

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_PIECE: Final = 1024
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
        return body, f"{len(names)} content codings; at most {MAX_CODINGS} are decoded"
    decoded = body
    for name in reversed(names):
        decoder = _DECODERS.get(name)
        if decoder is None:
            return body, f"an unknown content coding: {name[:40]!r}"
        try:
            decoded = decoder(decoded, limit)
        except _Damaged as damage:
            return body, f"the {name} content coding {damage}"
    return decoded, None


def decode_leftover(body: bytes, headers: Headers) -> tuple[bytes, str | None]:
    """The same, for formats that record bodies decoded: only what still bears the marks of its coding is decoded."""
    coding = headers.get("content-encoding")
    if coding is None or not body.startswith((_GZIP, _ZSTD)):
        return body, None
    last = coding.rpartition(",")[2].strip().lower()
    coded = last in ("gzip", "x-gzip") if body.startswith(_GZIP) else last == "zstd"
    return decode(body, coding) if coded else (body, None)


def _gzip(body: bytes, limit: int) -> bytes:
    """Of several members too (RFC 1952, section 2.2). What follows the last is not counted, as clients do."""
    decoded, rest = _inflate(zlib.decompressobj(16 + zlib.MAX_WBITS), body, limit)
    parts = [decoded]
    size = len(decoded)
    while rest.startswith(_GZIP):
        decoded, rest = _inflate(zlib.decompressobj(16 + zlib.MAX_WBITS), rest, limit - size)
        parts.append(decoded)
        size += len(decoded)
    return b"".join(parts)


def _deflate(body: bytes, limit: int) -> bytes:
    """With the zlib wrapper that RFC 9110 asks for, or without, as some servers send it."""
    try:
        return _inflate(zlib.decompressobj(), body, limit)[0]
    except _Damaged as damage:
        if str(damage) != _UNDECODABLE:
            raise
        return _inflate(zlib.decompressobj(-zlib.MAX_WBITS), body, limit)[0]


def _br(body: bytes, limit: int) -> bytes:
    decoder = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    data = body
    try:
        while True:
            part = decoder.process(data, output_buffer_limit=limit + 1 - size)
            parts.append(part)
            size += len(part)
            _bound(size, limit)
            if decoder.is_finished():
                return b"".join(parts)
            if not part:
                raise _Damaged(_CUT)
            data = b""
    except brotli.error:
        raise _Damaged(_UNDECODABLE) from None


def _zstd(body: bytes, limit: int) -> bytes:
    """Of several frames too (RFC 8878, section 3.1)."""
    decompressor = zstandard.ZstdDecompressor()
    parts: list[bytes] = []
    size = 0
    frame = decompressor.decompressobj()
    try:
        for start in range(0, len(body), _PIECE):
            piece = body[start : start + _PIECE]
            while piece:
                if frame.eof:
                    frame = decompressor.decompressobj()
                part = frame.decompress(piece)
                piece = frame.unused_data if frame.eof else b""
                parts.append(part)
                size += len(part)
                _bound(size, limit)
    except zstandard.ZstdError:
        raise _Damaged(_UNDECODABLE) from None
    if not frame.eof:
        raise _Damaged(_CUT)
    return b"".join(parts)


def _inflate(decoder: zlib._Decompress, body: bytes, limit: int) -> tuple[bytes, bytes]:
    """One zlib stream, and what follows it."""
    try:
        decoded = decoder.decompress(body, limit + 1)
    except zlib.error:
        raise _Damaged(_UNDECODABLE) from None
    _bound(len(decoded), limit)
    if not decoder.eof:
        raise _Damaged(_CUT)
    return decoded, decoder.unused_data


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
