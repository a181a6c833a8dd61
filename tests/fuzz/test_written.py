"""Values that Python does not have are written as they are meant."""

from __future__ import annotations

import orjson
import pytest

from fuzz.written import Written, fragment, like, shown


def test_a_value_is_written_as_it_says() -> None:
    assert orjson.dumps([fragment(Written("1e400", 1e308)), fragment(1)]) == b"[1e400,1]"
    assert like(Written("1e400", 1e308)) == 1e308


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("12", '"12"'),
        (None, "null"),
        ([1], "[1]"),
        (Written("1e400", 1e308), "1e400"),
        ("a" * 1000, '"' + "a" * 59 + "... (1002 characters)"),
    ],
)
def test_a_person_is_shown_what_was_sent(value: object, told: str) -> None:
    assert shown(value) == told
