"""Where recordings come from: every way in which reading can fail is told as an obstacle."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.packing import gzipped
from validator.errors import RecordingError
from validator.recordings import source as module
from validator.recordings.source import HEAD, Source, opened

if TYPE_CHECKING:
    from pathlib import Path


def whole(data: bytes) -> bytes:
    return Source(io.BytesIO(data), "x").whole()


@pytest.mark.property
@settings(max_examples=100)
@given(st.sampled_from([b"", b"a" * HEAD, b"b" * (3 * HEAD)]), st.binary(max_size=20), st.booleans())
def test_every_byte_comes_once_and_the_head_is_how_they_begin(begin, data, packed):
    data = b"-" + begin + data
    source = Source(io.BytesIO(gzipped(data, 1) if packed else data), "x")
    assert source.head == data[:HEAD]
    assert source.stream.readline() + source.whole() == data


@pytest.mark.parametrize(
    "recorded",
    [
        b"\xef\xbb\xbfa",
        gzipped(b"a"),
        gzipped(b"\xef\xbb\xbfa"),
        gzipped(b"") + gzipped(b"a"),
        gzipped(b"a") + b"\0" * 10,
    ],
)
def test_a_byte_order_mark_and_a_gzip_coding_are_gone(recorded):
    assert whole(recorded) == b"a"


@pytest.mark.parametrize(
    ("recorded", "told"),
    [
        (gzipped(b"a" * 900)[:-9], "x: not whole gzip: "),
        (gzipped(b"a") + b"more", "x: not whole gzip: "),
        (b"\x1f\x8b", "x: not whole gzip: "),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\0\xff\xff", "x: not whole gzip: "),
        (b"a" * 2001, "x: larger than 2,000 bytes (split it, "),
        (gzipped(b"a" * 1001), "x: larger than 1,000 bytes (split it, "),
    ],
)
def test_what_is_not_whole_or_too_large_is_refused(monkeypatch, recorded, told):
    monkeypatch.setattr(module, "MAX_WHOLE", 2000)
    monkeypatch.setattr(module, "MAX_WHOLE_EXPANDED", 1000)
    with pytest.raises(RecordingError) as caught:
        whole(recorded)
    assert str(caught.value).startswith(told)


def test_a_bomb_of_endless_lines_ends(monkeypatch):
    monkeypatch.setattr(module, "MAX_EXPANDED", 10 * HEAD)
    source = Source(io.BytesIO(gzipped(b"\n" * (100 * HEAD))), "x")
    with pytest.raises(RecordingError, match="expands to more than 655,360 bytes"):
        for _ in source.stream:
            pass


def test_a_stream_that_breaks_off_is_told():
    class Broken(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:  # noqa: ARG002 - it breaks before
            raise OSError(5, "Input/output error")

    with pytest.raises(RecordingError, match="x: cannot be read: Input/output error"):
        Source(io.BufferedReader(Broken()), "x")


def test_what_the_giver_of_a_stream_raises_is_left_to_the_giver():
    """The service stops an upload that is too large with an exception of its own."""

    class StopError(Exception):
        pass

    class Stopped(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:  # noqa: ARG002 - it stops before
            raise StopError

    with pytest.raises(StopError):
        Source(Stopped(), "x")


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path):
    for path, told in (
        (tmp_path / "missing", "cannot be read: No such file or directory"),
        (tmp_path, "a folder; expected a recording"),
        (tmp_path / ("x" * 300), "cannot be read: File name too long"),
        ("a\0b", "cannot be read: embedded null byte"),
    ):
        with pytest.raises(RecordingError) as caught, opened(path):
            pass
        assert caught.value.reason == told
        assert caught.value.place == str(path)
