"""HAR, as the programs write it that people export it from."""

from __future__ import annotations

import base64
import json
from functools import partial
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.packing import gzipped
from tests.recordings import reading
from validator.errors import EntryError, RecordingError
from validator.exchange import Exchange, Headers, Request, Response

URL = "https://shop.test/api/v1/orders"


read = partial(reading.read, source="session.har")


def entry(request: dict[str, Any] | None = None, response: dict[str, Any] | None = None) -> dict[str, Any]:
    """An entry with all that HAR 1.2 asks for."""
    common = {"httpVersion": "HTTP/1.1", "cookies": [], "headers": [], "headersSize": -1}
    content = {"size": 2, "mimeType": "application/json", "text": "[]"}
    return {
        "startedDateTime": "2026-01-02T03:04:05Z",
        "time": 1.5,
        "request": {**common, "method": "GET", "url": URL, "queryString": [], "bodySize": 0, **(request or {})},
        "response": {
            **common,
            "status": 200,
            "statusText": "OK",
            "content": content,
            "redirectURL": "",
            "bodySize": -1,
            **(response or {}),
        },
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
        "_of_a_tool": [{}],
    }


def har(*entries: Any) -> str:
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": entries}})


def only(made: dict[str, Any]) -> Exchange:
    (exchange,), met = read(har(made))
    assert met == []
    return exchange


def fields(**named: str) -> list[dict[str, str]]:
    return [{"name": name.replace("_", "-"), "value": value} for name, value in named.items()]


def test_an_entry_is_an_exchange():
    sent = {"method": "POST", "headers": fields(Accept="*/*"), "postData": {"mimeType": "text/plain", "text": "é"}}
    assert only(entry(sent, {"headers": fields(Content_Type="application/json")})) == Exchange(
        request=Request(method="POST", url=URL, headers=Headers([("Accept", "*/*")]), body="é".encode()),
        response=Response(status=200, headers=Headers([("Content-Type", "application/json")]), body=b"[]"),
        source="session.har",
        index=0,
        recorded_at="2026-01-02T03:04:05Z",
    )


def test_what_a_tool_leaves_out_is_not_missed():
    made = {"request": {"method": "GET", "url": URL}, "response": {"status": 0}}
    assert only(made) == Exchange(
        request=Request(method="GET", url=URL), response=Response(status=0, body=None), source="session.har"
    )


def test_null_stands_for_what_a_tool_did_not_know():
    unknown = {"headers": None, "bodySize": None, "content": {"size": None, "text": None}, "postData": None}
    made = entry(unknown, unknown)
    assert (only(made).request.body, only(made).response) == (b"", Response(status=200, body=None))
    assert list(only(entry({"headers": [{"name": "a", "value": None}]})).request.headers) == [("a", "")]


@pytest.mark.parametrize(
    ("response", "body"),
    [
        ({"status": 204}, b""),
        ({"status": 200, "bodySize": 0}, b""),
        ({"status": 200, "headers": fields(Content_Length="0")}, b""),
        ({"status": 200, "headers": fields(Content_Length="7"), "content": {"size": 0}}, None),
        ({"status": 200, "bodySize": 7, "content": {"size": 0}}, None),
        ({"status": 200, "bodySize": -1, "content": {"size": -1}}, None),
    ],
)
def test_a_body_that_is_not_in_the_recording_was_empty_only_if_something_says_so(response, body):
    assert only(entry({}, {"headers": [], "content": None, **response})).response.body == body


def test_pseudo_headers_of_http_2_are_left_out():
    made = entry(
        {"headers": [{"name": ":authority", "value": "shop.test"}, *fields(accept="*/*")]},
        {"headers": [{"name": ":status", "value": "200"}, *fields(server="x")]},
    )
    assert list(only(made).request.headers) == [("accept", "*/*")]
    assert list(only(made).response.headers) == [("server", "x")]


GZIP = gzipped(b"[1]")


