"""Cassettes, as VCR.py has written them over the years, in YAML and in JSON."""

from __future__ import annotations

import base64
import json
import time
from functools import partial
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.packing import gzipped
from tests.recordings import reading
from validator.errors import RecordingError
from validator.exchange import Exchange, Headers, Request, Response

URL = "https://shop.test/api/v1/orders"
GZIP = gzipped(b"[1]")


read = partial(reading.read, source="tape.yaml")


def interaction(request: dict[str, Any] | None = None, response: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "request": {"method": "GET", "uri": URL, "headers": {"Accept": ["*/*"]}, "body": None, **(request or {})},
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"Content-Type": ["application/json"]},
            "body": {"string": "[]"},
            **(response or {}),
        },
    }


def cassette(*interactions: Any) -> dict[str, Any]:
    return {"version": 1, "interactions": list(interactions)}


def as_yaml(*interactions: Any) -> str:
    return yaml.dump(cassette(*interactions), Dumper=yaml.SafeDumper, sort_keys=False)


def as_json(*interactions: Any) -> str:
    return json.dumps(cassette(*interactions), indent=4)


both = pytest.mark.parametrize("written", [as_yaml, as_json])


@both
def test_an_interaction_is_an_exchange(written):
    made = interaction({"method": "POST", "body": "é"}, {"headers": {"A": ["1", "2"], "b": "3"}})
    assert read(written({**made, "recorded_at": "2026-01-02T03:04:05"})) == (
        [
            Exchange(
                request=Request(method="POST", url=URL, headers=Headers([("Accept", "*/*")]), body="é".encode()),
                response=Response(status=200, headers=Headers([("A", "1"), ("A", "2"), ("b", "3")]), body=b"[]"),
                source="tape.yaml",
                index=0,
                recorded_at="2026-01-02T03:04:05",
            )
        ],
        [],
    )


@both
@pytest.mark.parametrize(
    ("recorded", "body"),
    [
        (None, b""),
        ("", b""),
        ("é", "é".encode()),
        ({}, b""),
        ({"string": None}, b""),
        ({"string": ""}, b""),
        ({"string": "é"}, "é".encode()),
        ({"string": "/wA=", "encoding": "base64"}, b"\xff\0"),
        ({"string": "x", "encoding": "utf-8"}, b"x"),
        ({"base64_string": "/wA=\n"}, b"\xff\0"),
    ],
)
def test_bodies_come_in_many_forms(written, recorded, body):
    (exchange,), met = read(written(interaction({"body": recorded}, {"body": recorded})))
    assert met == []
    assert (exchange.request.body, exchange.response.body) == (body, body)


def test_bodies_in_yaml_may_be_binary():
    (exchange,), _ = read(as_yaml(interaction({"body": b"\xff"}, {"body": {"string": b"\0\xff"}})))
    assert (exchange.request.body, exchange.response.body) == (b"\xff", b"\0\xff")


@pytest.mark.parametrize(
    ("recorded", "body", "damage"),
    [
        ({"string": GZIP}, b"[1]", None),
        ({"base64_string": base64.b64encode(GZIP).decode()}, b"[1]", None),
        ({"string": "[1]"}, b"[1]", None),  # decoded by a client that kept the header
        ({"string": b""}, b"", None),
        ({"string": b"\xff\xff"}, b"\xff\xff", "the content coding gzip does not decode"),
        ({"string": GZIP[:-1]}, GZIP[:-1], "the content coding gzip is cut short"),
    ],
)
def test_a_content_coding_is_taken_off(recorded, body, damage):
    made = interaction({}, {"headers": {"content-encoding": ["gzip"]}, "body": recorded})
    (exchange,), _ = read(as_yaml(made))
    assert (exchange.response.body, exchange.response.damage) == (body, damage)


def test_a_header_that_a_hand_wrote_as_a_number_is_text():
    (exchange,), _ = read("interactions: [{request: {method: GET, uri: /}, response: {status: {code: 200}, "
                          "headers: {Content-Length: 12, a: [1, b]}}}]")  # fmt: skip
    assert list(exchange.response.headers) == [("Content-Length", "12"), ("a", "1"), ("a", "b")]


@both
@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (
            interaction({}, {"status": {"code": "x"}}),
            "interactions[1].response.status.code: expected an integer, got a string",
        ),
        (interaction({}, {"status": {"code": -1}}), "interactions[1].response.status.code: expected an integer >= 0"),
        (interaction({}, {"status": 200}), "interactions[1].response.status: expected an object, got an integer"),
        (interaction({"uri": None}), "interactions[1].request.uri: expected a string, got null"),
        (
            interaction({}, {"headers": {"a": [None]}}),
            "interactions[1].response.headers[...][0]: expected an integer or a string",
        ),
        (interaction({"body": 1}), "interactions[1].request.body: expected a string, or an object with the member"),
        (interaction({}, {"body": {"file": "x"}}), "interactions[1].response.body: expected a string, or an object"),
        (
            interaction({}, {"body": {"string": []}}),
            "interactions[1].response.body.string: expected a string, got an array",
        ),
        (interaction({}, {"body": {"base64_string": "?"}}), "interactions[1].response.body.base64_string: expected"),
        ({"request": {"method": "GET", "uri": "/"}}, "interactions[1]: object missing required field `response`"),
        (None, "interactions[1]: expected an object, got null"),
    ],
)
def test_a_bad_interaction_is_told_and_loses_no_other(written, bad, told):
    exchanges, met = read(written(interaction(), bad, interaction()))
    assert [exchange.index for exchange in exchanges] == [0, 2]
    (one,) = met
    assert one.startswith(f"tape.yaml: {told}")


