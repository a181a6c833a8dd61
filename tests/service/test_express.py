"""The short way: taken by plain requests, and to the same answers as the long one."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from tests.service.conftest import SHOP
from validator.contract import Contract
from validator.service import catalogue, create_app
from validator.service.express import Express, _Again

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import WSGIApplication

    Make = Callable[..., dict[str, Any]]

PATH = "/v1/validate"
LIMIT = 100_000


class Wire:
    """What a server hands over: so many bytes at a time, then the end, or once what the server raises."""

    def __init__(self, data: bytes, end: Exception | None = None, piece: int = LIMIT) -> None:
        self.stream = io.BytesIO(data)
        self.end = end
        self.piece = piece

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(min(size, self.piece) if size >= 0 else self.piece)
        if not data and self.end is not None:
            end, self.end = self.end, None
            raise end
        return data


def environ(body: bytes, wire: Wire | None = None, **others: Any) -> dict[str, Any]:
    made = EnvironBuilder(path=PATH, method="POST").get_environ()
    fields = {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)), **others}
    made.update({name: value for name, value in fields.items() if value is not None})
    return {**made, "wsgi.input": wire or Wire(body), "wsgi.input_terminated": True}


def chunked(body: bytes, **others: Any) -> dict[str, Any]:
    return environ(body, HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="", **others)


def answer(app: WSGIApplication, asked: dict[str, Any]) -> tuple[str, list[tuple[str, str]], Any]:
    """Status, headers and content; without what is never twice the same."""
    started: list[Any] = []
    parts = app(asked, lambda *given: started.extend(given))  # type: ignore[arg-type, return-value]
    content: Any = b"".join(parts)
    status, headers = started[:2]
    headers = [(name, value) for name, value in headers if name != "X-Request-Id"]
    assert dict(headers)["Content-Length"] == str(len(content))
    try:
        content = json.loads(content)
    except ValueError:
        return status, sorted(headers), content
    content.pop("instance", None)
    content.get("summary", {}).pop("seconds", None)
    return status, sorted((name, value) for name, value in headers if name != "Content-Length"), content


def raw(app: WSGIApplication, asked: dict[str, Any]) -> bytes:
    return b"".join(app(asked, lambda *_: None))  # type: ignore[arg-type, return-value]


def without(app: Flask) -> WSGIApplication:
    """The application with Flask alone."""
    return lambda asked, start: Flask.wsgi_app(app, asked, start)


@pytest.fixture
def only_express(monkeypatch: pytest.MonkeyPatch) -> None:
    def reached(*_: object) -> None:
        raise AssertionError("Flask was asked")

    monkeypatch.setattr(Flask, "wsgi_app", reached)


PLAIN = [
    {},
    {"CONTENT_TYPE": "application/json; charset=utf-8"},
    {"HTTP_ACCEPT": "*/*"},
    {"HTTP_ACCEPT": "application/json, text/plain, */*"},
    {"HTTP_HOST": "[::1]:80"},
    {"HTTP_HOST": "example.com:1234", "SCRIPT_NAME": "/judge", "HTTP_X_OTHER": "x"},
]
NOT_PLAIN = [
    {"REQUEST_METHOD": "PUT"},
    {"PATH_INFO": "/v1/validate/"},
    {"QUERY_STRING": "strict=true"},
    {"QUERY_STRING": "strict=maybe"},
    {"CONTENT_TYPE": None},
    {"CONTENT_TYPE": "application/x-ndjson"},
    {"CONTENT_TYPE": "application/json; charset=utf-16"},
    {"HTTP_CONTENT_ENCODING": "gzip"},
    {"HTTP_CONTENT_ENCODING": "identity"},
    {"HTTP_ACCEPT": "text/plain"},
    {"HTTP_ACCEPT": "image/png"},
    {"HTTP_HOST": "a..b"},
    {"HTTP_HOST": "a" * 64},
    {"HTTP_HOST": "a\n"},
    {"HTTP_HOST": "\xe9"},
    {"HTTP_HOST": ""},
    {"CONTENT_LENGTH": None},
    {"CONTENT_LENGTH": ""},
    {"CONTENT_LENGTH": "0"},
    {"CONTENT_LENGTH": "-1"},
    {"CONTENT_LENGTH": "+10"},
    {"CONTENT_LENGTH": "1_0"},
    {"CONTENT_LENGTH": "\N{SUPERSCRIPT TWO}"},
    {"CONTENT_LENGTH": "\N{ARABIC-INDIC DIGIT TWO}"},
    {"CONTENT_LENGTH": str(LIMIT + 1)},
    {"CONTENT_LENGTH": "9" * 5000},
    {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"},
]


@pytest.mark.usefixtures("only_express")
@pytest.mark.parametrize("fields", PLAIN, ids=str)
def test_a_plain_request_is_answered_without_flask(exchange: Make, fields: dict[str, str]) -> None:
    app = create_app(Contract.from_dict(SHOP))
    for value in (None, [{"id": "1"}]):
        body = json.dumps(exchange(value)).encode()
        status, _, told = answer(app.wsgi_app, environ(body, **fields))
        assert (status, told["valid"]) == ("200 OK", value is None)


@pytest.mark.usefixtures("only_express")
@pytest.mark.parametrize("fields", NOT_PLAIN, ids=lambda fields: str(fields)[:60])
def test_any_other_request_goes_to_flask_with_its_body_unread(exchange: Make, fields: dict[str, Any]) -> None:
    app = create_app(Contract.from_dict(SHOP), max_body=LIMIT)
    asked = environ(json.dumps(exchange()).encode(), **fields)
    with pytest.raises(AssertionError, match="Flask was asked"):
        answer(app.wsgi_app, asked)
    assert asked["wsgi.input"].stream.tell() == 0


@pytest.mark.parametrize("fields", [*PLAIN, *NOT_PLAIN], ids=lambda fields: str(fields)[:60])
def test_both_ways_lead_to_the_same_answer(app: Flask, exchange: Make, fields: dict[str, Any]) -> None:
    body = json.dumps(exchange([{}])).encode()
    assert answer(app.wsgi_app, environ(body, **fields)) == answer(without(app), environ(body, **fields))


def test_a_body_over_the_operators_limit_is_refused_unread(shop: Contract, exchange: Make) -> None:
    body = json.dumps(exchange()).encode()
    asked = environ(body)
    status, _, told = answer(create_app(shop, max_body=10).wsgi_app, asked)
    assert (status[:3], told["limit"]) == ("413", 10)
    assert asked["wsgi.input"].stream.tell() == 0


@pytest.mark.parametrize("end", [None, TimeoutError(), ConnectionResetError(), OSError()])
@pytest.mark.parametrize("came", [0, 1, 100, -1])
def test_a_body_that_does_not_come_whole_is_told_as_flask_tells_it(
    app: Flask, exchange: Make, end: Exception | None, came: int
) -> None:
    body = json.dumps(exchange()).encode() + b"  "  # less of it may still be an exchange
    ours, theirs = (answer(way, environ(body, Wire(body[:came], end))) for way in (app.wsgi_app, without(app)))
    assert ours == theirs
    assert ours[0][:3] in {"400", "408"}


def test_a_fault_of_ours_is_told_and_logged_by_flask(
    shop: Contract, exchange: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(catalogue, "make_judge", lambda *_, **__: fail)
    status, _, told = answer(create_app(shop).wsgi_app, environ(json.dumps(exchange()).encode()))
    assert (status[:3], told["type"]) == ("500", "/problems/internal-error")
    assert "ZeroDivisionError" in caplog.text


def test_what_was_read_is_read_again_and_then_the_rest() -> None:
    again = _Again(b"abc", io.BytesIO(b"defg"))
    assert [again.read(2), again.read(2), again.read(2), again.read(9), again.read(9)] == [
        b"ab",
        b"c",
        b"de",
        b"fg",
        b"",
    ]


def test_the_application_is_asked_where_there_is_no_answer() -> None:
    def app(asked: dict[str, Any], start: Any) -> list[bytes]:
        return [asked["wsgi.input"].read(100)]

    assert raw(Express(app, lambda _: None, lambda _: (), max_body=LIMIT), environ(b"{}")) == b"{}"  # type: ignore[arg-type]


ITEMS = st.lists(
    st.dictionaries(
        st.sampled_from(["id", "name", "c"]), st.one_of(st.integers(0, 3), st.text(max_size=3)), max_size=3
    ),
    max_size=3,
)
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "headers": st.sampled_from([{}, {"content-type": "application/json"}, {"content-type": "text/html"}, None, 1]),
        "json": ITEMS,
        "body": st.one_of(st.none(), st.text(max_size=5), ITEMS.map(json.dumps)),
    },
)
EXCHANGES = st.builds(
    lambda url, status, asked, came, others: {
        "request": {"method": "GET", "url": url, **asked},
        "response": {"status": status, **came},
        **others,
    },
    st.sampled_from(["https://shop.test/api/items", "https://shop.test/api/none", "http://other.test/", "\ud800"]),
    st.sampled_from([0, 200, 404, 500, 1000]),
    MESSAGES,
    MESSAGES,
    st.fixed_dictionaries({}, optional={"recorded_at": st.none() | st.integers(), "log": st.just({}), "x": ITEMS}),
)
BODIES = st.one_of(
    st.builds(json.dumps, EXCHANGES, indent=st.none() | st.integers(0, 2), sort_keys=st.booleans()),
    st.builds(json.dumps, st.lists(EXCHANGES, max_size=2)),
    st.builds("{}\n{}".format, EXCHANGES.map(json.dumps), EXCHANGES.map(json.dumps)),
).map(str.encode)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A body, most often whole."""
    body = draw(BODIES)
    if draw(st.integers(0, 3)):
        return (
            draw(st.sampled_from([b"", b" ", b"\n", b"\xef\xbb\xbf"])) + body + draw(st.sampled_from([b"", b"\n \n"]))
        )
    at = draw(st.integers(0, len(body)))
    return body[:at] + draw(st.binary(max_size=3)) + body[at + draw(st.integers(0, 3)) :]


