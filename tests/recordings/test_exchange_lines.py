"""Exchange lines: read one by one, written so that they read back, and no line loses another."""

from __future__ import annotations

import base64
import io
import json
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.packing import gzipped
from tests.recordings import reading
from validator.exchange import Exchange, Headers, Request, Response
from validator.recordings import exchange_lines, read_stream
from validator.recordings.exchange_lines import write_exchange_line

URL = "https://shop.test/api/v1/orders"


read = partial(reading.read, source="x.ndjson")


def line(request: dict[str, Any] | None = None, response: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "request": {"method": "GET", "url": URL, **(request or {})},
        "response": {"status": 200, **(response or {})},
        **more,
    }


def only(made: dict[str, Any]) -> Exchange:
    exchanges, met = read(json.dumps(made))
    assert met == []
    (exchange,) = exchanges
    return exchange


def refusal(made: dict[str, Any]) -> str:
    exchanges, met = read(json.dumps(made))
    assert exchanges == []
    (told,) = met
    return told


def test_a_line_is_an_exchange():
    made = line(
        {"method": "POST", "headers": {"Accept": "*/*"}, "body": "é"},
        {"status": 400, "headers": {"content-type": "application/json"}, "body": "{}"},
        recorded_at="2026-01-02T03:04:05Z",
        note={"of": ["another", "program"]},
    )
    assert only(made) == Exchange(
        request=Request(method="POST", url=URL, headers=Headers([("Accept", "*/*")]), body="é".encode()),
        response=Response(status=400, headers=Headers([("content-type", "application/json")]), body=b"{}"),
        source="x.ndjson",
        index=0,
        recorded_at="2026-01-02T03:04:05Z",
    )


@pytest.mark.parametrize(
    ("headers", "pairs"),
    [
        ({}, []),
        (None, []),
        ([], []),
        ({"a": "1", "B": ["2", "3"], "c": []}, [("a", "1"), ("B", "2"), ("B", "3")]),
        ([["a", "1"], ["b", "2"], ["a", "3"]], [("a", "1"), ("b", "2"), ("a", "3")]),
    ],
)
def test_headers_come_in_three_forms(headers, pairs):
    assert list(only(line({}, {"headers": headers})).response.headers) == pairs
    assert list(only(line({"headers": headers})).request.headers) == pairs


@pytest.mark.parametrize(
    ("members", "body"),
    [
        ({}, b""),
        ({"body": ""}, b""),
        ({"body": None}, None),
        ({"body": "\u0000é\U0001f600"}, "\0é\U0001f600".encode()),
        ({"body_base64": "/wA="}, b"\xff\x00"),
        ({"body_base64": ""}, b""),
        ({"body_base64": "/w\nA="}, b"\xff\x00"),
        ({"body": None, "body_base64": "/wA="}, b"\xff\x00"),
        ({"body": "x", "body_base64": None}, b"x"),
    ],
)
def test_a_body_is_text_or_base64_or_not_recorded(members, body):
    exchange = only(line(members, members))
    assert (exchange.request.body, exchange.response.body) == (body, body)
    assert not exchange.response.headers


@pytest.mark.parametrize("text", ["null", "[]", '{"b": 1.0, "a": 1e999, "a": 2}', str(2**70), "9" * 5_000, '"\\u00e9"'])
def test_json_is_the_body_as_it_is_written(text):
    """Not parsed: what parsers make of great numbers and double names is for the judge to say."""
    (exchange,), met = read(
        f'{{"request": {{"method": "GET", "url": "/"}}, "response": {{"status": 1, "json": {text}}}}}'
    )
    assert met == []
    assert exchange.response.body == text.encode()
    assert exchange.response.headers.get("content-type") == "application/json"


def test_json_leaves_a_content_type_that_is_given():
    headers = only(line({}, {"headers": {"Content-Type": "application/problem+json"}, "json": 1})).response.headers
    assert list(headers) == [("Content-Type", "application/problem+json")]


def test_bytes_that_are_still_coded_are_decoded():
    coded = base64.b64encode(gzipped(b"[]")).decode()
    for name, expected in (("content-encoding", (b"[]", None)), ("x-other", (gzipped(b"[]"), None))):
        response = only(line({}, {"headers": {name: "gzip"}, "body_base64": coded})).response
        assert (response.body, response.damage) == expected
    broken = base64.b64encode(gzipped(b"[]")[:-1]).decode()
    response = only(line({}, {"headers": {"content-encoding": "gzip"}, "body_base64": broken})).response
    assert response.damage == "the content coding gzip is cut short"


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (line({}, {"status": "200"}), "line 1: response.status: expected an integer, got a string"),
        (line({}, {"status": 1000}), "line 1: response.status: expected an integer <= 999"),
        (line({}, {"status": True}), "line 1: response.status: expected an integer, got a boolean"),
        (
            line({}, {"headers": {"a": 1}}),
            "line 1: response.headers[...]: expected a string or an array, got an integer",
        ),
        (line({"headers": [["a"]]}), "line 1: request.headers[0]: expected an array of length 2"),
        (line({"url": None}), "line 1: request.url: expected a string, got null"),
        (line({"body": {}}), "line 1: request.body: expected a string or null, got an object"),
        ({"request": {}, "response": {}}, "line 1: request: object missing required field `method`"),
        ({"request": {"method": "GET", "url": "/"}}, "line 1: object missing required field `response`"),
        ({"response": []}, "line 1: response: expected an object, got an array"),
        (line({"body": "", "json": 1}), "line 1: request: expected one of body, body_base64 and json, got several"),
        (line({}, {"body_base64": "", "json": None}), "line 1: response: expected one of body, body_base64 and json"),
        (line({"body_base64": "é"}), "line 1: request.body_base64: expected base64"),
        (line({}, {"body_base64": "abc"}), "line 1: response.body_base64: expected base64"),
    ],
)
def test_a_refusal_says_what_and_where(made, told):
    assert refusal(made).startswith(f"x.ndjson: {told}")


