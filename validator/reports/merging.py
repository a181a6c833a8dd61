"""Merges reports of several runs against one contract into the report that one run over everything would have given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validator.coverage import CoverageSum
from validator.errors import ReportError
from validator.reports.gathering import Gathering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.findings import Severity
    from validator.reports.report import Report

_ONE_CONTRACT = "merge the reports of one contract at a time"


def merge(
    reports: Sequence[tuple[str, Report]],
    *,
    fail_on: Severity | None = None,
    max_groups: int | None = None,
    coverage_in_full: bool = False,
) -> Report:
    """The sum of reports, each with the name that messages call it by; there must be at least one.

    Counts add up, lists follow one another, within the bounds that every report keeps. `fail_on` is the threshold.
    Raises ReportError where they are not about the same contract.
    """
    (first_name, first), *others = reports
    for name, other in others:
        _check_same(first_name, first, name, other)
    gathered, coverage = Gathering(), CoverageSum(first.coverage)
    for _, report in reports:
        gathered.add(report)
        coverage.add(report.coverage)
    return gathered.report(
        contract=first.contract,
        fail_on=fail_on,
        coverage=coverage.coverage(),
        seconds=sum(report.seconds for _, report in reports),
        max_groups=max_groups,
        coverage_in_full=coverage_in_full,
    )


def strictest(reports: Sequence[Report]) -> Severity | None:
    """The lowest of the reports' own thresholds; None where no finding makes any of them fail."""
    thresholds = [report.fail_on for report in reports if report.fail_on is not None]
    return min(thresholds, key=lambda severity: severity.rank, default=None)


def _check_same(first_name: str, first: Report, name: str, other: Report) -> None:
    if first.contract.sha256 != other.contract.sha256:
        told = [
            f"{report.contract.title} {report.contract.version} ({report.contract.source}, sha256 "
            f"{report.contract.sha256[:12]})"
            for report in (first, other)
        ]
        raise ReportError(
            f"is about another contract than {first_name}: {told[1]}, not {told[0]}", place=name, mend=_ONE_CONTRACT
        )
    if first.coverage.nothing_seen() != other.coverage.nothing_seen():
        raise ReportError(
            f"documents other operations, responses or codes than {first_name}, though the document is the same",
            place=name,
            mend="make both anew, with the same version and the same files beside the document",
        )
