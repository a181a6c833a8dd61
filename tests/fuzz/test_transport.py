"""What goes over the wire, and what comes back of it: with real servers on loopback, and with an application."""

from __future__ import annotations

import gzip
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import urllib3

from fuzz import transport
from fuzz.case import Case
from fuzz.credentials import Scheme
from fuzz.transport import HttpTransport, WsgiTransport
from tests.fuzz.shop import Answer, serving
from validator.errors import TargetError
from validator.exchange import Headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

KEY = "s3cret"
BODY = b'{"a":\x00\xff'


def case(url: str, **changes: object) -> Case:
    headers = Headers([("Content-Type", "application/json"), ("User-Agent", "me")])
    known = {"operation": "x", "method": "POST", "url": url, "headers": headers, "scheme": Scheme(kind="basic")}
    return Case(**(known | {"body": BODY} | changes))


def refused_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_the_case_goes_out_as_it_is_with_the_key() -> None:
    with serving(lambda _: Answer(400, b"no")) as server, HttpTransport(KEY) as send:
        exchange = send(case(f"{server.url}/x?y=%20"))
    (got,) = server.got
    assert (got.method, got.path, got.body) == ("POST", "/v1/x?y=%20", BODY)
    assert got.headers["authorization"] == "Basic czNjcmV0Og=="
    assert got.headers["content-type"] == "application/json"
    assert got.headers["user-agent"] == "me"
    assert (exchange.response.status, exchange.response.body) == (400, b"no")


