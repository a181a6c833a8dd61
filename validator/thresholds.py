"""How much of the contract must have been exercised: `--fail-under`, without its command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from validator.coverage import Coverage, Covered


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageThreshold:
    """At least so many percent of one measure of coverage (`Coverage.measures`); `percent` is exact."""

    measure: str
    percent: Fraction

    def __str__(self) -> str:
        return f"{float(self.percent):.12g}%"


def shortfalls(coverage: Coverage, thresholds: Iterable[CoverageThreshold]) -> Iterator[str]:
    """One line for each threshold that was not reached: what, reached, wanted."""
    for threshold in thresholds:
        covered = coverage.measures[threshold.measure]
        if covered.seen * 100 < threshold.percent * covered.documented:
            told = f"{covered.seen:,} of {covered.documented:,}"
            yield f"coverage of {threshold.measure} is {percent(covered)} ({told}), wanted at least {threshold}"


def undocumented(coverage: Coverage, thresholds: Iterable[CoverageThreshold]) -> list[str]:
    """The measures among the thresholds of which the contract documents nothing: there is no percentage of it."""
    return [one.measure for one in thresholds if not coverage.measures[one.measure].documented]


def percent(covered: Covered) -> str:
    """`79.9%`: rounded down, so that what is told never reaches what was not."""
    if not covered.documented:
        return "-"
    tenths = covered.seen * 1000 // covered.documented
    return f"{tenths // 10}.{tenths % 10}%"
