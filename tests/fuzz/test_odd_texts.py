"""Odd texts are texts like any other: a schema for texts takes them, and JSON can say them."""

from __future__ import annotations

import json

import jsonschema_rs
import orjson
import pytest

from fuzz.odd_texts import LONE_SURROGATE, ODD_TEXTS
from fuzz.written import fragment, like

STRING = jsonschema_rs.Draft202012Validator({"type": "string"})


@pytest.mark.parametrize("name", ODD_TEXTS)
def test_an_odd_text_is_json_and_a_string(name: str) -> None:
    for text in ODD_TEXTS[name]:
        assert json.loads(orjson.dumps(text)) == text
        assert STRING.is_valid(text)


def test_a_lone_surrogate_is_written_as_an_escape() -> None:
    assert json.loads(orjson.dumps(fragment(LONE_SURROGATE))) == "\ud800"
    assert STRING.is_valid(like(LONE_SURROGATE))