@pytest.mark.parametrize(
    ("scheme", "header", "value"),
    [
        (Scheme(kind="basic"), "authorization", "Basic czNjcmV0Og=="),
        (Scheme(kind="bearer"), "authorization", "Bearer s3cret"),
        (Scheme(kind="header", name="X-Key"), "x-key", "s3cret"),
        (Scheme(kind="cookie", name="key"), "cookie", "key=s3cret"),
        (Scheme(kind="none"), "authorization", None),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_the_key_goes_where_the_contract_wants_it_and_not_into_the_exchange(
    scheme: Scheme, header: str, value: str | None
) -> None:
    with serving(lambda _: Answer(200)) as server, HttpTransport(KEY) as send:
        exchange = send(case(f"{server.url}/x", scheme=scheme))
    assert server.got[0].headers.get(header) == value
    assert all("s3cret" not in text for _, text in exchange.request.headers)


def test_a_key_in_the_query_is_not_in_the_exchange() -> None:
    scheme = Scheme(kind="query", name="the key")
    with serving(lambda _: Answer(200)) as server, HttpTransport("a&b") as send:
        plain = send(case(f"{server.url}/x", scheme=scheme))
        send(case(f"{server.url}/x?y=1", scheme=scheme))
    assert [got.path for got in server.got] == ["/v1/x?the%20key=a%26b", "/v1/x?y=1&the%20key=a%26b"]
    assert plain.request.url == f"{server.url}/x"


@pytest.mark.parametrize(
    ("method", "body", "length"), [("GET", b"", None), ("POST", b"", "0"), ("PUT", BODY, "7"), ("GET", b"{}", "2")]
)
def test_a_length_is_told_where_there_is_a_body_or_one_is_usual(method: str, body: bytes, length: str | None) -> None:
    with serving(lambda _: Answer(200)) as server, HttpTransport(KEY) as send:
        send(case(f"{server.url}/x", method=method, body=body))
    assert server.got[0].headers.get("content-length") == length


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with serving(lambda _: Answer(302, headers=(("Location", "/elsewhere"),))) as server, HttpTransport(KEY) as send:
        assert send(case(f"{server.url}/x")).response.status == 302
    assert len(server.got) == 1


def test_a_connection_is_kept() -> None:
    with serving(lambda _: Answer(200)) as server, HttpTransport(KEY) as send:
        for _ in range(3):
            send(case(f"{server.url}/x"))
        pool = send._pool.connection_from_url(server.url)
        assert pool.num_connections == 1


def test_no_server_at_the_start_is_an_obstacle() -> None:
    with HttpTransport(KEY) as send, pytest.raises(TargetError, match="refused") as met:
        send(case(f"http://127.0.0.1:{refused_port()}/v1/x"))
    assert "--base-url" in met.value.mend


def test_a_server_that_hangs_up_is_an_answer_of_its_own() -> None:
    with serving(lambda got: b"" if got.path.endswith("bad") else Answer(200)) as server, HttpTransport(KEY) as send:
        send(case(f"{server.url}/good"))
        response = send(case(f"{server.url}/bad")).response
        assert send(case(f"{server.url}/good")).response.status == 200
    assert response.status == 0
    assert response.damage == "no answer: the server closed the connection"


def test_a_kept_connection_that_went_idle_is_no_failure_of_the_server() -> None:
    """Closed by the server after an answer, without a word: HTTP lets it."""
    plain = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with serving(lambda _: plain) as server, HttpTransport(KEY) as send:
        assert [send(case(f"{server.url}/x")).response.body for _ in range(5)] == [b"ok"] * 5


def test_a_server_that_goes_away_is_an_obstacle_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "WAITS", (0.01, 0.01))
    with HttpTransport(KEY) as send:
        with serving(lambda _: Answer(200)) as server:
            send(case(f"{server.url}/x"))
        send._pool.clear()
        with pytest.raises(TargetError, match="went away"):
            send(case(f"{server.url}/x"))


def test_an_answer_that_does_not_come_in_time_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "PATIENCE", urllib3.Timeout(read=0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/x"
        with HttpTransport(KEY) as send:
            response = send(case(url)).response
    assert response.status == 0
    assert response.damage == "no answer: it timed out"


@pytest.mark.parametrize(
    ("raw", "status", "damage"),
    [
        (b"HTTP/1.1 400 Bad\r\nContent-Length: 100\r\n\r\n{}", 400, "cut short: 2 of 100 bytes"),
        (
            b"HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            400,
            "cut short: the connection ended within",
        ),
        (
            b"HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\ns3cret\r\n",
            400,
            "cut short: the connection ended within",
        ),
        (b"HTTP/1.1 400\r\n" + b"X: 1\r\n" * 101 + b"\r\n", 0, "no answer: got more than 100 headers"),
        (b"HTTP/1.1 400\r\nContent-Length: 1,2\r\n\r\n", 0, "no answer: Content-Length contained multiple unmatching"),
        (b"not HTTP at all, s3cret\r\n\r\n", 0, "no answer: what came does not begin as HTTP does"),
    ],
)
def test_half_an_answer_is_damaged(raw: bytes, status: int, damage: str) -> None:
    with serving(lambda _: raw) as server, HttpTransport(KEY) as send:
        response = send(case(f"{server.url}/x")).response
    assert response.status == status
    assert (response.damage or "").startswith(damage)
    assert KEY not in (response.damage or "")


def test_an_endless_answer_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_BODY", 10)
    with serving(lambda _: Answer(200, b"x" * 11)) as server, HttpTransport(KEY) as send:
        response = send(case(f"{server.url}/x")).response
    assert response.body == b"x" * 10
    assert response.damage == "longer than 10 bytes"


def test_a_coded_answer_is_decoded_within_the_bound() -> None:
    coded = (("Content-Encoding", "gzip"), ("Content-Type", "application/json"))
    bomb = gzip.compress(b"\0" * (transport.MAX_BODY + 1))
    bodies = {"/v1/x": gzip.compress(b"{}"), "/v1/bomb": bomb}
    with serving(lambda got: Answer(200, bodies[got.path], coded)) as server, HttpTransport(KEY) as send:
        plain, blown = send(case(f"{server.url}/x")).response, send(case(f"{server.url}/bomb")).response
    assert plain.body == b"{}"
    assert blown.damage is not None


def test_each_line_of_a_header_comes_back() -> None:
    twice = (("X-One", "1"), ("X-One", "2"))
    with serving(lambda _: Answer(200, headers=twice)) as server, HttpTransport(KEY) as send:
        assert send(case(f"{server.url}/x")).response.headers.get_all("x-one") == ("1", "2")


def test_an_application_gets_the_same_request() -> None:
    seen = {}

    def app(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("400 Bad Request", [("Content-Type", "application/json")])
        return [b"{", b"}"]

    send = WsgiTransport(app, KEY)
    exchange = send(replace(case("http://127.0.0.1/api/v1/%C3%A9?x=1")))
    assert (seen["REQUEST_METHOD"], seen["body"], seen["CONTENT_LENGTH"]) == ("POST", BODY, str(len(BODY)))
    assert (seen["PATH_INFO"], seen["QUERY_STRING"]) == ("/api/v1/\xc3\xa9", "x=1")
    assert (seen["CONTENT_TYPE"], seen["HTTP_USER_AGENT"]) == ("application/json", "me")
    assert seen["HTTP_AUTHORIZATION"] == "Basic czNjcmV0Og=="
    assert (exchange.response.status, exchange.response.body) == (400, b"{}")


def test_an_application_that_sends_less_than_it_announces_is_cut_short() -> None:
    """A server in front of it would close the connection in the middle, or wait for ever."""

    def app(_: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "9")])
        return [b"[]"]

    response = WsgiTransport(app, KEY)(case("http://127.0.0.1/x")).response
    assert (response.status, response.damage) == (200, "cut short: 2 of 9 bytes")
