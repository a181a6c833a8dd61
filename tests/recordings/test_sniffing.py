"""What a recording is, is seen from how it begins; a name or an extension says nothing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validator.recordings import format_of
from validator.recordings.sniffing import look


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b'{"request": {', "exchange lines"),
        (b' \n{"recorded_at": null, "response": {', "exchange lines"),
        (b'{"note": {"log": ["interactions"]}, "request"', None),  # the head ends before it is a member
        (b'{"note": {"log": ["interactions"]}, "request":', "exchange lines"),
        (b'{"note": "}{\\"log\\":", "request" : {', "exchange lines"),
        (b'{}\n{"request": {', "exchange lines"),
        (b'{nonsense\n{"request": {', "exchange lines"),
        (b'nonsense\n{"request": {', None),  # a text with an example in it
        (b'{"request": {"log": 1}}', "exchange lines"),
        (b'[{"request": {', "exchanges in an array"),
        (b'[1, {"request": {', "exchanges in an array"),
        (b'[[{"request": {', None),
        (b'{"log": {', "HAR"),
        (b'{"comment": "", "log":[1]', "HAR"),
        (b'{"version": 1, "interactions": [', "VCR.py cassette"),
        (b"interactions:\n- request:\n", "VCR.py cassette"),
        (b"version: 1\ninteractions:\n- request:\n", "VCR.py cassette"),
        (b"# by hand\n---\n'interactions': []", "VCR.py cassette"),
        (b"{interactions: [", "VCR.py cassette"),
        (b"- request: !!python/object", "VCR.py cassette before 1.0"),
        (b"a:\n  interactions: []", None),
        (b"interactions:[]", None),
        (b"- interactions: []", None),
        (b'{"openapi": "3.1.0", "paths": {"log": {}}}', None),
        (b"{", None),
        (b"[]", None),
        (b"", None),
        (b"GET / HTTP/1.1\r\n", None),
        (b"\x89PNG\r\n\x1a\n\0", None),
    ],
)
def test_the_format_is_seen_from_the_content(head, name):
    found = format_of(head)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (b"", "nothing"),
        (b" \n", "nothing"),
        (b"{", "an empty or broken JSON object"),
        (b"{bad", "an empty or broken JSON object"),
        (b"[" * 10, "a JSON array"),
        (b'{"openapi": "3.1.0", "info": {"title": 1}}', "a JSON object with the members openapi, info"),
        (b'{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"a":1}', "a JSON object with the members a, b, c, d, e, …"),
        (b"openapi: 3.1.0\ninfo:\n  title: x\n", "YAML with the members openapi, info"),
        (b"- name: x\n", "a YAML list with the member name"),
        (b"# Notes\n", "text"),
        (b"\x89PNG\r\n\x1a\n\0", "binary data"),
        (bytes(100), "binary data"),
        ("{".encode("utf-16"), "UTF-16 text"),
        ("{".encode("utf-16-be"), "UTF-16 text"),
        ('[{"'.encode("utf-16-le"), "UTF-16 text"),
    ],
)
def test_a_look_can_be_told(head, told):
    assert str(look(head)) == told


@pytest.mark.parametrize(
    "unit", [b"[", b"{", b'"', b'\\"', b'{"a', b'"a":', b"- a:", b"a: ", b"{ ", b"\n", b" {", b"'"]
)
def test_a_look_is_quick_whatever_comes(unit):
    head = (unit * 65_536)[:65_536]
    started = time.perf_counter()
    for begin in (b"", b"{", b"[{", b"a: "):
        look(begin + head)
    assert time.perf_counter() - started < 1


@pytest.mark.property
@settings(max_examples=300)
@given(st.binary(max_size=50) | st.text('{}[]":,ab -\n\\\0', max_size=50).map(str.encode))
def test_any_bytes_can_be_looked_at(head):
    assert str(look(head))
    format_of(head)
