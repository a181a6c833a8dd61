"""Values that Python does not have are written as they are meant; odd texts are texts like any other."""

from __future__ import annotations

import json

import jsonschema_rs
import orjson
import pytest

from fuzz.odd_texts import ODD_TEXTS
from fuzz.written import Written, fragment, like, shown

STRING = jsonschema_rs.Draft202012Validator({"type": "string"})


@pytest.mark.parametrize("name", ODD_TEXTS)
def test_an_odd_text_is_json_and_a_string(name: str) -> None:
    for text in ODD_TEXTS[name]:
        written = orjson.dumps({"text": fragment(text)})
        assert isinstance(json.loads(written)["text"], str)
        assert STRING.is_valid(like(text))


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
