"""JSON to the letter of RFC 8259, whatever the bytes."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.sandbox.json_reader import MAX_DEPTH, NotJson, read_json

# Section 2 of RFC 8259 and what it leaves out; section 8.1 for the encoding.
BROKEN = {
    "nothing": b"",
    "white space": b" \n",
    "a bare word": b"hello",
    "half a word": b"tru",
    "single quotes": b"{'a': 1}",
    "a name without quotes": b"{a: 1}",
    "a trailing comma": b"[1,]",
    "a doubled comma": b"[1,,2]",
    "a missing comma": b"[1 2]",
    "a missing colon": b'{"a" 1}',
    "a comment": b"{} // no",
    "an open bracket": b'{"a": [1}',
    "an open string": b'{"a": "b}',
    "a bad escape": rb'"\x41"',
    "a short escape": rb'"\u12"',
    "a control character": b'"\n"',
    "NaN": b"[NaN]",
    "Infinity": b"-Infinity",
    "a leading zero": b"012",
    "a plus sign": b"+1",
    "a point without digits": b"1.",
    "hexadecimal": b"0x1F",
    "something after the end": b"{} {}",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": "{}".encode("utf-16"),
    "bytes that are not UTF-8": b'"\xff"',
    "a surrogate in bytes": b'"\xed\xa0\x80"',
    "half a surrogate pair": rb'"\ud800"',
    "white space of another kind": "\u00a0{}".encode(),
    "too deep": b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    "much too deep and open": b"[" * 1_000_000,
    "many quotes": b'"\\' * 500_000,
}

SOUND = {
    "an object": (b' {"a": [1, -2.5e3, true, null]} ', {"a": [1, -2500.0, True, None]}),
    "a duplicate name": (b'{"a": 1, "a": 2}', {"a": 2}),
    "escapes": (rb'"\u00e9\ud83d\ude00\/"', "é😀/"),
    "a big integer": (b"9" * 30, float("9" * 30)),
    "a huge integer": (b"9" * 10_000, float("inf")),
    "a huge float": (b"1e999", float("inf")),
    "deep, but not too deep": (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None),
    "brackets in a string": (b'"' + b"[" * 2000 + b'"', "[" * 2000),
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN)
def test_what_is_not_json_is_refused(raw):
    started = time.perf_counter()
    with pytest.raises(NotJson):
        read_json(raw)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(("raw", "value"), SOUND.values(), ids=SOUND)
def test_what_is_json_is_read(raw, value):
    assert value is None or read_json(raw) == value
    read_json(raw)


@pytest.mark.property
@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=50))
def test_any_bytes_are_read_or_refused(raw):
    try:
        read_json(raw)
    except NotJson:
        return


@pytest.mark.property
@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53), 2**53)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=10,
    ),
    st.booleans(),
)
def test_what_is_written_as_json_is_read_back(value, ascii_only):
    assert read_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value
