"""What is malformed is so by both parsers; what one of them takes, or cannot decide on, is not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from fuzz.rfc8259 import is_malformed
from tests.strategies import VALUES


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"nul",
        b"{'a': 1}",
        b"[1,]",
        b"[01]",
        b"NaN",
        b"[-Infinity]",
        b'"\x0a"',
        b'"\\x41"',
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        b"{}{}",
        b"[1]\x00",
        b"\xc2\xa0{}",
    ],
)
def test_what_breaks_the_grammar_is_malformed(body: bytes) -> None:
    assert is_malformed(body)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b" 1 ",
        b"\t\r\n[]",
        b'{"a": 1, "a": 2}',
        b'"\\ud800"',
        b"1e999",
        b"9" * 5000,
        b"[" * 1025 + b"]" * 1025,
        b"[" * 100_000 + b"]" * 100_000,
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_the_grammar_allows_is_not(body: bytes) -> None:
    """However odd: duplicate keys, half a surrogate pair as an escape, many digits, deep nesting."""
    assert not is_malformed(body)


@pytest.mark.property
@settings(max_examples=100)
@given(VALUES)
def test_no_json_is_malformed(value: object) -> None:
    assert not is_malformed(json.dumps(value, indent=1).encode())