@pytest.mark.parametrize(
    ("content", "coding", "body", "damage"),
    [
        ({"text": "é"}, None, "é".encode(), None),
        ({"text": "/wA=", "encoding": "base64"}, None, b"\xff\0", None),
        ({"text": "/wA=", "encoding": "BASE64"}, None, b"\xff\0", None),
        ({"text": "x", "encoding": ""}, None, b"x", None),
        ({"text": "x", "encoding": None}, None, b"x", None),
        ({"size": 0, "text": ""}, None, b"", None),
        ({"size": 0}, None, b"", None),
        ({"size": -1}, None, None, None),  # not known: no missing body is made of it
        ({}, None, None, None),
        (None, None, None, None),
        ({"size": 2}, None, None, None),
        ({"size": 2, "text": None}, None, None, None),
        ({"size": 2, "text": ""}, None, None, None),
        ({"size": 3, "text": "[1]"}, "gzip", b"[1]", None),  # decoded, as HAR asks for
        ({"text": base64.b64encode(b"[1]").decode(), "encoding": "base64"}, "gzip", b"[1]", None),
        ({"text": base64.b64encode(GZIP).decode(), "encoding": "base64"}, "gzip", b"[1]", None),
        ({"text": base64.b64encode(zstandard.compress(b"[1]")).decode(), "encoding": "base64"}, "zstd", b"[1]", None),
        ({"text": base64.b64encode(GZIP).decode(), "encoding": "base64"}, None, GZIP, None),
        (
            {"text": base64.b64encode(GZIP[:-1]).decode(), "encoding": "base64"},
            "gzip",
            GZIP[:-1],
            "the content coding gzip is cut short",
        ),
    ],
)
def test_a_body_is_what_the_server_meant(content, coding, body, damage):
    headers = fields(Content_Encoding=coding) if coding else []
    response = only(entry({}, {"headers": headers, "content": content})).response
    assert (response.body, response.damage) == (body, damage)


def test_a_304_has_no_body_though_browsers_fill_one_in():
    assert only(entry({}, {"status": 304, "content": {"size": 9, "text": "from cache"}})).response.body == b""


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        ({}, b""),
        ({"postData": None}, b""),
        ({"postData": {"mimeType": "", "text": "a=1"}}, b"a=1"),
        ({"postData": {"mimeType": "", "text": "/wA=", "encoding": "base64"}}, b"\xff\0"),
        ({"postData": {"mimeType": "", "text": "", "params": []}}, b""),
        ({"postData": {"mimeType": "", "params": [{"name": "a", "value": "1"}]}}, None),
        ({"bodySize": 12}, None),
        ({"bodySize": -1}, b""),
    ],
)
def test_the_body_of_a_request_may_not_be_recorded(sent, body):
    assert only(entry(sent)).request.body == body


def test_a_blocked_request_has_status_0():
    made = entry({}, {"status": 0, "content": {"size": 0, "mimeType": "x-unknown"}, "_error": "net::ERR_FAILED"})
    assert only(made).response == Response(status=0)


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (entry({}, {"status": "200"}), "log.entries[1].response.status: expected an integer, got a string"),
        (entry({}, {"status": 10**4}), "log.entries[1].response.status: expected an integer <= 999"),
        (entry({}, {"status": int("9" * 4_000)}), "log.entries[1].response.status: expected an integer <= 999"),
        (
            entry({"headers": [{"name": "a", "value": 1}]}),
            "log.entries[1].request.headers[0].value: expected a string or null",
        ),
        (entry({}, {"content": {"text": "?", "encoding": "base64"}}), "log.entries[1].response.content.text: expected"),
        (entry({"url": ""} | {"method": None}), "log.entries[1].request.method: expected a string, got null"),
        ({**entry(), "response": None}, "log.entries[1].response: expected a response, got none"),
        ({"request": entry()["request"]}, "log.entries[1].response: expected a response, got none"),
        ({}, "log.entries[1]: object missing required field `request`"),
        (1, "log.entries[1]: expected an object, got an integer"),
    ],
)
def test_a_bad_entry_is_told_and_loses_no_other(bad, told):
    exchanges, met = read(har(entry(), bad, entry()))
    assert [exchange.index for exchange in exchanges] == [0, 2]
    (one,) = met
    assert one.startswith(f"session.har: {told}")


