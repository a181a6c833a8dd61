"""The body of a request: counted, bounded, expanded, and never taken for whole when it is not."""

from __future__ import annotations

import contextlib
import gzip
import io
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from flask import Request
from gunicorn.http.errors import ChunkMissingTerminator, NoMoreData
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.packing import gzipped
from validator.service import problems
from validator.service.problems import Refusal
from validator.service.upload import EXPANSION, PIECE, Upload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMIT = 1_000_000


class Wire(io.RawIOBase):
    """What a server hands over: pieces of any size, then the end, or what the server raises."""

    def __init__(self, pieces: list[bytes], end: Exception | None = None) -> None:
        self.pieces = pieces
        self.end = end

    def read(self, size: int = -1) -> bytes:
        while self.pieces:
            piece, rest = self.pieces[0][:size], self.pieces[0][size:]
            self.pieces[:1] = [rest] if rest else []
            if piece:
                return piece
        if self.end is not None:
            raise self.end
        return b""


def request(*pieces: bytes, end: Exception | None = None, length: int | None = None, coding: str = "") -> Request:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "wsgi.input": Wire(list(pieces), end),
        "wsgi.input_terminated": True,
        "wsgi.url_scheme": "http",
        "HTTP_HOST": "localhost",
    }
    if coding:
        environ["HTTP_CONTENT_ENCODING"] = coding
    if length is None:
        environ["HTTP_TRANSFER_ENCODING"] = "chunked"
    else:
        environ["CONTENT_LENGTH"] = str(length)
    return Request(environ)


def refused(made: Callable[[], object]) -> problems.Problem:
    with pytest.raises(Refusal) as caught:
        made()
    return caught.value.problem


def whole(asked: Request, limit: int = LIMIT) -> bytes:
    upload = Upload(asked, limit=limit)
    return upload.stream.read()


