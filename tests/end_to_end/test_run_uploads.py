"""Uploads of runs over plain sockets: what is cut is never stored, what is whole is stored with what was read of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.test_service import EXCHANGE, LINE, Answer, Served, chunk, head, send, served
from tests.packing import gzipped

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.end_to_end

BODY = json.dumps(EXCHANGE).encode()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("service")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DATABASE_URL", f"sqlite:///{folder / 'runs.db'}")
        with served(folder) as running:
            yield running


def to_runs(*fields: str, content_type: str = "application/x-ndjson") -> bytes:
    return head(*fields, content_type=content_type).replace(b"/v1/validate", b"/v1/runs", 1)


def stored(service: Served) -> int:
    answer = send(service, b"GET /v1/runs?limit=200 HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return len(json.loads(answer.body)["runs"])


def is_stored(answer: Answer, *, size: int, exchanges: int) -> None:
    assert answer.status == 201
    told = json.loads(answer.body)
    assert told["read"] == {"bytes": size, "exchanges": exchanges}
    assert told["summary"]["exchanges"] == exchanges
    assert answer.headers["recording-bytes"] == str(size)
    assert answer.headers["recording-exchanges"] == str(exchanges)


class TestWhole:
    def test_by_length(self, service: Served) -> None:
        before = stored(service)
        answer = send(service, to_runs(f"Content-Length: {3 * len(LINE)}"), LINE * 3)
        is_stored(answer, size=3 * len(LINE), exchanges=3)
        assert stored(service) == before + 1

    def test_by_chunks(self, service: Served) -> None:
        data = LINE * 50
        pieces = [chunk(data[start : start + 777]) for start in range(0, len(data), 777)]
        answer = send(service, to_runs("Transfer-Encoding: chunked"), *pieces, b"0\r\n\r\n")
        is_stored(answer, size=len(data), exchanges=50)

    def test_compressed(self, service: Served) -> None:
        data = gzipped(LINE * 50)
        answer = send(service, to_runs(f"Content-Length: {len(data)}", "Content-Encoding: gzip"), data)
        is_stored(answer, size=len(data), exchanges=50)

    def test_and_longer_than_it_says_ends_where_it_says(self, service: Served) -> None:
        answer = send(service, to_runs(f"Content-Length: {len(LINE)}", "Connection: close"), LINE + LINE)
        is_stored(answer, size=len(LINE), exchanges=1)


class TestCut:
    @pytest.fixture(autouse=True)
    def nothing_is_stored(self, service: Served) -> Iterator[None]:
        before = stored(service)
        yield
        assert stored(service) == before

    @pytest.mark.parametrize("came", [b"", LINE[:50], LINE, LINE * 3], ids=len)
    @pytest.mark.parametrize("promised", [1, 100_000])
    def test_before_the_promised_length(self, service: Served, came: bytes, promised: int) -> None:
        answer = send(service, to_runs(f"Content-Length: {len(came) + promised}"), came, half_close=True)
        assert answer.problem == (400, "body-cut-short")
        assert json.loads(answer.body)["bytes_read"] == len(came)

    @pytest.mark.parametrize("end", [b"", b"0\r\n", b"10\r\n", b"ffffff\r\nabc", b"zz\r\n\r\n", b"-1\r\n\r\n"])
    @pytest.mark.parametrize("came", [LINE * 3, BODY], ids=["lines", "one"])
    def test_between_chunks(self, service: Served, end: bytes, came: bytes) -> None:
        answer = send(service, to_runs("Transfer-Encoding: chunked"), chunk(came), end, half_close=True)
        assert answer.problem == (400, "body-cut-short")

    @pytest.mark.parametrize("content_type", ["application/json", "application/x-ndjson"])
    def test_one_byte_before_its_end(self, service: Served, content_type: str) -> None:
        """The length is right, the recording is not: it ends within an exchange."""
        cut = BODY[:-1]
        answer = send(service, to_runs(f"Content-Length: {len(cut)}", content_type=content_type), cut)
        assert answer.problem == (422, "unreadable-recording")

    def test_lines_that_end_within_one(self, service: Served) -> None:
        cut = (LINE * 3)[:-20]
        answer = send(service, to_runs(f"Content-Length: {len(cut)}"), cut)
        assert answer.problem == (422, "recording-cut-short")
        told = json.loads(answer.body)
        assert (told["bytes_read"], told["exchanges_read"]) == (len(cut), 2)

    @pytest.mark.parametrize("lost", [1, 8, 20])
    def test_compressed(self, service: Served, lost: int) -> None:
        data = gzipped(LINE * 50)[:-lost]
        answer = send(service, to_runs(f"Content-Length: {len(data)}", "Content-Encoding: gzip"), data)
        assert answer.status == 400

    def test_shorter_than_the_exchange_that_was_sent(self, service: Served) -> None:
        """A Content-Length that is too small cuts the body, and what follows it is no request."""
        start = to_runs(f"Content-Length: {len(BODY) - 5}", "Connection: close", content_type="application/json")
        assert send(service, start, BODY).problem == (422, "unreadable-recording")
