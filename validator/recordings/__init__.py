"""Recordings: files and streams of exchanges. One table of formats; which one it is, is seen from the content.

bytes -> Source (gzip, byte order mark, bounds) -> look -> a Format -> Exchange, or EntryError, per entry
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from validator.errors import EntryError, RecordingError
from validator.recordings import exchange_lines, har, parts, sniffing, vcr
from validator.recordings.parts import LineCounter, Part, split
from validator.recordings.source import HEAD, Source, Stretch, opened

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    from validator.exchange import Exchange
    from validator.recordings.entries import Entries

__all__ = [
    "EXCHANGE_LINES",
    "FORMATS",
    "SHORT",
    "Format",
    "LineCounter",
    "Part",
    "Source",
    "Stretch",
    "UnknownFormat",
    "format_of",
    "opened",
    "read_part",
    "read_recording",
    "read_short",
    "read_stream",
    "split",
]

SHORT: Final = HEAD
"""The most bytes that `read_short` reads: its format is seen from all of it."""


class UnknownFormat(RecordingError):  # noqa: N818 - reads as what happened
    """No recording in a format that we know: in a folder of recordings, it may be something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format: what its text is, and the members of which one is enough to know it by."""

    name: str
    kind: str
    members: frozenset[str]
    read: Callable[[Source], Entries]

    def __str__(self) -> str:
        return f"{self.name}: {self.kind} with the member {' or '.join(sorted(self.members))}"


EXCHANGE_LINES: Final = Format(
    name="exchange lines",
    kind=sniffing.OBJECT,
    members=frozenset({"request", "response"}),
    read=exchange_lines.read,
)

FORMATS: Final = (
    EXCHANGE_LINES,
    Format(
        name="exchanges in an array",
        kind=sniffing.ARRAY,
        members=EXCHANGE_LINES.members,
        read=exchange_lines.read_array,
    ),
    Format(name="HAR", kind=sniffing.OBJECT, members=frozenset({"log"}), read=har.read),
    Format(name="VCR.py cassette", kind=sniffing.OBJECT, members=frozenset({"interactions"}), read=vcr.read_json),
    Format(name="VCR.py cassette", kind=sniffing.MAPPING, members=frozenset({"interactions"}), read=vcr.read_yaml),
)

_REFUSED: Final = Format(
    name="VCR.py cassette before 1.0",
    kind=sniffing.SEQUENCE,
    members=frozenset({"request", "response"}),
    read=vcr.refuse_old,
)
"""Known, so that it can be said how to mend it."""


_ESCAPED_LETTERS: Final = (rb"\u006", rb"\u007")
"""How letters that need no escape begin in one: the name of a member may be hidden so, and no format be seen."""


def read_recording(
    path: str | os.PathLike[str], *, on_obstacle: Callable[[EntryError], None] | None = None
) -> Iterator[Exchange]:
    """The exchanges recorded in a file. Raises RecordingError where it cannot be read.

    A bad entry does not lose the others: `on_obstacle` is told of it; without one, the first is raised at the end.
    """
    with opened(path) as source:
        yield from _good(_read(source), on_obstacle)


def read_stream(
    stream: BinaryIO, *, source: str, on_obstacle: Callable[[EntryError], None] | None = None
) -> Iterator[Exchange]:
    """The exchanges recorded in a stream (standard input, the body of a request); else as `read_recording`."""
    yield from _good(_read(Source(stream, source)), on_obstacle)


def read_part(
    part: Part, counter: LineCounter, *, on_obstacle: Callable[[EntryError], None] | None = None
) -> Iterator[Exchange]:
    """The exchanges in a part of a recording, counted from 0 in it; else as `read_recording`."""
    yield from _good(parts.read_part(part, counter), on_obstacle)


def read_short(text: bytes, *, source: str) -> Exchange | None:
    """The exchange that a short text is, if it is one on one line: what `read_stream` gives, in a tenth of the time.

    None where it is longer, anything else, or wrong: `read_stream` tells.
    """
    if len(text) > SHORT or b"\n" in text.rstrip() or any(escape in text for escape in _ESCAPED_LETTERS):
        return None
    entry = exchange_lines.read_line(text, source)
    return None if isinstance(entry, EntryError) else entry


def format_of(head: bytes) -> Format | None:
    """The format of a recording that begins with these bytes."""
    seen = sniffing.look(head)
    return next(
        (one for one in (*FORMATS, _REFUSED) if one.kind == seen.kind and one.members & set(seen.members)), None
    )


def _read(source: Source) -> Entries:
    found = format_of(source.head)
    if found is not None:
        return found.read(source)
    seen = sniffing.look(source.head)
    if seen.kind == sniffing.UTF_16:
        mend = "save it as UTF-8 (in PowerShell: Out-File -Encoding utf8)"
        raise RecordingError("UTF-16 text; recordings are UTF-8", place=source.name, mend=mend)
    if seen.kind == sniffing.EMPTY:
        raise UnknownFormat("empty; expected a recording", place=source.name)
    raise UnknownFormat(
        f"{seen}; expected a recording", place=source.name, mend=f"we read {'; '.join(map(str, FORMATS))}"
    )


def _good(entries: Entries, on_obstacle: Callable[[EntryError], None] | None) -> Iterator[Exchange]:
    """The entries that can be read; what becomes of the others, `read_recording` tells."""
    first: EntryError | None = None
    bad = 0
    for entry in entries:
        if not isinstance(entry, EntryError):
            yield entry
        elif on_obstacle is not None:
            on_obstacle(entry)
        else:
            first = first or entry
            bad += 1
    if first is not None:
        more = f"; {bad} entries in all cannot be read" if bad > 1 else ""
        raise EntryError(f"{first.reason}{more}", place=first.place)