def pieces_of(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    for size in sizes:
        yield data[:size]
        data = data[size:]
    yield data


@pytest.mark.property
class TestEveryByteArrivesOnce:
    """RFC 9112, section 6: the body is the octets of the message, however they were chunked."""

    @settings(max_examples=60)
    @given(st.binary(min_size=1, max_size=2000), st.lists(st.integers(0, 300), max_size=20))
    def test_plain(self, data: bytes, sizes: list[int]) -> None:
        assume(not data.startswith(b"\x1f\x8b"))
        assert whole(request(*pieces_of(data, sizes))) == data

    @settings(max_examples=60)
    @given(st.lists(st.binary(max_size=2000), min_size=1, max_size=3), st.lists(st.integers(0, 300), max_size=20))
    def test_gzip_of_any_number_of_members(self, members: list[bytes], sizes: list[int]) -> None:
        assume(not b"".join(members).startswith(b"\x1f\x8b"))
        sent = b"".join(map(gzip.compress, members))
        assert whole(request(*pieces_of(sent, sizes), coding="gzip")) == b"".join(members)

    @settings(max_examples=60)
    @given(st.binary(min_size=1, max_size=500), st.data())
    def test_a_body_cut_anywhere_is_refused(self, data: bytes, draw: st.DataObject) -> None:
        cut = draw.draw(st.integers(0, len(data) - 1))
        problem = refused(lambda: whole(request(data[:cut], length=len(data))))
        assert problem.kind is problems.BODY_CUT_SHORT
        assert problem.members["bytes_read"] == cut

    @settings(max_examples=60)
    @given(st.binary(max_size=500), st.data())
    def test_a_gzip_body_cut_anywhere_is_refused(self, data: bytes, draw: st.DataObject) -> None:
        sent = gzipped(data)
        cut = draw.draw(st.integers(1, len(sent) - 1))
        assert refused(lambda: whole(request(sent[:cut], coding="gzip"))).kind is problems.UNREADABLE_CODING

    @settings(max_examples=60)
    @given(st.binary(min_size=1, max_size=500))
    def test_any_bytes_as_gzip_are_read_or_refused(self, data: bytes) -> None:
        with contextlib.suppress(Refusal):
            whole(request(data, coding="gzip"))


@pytest.mark.parametrize("length", [None, 10])
def test_a_body_as_large_as_the_limit_is_taken(length: int | None) -> None:
    assert whole(request(b"x" * 10, length=length), limit=10) == b"x" * 10


def test_a_byte_more_than_the_limit_is_refused_while_it_is_read() -> None:
    problem = refused(lambda: whole(request(b"x" * 5, b"x" * 6), limit=10))
    assert problem.kind is problems.BODY_TOO_LARGE
    assert problem.members == {"limit": 10}


def test_a_content_length_over_the_limit_is_refused_unread() -> None:
    asked = request(b"x" * 11, length=11)
    assert refused(lambda: Upload(asked, limit=10)).kind is problems.BODY_TOO_LARGE
    assert asked.stream.read(11) == b"x" * 11


def test_no_more_is_read_than_the_limit_and_a_byte() -> None:
    asked = request(*[b"x" * 100] * 1000)
    refused(lambda: whole(asked, limit=250))
    assert len(asked.environ["wsgi.input"].pieces) == 998


def test_a_gzip_bomb_is_refused_before_it_expands() -> None:
    bomb = gzipped(bytes(100 * LIMIT), 9)
    assert len(bomb) < LIMIT
    upload = Upload(request(bomb, coding="gzip"), limit=LIMIT)
    expanded = 0

    def drain() -> None:
        nonlocal expanded
        while piece := upload.stream.read(PIECE):
            expanded += len(piece)

    problem = refused(drain)
    assert problem.kind is problems.BODY_TOO_LARGE
    assert expanded <= EXPANSION * LIMIT + PIECE


@pytest.mark.parametrize("end", [NoMoreData(), ChunkMissingTerminator(b""), ConnectionResetError(), OSError()])
def test_a_body_that_breaks_off_is_refused(end: Exception) -> None:
    problem = refused(lambda: whole(request(b"abc", end=end)))
    assert problem.kind is problems.BODY_CUT_SHORT
    assert "3 bytes" in problem.detail


def test_a_client_that_is_too_slow_is_refused() -> None:
    assert refused(lambda: whole(request(b"abc", end=TimeoutError()))).kind is problems.TOO_SLOW


@pytest.mark.parametrize("coding", ["", "gzip", "identity"])
@pytest.mark.parametrize("length", [None, 0])
def test_no_body_is_missing_whatever_its_coding(coding: str, length: int | None) -> None:
    assert refused(lambda: whole(request(length=length, coding=coding))).kind is problems.MISSING_BODY


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "zstd", "\N{LATIN SMALL LETTER E WITH ACUTE}"])
def test_other_codings_than_gzip_are_refused_with_what_is_taken(coding: str) -> None:
    problem = refused(lambda: whole(request(b"abc", coding=coding)))
    assert problem.kind is problems.UNSUPPORTED_MEDIA_TYPE
    assert problem.headers == {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("coding", ["GZIP", " gzip ", "x-gzip"])
def test_gzip_is_known_by_all_its_names(coding: str) -> None:
    assert whole(request(gzipped(b"abc"), coding=coding)) == b"abc"


@pytest.mark.parametrize("sent", [b"plain", zlib.compress(b"abc"), gzipped(b"abc") + b"trailing"])
def test_what_is_not_gzip_is_refused(sent: bytes) -> None:
    assert refused(lambda: whole(request(sent, coding="gzip"))).kind is problems.UNREADABLE_CODING


@pytest.mark.parametrize(("sent", "coding"), [(gzipped(b"abc"), ""), (gzipped(gzipped(b"abc")), "gzip")])
def test_gzip_that_is_not_announced_is_refused(sent: bytes, coding: str) -> None:
    problem = refused(lambda: whole(request(sent, coding=coding)))
    assert problem.kind is problems.UNSUPPORTED_MEDIA_TYPE
    assert "Content-Encoding" in problem.mend


def test_finish_finds_a_cut_that_the_reader_did_not_reach() -> None:
    upload = Upload(request(b'{"a": 1}' + b" " * PIECE, b" ", length=PIECE * 3), limit=LIMIT)
    assert upload.stream.read(8) == b'{"a": 1}'
    assert refused(upload.finish).kind is problems.BODY_CUT_SHORT


def test_what_came_is_counted_as_it_was_sent() -> None:
    sent = gzipped(b"a" * 10_000)
    upload = Upload(request(sent, coding="gzip"), limit=LIMIT)
    upload.finish()
    assert upload.received == len(sent)
