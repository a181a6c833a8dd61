"""How deep a value is."""

from __future__ import annotations

from validator.depth import is_deeper


def test_a_value_is_as_deep_as_its_deepest_part() -> None:
    value = [1, {"a": [[]]}]
    assert [is_deeper(value, levels) for levels in range(5)] == [True, True, True, False, False]
    assert not is_deeper("text", 0)
