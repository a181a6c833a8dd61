"""Numbers keep bounds and steps, and stay small where nothing asks for more."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import orjson
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from fuzz.numbers import integers, numbers

BOUNDS = st.fixed_dictionaries(
    {},
    optional={
        "minimum": st.integers(-50, 50),
        "exclusiveMinimum": st.sampled_from([-3, 0, 0.5, 7]),
        "maximum": st.integers(60, 100),
        "exclusiveMaximum": st.sampled_from([59.5, 60, 2**40]),
        "multipleOf": st.sampled_from([1, 2, 0.01, 0.25, 3]),
    },
)


def keeps(value: float, words: dict[str, Any]) -> bool:
    exact = Fraction(str(value))
    return (
        exact >= words.get("minimum", exact)
        and exact <= words.get("maximum", exact)
        and ("exclusiveMinimum" not in words or exact > Fraction(str(words["exclusiveMinimum"])))
        and ("exclusiveMaximum" not in words or exact < Fraction(str(words["exclusiveMaximum"])))
        and exact % Fraction(str(words.get("multipleOf", "1e-20"))) == 0
    )


@pytest.mark.property
@settings(max_examples=150, deadline=None)
@given(st.lists(BOUNDS, min_size=1, max_size=2), st.data())
def test_numbers_keep_every_schema(schemas: list[dict[str, Any]], data: st.DataObject) -> None:
    assert all(keeps(data.draw(numbers(schemas)), words) for words in schemas)
    whole = data.draw(integers(schemas))
    assert isinstance(whole, int)
    assert all(keeps(whole, words) for words in schemas)


@pytest.mark.parametrize(
    ("words", "simplest"),
    [
        ({}, 1),
        ({"maximum": 10}, 1),
        ({"maximum": 0}, 0),
        ({"minimum": 0}, 0),
        ({"minimum": 1}, 1),
        ({"maximum": -5}, -5),
        ({"exclusiveMinimum": 0}, 1),
        ({"multipleOf": 7, "minimum": 8}, 14),
    ],
    ids=str,
)
def test_the_simplest_is_the_one_nearest_to_zero_and_1_where_nothing_is_said(
    words: dict[str, Any], simplest: int
) -> None:
    """0 is refused by many a server for reasons that no schema tells: other faults of the request would not be seen."""
    assert find(integers([words]), lambda _: True) == simplest


@pytest.mark.parametrize("words", [{"maximum": -1e300}, {"minimum": 1e30}, {"minimum": 2**63}], ids=str)
def test_a_number_beyond_64_bits_can_be_written(words: dict[str, Any]) -> None:
    for made in (integers([words]), numbers([words])):
        orjson.dumps(find(made, lambda _: True))


def test_prices_have_two_decimals() -> None:
    assert find(numbers([{}]), lambda value: 0 < value < 1) == 0.01


def test_bounds_that_exclude_each_other_leave_nothing() -> None:
    assert integers([{"minimum": 2, "exclusiveMaximum": 2}]).is_empty
    assert integers([{"minimum": 0.1, "maximum": 0.9}]).is_empty
