"""JSON Pointer (RFC 6901)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator.pointer import join, of_reference, split, walk

DOCUMENT = {"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, 'k"l': 6, " ": 7, "m~n": 8}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", DOCUMENT),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
    ],
)
def test_the_examples_of_section_5_lead_where_it_says(pointer: str, value: object) -> None:
    assert walk(DOCUMENT, split(pointer)) == value


@pytest.mark.parametrize("pointer", ["/absent", "/foo/2", "/foo/x", "/foo/0/deeper"])
def test_a_pointer_to_nothing_is_a_key_error(pointer: str) -> None:
    with pytest.raises(KeyError):
        walk(DOCUMENT, split(pointer))


def test_a_reference_is_percent_decoded() -> None:
    assert of_reference("#/paths/~1orders~1%7Bid%7D") == "/paths/~1orders~1{id}"


@pytest.mark.property
@given(st.lists(st.text()))
def test_a_path_survives_being_a_pointer(tokens: list[str]) -> None:
    assert split(join("", *tokens)) == tokens
