"""A fault in a list is put into the last of several items, where there may be several."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.items import among_others
from validator.pointer import walk


@pytest.mark.parametrize(
    ("body", "spot", "longer", "there"),
    [
        ({"lines": [{"id": 1}]}, ("lines", 0, "id"), {"lines": [{"id": 1}, {"id": 1}]}, ("lines", 1, "id")),
        ({"lines": [1, 2]}, ("lines", 0), {"lines": [1, 2, 1]}, ("lines", 2)),
        ([[1], [2]], (0, 0), [[1, 1], [2]], (0, 1)),
        ([3], (0,), [3, 3], (1,)),
        ({"name": "x"}, ("name",), {"name": "x"}, ("name",)),
        ({"lines": []}, ("lines", 0), {"lines": []}, ("lines", 0)),  # where there is but room for an item
    ],
    ids=str,
)
def test_the_item_comes_once_more_and_the_spot_is_in_that(body: Any, spot: Any, longer: Any, there: Any) -> None:
    assert among_others(body, spot, lambda _: True) == (longer, there)
    assert among_others(body, spot, lambda _: False) == (body, spot)


@pytest.mark.property
@given(st.lists(st.integers(), min_size=1, max_size=5), st.data())
def test_what_stands_there_is_the_same(items: list[int], data: st.DataObject) -> None:
    spot = ("items", data.draw(st.integers(0, len(items) - 1)))
    body = {"items": items}
    longer, there = among_others(body, spot, lambda _: True)
    assert walk(longer, there) == walk(body, spot)
    assert there == ("items", len(items))
    assert body == {"items": items}
