"""Strings keep formats, patterns and lengths, and UTF-8 can hold them."""

from __future__ import annotations

import re
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from fuzz.countries import CODES
from fuzz.texts import FORMATS, texts
from validator.contract.schemas import FORMATS as OWN_FORMATS


@pytest.mark.property
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_kept(name: str) -> None:
    validator = jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True, formats=OWN_FORMATS)

    @settings(max_examples=25, deadline=None, database=None)
    @given(texts([{"format": name}]))
    def holds(text: str) -> None:
        assert validator.is_valid(text)

    holds()


@pytest.mark.property
@settings(max_examples=100, deadline=None)
@given(st.data(), st.integers(0, 40), st.none() | st.integers(40, 60))
def test_lengths_are_kept_and_utf_8_holds_every_text(data: st.DataObject, least: int, most: int | None) -> None:
    words = {"minLength": least} if most is None else {"minLength": least, "maxLength": most}
    text = data.draw(texts([words]))
    assert least <= len(text) <= (most if most is not None else least + 16)
    text.encode()


@pytest.mark.parametrize(
    ("words", "some"),
    [
        ({"pattern": "^[A-Z]{2}$"}, ("NL", "DE")),
        ({"minLength": 2, "maxLength": 2}, ("NL", "DE")),
        ({"pattern": "^[a-z]{2}$"}, ("nl", "de")),
        ({"pattern": "^[A-Z]{3}$"}, ("NLD", "DEU")),
    ],
)
def test_a_country_is_one_that_there_is(words: dict[str, Any], some: tuple[str, ...]) -> None:
    """A server that knows the list refuses AA, and is right: a sound request must not have it."""
    named = words | {"description": "The country (ISO 3166-1)"}
    for code in some:
        assert find(texts([named]), lambda text, code=code: text == code) == code

    @settings(max_examples=50, deadline=None, database=None)
    @given(texts([named]))
    def holds(text: str) -> None:
        assert text.upper() in CODES

    holds()


@pytest.mark.property
@pytest.mark.parametrize("pattern", ["^[A-Z]{2}$", "^\\d+$", "^(a|b)$", "[0-9]", "^#[0-9A-Fa-f]{6}$"])
def test_patterns_are_kept(pattern: str) -> None:
    @settings(max_examples=25, deadline=None, database=None)
    @given(texts([{"pattern": pattern}]))
    def holds(text: str) -> None:
        assert re.search(pattern, text, re.ASCII)
        assert not text.endswith("\n")

    holds()


def test_a_pattern_that_python_cannot_read_is_left_to_the_check() -> None:
    assert find(texts([{"pattern": "\\p{Lu}"}]), lambda _: True) == ""


def test_lengths_that_exclude_each_other_leave_nothing() -> None:
    assert texts([{"minLength": 3}, {"maxLength": 2}]).is_empty
