"""What may be shown of a recording."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import VALUES
from validator import redaction
from validator.redaction import MASK, Safe, shape


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "null"),
        (True, "true"),
        (5, "integer"),
        (0.5, "number"),
        ("a", "string (1 character)"),
        ("", "string (0 characters)"),
        (b"ab", "2 bytes"),
        ([1], "array (1 item)"),
        ({}, "object (0 members)"),
        (Safe("418"), "418"),
    ],
)
def test_a_value_is_told_by_type_and_shape(value: Any, told: str) -> None:
    assert shape(value) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [("a\x1b", '"a\\u001b"'), ({"a": 1}, '{"a": 1}'), ("x" * 300, '"' + "x" * 199 + "… (302 characters)")],
)
def test_a_value_is_shown_on_request_escaped_and_cut(value: Any, told: str) -> None:
    assert shape(value, show=True) == told


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://key:x@shop.picqer.com/api/v1/orders", "https://shop.picqer.com/api/v1/orders"),
        ("https://a.example/o?offset=100&inactive=true", "https://a.example/o?offset=100&inactive=true"),
        ("https://a.example/o?search=jan@example.org&key=abc", f"https://a.example/o?search={MASK}&key={MASK}"),
        ("https://a.example/o?since=2026-01-01", "https://a.example/o?since=2026-01-01"),
        ("https://a.example/u/jan%40example.org/x", f"https://a.example/u/{MASK}/x"),
        (f"https://a.example/t/{'0a' * 20}", f"https://a.example/t/{MASK}"),
        ("https://a.example/o#secret", "https://a.example/o"),
        ("http://[::1", "(not an address)"),
    ],
)
def test_an_address_is_shown_without_its_secrets(address: str, told: str) -> None:
    assert redaction.url(address) == told


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("", ""),
        ("/items/0/price", "/items/0/price"),
        ("/analysis_pick_amount_per_day", "/analysis_pick_amount_per_day"),
        ("/balances/jan@example.org/total", f"/balances/{MASK}/total"),
        (f"/sessions/{'0a' * 20}", f"/sessions/{MASK}"),
    ],
)
def test_a_place_is_shown_without_member_names_that_are_data(place: str, told: str) -> None:
    assert redaction.pointer(place) == told


@pytest.mark.parametrize(
    "name", ["Authorization", "cookie", "Set-Cookie", "X-Api-Key", "X-Picqer-Signature", "X-My-Token", "Session-Id"]
)
def test_a_header_that_is_a_secret_is_masked(name: str) -> None:
    assert redaction.header(name, "abc") == MASK


@pytest.mark.parametrize("name", ["Content-Type", "X-RateLimit-Remaining", "User-Agent"])
def test_a_header_that_is_none_is_shown(name: str) -> None:
    assert redaction.header(name, "abc") == "abc"


@pytest.mark.property
@given(st.text(min_size=12, alphabet=st.characters(categories=["L", "N"])))
def test_no_text_of_a_body_is_in_its_shape(text: str) -> None:
    assert text not in shape(text) + shape([text]) + shape({"name": text})


@pytest.mark.property
@given(VALUES, st.booleans())
def test_every_value_has_a_shape(value: Any, show: bool) -> None:
    assert shape(value, show=show).isprintable()


@pytest.mark.property
@given(st.text())
def test_no_address_makes_it_fail(address: str) -> None:
    redaction.url(address)
    redaction.url(f"https://a.example/{address}?{address}#{address}")
