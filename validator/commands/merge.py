"""`picqer-contract merge`: the JSON reports of several runs as one report, in any format."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from validator.arguments import COVERAGE, FAIL_UNDER, MAX_FINDINGS, REPORTS, Destination
from validator.commands.conclusion import check_documented, conclude
from validator.errors import ReportError
from validator.findings import Severity

if TYPE_CHECKING:
    from typing import BinaryIO

    from validator.door import Streams
    from validator.reports import Report
    from validator.thresholds import CoverageThreshold

STDIN = "-"


def each_once(ctx: click.Context, param: click.Parameter, paths: tuple[str, ...]) -> tuple[str, ...]:
    """A report that is named twice would count twice."""
    seen: set[Path | None] = set()
    for path in paths:
        place = None if path == STDIN else Path(path).absolute()
        if place in seen:
            raise click.BadParameter(f"{'standard input' if place is None else path} is named twice", ctx, param)
        seen.add(place)
    return paths


@click.command("merge")
@click.argument("paths", metavar="REPORT.json...", nargs=-1, required=True, callback=each_once)
@REPORTS
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    help="Exit with 1 for findings of this severity and above.  [default: as the reports; the strictest of them]",
)
@COVERAGE
@FAIL_UNDER
@MAX_FINDINGS
@click.pass_obj
def merge_command(
    streams: Streams,
    *,
    paths: tuple[str, ...],
    destinations: tuple[Destination, ...],
    fail_on: str | None,
    coverage_in_full: bool,
    thresholds: tuple[CoverageThreshold, ...],
    max_groups: int,
) -> int:
    """Merge JSON reports of several runs against one contract; - is standard input.

    The result is the report that one run over all the recordings would have given.

    \b
    Examples:
      picqer-contract check part1/ --format json:part1.json
      picqer-contract merge part1.json part2.json --format text --format junit:report.xml
      picqer-contract merge part*.json --coverage --fail-under 80 --fail-under error-codes=25

    Exit code: 0 no findings at or above the threshold, 1 findings, or less coverage than asked for, 2 a report cannot
    be read, they are not about one contract, or one of the runs met an obstacle.
    """  # noqa: D301 - \b is a word to click: leave these lines as they are
    from validator.reports.destination import make_sure  # noqa: PLC0415 - help need not wait for the reports
    from validator.reports.merging import merge, strictest  # noqa: PLC0415

    for destination in destinations:
        if destination.path is not None:
            make_sure(destination.path)
    reports = [(path, _read(path, streams.stdin)) for path in paths]
    threshold = strictest([report for _, report in reports])
    if fail_on is not None:
        threshold = None if fail_on == "never" else Severity(fail_on)
    report = merge(reports, fail_on=threshold, max_groups=max_groups, coverage_in_full=coverage_in_full)
    check_documented(report.coverage, thresholds)
    return conclude(report, destinations, thresholds, streams)


def _read(path: str, stdin: BinaryIO) -> Report:
    from validator.reports.reading import read_report  # noqa: PLC0415 - see above

    with ExitStack() as opened:
        try:
            stream = stdin if path == STDIN else opened.enter_context(Path(path).open("rb"))
        except OSError as error:
            mend = "name the reports themselves" if isinstance(error, IsADirectoryError) else "give the path of a file"
            raise ReportError(f"cannot be read: {error.strerror}", place=path, mend=mend) from None
        return read_report(stream, "<stdin>" if path == STDIN else path)
