"""The door of the package: a file or a stream in, exchanges and obstacles out."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.recordings import reading
from validator.errors import EntryError, RecordingError
from validator.recordings import FORMATS, SHORT, UnknownFormat, read_recording, read_short, read_stream

if TYPE_CHECKING:
    from pathlib import Path

    from validator.exchange import Exchange

LINE = b'{"request": {"method": "GET", "url": "/"}, "response": {"status": 200}}\n'
BAD = b'{"request": {"method": 1}, "response": {}}\n'


def stream(data: bytes) -> list[Exchange]:
    return list(read_stream(io.BytesIO(data), source="x"))


def test_a_file_is_read_whatever_its_name(tmp_path: Path):
    path = tmp_path / "picture.png"
    path.write_bytes(LINE * 2)
    for given_as in (path, str(path)):
        exchanges = list(read_recording(given_as))
        assert [(exchange.source, exchange.index) for exchange in exchanges] == [(str(path), 0), (str(path), 1)]


def test_a_file_is_closed_when_nobody_reads_on(tmp_path: Path):
    """An open file would be a ResourceWarning, which fails the test."""
    (tmp_path / "x").write_bytes(LINE * 2)
    exchanges = read_recording(tmp_path / "x")
    next(exchanges)
    exchanges.close()


def test_on_obstacle_is_told_of_each_bad_entry_while_reading_goes_on():
    met: list[EntryError] = []
    exchanges = list(read_stream(io.BytesIO(LINE + BAD + BAD + LINE), source="x", on_obstacle=met.append))
    assert [exchange.index for exchange in exchanges] == [0, 3]
    assert [one.place for one in met] == ["x: line 2: request.method", "x: line 3: request.method"]


def test_without_it_the_good_entries_come_first_and_then_the_first_bad_one_is_raised():
    exchanges = read_stream(io.BytesIO(BAD + LINE + BAD + LINE), source="x")
    assert [next(exchanges).index, next(exchanges).index] == [1, 3]
    with pytest.raises(EntryError) as caught:
        next(exchanges)
    assert (
        str(caught.value)
        == "x: line 1: request.method: expected a string, got an integer; 2 entries in all cannot be read"
    )
    with pytest.raises(EntryError, match=r"expected a string, got an integer$"):
        stream(LINE + BAD)


@pytest.mark.parametrize(
    "data", [b"", b" \n\t", b"\xef\xbb\xbf", b"# Notes", b"\x89PNG\0", b'{"a": 1}', b"a: 1", b"[null]"]
)
def test_what_is_no_recording_is_told_with_the_formats_that_are(data):
    with pytest.raises(UnknownFormat) as caught:
        stream(data)
    assert caught.value.place == "x"
    assert caught.value.reason.endswith("; expected a recording")
    if data.strip(b"\xef\xbb\xbf\n\t "):
        assert all(str(one) in caught.value.mend for one in FORMATS)


def test_utf_16_is_told_apart_since_it_may_well_be_a_recording():
    for data in (LINE.decode().encode("utf-16"), LINE.decode().encode("utf-16-le")):
        with pytest.raises(RecordingError, match="UTF-16 text; recordings are UTF-8") as caught:
            stream(data)
        assert not isinstance(caught.value, UnknownFormat)


@pytest.mark.parametrize("data", [b'{"log": {"entries": []}}', b'{"interactions": []}', b"interactions: []\n"])
def test_a_recording_of_nothing_is_no_obstacle(data):
    assert stream(data) == []


def test_the_formats_have_signs_of_their_own():
    signs = [(one.kind, member) for one in FORMATS for member in one.members]
    assert len(signs) == len(set(signs))


@pytest.mark.property
@settings(max_examples=300)
@given(
    st.binary(max_size=40),
    st.sampled_from(
        [b"", b'{"log": ', b"interactions: ", b'[{"request":', LINE, b"\x1f\x8b", json.dumps([1]).encode()]
    ),
)
def test_any_bytes_give_exchanges_or_an_obstacle(noise, begin):
    assert all(one.startswith("x: ") for one in reading.told(begin + noise))


SPACE = st.sampled_from(["", "", "", " ", "\n", "\r\n", "\t", "\v", "\n\n{}", "\ufeff"])
MEMBERS = st.sampled_from(
    [
        '"request": {"method": "GET", "url": "/"}',
        '"request": {"method": "GET", "url": "/", "body": "\\\\\\"{\\\\u0072"}',
        '"req\\u0075est": {"method": "GET", "url": "/"}',
        '"response": {"status": 200, "json": {"log": [1, {}]}}',
        '"response": {"status": 200, "headers": {"a": "\\ud800"}}',
        '"respons\\u0065": {"status": 200}',
        '"response": {"status": 1000}',
        '"log": {"entries": []}',
        '"interactions": []',
        '"recorded_at": null',
    ]
)


@st.composite
def short_texts(draw: st.DrawFn) -> bytes:
    members = draw(SPACE) + (draw(SPACE) + "," + draw(SPACE)).join(draw(st.lists(MEMBERS, max_size=4))) + draw(SPACE)
    text = (draw(SPACE) + "{" + members + "}" + draw(SPACE)).encode()
    if draw(st.booleans()):
        return text
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(st.binary(max_size=2)) + text[at + draw(st.integers(0, 2)) :]


@pytest.mark.property
class TestShortTexts:
    @settings(max_examples=1000)
    @given(short_texts())
    @example(LINE.replace(b'"req', b'"\\u0072eq').replace(b'"resp', b'"\\u0072esp'))
    @example(b'{"response": {"status": 200, "headers": {"a": "\x80\\ud800"}}}')
    def test_what_is_read_at_once_is_what_the_stream_gives(self, text: bytes):
        at_once = read_short(text, source="x")
        if at_once is not None:
            assert stream(text) == [at_once]


@pytest.mark.parametrize("end", [b"", b"\n", b" \r\n\n"])
def test_a_short_line_is_read_at_once(end: bytes):
    assert read_short(LINE.rstrip() + end, source="x") == stream(LINE)[0]


@pytest.mark.parametrize(
    "text",
    [b"", BAD, LINE * 2, b"[" + LINE + b"]", LINE.replace(b",", b",\n"), b"\n" + LINE, LINE.rstrip() + b" " * SHORT],
    ids=lambda text: str(text[:40]),
)
def test_no_other_text_is_read_at_once(text: bytes):
    assert read_short(text, source="x") is None
