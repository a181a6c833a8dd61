"""Folds verdicts and obstacles into a Report, in one pass and in bounded memory.

This is the border for what may be shown: past it there are no raw values, only text that was made fit here.
"""

from __future__ import annotations

from functools import lru_cache, partial
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
    from collections.abc import Sequence
    from typing import TypeAlias

    from validator.contract import Contract
    from validator.errors import Obstacle
    from validator.exchange import Exchange
    from validator.findings import Finding, Verdict
    from validator.reports.gathering import Full
    from validator.reports.report import Report

    _Kind: TypeAlias = tuple[str, str | None, int, Outcome, Severity | None, bool]


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
        self._kinds: dict[_Kind, int] = {}
        """Exchanges by all that is counted of them; the counts themselves are worked out when they are asked for."""
        self.exchanges = 0
        """How many exchanges were counted so far."""
        self.judged = 0
        """How many of them were not skipped."""

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
        exchange, findings, outcome = verdict.exchange, verdict.findings, verdict.outcome
        told = self._findings(verdict) if findings else ()
        worst = _worst(findings) if outcome is Outcome.INVALID else None
        is_listed = bool(told) or not (findings or self._gathered.is_full())
        kind = exchange.source, verdict.operation, exchange.response.status, outcome, worst, is_listed
        times = self._kinds.get(kind, 0)
        self._kinds[kind] = times + 1
        self.exchanges += 1
        if is_listed:
            self._gathered.keep(
                Case(
                    exchange=_reference(exchange),
                    operation=verdict.operation,
                    outcome=outcome,
                    worst=worst,
                    findings=told,
                    reason=_whole(verdict.skipped or verdict.undecided),
                )
            )
        elif not times:
            self._gathered.know(whole(exchange.source))
        if verdict.skipped is not None:
            self._gathered.skip(_other_address(verdict), whole(verdict.skipped))
            return
        self.judged += 1
        self._coverage.add_code(verdict)
        if verdict.undecided is not None:
            self._gathered.doubt(verdict.operation, whole(verdict.undecided))

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

    def include(self, part: Report, *, entries_before: int = 0) -> None:
        """Count what was counted elsewhere, against the same contract: `take` of another tally.

        It is of one recording where it is not the first part of it: `entries_before` came in the parts before.
        """
        self._work_out()
        self._gathered.add(part, entries_before=entries_before)
        self.exchanges += part.exchanges
        self.judged += part.judged
        self._coverage.include(part.coverage)

    def full(self) -> Full:
        """Which lists have no more room: for `heed` of another tally that counts a part of the same."""
        return self._gathered.full()

    def heed(self, full: Full) -> None:
        """List no more of what the tally of the whole has no room for."""
        self._gathered.heed(full)

    def take(self) -> Report:
        """What was counted since the last time, for the tally of the whole; of the coverage only what was seen.

        The bounds on lists hold for all that was ever taken: the parts of a recording list no less than the whole will
        list of them, and not much more.
        """
        self._work_out()
        part = self._gathered.report(
            contract=self._contract, fail_on=self._fail_on, coverage=self._coverage.take(), seconds=0
        )
        self._gathered.forget_counts()
        return part

    def report(self, *, seconds: float, max_groups: int | None = None, coverage_in_full: bool = False) -> Report:
        """What was counted so far; the weightiest `max_groups` groups of findings, or all."""
        self._work_out()
        return self._gathered.report(
            contract=self._contract,
            fail_on=self._fail_on,
            coverage=self._coverage.coverage(),
            seconds=seconds,
            max_groups=max_groups,
            coverage_in_full=coverage_in_full,
        )

    def _work_out(self) -> None:
        """Count what `add` has put off."""
        for (source, operation, status, outcome, worst, is_listed), times in self._kinds.items():
            self._gathered.count(outcome, worst, times)
            if outcome is not Outcome.SKIPPED:
                self._coverage.add_answers(operation, status, times)
            if not is_listed:
                self._gathered.leave_out(whole(source), operation, outcome, worst, times)
        self._kinds = {}

    def _findings(self, verdict: Verdict) -> tuple[ReportedFinding, ...]:
        """Count the findings of an exchange; those that are listed."""
        exchange = verdict.exchange
        asked = exchange.request.method, exchange.request.url.partition("?")[0]
        reference = partial(_reference, exchange)
        told = []
        for finding in verdict.findings:
            self._gathered.count_finding(finding.rule, finding.severity)
            fingerprint = finding.fingerprint
            one = self._gathered.listed(fingerprint, partial(self._tell, finding, fingerprint), asked, reference)
            if one is not None:
                told.append(one)
        return tuple(told)

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


def _worst(findings: Sequence[Finding]) -> Severity:
    """The weightiest of some findings."""
    return max((finding.severity for finding in findings), key=lambda severity: severity.rank)


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
    # All that comes before the path: a recording goes to few hosts, many times.
    return _origin("/".join(verdict.exchange.request.url.split("/", 3)[:3]))


@lru_cache(maxsize=256)
def _origin(address: str) -> str | None:
    parts = urlsplit(redaction.url(address))
    return whole(f"{parts.scheme}://{parts.netloc}") if parts.netloc else None


def _whole(text: str | None) -> str | None:
    return None if text is None else whole(text)
