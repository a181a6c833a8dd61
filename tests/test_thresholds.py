"""Thresholds of coverage: exact, and told so that what was not reached does not look reached."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator.coverage import MEASURES, Coverage, Covered, OperationCoverage
from validator.thresholds import CoverageThreshold, percent, shortfalls, undocumented


def coverage(seen: int, documented: int) -> Coverage:
    return Coverage(
        operations=tuple(
            OperationCoverage(operation=str(at), exchanges=int(at < seen), documented=(), undocumented=())
            for at in range(documented)
        )
    )


def at_least(percentage: Fraction | int) -> CoverageThreshold:
    return CoverageThreshold(measure="operations", percent=Fraction(percentage))


@pytest.mark.parametrize(
    ("seen", "documented", "told"),
    [(0, 3, "0.0%"), (1, 3, "33.3%"), (2, 3, "66.6%"), (3, 3, "100.0%"), (1999, 2000, "99.9%"), (0, 0, "-")],
)
def test_a_percentage_is_rounded_down(seen, documented, told):
    assert percent(Covered(seen=seen, documented=documented)) == told


@pytest.mark.property
@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_what_was_reached_is_enough_and_a_hair_more_is_not(counts):
    seen, documented = counts
    reached = Fraction(100 * seen, documented)
    assert list(shortfalls(coverage(seen, documented), [at_least(reached)])) == []
    assert len(list(shortfalls(coverage(seen, documented), [at_least(reached + Fraction(1, 10**9))]))) == 1


def test_each_shortfall_says_what_was_reached_and_wanted():
    assert list(shortfalls(coverage(1, 3), [at_least(Fraction("33.4")), at_least(33), at_least(100)])) == [
        "coverage of operations is 33.3% (1 of 3), wanted at least 33.4%",
        "coverage of operations is 33.3% (1 of 3), wanted at least 100%",
    ]


def test_of_what_is_not_documented_there_is_no_percentage():
    thresholds = [CoverageThreshold(measure=measure, percent=Fraction(50)) for measure in MEASURES]
    assert undocumented(coverage(1, 3), thresholds) == ["responses", "error-codes", "webhooks"]