SERVICE = create_app(Contract.from_dict(SHOP), max_body=LIMIT)


@pytest.mark.property
class TestTheSameExchangeGetsTheSameAnswer:
    """However its bytes arrive: by Express, by Flask in one piece, by Flask in chunks."""

    @settings(max_examples=300)
    @given(damaged())
    def test_without_options(self, body: bytes) -> None:
        express = answer(SERVICE.wsgi_app, environ(body))
        assert express == answer(without(SERVICE), environ(body))
        if body:
            assert express == answer(without(SERVICE), chunked(body))

    @settings(max_examples=200)
    @given(st.text(st.sampled_from("aA0-_.:[]%/@ \xe9"), max_size=8) | st.just("a" * 63), EXCHANGES)
    def test_whatever_the_service_is_called(self, host: str, exchange: Any) -> None:
        body = json.dumps(exchange).encode()
        express = answer(SERVICE.wsgi_app, environ(body, HTTP_HOST=host))
        assert express == answer(without(SERVICE), environ(body, HTTP_HOST=host))

    @settings(max_examples=100)
    @given(damaged(), st.sampled_from(["strict=true", "drift=1", "server=http://other.test"]))
    def test_with_options(self, body: bytes, query: str) -> None:
        if body:
            whole = answer(SERVICE.wsgi_app, environ(body, QUERY_STRING=query))
            assert whole == answer(SERVICE.wsgi_app, chunked(body, QUERY_STRING=query))

    @settings(max_examples=50)
    @given(EXCHANGES)
    def test_to_the_byte(self, exchange: Any) -> None:
        body = json.dumps(exchange).encode()
        whole = raw(SERVICE.wsgi_app, environ(body))
        if b'"valid"' in whole and b'"summary"' not in whole:
            assert whole == raw(without(SERVICE), environ(body)) == raw(without(SERVICE), chunked(body))
