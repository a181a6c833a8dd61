"""Folds verdicts and obstacles into a Report, in one pass and in bounded memory.

This is the border for what may be shown: past it there are no raw values, only text that was made fit here.
"""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

from validator import redaction
from validator.coverage import CoverageCounter
from validator.findings import Outcome, Severity
from validator.reports.characters import whole
from validator.reports.report import (
    Case,
    ContractInfo,
    Doubts,
    ExchangeRef,
    FindingGroup,
    Remainder,
    Report,
    ReportedFinding,
    ReportedObstacle,
    Skips,
)
from validator.rules import UNKNOWN_SERVER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from validator.contract import Contract
    from validator.errors import Obstacle
    from validator.exchange import Exchange
    from validator.findings import Finding, Verdict

MAX_FINDINGS: Final = 10_000
"""So many findings are listed one by one; the first of each fingerprint is listed even past this."""

MAX_ALIKE: Final = 1_000
"""So many findings of one fingerprint are listed, so that a frequent one leaves room for others."""

MAX_FINGERPRINTS: Final = 1_000
"""So many fingerprints are told apart: a hostile recording can give every finding a place of its own."""

MAX_QUIET_CASES: Final = 1_000
"""So many exchanges without a finding are listed one by one."""

MAX_KINDS: Final = 1_000
"""So many addresses, doubts and obstacles are told apart."""

EXAMPLES: Final = 3

