"""Folds verdicts and obstacles into a Report, in one pass and in bounded memory.

This is the border for what may be shown: past it there are no raw values, only text that was made fit here.
"""

from __future__ import annotations

from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from validator import redaction
from validator.coverage import CoverageCounter
from validator.findings import Outcome, Severity
from validator.reports.characters import whole
from validator.reports.gathering import Gathering
from validator.reports.report import Case, ContractInfo, ExchangeRef, ReportedFinding, ReportedObstacle
from validator.rules import UNKNOWN_SERVER

if TYPE_CHECKING:
    from validator.contract import Contract
    from validator.errors import Obstacle
    from validator.exchange import Exchange
    from validator.findings import Finding, Verdict
    from validator.reports.report import Report


class Tally:
    """Counts, groups and keeps what a report needs.

    `fail_on` is the severity from which on an exchange counts as failed, None for never; `show_values` lets values of
    the recording into messages.
    """

    def __init__(
        self, contract: Contract, *, fail_on: Severity | None = Severity.ERROR, show_values: bool = False
    ) -> None:
        self._contract: Final = ContractInfo(
            title=whole(contract.title),
            version=whole(contract.version),
            source=whole(PurePath(contract.document.source).name),
            sha256=contract.document.sha256,
        )
        self._fail_on: Final = fail_on
        self._show_values: Final = show_values
        self._coverage: Final = CoverageCounter(contract)
        self._gathered: Final = Gathering()

    @property
    def exchanges(self) -> int:
        """How many exchanges were counted so far."""
        return self._gathered.exchanges

    @property
    def judged(self) -> int:
        """How many of them were not skipped."""
        return self.exchanges - self._gathered.outcomes[Outcome.SKIPPED]

    @property
    def obstacles_met(self) -> int:
        """How many obstacles were counted so far."""
        return self._gathered.obstacles_met

    @property
    def cases(self) -> tuple[Case, ...]:
        """The exchanges that are listed so far."""
        return self._gathered.cases

    @property
    def other_address(self) -> str | None:
        """The address under none of the contract's servers that most exchanges went to."""
        return next((skips.address for skips in self._gathered.skips if skips.address is not None), None)

    def add(self, verdict: Verdict) -> None:
        """Count one verdict."""
        worst = _worst(verdict)
        self._gathered.count(verdict.outcome, worst)
        self._coverage.add(verdict)
        if verdict.skipped is not None:
            self._gathered.skip(_other_address(verdict), whole(verdict.skipped))
        elif verdict.undecided is not None:
            self._gathered.doubt(verdict.operation, whole(verdict.undecided))
        told = self._findings(verdict) if verdict.findings else ()
        if told or not (verdict.findings or self._gathered.is_full()):
            self._gathered.keep(
                Case(
                    exchange=_reference(verdict.exchange),
                    operation=verdict.operation,
                    outcome=verdict.outcome,
                    worst=worst,
                    findings=told,
                    reason=_whole(verdict.skipped or verdict.undecided),
                )
            )
        else:
            self._gathered.leave_out(whole(verdict.exchange.source), verdict.operation, verdict.outcome, worst)

    def add_obstacle(self, obstacle: Obstacle, *, source: str = "") -> ReportedObstacle:
        """Count one obstacle, met while reading `source`."""
        met = ReportedObstacle(
            kind=type(obstacle).__name__,
            source=whole(source),
            place=whole(obstacle.place),
            reason=whole(obstacle.reason),
            mend=whole(obstacle.mend),
        )
        self._gathered.meet(met)
        return met

    def report(self, *, seconds: float, max_groups: int | None = None, coverage_in_full: bool = False) -> Report:
        """What was counted so far; the weightiest `max_groups` groups of findings, or all."""
        return self._gathered.report(
            contract=self._contract,
            fail_on=self._fail_on,
            coverage=self._coverage.coverage(),
            seconds=seconds,
            max_groups=max_groups,
            coverage_in_full=coverage_in_full,
        )

    def _findings(self, verdict: Verdict) -> tuple[ReportedFinding, ...]:
        """Count the findings of an exchange; those that are listed."""
        told = []
        for finding in verdict.findings:
            self._gathered.count_finding(finding.rule, finding.severity)
            fingerprint = finding.fingerprint
            told.append(
                self._gathered.listed(
                    fingerprint,
                    partial(self._tell, finding, fingerprint),
                    partial(_reference, verdict.exchange),
                )
            )
        return tuple(finding for finding in told if finding is not None)

    def _tell(self, finding: Finding, fingerprint: str) -> ReportedFinding:
        return ReportedFinding(
            rule=finding.rule,
            severity=finding.severity,
            message=whole(finding.describe(show_values=self._show_values)),
            fingerprint=fingerprint,
            operation=_whole(finding.operation),
            instance=whole(redaction.pointer(finding.instance)),
            documented=_whole(finding.documented),
        )


def _worst(verdict: Verdict) -> Severity | None:
    """The weightiest finding of an invalid exchange."""
    if verdict.outcome is not Outcome.INVALID:
        return None
    return max((finding.severity for finding in verdict.findings), key=lambda severity: severity.rank)


def _reference(exchange: Exchange) -> ExchangeRef:
    return ExchangeRef(
        source=whole(exchange.source),
        index=exchange.index,
        method=whole(exchange.request.method),
        url=whole(redaction.url(exchange.request.url)),
        status=exchange.response.status,
    )


def _other_address(verdict: Verdict) -> str | None:
    """What `--server` would take, where the exchange was skipped because it went to another host."""
    if all(finding.rule != UNKNOWN_SERVER for finding in verdict.findings):
        return None
    parts = urlsplit(redaction.url(verdict.exchange.request.url))
    return whole(f"{parts.scheme}://{parts.netloc}") if parts.netloc else None


def _whole(text: str | None) -> str | None:
    return None if text is None else whole(text)
