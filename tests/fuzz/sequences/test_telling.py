"""Which texts of a body tell it from all others: those that were made for it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.sequences.telling import Telling, telling_texts
from tests.fuzz.picqer import PICQER


@pytest.mark.property
@given(seed=st.integers(0, 2**32), bodies=st.integers(1, 30))
def test_a_text_of_ours_tells_and_is_of_one_body(seed: int, bodies: int) -> None:
    telling = Telling(PICQER, seed)
    schema = ("#/components/schemas/CustomerCreate",)
    made = [telling.told({"name": "x", "telephone": "x"}, schema, None) for _ in range(bodies)]
    texts = [text for one in made for text in telling_texts(one, "7").values()]
    assert len(texts) == len(set(texts)) == 2 * bodies


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ({"starts_on": "2000-01-01", "note": "a text of a person"}, "7"),  # many a thing has these
        ({"idtag": 7, "title": "qqqqpq1x9"}, "7"),  # ties one that is there to another
        (["qqqqpq1x9"], "7"),
    ],
)
def test_other_texts_tell_nothing(body: Any, number: str) -> None:
    assert telling_texts(body, number) == {}
