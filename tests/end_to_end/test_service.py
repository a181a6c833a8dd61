"""`picqer-contract serve` as people run it: a real process, real sockets, and clients that behave badly."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import urllib3

from tests import witness
from tests.packing import gzipped

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.end_to_end

MIB = 1024 * 1024
SHOP = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "7"},
    "servers": [{"url": "https://shop.test"}],
    "paths": {
        "/items": {
            "get": {
                "operationId": "listItems",
                "responses": {
                    "200": {"description": "OK", "content": {"application/json": {"schema": {"type": "array"}}}}
                },
            }
        }
    },
}
EXCHANGE = {
    "request": {"method": "GET", "url": "https://shop.test/items"},
    "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": "[]"},
}
LINE = json.dumps(EXCHANGE).encode() + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running service."""

    process: subprocess.Popen[str]
    url: str

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back over a raw socket."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> tuple[int, str]:
        told = json.loads(self.body)
        assert self.headers["content-type"] == "application/problem+json"
        assert told["status"] == self.status
        assert self.headers["x-content-type-options"] == "nosniff"
        return self.status, told["type"].removeprefix("/problems/")


def complaints(told: str) -> str:
    """What a service told, without what it says of an older SQLite, and of changes."""
    told = re.sub(r"^SQLite 3\.\S+ can corrupt a database that several write to at once; .*\n", "", told)
    return re.sub(r'^\{"time":"[^"]+","level":"info","log":"audit",.*\n', "", told, flags=re.MULTILINE)


