"""A recording of exchange lines in parts, that several may read: each is some whole lines, and knows what came before.

A part of a plain file only says where it stands there, so that nobody reads for others; of what comes by a stream, or
packed, it holds the bytes.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from validator.errors import RecordingError
from validator.recordings import exchange_lines
from validator.recordings.exchange_lines import is_one_object, lines_of, read_lines, read_object
from validator.recordings.source import Stretch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader

    from validator.recordings.entries import Entries
    from validator.recordings.source import Source

PIECE: Final = 1024 * 1024
"""So many bytes of a file are looked at together: they stay in the processor's cache."""

_LAST: Final = 8
"""Where no more than so many parts are left of a file, they become smaller, down to this fraction."""

_BLANK: Final = re.compile(rb"\n(?=[ \t\r\v\f]*\n)")
"""Before a line that is blank to `bytes.isspace`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some lines of a recording, as they stand there, and how many lines and exchanges came before them."""

    data: bytes | Stretch
    source: str
    lines_before: int = 0
    exchanges_before: int = 0
    is_one_object: bool = False


def split(source: Source, size: int) -> Iterator[Part]:
    """The recording in parts of some `size` bytes, to be read by `read_part` one by one, by whomever.

    They hold what `read` would read: all, or what can be read before the RecordingError that is raised at the end.
    The last parts of a file are smaller: who reads them is done when the others are. A Stretch of it is good for as
    long as the source is open.
    """
    if source.file is None:
        yield from _split_stream(source, size)
        return
    begin = list(islice(lines_of(source.stream), 2))
    if is_one_object(begin):
        yield Part(data=_joined(begin) + source.whole(), source=source.name, is_one_object=True)
    else:
        yield from _split_file(source.file, source.name, size)


def read_part(part: Part) -> Entries:
    """The exchanges of a part; all parts together give what `read` gives."""
    stream = part.data.stream(part.source) if isinstance(part.data, Stretch) else io.BytesIO(part.data)
    lines = lines_of(stream)
    if part.is_one_object:
        yield read_object(_joined(list(islice(lines, 2))) + stream.read(), part.source)
    else:
        yield from read_lines(
            lines, part.source, lines_before=part.lines_before, exchanges_before=part.exchanges_before
        )


def _joined(begin: list[tuple[int, bytes]]) -> bytes:
    return b"".join(line for _, line in begin)


def _split_file(file: Stretch, name: str, size: int) -> Iterator[Part]:
    lines = exchanges = number = blank = 0
    start = end = at = file.start
    begun = b""
    """Of the line that is begun: a byte that is no white space, if there is any."""
    wanted = _next_size(file.end - at, size)
    while piece := file.read(at, min(wanted, PIECE), name):
        ended = piece.split(b"\n")
        rest = len(ended[-1])
        ended[0] = begun + ended[0]
        begun = ended.pop().strip()[:1]
        at += len(piece)
        if ended:
            end = at - rest
            number += len(ended)
            blank += ended.count(b"") + sum(map(bytes.isspace, ended))
        if at - start >= wanted and end > start:
            yield Part(
                data=replace(file, start=start, end=end), source=name, lines_before=lines, exchanges_before=exchanges
            )
            lines += number
            exchanges += number - blank
            start, number, blank = end, 0, 0
            wanted = _next_size(file.end - at, size)
    if at > start:
        yield Part(data=replace(file, start=start, end=at), source=name, lines_before=lines, exchanges_before=exchanges)


def _next_size(left: int, size: int) -> int:
    """How many bytes the next part of a file should have of the `left` ones."""
    return max(1, min(size, max(left, size) // _LAST))


def _split_stream(source: Source, size: int) -> Iterator[Part]:
    lines = exchanges = 0
    data, trouble = _some_lines(source.stream, size)
    while len(begin := list(islice(lines_of(io.BytesIO(data)), 2))) < 2 and trouble is None:  # noqa: PLR2004
        more, trouble = _some_lines(source.stream, size)
        if not more:
            break
        data += more
    if is_one_object(begin) and trouble is None:
        yield Part(data=data + source.whole(), source=source.name, is_one_object=True)
        return
    if trouble is not None and (is_one_object(begin) or len(begin) < 2):  # noqa: PLR2004
        data = b""
    while data:
        yield Part(data=data, source=source.name, lines_before=lines, exchanges_before=exchanges)
        number = data.count(b"\n")
        lines += number
        exchanges += number - _blank_lines(data)
        data, trouble = (b"", trouble) if trouble is not None else _some_lines(source.stream, size)
    if trouble is not None:
        raise trouble


def _some_lines(stream: BufferedReader, size: int) -> tuple[bytes, RecordingError | None]:
    """Some `size` bytes of whole lines, and what kept us from reading on; what was read before is not lost.

    The rest of a line that is too long is left out, here as in `lines_of`.
    """
    pieces: list[bytes] = []
    try:
        room = size
        # What is buffered only, and that filled as `readline` fills it: where a read fails, what it had is lost.
        while room > 0 and (piece := stream.read1(min(room, len(stream.peek(1))))):
            pieces.append(piece)
            room -= len(piece)
        data = b"".join(pieces)
        begun = len(data) - data.rfind(b"\n") - 1
        if not begun:
            return data, None
        rest = stream.readline(exchange_lines.MAX_LINE + 1 - begun)
        data += rest
        if begun + len(rest) > exchange_lines.MAX_LINE and not rest.endswith(b"\n"):
            data += b"\n"
            while rest and not rest.endswith(b"\n"):
                rest = stream.readline(exchange_lines.MAX_LINE + 1)
    except RecordingError as trouble:
        data = b"".join(pieces)
        return data[: data.rfind(b"\n") + 1], trouble
    return data, None


def _blank_lines(data: bytes) -> int:
    """How many of these lines are blank; a last one without an end does not count."""
    first = data[: data.find(b"\n") + 1]
    return first.isspace() + sum(1 for _ in _BLANK.finditer(data))
