"""A recording of exchange lines in parts, that several may read: each is some whole lines, and knows what came before.

A part of a plain file only says where it stands there, so that nobody reads for others; of what comes by a stream, or
packed, it holds the bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from itertools import count, islice
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

PIECE: Final = 64 * 1024
"""So many bytes of a file are looked at together: they stay in the processor's cache."""

_LAST: Final = 8
"""Where no more than so many parts are left of a file, they become smaller, down to this fraction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some lines of a recording, as they stand there; `number` counts its parts from 0.

    How many lines came before is told with bytes only; a stretch says where the recording begins in the file.
    """

    data: bytes | Stretch
    source: str
    number: int = 0
    lines_before: int = 0
    begin: int = 0
    is_one_object: bool = False


class LineCounter:
    """How many lines of a recording come before a part of it, for one who reads some of its parts, in their order.

    Only bad lines are told by their number: so lines are counted when they are asked for, from where they were asked
    for last.
    """

    def __init__(self) -> None:
        self._file: tuple[int, int] | None = None
        self._at = self._lines = 0

    def lines_before(self, part: Part) -> int:
        """The lines before the first of the part. Raises RecordingError."""
        file = part.data
        if isinstance(file, bytes):
            return part.lines_before
        identity = file.identity(part.source)
        if self._file != identity or self._at > file.start:
            self._file, self._at, self._lines = identity, part.begin, 0
        while piece := file.read(self._at, min(PIECE, file.start - self._at), part.source):
            self._lines += piece.count(b"\n")
            self._at += len(piece)
        return self._lines


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


def read_part(part: Part, counter: LineCounter) -> Entries:
    """The exchanges of a part, counted from 0 in it; all parts together give what `read` gives."""
    stream = part.data.stream(part.source) if isinstance(part.data, Stretch) else io.BytesIO(part.data)
    lines = lines_of(stream)
    if part.is_one_object:
        yield read_object(_joined(list(islice(lines, 2))) + stream.read(), part.source)
    else:
        yield from read_lines(lines, part.source, lambda: counter.lines_before(part))


def _joined(begin: list[tuple[int, bytes]]) -> bytes:
    return b"".join(line for _, line in begin)


def _split_file(file: Stretch, name: str, size: int) -> Iterator[Part]:
    start = file.start
    for number in count():
        end = _end_of_line(file, start + _next_size(file.end - start, size), name)
        if end <= start:
            return
        yield Part(data=replace(file, start=start, end=end), source=name, number=number, begin=file.start)
        start = end


def _end_of_line(file: Stretch, at: int, name: str) -> int:
    """Where the line ends that the byte before `at` stands in: after its line end, or where the file ends."""
    at -= 1
    while piece := file.read(at, PIECE, name):
        found = piece.find(b"\n")
        if found >= 0:
            return at + found + 1
        at += len(piece)
    return min(at, file.size(name))


def _next_size(left: int, size: int) -> int:
    """How many bytes the next part of a file should have of the `left` ones."""
    return max(1, min(size, max(left, size) // _LAST))


def _split_stream(source: Source, size: int) -> Iterator[Part]:
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
    lines = number = 0
    while data:
        yield Part(data=data, source=source.name, number=number, lines_before=lines)
        number += 1
        lines += data.count(b"\n")
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
