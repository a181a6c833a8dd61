"""One request takes so long and no longer, whatever a server sends: with real ones, in the clear and not."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from fuzz import transport
from fuzz.case import Case
from fuzz.credentials import Scheme
from fuzz.transport import HttpTransport
from validator.exchange import Headers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMIT = 0.15
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
NO_ANSWER = (0, "no answer: it timed out")
NO_END = (200, f"not at its end after {LIMIT:g} seconds")


def case(url: str, body: bytes = b"") -> Case:
    return Case(operation="x", method="GET", url=url, headers=Headers(), body=body, scheme=Scheme(kind="none"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for loopback, and its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", file]
    name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    made = subprocess.run(["openssl", "req", "-x509", *key, *name], check=True, capture_output=True)
    with file.open("ab") as both:
        both.write(made.stdout)
    return file


@pytest.fixture(params=["http", "https"])
def tls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext | None:
    """How the server speaks: with a certificate that is trusted here, or without one."""
    if request.param == "http":
        return None
    file = request.getfixturevalue("certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@contextmanager
def dripping(tls: ssl.SSLContext | None, begin: bytes, piece: bytes) -> Iterator[str]:
    """A server that answers anything below /bad by `begin`, and then `piece` again and again; all else at once.

    Each piece comes soon. After some seconds it closes the connection, so that who waits for more is seen to.
    """
    gone = threading.Event()

    def speak(connection: socket.socket) -> None:
        while got := connection.recv(4096):
            if b"/bad " not in got:
                connection.sendall(FINE)
                continue
            connection.sendall(begin)
            for _ in range(200):
                if gone.wait(0.02):
                    break
                connection.sendall(piece)
            return

    def serve() -> None:
        while not gone.is_set():
            connection, _ = server.accept()
            with (
                suppress(OSError),
                connection if tls is None else tls.wrap_socket(connection, server_side=True) as spoken,
            ):
                speak(spoken)

    with socket.create_server(("127.0.0.1", 0)) as server:
        serving = threading.Thread(target=serve)
        serving.start()
        port = server.getsockname()[1]
        try:
            yield f"{'http' if tls is None else 'https'}://127.0.0.1:{port}"
        finally:
            gone.set()
            socket.create_connection(("127.0.0.1", port)).close()
            serving.join()


@pytest.mark.parametrize(
    ("begin", "piece", "outcome"),
    [
        pytest.param(b"HTTP/1.1 200 ", b"O", NO_ANSWER, id="status line"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-A: ", b"a", NO_ANSWER, id="header"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n", NO_ANSWER, id="100 Continue"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x", NO_END, id="body"),
        pytest.param(CHUNKED, b"1\r\nx\r\n", NO_END, id="chunks"),
        pytest.param(CHUNKED, b"0", NO_END, id="length of a chunk"),
        pytest.param(CHUNKED + b"2\r\n[]\r\n0\r\n", b"X-A: a\r\n", NO_END, id="trailers"),
    ],
)
def test_what_comes_bit_by_bit_is_not_waited_for(
    tls: ssl.SSLContext | None, begin: bytes, piece: bytes, outcome: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each bit comes in time, so that no time limit for one wait ends it; the next request has its own time."""
    with dripping(tls, begin, piece) as url, HttpTransport() as send:
        assert send(case(f"{url}/good")).response.body == b"ok"
        with monkeypatch.context() as hurried:
            hurried.setattr(transport, "MOST_SECONDS", LIMIT)
            response = send(case(f"{url}/bad")).response
        assert send(case(f"{url}/good")).response.body == b"ok"
    assert (response.status, response.damage) == outcome


def test_what_came_of_a_body_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MOST_SECONDS", LIMIT)
    with dripping(None, b"HTTP/1.1 400 Bad\r\nContent-Length: 9999\r\n\r\n", b"x") as url, HttpTransport() as send:
        response = send(case(f"{url}/bad")).response
    assert response.status == 400
    assert response.body is not None
    assert 0 < len(response.body) < 100


def test_each_request_on_a_kept_connection_has_its_own_time(
    tls: ssl.SSLContext | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dripping(tls, b"", b"") as url, HttpTransport() as send:
        send(case(f"{url}/good"))
        monkeypatch.setattr(transport, "MOST_SECONDS", LIMIT)
        for _ in range(2):
            time.sleep(LIMIT)
            assert send(case(f"{url}/good")).response.body == b"ok"
        assert send._pool.connection_from_url(url).num_connections == 1


def test_a_request_that_nobody_takes_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MOST_SECONDS", LIMIT)
    with socket.create_server(("127.0.0.1", 0)) as deaf, HttpTransport() as send:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/x"
        response = send(case(url, bytes(32 * 1024 * 1024))).response
    assert response.status == 0
    assert (response.damage or "").endswith("timed out")
