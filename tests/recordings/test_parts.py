"""A recording of exchange lines that is read in parts is the same recording."""

from __future__ import annotations

import gzip
import io
import os
import random
from collections import defaultdict
from dataclasses import replace
from itertools import cycle
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validator.errors import EntryError, RecordingError
from validator.exchange import Exchange
from validator.recordings import LineCounter, Source, Stretch, exchange_lines, opened, parts, read_part, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from validator.recordings import Part

GOOD = b'{"request": {"method": "GET", "url": "https://x.nl/%d"}, "response": {"status": 200}}'
LINES = st.one_of(
    st.integers(0, 9).map(lambda number: GOOD % number),
    st.sampled_from([b"", b" ", b"\t\r", b"\v\f", b"{", b"}", b"null", b'{"request": 1}', b"\xff", b"x" * 200]),
    st.sampled_from([b'{"request": {"method": "GET", "url": "https://x.nl"},', b'"response": {"status": 200}}']),
)
NOISE = [b'{"noise": "%s"}' % random.Random(number).randbytes(100).hex().encode() for number in range(900)]  # noqa: S311
"""Lines that stay more than what is read at once, even when they are compressed; no two are alike."""

ENDS = st.sampled_from([b"\n", b"\r\n"])
TEXTS = st.builds(
    lambda lines, end, last: end.join(lines) + last, st.lists(LINES, max_size=12), ENDS, st.sampled_from([b"", b"\n"])
)


def told(entries: Iterable[object]) -> list[object]:
    """Entries as they compare; a RecordingError is the last of them."""
    seen: list[object] = []
    try:
        seen.extend(
            (type(entry), entry.reason, entry.place) if isinstance(entry, EntryError) else entry for entry in entries
        )
    except RecordingError as obstacle:
        seen.append((type(obstacle), obstacle.reason, obstacle.place))
    return seen


def entries_of(dealt: Iterable[Part], deal: Sequence[int] = (0,)) -> Iterator[Exchange | EntryError]:
    """The entries of the parts, each read by one of several readers, with exchanges counted from part to part."""
    readers: dict[int, LineCounter] = defaultdict(LineCounter)
    before = 0
    for part, reader in zip(dealt, cycle(deal), strict=False):
        number = -1
        for number, entry in enumerate(parts.read_part(part, readers[reader])):
            yield msgspec.structs.replace(entry, index=before + number) if isinstance(entry, Exchange) else entry
        before += number + 1


def in_parts(data: bytes, size: int) -> list[object]:
    def entries() -> Iterator[object]:
        yield from entries_of(split(Source(io.BytesIO(data), "a.ndjson"), size))

    return told(entries())


def in_parts_of_a_file(path: Path, data: bytes, size: int, deal: Sequence[int] = (0,)) -> list[object]:
    def entries() -> Iterator[object]:
        with opened(path) as source:
            dealt = list(split(source, size))
            assert all(part.is_one_object or isinstance(part.data, Stretch) for part in dealt)
            yield from entries_of((replace(part, source="a.ndjson") for part in dealt), deal)

    path.write_bytes(data)
    return told(entries())


def at_once(data: bytes) -> list[object]:
    def entries() -> Iterator[object]:
        yield from exchange_lines.read(Source(io.BytesIO(data), "a.ndjson"))

    return told(entries())


@pytest.mark.property
@given(TEXTS, st.integers(1, 600))
def test_the_parts_hold_what_the_whole_holds(data: bytes, size: int) -> None:
    assert in_parts(data, size) == at_once(data)


@pytest.mark.property
@given(
    data=TEXTS,
    size=st.integers(1, 600),
    piece=st.integers(1, 90),
    mark=st.sampled_from([b"", b"\xef\xbb\xbf"]),
    deal=st.lists(st.integers(0, 2), min_size=1, max_size=8),
)
def test_the_parts_of_a_file_hold_what_the_whole_holds(
    data: bytes, size: int, piece: int, mark: bytes, deal: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "parts.ndjson"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "PIECE", piece)
        assert in_parts_of_a_file(path, mark + data, size, deal) == at_once(mark + data)


@pytest.mark.property
@given(data=TEXTS, size=st.integers(4, 120), more=st.integers(0, 80))  # no line of white space is longer
def test_lines_that_are_too_long_are_passed_over_in_parts_too(
    data: bytes, size: int, more: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "long.ndjson"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange_lines, "MAX_LINE", size + more)
        assert in_parts(data, size) == at_once(data)
        assert in_parts_of_a_file(path, data, size) == at_once(data)


