"""Every way to break a JSON text breaks it, beyond doubt, and is there for every value."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz import engine
from fuzz.malformed_json import BREAKAGES, malformed
from fuzz.rfc8259 import is_malformed
from tests.strategies import VALUES


@pytest.mark.property
@pytest.mark.parametrize("name", BREAKAGES)
def test_no_breakage_ever_leaves_json(name: str) -> None:
    """A text that a server may accept would accuse it of a fault that is ours."""

    @settings(max_examples=15, deadline=None, database=None)
    @given(malformed(VALUES, name))
    def holds(broken: tuple[bytes, str]) -> None:
        body, described = broken
        assert is_malformed(body)
        assert described.strip() == described
        assert described.isprintable()

    holds()


@pytest.mark.property
@pytest.mark.parametrize("name", BREAKAGES)
def test_every_breakage_is_there_for_every_value(name: str) -> None:
    """What a text lacks so that it can be broken is put in; nothing is left to luck."""
    for value in ({}, {"": ""}, {"a": []}, {"a": {"b": 'q"\\é'}}, [], [1, 2], "text", 0, None):
        drawn = engine.draw(malformed(st.just(value), name), seed="1", count=2)
        assert drawn, value
        assert all(is_malformed(body) for body, _ in drawn)


def test_places_that_a_body_lacks_are_broken_too() -> None:
    """A server may mend only what is nested, and the contract may know only flat bodies."""
    texts = engine.draw(malformed(st.just({"title": "tea"}), "trailing-comma"), seed="1", count=60)
    assert any(re.search(rb"3\s*,\s*\]\s*\]", body) for body, _ in texts)


def test_names_are_kebab_case() -> None:
    assert [name for name in BREAKAGES if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)] == []