def text(made: dict[str, Any] | None = None) -> str:
    return json.dumps(line() if made is None else made)


@pytest.mark.parametrize(
    "data",
    [
        f"{text()}\n{text()}\n",
        f"{text()}\n{text()}",
        f"{text()}\r\n{text()}\r\n",
        f"\ufeff{text()}\n{text()}",
        f"\n \n{text()}\n\t\n\r\n{text()}\n\n",
        f"  {text()}  \n\t{text()}\t",
        f"[{text()}, {text()}]",
        f"\ufeff [\n{text()}\n,\n{text()}\n]\n",
        gzipped(f"{text()}\n{text()}".encode()),
        gzipped(f"\ufeff{text()}\n".encode()) + gzipped(text().encode()),
    ],
)
def test_lines_end_as_editors_end_them(data):
    exchanges, met = read(data)
    assert [exchange.index for exchange in exchanges] == [0, 1]
    assert met == []


@pytest.mark.parametrize("indent", [0, 1, 4, "\t"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n\r\n"])
def test_one_exchange_may_be_written_over_many_lines(indent, end):
    written = json.dumps(line({}, {"json": {"a": [1]}}), indent=indent) + end
    for data in (written, written.replace("\n", "\r\n"), written.replace(": {", ":\n{"), "\n" + written):
        (exchange,), met = read(data)
        assert met == []
        assert json.loads(exchange.response.body) == {"a": [1]}


def test_an_exchange_over_many_lines_is_refused_as_a_whole():
    assert read(json.dumps(line({}, {"status": "x"}), indent=2)) == (
        [],
        ["x.ndjson: response.status: expected an integer, got a string"],
    )
    (told,) = read(json.dumps(line(), indent=2)[:-1])[1]
    assert told == "x.ndjson: not JSON: it ends before its end"


@pytest.mark.parametrize(
    "bad",
    [
        "{}",
        "[",
        "null",
        "1e999",
        '"',
        "garbage",
        '{"request": ',
        text()[:-1],
        text() + "}",
        text() + text(),
        '{"request":' * 5_000,
        "[" * 100_000,
        '{"request": NaN}',
        text(line({}, {"status": int("9" * 4_000)})),
        '{"request": "\\ud800"}',
        "\0",
    ],
)
def test_a_bad_line_does_not_lose_the_others(bad):
    for lines, good in (([text(), bad, text()], [0, 2]), ([text(), text(), bad], [0, 1])):
        exchanges, met = read("\n".join(lines))
        assert [exchange.index for exchange in exchanges] == good
        assert len(met) == 1
        assert met[0].startswith(f"x.ndjson: line {lines.index(bad) + 1}: ")


def test_a_bad_first_line_does_not_lose_the_others():
    for bad in (text()[:-9], '{"request": {}}', '{"request": ['):
        exchanges, met = read(f"{bad}\n{text()}\n{text()}")
        assert [exchange.index for exchange in exchanges] == [1, 2]
        assert len(met) == 1


def test_a_bad_item_of_an_array_does_not_lose_the_others():
    exchanges, met = read(f"[{text()}, 1, {text(line({}, {'status': None}))}, {text()}]")
    assert [exchange.index for exchange in exchanges] == [0, 3]
    assert met == [
        "x.ndjson: [1]: expected an object, got an integer",
        "x.ndjson: [2].response.status: expected an integer, got null",
    ]


def test_bytes_that_are_not_utf_8_lose_their_line_only():
    bad = text(line({"body": "?"})).encode().replace(b'"?"', b'"\xff"')
    exchanges, met = read(b"\n".join([text().encode(), bad, text().encode()]))
    assert [exchange.index for exchange in exchanges] == [0, 2]
    assert met[0].startswith("x.ndjson: line 2: ")


def test_a_surrogate_that_stands_alone_becomes_the_replacement_character():
    written = text(line({}, {"body": "??"})).replace("??", "\\ud83d\\ude00 \\ud800 \\\\ud800 \\udc00\\ud800")
    (exchange,), met = read(written)
    assert met == []
    assert exchange.response.body == "\U0001f600 \ufffd \\ud800 \ufffd\ufffd".encode()


def test_a_line_that_is_too_long_does_not_lose_the_others(monkeypatch):
    monkeypatch.setattr(exchange_lines, "MAX_LINE", 500)
    for length in (500, 501, 1002, 5_000):
        long = text(line({}, {"body": "x" * (length - len(text(line({}, {"body": ""}))) - 1)}))
        exchanges, met = read(f"{text()}\n{text()}\n{long}\n{text()}\n")
        assert [exchange.index for exchange in exchanges] == ([0, 1, 2, 3] if length == 500 else [0, 1, 3])
        assert met == ([] if length == 500 else ["x.ndjson: line 3: longer than 500 bytes"])


def test_lines_are_read_as_they_come():
    """Constant memory: an endless recording gives its first exchange before its end."""

    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            data = (text() + "\n").encode() * 100
            count = min(len(buffer), len(data))
            buffer[:count] = (data * 2)[:count]
            return count

    exchanges = read_stream(io.BufferedReader(Endless()), source="endless")
    assert [next(exchanges).index for _ in range(3)] == [0, 1, 2]


class TestWriting:
    EXCHANGE = Exchange(
        request=Request(
            method="POST",
            url="https://key:secret@shop.test/orders?a=b@c",
            headers=Headers([("Authorization", "Basic secret"), ("Accept", "*/*"), ("X-Api-Key", "secret")]),
            body=b"\xff",
        ),
        response=Response(status=200, headers=Headers([("Set-Cookie", "secret"), ("Set-Cookie", "secret")])),
        recorded_at="now",
    )

    def test_masks_secrets(self):
        assert b"secret" not in write_exchange_line(self.EXCHANGE)

    def test_is_as_design_says(self):
        assert json.loads(write_exchange_line(self.EXCHANGE, {"fault": "malformed-json", "request": "no"})) == {
            "request": {
                "method": "POST",
                "url": "https://shop.test/orders?a=b@c",
                "headers": {"Authorization": "…", "Accept": "*/*", "X-Api-Key": "…"},
                "body_base64": "/w==",
            },
            "response": {"status": 200, "headers": [["Set-Cookie", "…"], ["Set-Cookie", "…"]], "body": ""},
            "recorded_at": "now",
            "fault": "malformed-json",
        }

    @pytest.mark.parametrize(
        ("url", "written"),
        [
            ("https://u:p@h.test/", "https://h.test/"),
            ("//u@h.test", "//h.test"),
            ("https://u:p@x@h.test/a@b", "https://h.test/a@b"),
            ("https://h.test/a@b", "https://h.test/a@b"),
            ("https://h.test?a=//u@b", "https://h.test?a=//u@b"),
            ("/orders", "/orders"),
            ("http://[::1", "http://[::1"),
        ],
    )
    def test_leaves_the_user_out_of_the_address(self, url, written):
        made = Exchange(request=Request(method="GET", url=url), response=Response(status=200))
        assert json.loads(write_exchange_line(made))["request"]["url"] == written

    def test_of_what_is_no_text_is_still_a_line(self):
        made = Exchange(
            request=Request(method="\udcff", url="/\udcff", headers=Headers([("a\udcff", "\udcff\U0001f600")])),
            response=Response(status=0, body=None),
        )
        (exchange,), met = read(write_exchange_line(made))
        assert met == []
        assert list(exchange.request.headers) == [("a\ufffd", "\ufffd\U0001f600")]


TEXT = st.text(max_size=12)
HEADERS = st.builds(
    Headers, st.lists(st.tuples(st.sampled_from(["Accept", "x-a", "X-A", ""]), TEXT.filter(bool)), max_size=4)
)
BODIES = st.one_of(st.none(), st.binary(max_size=30), TEXT.map(str.encode))
EXCHANGES = st.builds(
    Exchange,
    request=st.builds(
        Request,
        method=TEXT,
        url=st.builds(
            "{}{}".format, st.sampled_from(["", "/", "https://shop.test/"]), TEXT.filter(lambda t: "@" not in t)
        ),
        headers=HEADERS,
        body=BODIES,
    ),
    response=st.builds(Response, status=st.integers(0, 999), headers=HEADERS, body=BODIES),
    source=st.just("x.ndjson"),
    recorded_at=st.none() | TEXT,
)


@pytest.mark.property
class TestLaws:
    @settings(max_examples=200)
    @given(EXCHANGES)
    def test_what_is_written_reads_back(self, exchange):
        assert read(write_exchange_line(exchange)) == ([exchange], [])

    @settings(max_examples=200)
    @given(st.binary(max_size=80), st.integers(0, 120), st.integers(0, 3))
    def test_any_bytes_give_exchanges_or_obstacles(self, noise, at, cut):
        good = text(line({"headers": {"a": "b"}}, {"body_base64": "AA=="})).encode()
        exchanges, met = read(good + b"\n" + good[:at] + noise + good[at + cut :] + b"\n" + good + b"\n")
        assert exchanges[0].index == 0
        assert all(one.startswith("x.ndjson: ") for one in met)
        indexes = [exchange.index for exchange in exchanges]
        assert indexes == sorted({*indexes} & {*range(len(exchanges) + len(met))})
