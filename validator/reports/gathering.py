"""Sums up what a report tells, in bounded memory: exchange by exchange, or report by report.

Both ways lead through the same lists with the same bounds, so that the reports of two halves add up to the report of
the whole. What comes in here is fit to be shown (tally.py sees to that), and knows no contract.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from validator.findings import Outcome, Severity
from validator.reports.report import Case, Doubts, FindingGroup, Remainder, Report, Skips

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from validator.coverage import Coverage
    from validator.reports.report import ContractInfo, ExchangeRef, ReportedFinding, ReportedObstacle

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

Value = TypeVar("Value")
Kind = TypeVar("Kind", bound=tuple[str | None, str])


class Gathering:
    """Counts, groups and keeps what a report needs."""

    def __init__(self) -> None:
        self.outcomes: Final[Counter[Outcome]] = Counter()
        self.obstacles_met = 0
        self._worst: Final[Counter[Severity]] = Counter()
        self._by_severity: Final[Counter[Severity]] = Counter()
        self._by_rule: Final[Counter[str]] = Counter()
        self._groups: Final[dict[str, _Group]] = {}
        self._cases: Final[list[Case]] = []
        self._remainders: Final[Counter[tuple[str, str | None, Outcome, Severity | None]]] = Counter()
        self._skips: Final[Counter[tuple[str | None, str]]] = Counter()
        self._doubts: Final[Counter[tuple[str | None, str]]] = Counter()
        self._obstacles: Final[list[ReportedObstacle]] = []
        self._listed = 0
        self._quiet = 0

    @property
    def exchanges(self) -> int:
        """How many exchanges were counted so far."""
        return self.outcomes.total()

    @property
    def cases(self) -> tuple[Case, ...]:
        """The exchanges that are listed."""
        return tuple(self._cases)

    @property
    def skips(self) -> tuple[Skips, ...]:
        """What was skipped, most often first."""
        return tuple(
            Skips(address=address, reason=reason, count=count) for (address, reason), count in _in_order(self._skips)
        )

    def count(self, outcome: Outcome, worst: Severity | None) -> None:
        """One exchange; `worst` is the weightiest finding of an invalid one."""
        self.outcomes[outcome] += 1
        if worst is not None:
            self._worst[worst] += 1

    def count_finding(self, rule: str, severity: Severity) -> None:
        """One finding, listed or not."""
        self._by_rule[rule] += 1
        self._by_severity[severity] += 1

    def skip(self, address: str | None, reason: str, times: int = 1) -> None:
        """Exchanges that were not judged; the address where that was why."""
        _count(self._skips, (address, reason), times)

    def doubt(self, operation: str | None, reason: str, times: int = 1) -> None:
        """Exchanges that could not be checked in full."""
        _count(self._doubts, (operation, reason), times)

    def meet(self, obstacle: ReportedObstacle) -> None:
        """One obstacle."""
        self.obstacles_met += 1
        if len(self._obstacles) < MAX_KINDS:
            self._obstacles.append(obstacle)

    def listed(
        self, fingerprint: str, tell: Callable[[], ReportedFinding], exchange: Callable[[], ExchangeRef]
    ) -> ReportedFinding | None:
        """Put a finding into its group; the finding as it is told where there is room to list it, else None."""
        group = self._groups.get(fingerprint)
        told: ReportedFinding | None = None
        if group is None and len(self._groups) < MAX_FINGERPRINTS:
            told = tell()
            group = self._groups[fingerprint] = _Group(told)
        elif self._listed < MAX_FINDINGS and (group is None or group.count < MAX_ALIKE):
            told = tell()
        self._listed += told is not None
        if group is not None:
            group.count += 1
            if len(group.examples) < EXAMPLES:
                group.show(exchange())
        return told

    def is_full(self) -> bool:
        """Whether no further exchange without a finding is listed."""
        return self._quiet >= MAX_QUIET_CASES

    def keep(self, case: Case) -> None:
        """List an exchange."""
        self._quiet += not case.findings
        self._cases.append(case)

    def leave_out(
        self, source: str, operation: str | None, outcome: Outcome, worst: Severity | None, times: int = 1
    ) -> None:
        """Count exchanges that are not listed."""
        self._remainders[source, operation, outcome, worst] += times

    def add(self, report: Report) -> None:
        """All that another report has counted and listed, but its coverage."""
        self.outcomes.update(report.outcomes)
        self._worst.update(report.worst)
        self._by_severity.update(report.by_severity)
        self._by_rule.update(report.by_rule)
        for case in report.cases:
            self._add_case(case)
        for rest in report.remainders:
            self.leave_out(rest.source, rest.operation, rest.outcome, rest.worst, rest.count)
        listed = Counter(finding.fingerprint for case in report.cases for finding in case.findings)
        for fingerprint, count in report.by_fingerprint.items():
            if fingerprint in self._groups:
                self._groups[fingerprint].count += max(0, count - listed[fingerprint])
        for skips in report.skips:
            self.skip(skips.address, skips.reason, skips.count)
        for doubts in report.doubts:
            self.doubt(doubts.operation, doubts.reason, doubts.count)
        for obstacle in report.obstacles:
            self.meet(obstacle)
        self.obstacles_met += report.obstacles_met - len(report.obstacles)

    def report(
        self,
        *,
        contract: ContractInfo,
        fail_on: Severity | None,
        coverage: Coverage,
        seconds: float,
        max_groups: int | None = None,
        coverage_in_full: bool = False,
    ) -> Report:
        """What was counted so far; the weightiest `max_groups` groups of findings, or all."""
        groups = sorted(self._groups.values(), key=lambda group: (-group.finding.severity.rank, -group.count))
        return Report(
            contract=contract,
            fail_on=fail_on,
            outcomes={outcome: self.outcomes[outcome] for outcome in Outcome},
            worst={severity: self._worst[severity] for severity in Severity},
            by_severity={severity: self._by_severity[severity] for severity in Severity},
            by_rule=_by_count(self._by_rule),
            by_fingerprint={group.finding.fingerprint: group.count for group in groups},
            groups=tuple(group.frozen() for group in groups[:max_groups]),
            groups_left_out=len(groups) - len(groups[:max_groups]),
            cases=self.cases,
            remainders=tuple(
                Remainder(source=source, operation=operation, outcome=outcome, worst=worst, count=count)
                for (source, operation, outcome, worst), count in self._remainders.items()
            ),
            skips=self.skips,
            doubts=tuple(
                Doubts(operation=operation, reason=reason, count=count)
                for (operation, reason), count in _in_order(self._doubts)
            ),
            obstacles=tuple(self._obstacles),
            obstacles_met=self.obstacles_met,
            coverage=coverage,
            seconds=seconds,
            coverage_in_full=coverage_in_full,
        )

    def _add_case(self, case: Case) -> None:
        found = [
            self.listed(one.fingerprint, partial(_same, one), partial(_same, case.exchange)) for one in case.findings
        ]
        told = tuple(finding for finding in found if finding is not None)
        if told or not (case.findings or self.is_full()):
            self.keep(replace(case, findings=told))
        else:
            self.leave_out(case.exchange.source, case.operation, case.outcome, case.worst)


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


def _same(value: Value) -> Value:
    return value


def _count(counter: Counter[Kind], kind: Kind, times: int) -> None:
    if kind in counter or len(counter) < MAX_KINDS:
        counter[kind] += times


def _in_order(counter: Mapping[Kind, int]) -> list[tuple[Kind, int]]:
    """Most often first; by name where equal, so that it does not matter what came first."""
    return sorted(counter.items(), key=lambda item: (-item[1], item[0][1], item[0][0] or ""))


def _by_count(counter: Mapping[str, int]) -> dict[str, int]:
    """Most often first; by name where equal, so that the same run gives the same report."""
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
