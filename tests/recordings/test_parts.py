"""A recording of exchange lines that is read in parts is the same recording."""

from __future__ import annotations

import gzip
import io
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validator.errors import EntryError, RecordingError
from validator.recordings import Source, exchange_lines, parts, read_part, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


def in_parts(data: bytes, size: int) -> list[object]:
    def entries() -> Iterator[object]:
        for part in split(Source(io.BytesIO(data), "a.ndjson"), size):
            yield from parts.read_part(part)

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
@given(TEXTS, st.integers(4, 120), st.integers(0, 80))  # no line of white space is longer
def test_lines_that_are_too_long_are_passed_over_in_parts_too(data: bytes, size: int, more: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange_lines, "MAX_LINE", size + more)
        assert in_parts(data, size) == at_once(data)


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


def test_parts_end_where_lines_end() -> None:
    data = b"\n".join(GOOD % number for number in range(100)) + b"\n"
    parts = list(split(Source(io.BytesIO(data), "a.ndjson"), 1000))
    assert len(parts) > 5
    assert b"".join(part.data for part in parts) == data
    assert all(part.data.endswith(b"\n") for part in parts)
    assert [part.lines_before for part in parts] == [data[: data.index(part.data)].count(b"\n") for part in parts]


def test_a_part_tells_of_its_bad_lines_by_their_number_in_the_recording() -> None:
    data = b"\n".join([GOOD % 1, b"", GOOD % 2, b"{", GOOD % 3]) + b"\n"
    *_, last = split(Source(io.BytesIO(data), "a.ndjson"), 100)
    met: list[EntryError] = []
    assert [exchange.index for exchange in read_part(last, on_obstacle=met.append)] == [3]
    assert [obstacle.place for obstacle in met] == ["a.ndjson: line 4"]
