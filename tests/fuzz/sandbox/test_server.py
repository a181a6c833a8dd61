"""SandboxServer over real sockets: keep-alive, whole bodies, a clean stop."""

import gc
import http.client
import socket
import threading
from base64 import b64encode
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from fuzz.sandbox import SandboxServer

AUTH = {"Authorization": "Basic " + b64encode(b"sandbox-key:").decode()}
TAG = b'{"title":"T","color":"#112233","inherit":false}'


@pytest.fixture(scope="module")
def server():
    with SandboxServer() as running:
        yield running


@pytest.fixture
def connection(server):
    with closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=5)) as opened:
        yield opened


def ask(connection, method, path, body=None, headers=AUTH):
    connection.request(method, f"/api/v1{path}", body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.headers


def raw(server, data):
    """What comes back on a connection of one's own, until the server closes it or falls silent."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=0.5) as opened:
        opened.sendall(data)
        opened.shutdown(socket.SHUT_WR)
        received = b""
        while part := opened.recv(65536):
            received += part
        return received


def test_the_address_is_on_loopback(server):
    assert server.url.startswith("http://127.0.0.1:")
    assert server.url.endswith("/api/v1")


def test_one_connection_serves_many_requests_whatever_became_of_their_bodies(connection):
    """A body that nobody reads must not be taken for the next request."""
    ask(connection, "GET", "/tags")
    opened = connection.sock
    for headers in (AUTH, {}):
        for method, path in (("POST", "/tags"), ("DELETE", "/nope"), ("GET", "/tags"), ("PATCH", "/tags")):
            ask(connection, method, path, b"GET /evil HTTP/1.1\r\n\r\n" * 10, headers)
    assert ask(connection, "GET", "/vatgroups/1")[0] == 200
    assert connection.sock is opened


def test_an_unknown_method_reaches_the_application(connection):
    status, body, _ = ask(connection, "PURGE", "/tags")
    assert (status, b'"error_code":8' in body) == (404, True)


def test_head_has_no_body(connection):
    status, body, headers = ask(connection, "HEAD", "/tags")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 2


def test_no_content_has_neither_body_nor_length(connection):
    ask(connection, "POST", "/customers", b'{"name":"C"}')
    status, body, headers = ask(connection, "DELETE", "/customers/3")
    assert (status, body, headers["Content-Length"], headers["Content-Type"]) == (204, b"", None, None)


def test_a_chunked_body_is_read(connection):
    half = len(TAG) // 2
    status, _, _ = ask(connection, "POST", "/tags", iter([TAG[:half], TAG[half:]]))
    assert status == 201
    assert ask(connection, "GET", "/tags/1")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: x",
        b"Content-Length: -1",
        b"Content-Length: 99999999999",
        b"Transfer-Encoding: chunked\r\n\r\nzz",
        b"Transfer-Encoding: chunked\r\n\r\n-5",
        b"Transfer-Encoding: chunked\r\n\r\nfffffff",
    ],
)
def test_a_body_without_end_is_refused_and_the_connection_closed(server, headers):
    received = raw(server, b"POST /api/v1/tags HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 400 ")
    assert b"Connection: close" in received


def test_rubbish_does_not_stop_the_server(server, connection, capfd):
    raw(server, b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n")
    raw(server, b"POST /api/v1/tags HTTP/1.1\r\nContent-Length: 50\r\n\r\n{")
    assert ask(connection, "GET", "/tags/1")[0] == 200
    assert capfd.readouterr() == ("", "")


def test_a_defect_is_passed_on():
    headers = {"Authorization": "Basic " + b64encode(b"k:").decode()}
    with SandboxServer(defect="malformed-json-crashes", api_key="k", rate_limit=5, seed=3) as server:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=5)
        status, _, answered = ask(connection, "POST", "/tags", b"{", headers)
        connection.close()
    assert (status, answered["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert answered["X-RateLimit-Limit"] == "5"


def test_requests_are_counted():
    with SandboxServer() as server:
        assert server.requests == 0
        with closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=5)) as connection:
            for headers in (AUTH, {}):
                ask(connection, "POST", "/tags", b"{", headers)
        assert server.requests == 2


def test_an_answer_can_be_cut_short():
    with (
        SandboxServer(defect="answer-cut-short") as server,
        closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=5)) as connection,
        pytest.raises(http.client.IncompleteRead),
    ):
        ask(connection, "GET", "/customers")


def test_it_stops_while_connections_are_open_and_leaves_nothing_behind():
    before = threading.active_count()
    server = SandboxServer()
    with server:
        connections = [http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=5) for _ in range(3)]
        for connection in connections:
            assert ask(connection, "GET", "/tags")[0] == 200
    for connection in connections:
        connection.close()
    assert threading.active_count() == before
    gc.collect()  # an unclosed socket would be a ResourceWarning, which is an error here


def test_a_stopped_server_has_no_address_and_can_start_again():
    server = SandboxServer()
    for _ in range(2):
        with server:
            assert server.url
        with pytest.raises(RuntimeError, match="with statement"):
            _ = server.url
