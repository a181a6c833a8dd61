"""A text that we wrote is cut at the right places."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.json_tokens import read, texts_of
from tests.strategies import VALUES

_BLANKS = re.compile(rb'("(?:[^"\\]|\\.)*")|\s+')


@pytest.mark.property
@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_tokens_are_the_text_without_its_blanks(data: st.DataObject) -> None:
    value = data.draw(VALUES)
    text = data.draw(texts_of(value))
    assert json.loads(text.raw) == value
    assert b"".join(token.text for token in text.tokens) == _BLANKS.sub(lambda match: match[1] or b"", text.raw)
    for token in text.tokens:
        assert text.raw[token.start : token.end] == token.text
        assert text.replaced(token, token.text) == text.raw


@pytest.mark.property
@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=8), st.booleans())
def test_a_character_can_be_put_into_every_gap_of_a_string(value: str, ascii_only: bool) -> None:
    text = read(value, json.dumps(value, ensure_ascii=ascii_only).encode())
    (token,) = text.strings
    found = {json.loads(text.with_put_in(place, b"x")) for place in token.gaps()}
    assert found >= {"x" + value, value + "x"}


def test_keys_and_values_are_told_apart() -> None:
    text = read({}, b'{"a": "b", "c": ["d", 1, {"e": null}]}')
    assert [token.text for token in text.keys] == [b'"a"', b'"c"', b'"e"']
    assert [token.text for token in text.scalars] == [b'"b"', b'"d"', b"1", b"null"]
    assert [token.text for token in text.all(b"{", b"[")] == [b"{", b"[", b"{"]