@pytest.mark.parametrize(
    ("data", "reason", "mend"),
    [
        ("interactions:", "interactions: expected an array, got null", ""),
        ("interactions: {a: 1}", "interactions: expected an array, got an object", ""),
        ('{"interactions": 1}', "interactions: expected an array, got an integer", ""),
        ("interactions: [", "not YAML", ""),
        ('{"interactions": [', "not JSON: it ends before its end", ""),
        ("interactions: &a [*a]", "the alias *a stands inside what it stands for", ""),
        ("interactions: " + "[" * 1_000_000, "nested deeper than 500 levels", ""),
        ('{"interactions": ' + "[" * 100_000, "nested too deep to be read", ""),
        ("interactions: []\n---\ninteractions: []", "expected one YAML document", ""),
        ("interactions:\n- !!python/object:os.system {}", "got the tag !!python/object:os.system", "vcr.migration"),
        ("- request: !!python/object:vcr.request.Request\n    body: null", "before 1.0", "vcr.migration"),
        ("- request:\n    method: GET\n  response: {}\n", "before 1.0", "vcr.migration"),
    ],
)
def test_what_cannot_be_read_at_all_is_refused(data, reason, mend):
    with pytest.raises(RecordingError) as caught:
        read(data)
    assert reason in str(caught.value)
    assert mend in caught.value.mend
    assert caught.value.place.startswith("tape.yaml")


def test_what_would_run_code_is_not_given_to_another_tool():
    """Old cassettes are lifted with VCR.py's own tool, and its loader runs what a file names."""
    with pytest.raises(RecordingError, match="got the tag") as caught:
        read("interactions:\n- request: !!python/object/apply:os.system [x]")
    assert not caught.value.mend


def test_laughs_by_the_billion_are_refused_at_once():
    lines = ["version: 1", "a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 12)]
    started = time.perf_counter()
    with pytest.raises(RecordingError, match="aliases counted"):
        read("\n".join([*lines, "interactions: [*a11]"]))
    assert time.perf_counter() - started < 5


def test_strings_of_python_2_are_strings():
    data = as_yaml(interaction()).replace("string: '[]'", "string: !!python/unicode '[2]'")
    assert read(data)[0][0].response.body == b"[2]"


@pytest.mark.parametrize("text", ["0E0", "12e34", "1.5e3", "1_000", "0o17", "1:30", ".5e3"])
def test_text_that_looks_like_a_number_is_text(text):
    made = interaction({"method": "GET", "uri": text, "headers": {"X-Id": [text]}}, {"body": {"string": text}})
    (exchange,), met = read(as_yaml(made))
    assert met == []
    assert (exchange.request.url, list(exchange.request.headers)) == (text, [("X-Id", text)])
    assert exchange.response.body == text.encode()


@pytest.mark.parametrize(
    "begin", ["", "---\n", "# recorded by hand\n", "%YAML 1.1\n---\n", "\ufeff", "\n\n", "recorded_with: x\n"]
)
def test_what_stands_before_is_not_minded(begin):
    assert len(read(begin + as_yaml(interaction()))[0]) == 1


TEXT = st.text(max_size=10)
BODIES = st.one_of(TEXT, st.binary(max_size=20))


@pytest.mark.property
class TestLaws:
    @settings(max_examples=100)
    @given(TEXT, TEXT, st.integers(0, 999), BODIES, st.dictionaries(TEXT, st.lists(TEXT, max_size=2), max_size=2))
    def test_what_was_recorded_is_read(self, method, uri, status, body, headers):
        made = interaction(
            {"method": method, "uri": uri, "headers": headers}, {"status": {"code": status}, "body": {"string": body}}
        )
        (exchange,), met = read(as_yaml(made))
        assert met == []
        assert (exchange.request.method, exchange.request.url, exchange.response.status) == (method, uri, status)
        assert list(exchange.request.headers) == [(name, one) for name, several in headers.items() for one in several]
        assert exchange.response.body == (body if isinstance(body, bytes) else body.encode())

    @settings(max_examples=200)
    @given(st.sampled_from([as_yaml, as_json]), st.binary(max_size=30), st.floats(0, 1), st.integers(0, 9))
    def test_any_bytes_give_exchanges_or_obstacles(self, written, noise, at, cut):
        good = written(interaction(), interaction()).encode()
        place = int(at * len(good))
        assert all(
            one.startswith("tape.yaml: ")
            for one in reading.told(good[:place] + noise + good[place + cut :], "tape.yaml")
        )