@contextlib.contextmanager
def served(folder: Path, *command: str, ends_with: int = signal.SIGTERM) -> Iterator[Served]:
    """Start the service on a free port; stop it, and see that it ended well and complained of nothing."""
    spec = folder / "shop.json"
    spec.write_text(json.dumps(SHOP))
    argv = [*(command or (sys.executable, "-m", "validator", "serve")), "--spec", str(spec), "--port", "0"]
    process = subprocess.Popen(
        [*argv, "--max-body", "1", "--workers", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        greeting = process.stdout.readline()
        assert greeting.startswith("Judging recordings at http://127.0.0.1:"), process.communicate(timeout=10)
        yield Served(process=process, url=greeting.split()[3])
    finally:
        if process.poll() is None:
            process.send_signal(ends_with)
        try:
            out, err = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # with its workers, which have its pipes
            process.communicate()
            raise
    assert (process.returncode, out, complaints(err)) == (0, "", "")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with the patience of half a second, a second in all."""
    code = (
        "import sys; from validator import cli; from validator.service import server; "
        "server.HEAD_TIME, server.IDLE_TIME, server.REQUEST_TIME = 0.5, 0.5, 1.0; cli.entry_point()"
    )
    with served(tmp_path_factory.mktemp("hasty"), sys.executable, "-c", code, "serve") as running:
        yield running


@pytest.fixture
def http() -> Iterator[urllib3.PoolManager]:
    with urllib3.PoolManager(retries=False, timeout=20) as pool:
        yield pool


def head(*fields: str, content_type: str = "application/x-ndjson") -> bytes:
    lines = ["POST /v1/validate HTTP/1.1", "Host: localhost", f"Content-Type: {content_type}", *fields]
    return "\r\n".join([*lines, "", ""]).encode()


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def send(service: Served, *pieces: bytes, half_close: bool = False) -> Answer:
    """Send the pieces, and read one answer to its end."""
    with socket.create_connection(service.address, timeout=20) as connection:
        with contextlib.suppress(ConnectionError):  # a service that refuses need not read on
            for piece in pieces:
                connection.sendall(piece)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        answer = receive(connection)
    asked = re.match(rb"([A-Z]+) (/\S*) HTTP", pieces[0])
    if asked:
        witness.saw(asked[1].decode(), asked[2].decode(), answer.status, answer.headers, answer.body)
    return answer


def receive(connection: socket.socket) -> Answer:
    with connection.makefile("rb") as stream:
        status = int(stream.readline().split()[1])
        headers = {}
        while line := stream.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        return Answer(status=status, headers=headers, body=stream.read(int(headers["content-length"])))


def is_well(service: Served) -> bool:
    return send(service, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200


class TestUploads:
    def test_of_many_chunks_are_judged_whole(self, service: Served) -> None:
        data = LINE * 500
        pieces = [chunk(data[start : start + 777]) for start in range(0, len(data), 777)]
        answer = send(service, head("Transfer-Encoding: chunked"), *pieces, b"0\r\n\r\n")
        assert answer.status == 200
        assert answer.headers["recording-bytes"] == str(len(data))
        assert json.loads(answer.body)["summary"]["valid"] == 500

    def test_after_100_continue_are_judged(self, service: Served) -> None:
        with socket.create_connection(service.address, timeout=20) as connection:
            connection.sendall(head(f"Content-Length: {len(LINE)}", "Expect: 100-continue"))
            assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
            connection.sendall(LINE)
            assert receive(connection).status == 200

    def test_that_die_before_the_promised_length_are_not_judged(self, service: Served) -> None:
        answer = send(service, head("Content-Length: 100000"), LINE * 3, half_close=True)
        assert answer.problem == (400, "body-cut-short")
        assert json.loads(answer.body)["bytes_read"] == 3 * len(LINE)

    def test_of_one_exchange_are_judged_one_after_another(self, service: Served) -> None:
        """On one connection; also after an answer to what was no exchange."""
        body = json.dumps(EXCHANGE).encode()
        with socket.create_connection(service.address, timeout=20) as connection:
            for sent, status in ((body, 200), (b"{}", 422), (body, 200)):
                connection.sendall(head(f"Content-Length: {len(sent)}", content_type="application/json") + sent)
                answer = receive(connection)
                assert answer.status == status
                assert json.loads(answer.body).get("valid") is (True if status == 200 else None)

    def test_of_one_exchange_that_die_are_not_judged(self, service: Served) -> None:
        body = json.dumps(EXCHANGE).encode()
        for came in (body, body[:50], b""):
            start = head(f"Content-Length: {len(body) + 1}", content_type="application/json")
            answer = send(service, start, came, half_close=True)
            assert answer.problem == (400, "body-cut-short")

    @pytest.mark.parametrize("end", [b"", b"0\r\n", b"10\r\n", b"ffffff\r\nabc", b"zz\r\n\r\n", b"-1\r\n\r\n"])
    def test_that_break_off_between_chunks_are_not_judged(self, service: Served, end: bytes) -> None:
        answer = send(service, head("Transfer-Encoding: chunked"), chunk(LINE * 3), end, half_close=True)
        assert answer.problem == (400, "body-cut-short")

    @pytest.mark.parametrize("coding", ["", "Content-Encoding: gzip"])
    def test_of_a_client_that_went_away_leave_the_service_well(self, service: Served, coding: str) -> None:
        for pieces in ((), (LINE,), (gzipped(LINE)[:-4],)):
            fields = ["Content-Length: 5000", *([coding] if coding else [])]
            with socket.create_connection(service.address, timeout=20) as connection:
                connection.sendall(head(*fields) + b"".join(pieces))
        assert is_well(service)

    @pytest.mark.parametrize("length", [MIB + 1, 10**30])
    def test_that_announce_too_much_are_refused_unread(self, service: Served, length: int) -> None:
        answer = send(service, head(f"Content-Length: {length}"))
        assert answer.problem == (413, "body-too-large")

    def test_of_chunks_over_the_limit_are_refused_and_never_cut_to_it(self, service: Served) -> None:
        pieces = [chunk(LINE * 100)] * (2 * MIB // (100 * len(LINE)))
        answer = send(service, head("Transfer-Encoding: chunked"), *pieces, b"0\r\n\r\n")
        assert answer.problem == (413, "body-too-large")

    def test_of_a_bomb_are_refused(self, service: Served) -> None:
        bomb = gzipped(LINE * (5 * MIB // len(LINE)))
        answer = send(service, head(f"Content-Length: {len(bomb)}", "Content-Encoding: gzip"), bomb)
        assert answer.problem == (413, "body-too-large")

    def test_longer_than_they_say_end_where_they_say(self, service: Served) -> None:
        answer = send(service, head(f"Content-Length: {len(LINE)}"), LINE + b"and more\r\n\r\n")
        assert (answer.status, answer.headers["recording-bytes"]) == (200, str(len(LINE)))

    @pytest.mark.parametrize(
        "body", [b"\x00\xff" * 1000, b"[" * 200_000, b"\xed\xa0\x80", b'{"a":' * 100_000, os.urandom(5000)]
    )
    @pytest.mark.parametrize("content_type", ["application/json", "application/x-ndjson", "application/yaml"])
    def test_of_anything_else_are_problems(self, service: Served, body: bytes, content_type: str) -> None:
        answer = send(service, head(f"Content-Length: {len(body)}", content_type=content_type), body)
        assert answer.problem == (422, "unreadable-recording")

    def test_of_nothing_are_problems(self, service: Served) -> None:
        assert send(service, head()).problem == (400, "missing-body")
        assert send(service, head("Content-Length: 0")).problem == (400, "missing-body")
        assert send(service, head("Transfer-Encoding: chunked"), b"0\r\n\r\n").problem == (400, "missing-body")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n", 400),
        (head("Content-Length: 3", "Transfer-Encoding: chunked"), 400),
        (head("Content-Length: -3"), 400),
        (head("Content-Length: three"), 400),
        (head("Transfer-Encoding: gzip"), 400),
        (head("Bad\x00Name: x"), 400),
        (b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\n\r\n", 414),
        (head("X: " + "a" * 70_000), 431),
        (head(*[f"X-{number}: x" for number in range(200)]), 431),
    ],
    ids=lambda value: str(value[:60]) if isinstance(value, bytes) else str(value),
)
def test_what_is_not_http_gets_a_problem_that_quotes_nothing(service: Served, sent: bytes, status: int) -> None:
    answer = send(service, sent)
    assert answer.problem == (status, "about:blank")
    assert b"nonsense" not in answer.body
    assert is_well(service)


def test_memory_does_not_grow_with_the_recording(service: Served, http: urllib3.PoolManager) -> None:
    """Exchange lines are judged while they are read: nearly 4 MiB of them take no more room than a tenth of that."""
    workers = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children")
    if not workers.exists():
        pytest.skip("needs /proc")
    (worker,) = workers.read_text().split()

    def highest_after(lines: int) -> int:
        headers = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
        sent = gzipped(LINE * lines)
        assert http.request("POST", f"{service.url}/v1/validate", body=sent, headers=headers).status == 200
        status = Path(f"/proc/{worker}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    all_lines = 4 * MIB // len(LINE) - 1
    first = highest_after(all_lines // 10)
    assert highest_after(all_lines) - first < MIB


class TestStopping:
    @pytest.mark.parametrize("ends_with", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
    def test_ends_well(self, tmp_path: Path, ends_with: int) -> None:
        with served(tmp_path, ends_with=ends_with) as service:
            assert is_well(service)

    def test_ends_well_while_its_workers_are_starting(self, tmp_path: Path) -> None:
        """A worker that is told to stop before it can hear must not be waited for until it is killed."""
        for _ in range(3):
            with served(tmp_path):
                pass

    def test_lets_a_request_in_flight_finish(self, tmp_path: Path) -> None:
        with (
            served(tmp_path) as service,
            socket.create_connection(service.address, timeout=20) as connection,
        ):
            connection.sendall(head(f"Content-Length: {2 * len(LINE)}") + LINE)
            assert is_well(service)  # by now a thread has taken up the request above
            service.process.send_signal(signal.SIGTERM)
            time.sleep(0.2)
            connection.sendall(LINE)
            answer = receive(connection)
            assert json.loads(answer.body)["read"] == {"bytes": 2 * len(LINE), "exchanges": 2}


class TestSlowClients:
    def test_that_stop_are_refused(self, hasty: Served) -> None:
        answer = send(hasty, head(f"Content-Length: {2 * len(LINE)}"), LINE)
        assert answer.problem == (408, "too-slow")

    def test_that_stop_within_an_exchange_are_refused(self, hasty: Served) -> None:
        answer = send(hasty, head("Content-Length: 1000", content_type="application/json"), LINE)
        assert answer.problem == (408, "too-slow")

    def test_that_drip_are_refused(self, hasty: Served) -> None:
        started = time.monotonic()
        with socket.create_connection(hasty.address, timeout=20) as connection:
            connection.sendall(head("Content-Length: 1000"))
            with contextlib.suppress(ConnectionError):
                for _ in range(20):
                    connection.sendall(b" ")
                    time.sleep(0.1)
            assert receive(connection).problem == (408, "too-slow")
        assert time.monotonic() - started < 4

    def test_do_not_keep_others_waiting_for_ever(self, hasty: Served) -> None:
        with contextlib.ExitStack() as many:
            for _ in range(20):  # more than there are threads
                connection = many.enter_context(socket.create_connection(hasty.address, timeout=20))
                connection.sendall(b"POST /v1/validate HTTP/1.1\r\nHost:")
            assert is_well(hasty)


class TestStarting:
    def start(self, *argv: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "validator", "serve", *argv]
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)

    def test_where_something_listens_is_an_obstacle(self, service: Served) -> None:
        ended = self.start("--port", str(service.address[1]))
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr.count("\n") == 1
        assert f"127.0.0.1:{service.address[1]}: something listens there already" in ended.stderr

    def test_without_a_token_on_every_address_is_an_obstacle(self, tmp_path: Path) -> None:
        ended = self.start("--port", "0", "--host", "0.0.0.0", "--database", f"sqlite:///{tmp_path / 'runs.db'}")
        assert (ended.returncode, ended.stdout) == (2, "")
        assert "there are no tokens: the service listens on loopback only" in ended.stderr
        assert "token create" in ended.stderr

    @pytest.mark.parametrize(
        ("argv", "told"),
        [
            (("--host", "192.0.2.1"), "this machine does not have the address"),
            (("--host", "no.such.host.invalid"), "the host has no address"),
            (("--spec", "no-such-file.yaml"), "no-such-file.yaml: cannot be read"),
        ],
    )
    def test_with_what_is_not_there_is_an_obstacle(self, argv: tuple[str, ...], told: str) -> None:
        ended = self.start("--port", "0", *argv)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert told in ended.stderr
        assert "Traceback" not in ended.stderr