@pytest.mark.property
@settings(max_examples=40)
@given(st.lists(LINES, min_size=1, max_size=12), st.integers(1, 250_000), st.integers(0, 90_000), st.booleans())
def test_what_was_read_before_a_failure_is_not_lost(lines: list[bytes], size: int, cut: int, damaged: bool) -> None:
    packed = bytearray(gzip.compress(b"\n".join([*lines, *NOISE, *lines]) + b"\n", compresslevel=1))
    if damaged:
        packed[cut % len(packed)] ^= 0xFF
    else:
        del packed[-1 - cut :]
    assert in_parts(bytes(packed), size) == at_once(bytes(packed))


MANY = b"\n".join(GOOD % number for number in range(100)) + b"\n"


def test_parts_end_where_lines_end() -> None:
    dealt = list(split(Source(io.BytesIO(MANY), "a.ndjson"), 1000))
    assert len(dealt) > 5
    assert b"".join(bytes_of(part) for part in dealt) == MANY
    assert all(bytes_of(part).endswith(b"\n") for part in dealt)
    assert [part.lines_before for part in dealt] == [MANY[: MANY.index(bytes_of(part))].count(b"\n") for part in dealt]


def test_the_parts_of_a_file_end_where_lines_end_and_the_last_are_smaller(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(MANY)
    with opened(path) as source:
        dealt = list(split(source, 1000))
        texts = [bytes_of(part) for part in dealt]
    assert b"".join(texts) == MANY
    assert all(text.endswith(b"\n") for text in texts)
    assert [part.number for part in dealt] == list(range(len(dealt)))
    assert len(texts[0]) > 800 > 4 * len(texts[-1])


def bytes_of(part: Part) -> bytes:
    return part.data.stream(part.source).read() if isinstance(part.data, Stretch) else part.data


class TestAFileThatChangesWhileItIsRead:
    """What was read is told, and what is missing is an obstacle."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "a.ndjson"
        path.write_bytes(MANY)
        return path

    def test_it_becomes_shorter(self, path: Path) -> None:
        with opened(path) as source:
            dealt = list(split(source, 10**6))
            os.truncate(path, len(MANY) // 2)
            seen = told(entries_of(dealt))
        left = MANY[: len(MANY) // 2].count(b"\n")
        assert [entry.index for entry in seen[:-1] if isinstance(entry, Exchange)] == list(range(left))
        assert seen[-1] == (RecordingError, "became shorter while it was read", str(path))

    def test_it_becomes_shorter_before_it_is_dealt_out(self, path: Path) -> None:
        with opened(path) as source:
            os.truncate(path, len(MANY) // 2)
            seen = told(entries_of(split(source, 1000)))
        assert len(seen) == MANY[: len(MANY) // 2].count(b"\n") + 1
        assert [type(entry) for entry in seen[:-1]] == [Exchange] * (len(seen) - 1)
        assert seen[-1][0] is EntryError  # type: ignore[index] - the line that was cut

    def test_it_becomes_longer(self, path: Path) -> None:
        with opened(path) as source:
            with path.open("ab") as more:
                more.write(MANY)
            assert sum(1 for _ in entries_of(split(source, 1000))) == 200

    def test_another_takes_its_name(self, path: Path) -> None:
        with opened(path) as source:
            dealt = list(split(source, 1000))
            path.unlink()
            path.write_bytes(b"{}\n" * 1000)
            assert sum(1 for _ in entries_of(dealt)) == 100


def test_a_part_tells_of_its_bad_lines_by_their_number_in_the_recording(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(b"\n".join([GOOD % 1, b"", GOOD % 2, b"{", GOOD % 3]) + b"\n")
    with opened(path) as source:
        for dealt in (list(split(source, 100)), list(split(Source(io.BytesIO(path.read_bytes()), str(path)), 100))):
            met: list[EntryError] = []
            list(read_part(dealt[-1], LineCounter(), on_obstacle=met.append))
            assert [obstacle.place for obstacle in met] == [f"{path}: line 4"]


def test_one_reader_tells_the_lines_of_several_recordings_apart(tmp_path: Path) -> None:
    reader = LineCounter()
    for name, lines in (("a", [b"{"] * 9), ("b", [GOOD % 1, b"{"]), ("b", [GOOD % 1, b"{"])):
        path = tmp_path / name
        path.write_bytes(b"\n".join(lines))
        met: list[EntryError] = []
        with opened(path) as source:
            for part in split(source, 1):
                list(read_part(part, reader, on_obstacle=met.append))
        assert [obstacle.place for obstacle in met] == [
            f"{path}: line {number}" for number, line in enumerate(lines, 1) if line == b"{"
        ]
