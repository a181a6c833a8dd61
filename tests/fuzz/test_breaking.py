"""Each way to break a text breaks what it says, and leaves the rest."""

from __future__ import annotations

import pytest
from hypothesis import find, settings

from fuzz.breaking import (
    Way,
    around,
    at,
    between,
    enclosed,
    followed_by,
    in_a_string,
    instead,
    one_for,
    preceded_by,
    written,
)
from fuzz.json_tokens import read

TEXT = read({"a": [1, "b"]}, b'{"a": [1, "b"]}')
ONE = settings(max_examples=1, database=None)


@pytest.mark.parametrize(
    ("way", "body", "told"),
    [
        (at(lambda text: text.all(b":"), lambda _: b"=", "a colon"), b'{"a"= [1, "b"]}', "a colon at byte 4"),
        (
            one_for(lambda text: text.all(b"]"), [b")"], "for a bracket"),
            b'{"a": [1, "b")}',
            ") for a bracket at byte 13",
        ),
        (in_a_string([b"\x01"], "the byte"), b'{"\x01a": [1, "b"]}', "the byte '\\x01' in a string at byte 2"),
        (between([b"\0"], "the byte"), b'{\0"a": [1, "b"]}', "the byte '\\x00' after byte 1"),
        (around(lambda raw: raw[:-1], "no end"), b'{"a": [1, "b"]', "no end"),
        (preceded_by([b"x"], "the word"), b'x{"a": [1, "b"]}', "the word x before the value"),
        (followed_by([b";"], "a"), b'{"a": [1, "b"]};', "a ; behind the value"),
        (enclosed([(b"(", b")")], "in"), b'({"a": [1, "b"]})', "in ( and )"),
        (enclosed([(b"<", b">")], "in", stripped=True), b'<"a": [1, "b"]>', "in < and >"),
        (instead([b"null,"], "only"), b"null,", "only null,"),
        (written(repr, "Python"), b"{'a': [1, 'b']}", "Python"),
    ],
)
def test_a_way_breaks_what_it_says(way: Way, body: bytes, told: str) -> None:
    assert find(way.make(TEXT), lambda _: True, settings=ONE) == (body, told)