Kind = TypeVar("Kind", bound=tuple[str | None, str])


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
        self._outcomes: Final[Counter[Outcome]] = Counter()
        self._worst: Final[Counter[Severity]] = Counter()
        self._by_severity: Final[Counter[Severity]] = Counter()
        self._by_rule: Final[Counter[str]] = Counter()
        self._groups: Final[dict[str, _Group]] = {}
        self._cases: Final[list[Case]] = []
        self._remainders: Final[Counter[tuple[str, str | None, Outcome, bool]]] = Counter()
        self._skips: Final[Counter[tuple[str | None, str]]] = Counter()
        self._doubts: Final[Counter[tuple[str | None, str]]] = Counter()
        self._obstacles: Final[list[ReportedObstacle]] = []
        self.obstacles_met = 0
        self._failed = 0
        self._listed = 0
        self._quiet = 0

    @property
    def exchanges(self) -> int:
        """How many exchanges were counted so far."""
        return self._outcomes.total()

    @property
    def judged(self) -> int:
        """How many of them were not skipped."""
        return self.exchanges - self._outcomes[Outcome.SKIPPED]

    @property
    def other_address(self) -> str | None:
        """The address under none of the contract's servers that most exchanges went to."""
        return next((address for (address, _), _ in self._skips.most_common() if address is not None), None)

    def add(self, verdict: Verdict) -> None:
        """Count one verdict."""
        self._outcomes[verdict.outcome] += 1
        self._coverage.add(verdict)
        if verdict.skipped is not None:
            _count(self._skips, (_other_address(verdict), whole(verdict.skipped)))
        elif verdict.undecided is not None:
            _count(self._doubts, (verdict.operation, whole(verdict.undecided)))
        if verdict.findings:
            self._add_findings(verdict)
        elif self._quiet < MAX_QUIET_CASES:
            self._quiet += 1
            self._keep(verdict)
        else:
            self._leave_out(verdict)

    def add_obstacle(self, obstacle: Obstacle, *, source: str = "") -> ReportedObstacle:
        """Count one obstacle, met while reading `source`."""
        met = ReportedObstacle(
            kind=type(obstacle).__name__,
            source=whole(source),
            place=whole(obstacle.place),
            reason=whole(obstacle.reason),
            mend=whole(obstacle.mend),
        )
        self.obstacles_met += 1
        if len(self._obstacles) < MAX_KINDS:
            self._obstacles.append(met)
        return met

    def report(self, *, seconds: float, max_groups: int | None = None) -> Report:
        """What was counted so far; the weightiest `max_groups` groups of findings, or all."""
        groups = sorted(self._groups.values(), key=lambda group: (-group.finding.severity.rank, -group.count))
        return Report(
            contract=self._contract,
            fail_on=self._fail_on,
            outcomes={outcome: self._outcomes[outcome] for outcome in Outcome},
            failed=self._failed,
            worst={severity: self._worst[severity] for severity in Severity},
            by_severity={severity: self._by_severity[severity] for severity in Severity},
            by_rule=_by_count(self._by_rule),
            by_fingerprint={group.finding.fingerprint: group.count for group in groups},
            groups=tuple(group.frozen() for group in groups[:max_groups]),
            groups_left_out=len(groups) - len(groups[:max_groups]),
            cases=tuple(self._cases),
            remainders=tuple(
                Remainder(source=source, operation=operation, outcome=outcome, failed=failed, count=count)
                for (source, operation, outcome, failed), count in self._remainders.items()
            ),
            skips=tuple(
                Skips(address=address, reason=reason, count=count)
                for (address, reason), count in self._skips.most_common()
            ),
            doubts=tuple(
                Doubts(operation=operation, reason=reason, count=count)
                for (operation, reason), count in self._doubts.most_common()
            ),
            obstacles=tuple(self._obstacles),
            obstacles_met=self.obstacles_met,
            coverage=self._coverage.coverage(),
            seconds=seconds,
        )

    def _add_findings(self, verdict: Verdict) -> None:
        failed = self._weigh(verdict) if verdict.outcome is Outcome.INVALID else False
        exchange: ExchangeRef | None = None
        told: list[ReportedFinding] = []
        for finding in verdict.findings:
            self._by_rule[finding.rule] += 1
            self._by_severity[finding.severity] += 1
            fingerprint = finding.fingerprint
            group = self._groups.get(fingerprint)
            if group is None and len(self._groups) < MAX_FINGERPRINTS:
                group = self._groups[fingerprint] = _Group(self._tell(finding, fingerprint))
                told.append(group.finding)
            elif self._listed < MAX_FINDINGS and (group is None or group.count < MAX_ALIKE):
                told.append(self._tell(finding, fingerprint))
            if group is not None:
                group.count += 1
                if len(group.examples) < EXAMPLES:
                    exchange = exchange or _reference(verdict.exchange)
                    group.show(exchange)
        self._listed += len(told)
        if told:
            self._keep(verdict, findings=tuple(told), failed=failed)
        else:
            self._leave_out(verdict, failed=failed)

    def _weigh(self, verdict: Verdict) -> bool:
        """Count the exchange by its weightiest finding; whether that reaches the threshold."""
        worst = max((finding.severity for finding in verdict.findings), key=lambda severity: severity.rank)
        failed = self._fail_on is not None and worst.rank >= self._fail_on.rank
        self._worst[worst] += 1
        self._failed += failed
        return failed

    def _keep(self, verdict: Verdict, *, findings: tuple[ReportedFinding, ...] = (), failed: bool = False) -> None:
        self._cases.append(
            Case(
                exchange=_reference(verdict.exchange),
                operation=verdict.operation,
                outcome=verdict.outcome,
                failed=failed,
                findings=findings,
                reason=_whole(verdict.skipped or verdict.undecided),
            )
        )

    def _leave_out(self, verdict: Verdict, *, failed: bool = False) -> None:
        self._remainders[whole(verdict.exchange.source), verdict.operation, verdict.outcome, failed] += 1

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


class _Group:
    """A FindingGroup while it is counted."""

    __slots__ = ("count", "examples", "finding")

    def __init__(self, finding: ReportedFinding) -> None:
        self.finding: Final = finding
        self.count = 0
        self.examples: Final[dict[tuple[str, str], ExchangeRef]] = {}

    def show(self, exchange: ExchangeRef) -> None:
        """Keep the exchange as an example, if it asked for something that no other example did."""
        self.examples.setdefault((exchange.method, exchange.url.partition("?")[0]), exchange)

    def frozen(self) -> FindingGroup:
        return FindingGroup(finding=self.finding, count=self.count, examples=tuple(self.examples.values()))


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


def _count(counter: Counter[Kind], kind: Kind) -> None:
    if kind in counter or len(counter) < MAX_KINDS:
        counter[kind] += 1


def _whole(text: str | None) -> str | None:
    return None if text is None else whole(text)


def _by_count(counter: Mapping[str, int]) -> dict[str, int]:
    """Most often first; by name where equal, so that the same run gives the same report."""
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
