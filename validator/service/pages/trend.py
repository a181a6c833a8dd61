"""Findings and coverage over time, as numbers in the units of a drawing; templates/runs.html draws them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.service.store import Run

WIDTH: Final = 340
HEIGHT: Final = 110
LEFT: Final = 34
TOP: Final = 10
_WIDEST: Final = 14.0
_LOWEST: Final = 1.5
"""Even a single finding among thousands is to be seen."""

_TOPS: Final = (1, 2, 5, 10, 25, 50, 100)
"""What the axis of coverage may end at, in percent: a recording touches a small part of a large contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The findings of one run; none is drawn as a ring on the line."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    findings: int
    run: Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Two charts over the same runs, the oldest first.

    `operations` and `responses` are the points of lines; their axis ends at `top_share` percent.
    """

    bars: tuple[Bar, ...]
    most: int
    operations: str
    responses: str
    last_operations: float
    last_responses: float
    top_share: int
    runs: tuple[Run, ...]

    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP


def trend(newest_first: Sequence[Run]) -> Trend | None:
    """The charts; None where there are not two runs to compare."""
    runs = tuple(reversed(newest_first))
    if len(runs) < 2:  # noqa: PLR2004 - a trend has two ends
        return None
    step = (WIDTH - LEFT) / len(runs)
    middles = [LEFT + step * (index + 0.5) for index in range(len(runs))]
    counts = [int(run.summary["findings"]) for run in runs]
    most = max(1, *counts)
    width = min(_WIDEST, step * 0.7)
    bars = []
    for run, middle, count in zip(runs, middles, counts, strict=True):
        height = max(_LOWEST, (HEIGHT - TOP) * count / most) if count else 0.0
        bars.append(
            Bar(
                x=round(middle - width / 2, 1),
                y=round(HEIGHT - height, 1),
                width=round(width, 1),
                height=round(height, 1),
                middle=round(middle, 1),
                findings=count,
                run=run,
            )
        )
    operations = [_share(run, "operations") for run in runs]
    responses = [_share(run, "responses") for run in runs]
    top = next(top for top in _TOPS if top >= max(*operations, *responses))
    return Trend(
        bars=tuple(bars),
        most=most,
        operations=_points(middles, operations, top),
        responses=_points(middles, responses, top),
        last_operations=operations[-1],
        last_responses=responses[-1],
        top_share=top,
        runs=runs,
    )


def _share(run: Run, measure: str) -> float:
    covered = run.coverage[measure]
    return 100 * covered["seen"] / covered["documented"] if covered["documented"] else 0.0


def _points(middles: Sequence[float], shares: Sequence[float], top: int) -> str:
    """The points of a polyline."""
    return " ".join(
        f"{middle:.1f},{HEIGHT - (HEIGHT - TOP) * share / top:.1f}"
        for middle, share in zip(middles, shares, strict=True)
    )