def test_bytes_that_are_not_utf_8_lose_their_entry_only():
    data = har(entry(), entry({"url": "?"}), entry()).encode().replace(b'"?"', b'"\xff"')
    exchanges, met = read(data)
    assert [exchange.index for exchange in exchanges] == [0, 2]
    assert met == ["session.har: log.entries[1]: not UTF-8: invalid start byte"]


def test_a_surrogate_that_stands_alone_loses_nothing():
    """Browsers write one where a program cut a string; read strictly, it would lose the whole file."""
    data = har(entry(), entry({}, {"content": {"text": "??"}})).replace("??", "a\\ud800")
    exchanges, met = read(data)
    assert met == []
    assert exchanges[1].response.body == "a\ufffd".encode()


@pytest.mark.parametrize("data", ["\ufeff" + har(entry()), " \r\n" + har(entry()), gzipped(har(entry()).encode())])
def test_what_stands_round_the_text_is_not_minded(data):
    assert len(read(data)[0]) == 1


def test_a_name_that_comes_twice_counts_as_parsers_count_it():
    data = har(entry()).replace('"method": "GET"', '"method": "GET", "method": "PUT"')
    assert read(data)[0][0].request.method == "PUT"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ('{"log": [1]}', "session.har: log: expected an object, got an array"),
        ('{"log": {}}', "session.har: log: object missing required field `entries`"),
        ('{"log": {"entries": {}}}', "session.har: log.entries: expected an array, got an object"),
        (har(entry())[:-5], "session.har: not JSON: it ends before its end"),
        (har(entry()) + "x", "session.har: not JSON: trailing characters"),
        ('{"log": [1]"x"}', "session.har: log: expected an object, got an array"),
        ('{"log": {"entries": [NaN]}}', "session.har: not JSON: invalid character"),
        ('{"log": {"pages": ' + "[" * 100_000, "session.har: nested too deep to be read"),
        ('{"log": {"entries": [' + '{"a":' * 100_000, "session.har: nested too deep to be read"),
    ],
)
def test_what_cannot_be_read_at_all_is_refused(data, told):
    with pytest.raises(RecordingError) as caught:
        read(data)
    assert str(caught.value).startswith(told)
    assert not isinstance(caught.value, EntryError)


TEXT = st.text(max_size=10)


@pytest.mark.property
class TestLaws:
    @settings(max_examples=150)
    @given(
        TEXT, TEXT, st.integers(0, 999), st.binary(min_size=1, max_size=30), st.lists(st.tuples(TEXT, TEXT), max_size=3)
    )
    def test_what_was_exported_is_read(self, method, url, status, body, headers):
        pairs = [(name, value) for name, value in headers if not name.startswith(":")]
        recorded = [{"name": name, "value": value} for name, value in headers]
        content = {"text": base64.b64encode(body).decode(), "encoding": "base64"}
        made = entry({"method": method, "url": url, "headers": recorded}, {"status": status, "content": content})
        read_back = only(made)
        assert (read_back.request.method, read_back.request.url) == (method, url)
        assert (list(read_back.request.headers), read_back.response.status) == (pairs, status)
        assert read_back.response.body == (b"" if status == 304 else body)

    @settings(max_examples=200)
    @given(st.binary(max_size=40), st.floats(0, 1), st.integers(0, 9))
    def test_any_bytes_give_exchanges_or_obstacles(self, noise, at, cut):
        good = har(entry(), entry()).encode()
        place = int(at * len(good))
        assert all(
            one.startswith("session.har: ")
            for one in reading.told(good[:place] + noise + good[place + cut :], "session.har")
        )
