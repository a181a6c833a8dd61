"""How a command with a report ends: what is said on standard error, the reports, the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from validator.door import FINDINGS, FINE, OBSTACLE, Streams, deliver
from validator.thresholds import shortfalls, undocumented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.arguments import Destination
    from validator.coverage import Coverage
    from validator.reports import Report
    from validator.thresholds import CoverageThreshold

NAMED: Final = 20
"""So many files or obstacles are named on standard error, one by one."""


def conclude(
    report: Report,
    destinations: Sequence[Destination],
    thresholds: Sequence[CoverageThreshold],
    streams: Streams,
    *,
    passed_over: Sequence[str] = (),
) -> int:
    """Deliver a report in each format that was asked for, and return the exit code."""
    _tell(report, passed_over, destinations, streams)
    delivered = deliver(report, ((asked.form, asked.path) for asked in destinations), streams)
    # Where nothing was judged, that is said already.
    short = list(shortfalls(report.coverage, thresholds)) if report.judged else []
    for told in short:
        streams.complain(told)
    if report.obstacles_met or not delivered:
        return OBSTACLE
    return FINDINGS if report.failed or short else FINE


def check_documented(coverage: Coverage, thresholds: Sequence[CoverageThreshold]) -> None:
    """Refuse a threshold for what the contract has none of: it could be neither reached nor missed."""
    for measure in undocumented(coverage, thresholds):
        raise click.UsageError(f"--fail-under {measure}=...: the contract documents no {measure.replace('-', ' ')}")


def _tell(report: Report, passed_over: Sequence[str], destinations: Sequence[Destination], streams: Streams) -> None:
    """Say on standard error what is not about the contract; not twice to the same terminal."""
    if passed_over:
        more = f" and {len(passed_over) - NAMED:,} more" if len(passed_over) > NAMED else ""
        streams.complain(f"passed over, no recordings: {', '.join(passed_over[:NAMED])}{more}")
    text_is_shown = any(asked.path is None and asked.form.name == "text" for asked in destinations)
    if text_is_shown and streams.stdout.isatty():
        return
    for met in report.obstacles[:NAMED]:
        streams.complain(f"{met} ({met.mend})" if met.mend else str(met))
    if report.obstacles_met > NAMED:
        streams.complain(f"and {report.obstacles_met - NAMED:,} more obstacles")
