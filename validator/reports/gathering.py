"""Sums up what a report tells, in bounded memory: exchange by exchange, or report by report.

Both ways lead through the same lists with the same bounds, so that the reports of two halves add up to the report of
the whole. What comes in here is fit to be shown (tally.py sees to that), and knows no contract.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from msgspec.structs import replace

from validator.errors import DocumentError
from validator.findings import Outcome, Severity
from validator.reports.report import Case, Doubts, FindingGroup, Remainder, Report, Skips

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from validator.coverage import Coverage
    from validator.reports.report import ContractInfo, ExchangeRef, ReportedFinding, ReportedObstacle

    _Rest: TypeAlias = tuple[str, str | None, Outcome, Severity | None]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Full:
    """Which lists have no more room: that of findings, that of exchanges without one."""

    findings: bool = False
    quiet: bool = False


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
        self._remainders: Final[Counter[_Rest]] = Counter()
        self._skips: Final[Counter[tuple[str | None, str]]] = Counter()
        self._doubts: Final[Counter[tuple[str | None, str]]] = Counter()
        self._obstacles: Final[list[ReportedObstacle]] = []
        self._wrong_in_document: Final[set[ReportedObstacle]] = set()
        self._sources: Final[dict[str, int]] = {}
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

    def count(self, outcome: Outcome, worst: Severity | None, times: int = 1) -> None:
        """Exchanges; `worst` is the weightiest finding of an invalid one."""
        self.outcomes[outcome] += times
        if worst is not None:
            self._worst[worst] += times

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
        """One obstacle. What is wrong with the document is met by many exchanges, and is one obstacle."""
        if obstacle.kind == DocumentError.__name__:
            if obstacle in self._wrong_in_document:
                return
            self._wrong_in_document.add(obstacle)
        self.obstacles_met += 1
        if len(self._obstacles) < MAX_KINDS:
            self._obstacles.append(obstacle)

    def listed(
        self,
        fingerprint: str,
        tell: Callable[[], ReportedFinding],
        asked: tuple[str, str],
        exchange: Callable[[], ExchangeRef],
    ) -> ReportedFinding | None:
        """Put a finding into its group; the finding as it is told where there is room to list it, else None.

        `asked` is method and address of the exchange, without the query: of two that are the same one is shown.
        """
        group = self._groups.get(fingerprint)
        told: ReportedFinding | None = None
        if group is None and len(self._groups) < MAX_FINGERPRINTS:
            told = tell()
            group = self._groups[fingerprint] = _Group(told)
        elif self._listed < MAX_FINDINGS and (group is None or group.before + group.count < MAX_ALIKE):
            told = tell()
        self._listed += told is not None
        if group is not None:
            group.count += 1
            if group.wants(asked):
                group.show(asked, exchange())
        return told

    def know(self, source: str) -> None:
        """Keep the order in which sources came; who puts off telling of an exchange tells of its source at least."""
        self._sources.setdefault(source, len(self._sources))

    def is_full(self) -> bool:
        """Whether no further exchange without a finding is listed."""
        return self._quiet >= MAX_QUIET_CASES

    def full(self) -> Full:
        """Which lists have no more room."""
        return Full(findings=self._listed >= MAX_FINDINGS, quiet=self.is_full())

    def heed(self, full: Full) -> None:
        """What is full in the whole need not be listed of a part: but for the first finding of each fingerprint."""
        if full.findings:
            self._listed = max(self._listed, MAX_FINDINGS)
        if full.quiet:
            self._quiet = max(self._quiet, MAX_QUIET_CASES)

    def keep(self, case: Case) -> None:
        """List an exchange."""
        self.know(case.exchange.source)
        self._quiet += not case.findings
        self._cases.append(case)

    def leave_out(
        self, source: str, operation: str | None, outcome: Outcome, worst: Severity | None, times: int = 1
    ) -> None:
        """Count exchanges that are not listed."""
        self.know(source)
        self._remainders[source, operation, outcome, worst] += times

    def add(self, report: Report, *, entries_before: int = 0) -> None:
        """All that another report has counted and listed, but its coverage; it counts entries after those before it."""
        for rest in report.remainders:
            self.know(rest.source)  # in that order
        self.outcomes.update(report.outcomes)
        self._worst.update(report.worst)
        self._by_severity.update(report.by_severity)
        self._by_rule.update(report.by_rule)
        for case in report.cases:
            self._add_case(case, _after(entries_before, case.exchange))
        for rest in report.remainders:
            self.leave_out(rest.source, rest.operation, rest.outcome, rest.worst, rest.count)
        listed = Counter(finding.fingerprint for case in report.cases for finding in case.findings)
        for fingerprint, count in report.by_fingerprint.items():
            if fingerprint in self._groups:
                self._groups[fingerprint].count += max(0, count - listed[fingerprint])
        for group in report.groups:  # a report that was read back has none
            if group.finding.fingerprint in self._groups:
                for seen in group.examples:
                    self._groups[group.finding.fingerprint].show(_asked(seen), _after(entries_before, seen))
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
        met = [group for group in self._groups.values() if group.count]
        groups = sorted(met, key=lambda group: (-group.finding.severity.rank, -group.count))
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
                for (source, operation, outcome, worst), count in sorted(self._remainders.items(), key=self._rank)
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

    def forget_counts(self) -> None:
        """Begin anew, but for the bounds: what has been listed so far counts against them still.

        So one who reports the parts of a recording one by one lists no more in all than of the whole.
        """
        for counter in (
            self.outcomes,
            self._worst,
            self._by_severity,
            self._by_rule,
            self._remainders,
            self._skips,
            self._doubts,
        ):
            counter.clear()
        self._cases.clear()
        self._obstacles.clear()
        self.obstacles_met = 0
        for group in self._groups.values():
            group.before += group.count
            group.count = 0

    def _rank(self, remainder: tuple[_Rest, int]) -> tuple[int, str, str, int]:
        """By source in the order that they came, then by name, so that it does not matter which came first."""
        (source, operation, outcome, worst), _ = remainder
        return self._sources[source], operation or "", outcome, -1 if worst is None else worst.rank

    def _add_case(self, case: Case, exchange: ExchangeRef) -> None:
        found = [
            self.listed(one.fingerprint, partial(_same, one), _asked(exchange), partial(_same, exchange))
            for one in case.findings
        ]
        told = tuple(finding for finding in found if finding is not None)
        if told or not (case.findings or self.is_full()):
            self.keep(replace(case, exchange=exchange, findings=told))
        else:
            self.leave_out(exchange.source, case.operation, case.outcome, case.worst)


class _Group:
    """A FindingGroup while it is counted; `before` is what `forget_counts` left out of the count."""

    __slots__ = ("asked", "before", "count", "examples", "finding")

    def __init__(self, finding: ReportedFinding) -> None:
        self.finding: Final = finding
        self.before = 0
        self.count = 0
        self.asked: Final[set[tuple[str, str]]] = set()
        self.examples: Final[dict[tuple[str, str], ExchangeRef]] = {}

    def wants(self, asked: tuple[str, str]) -> bool:
        """Whether an exchange that asked for this may be one more example."""
        return len(self.examples) < EXAMPLES and asked not in self.asked

    def show(self, asked: tuple[str, str], exchange: ExchangeRef) -> None:
        """Keep the exchange as an example, if it asked for something that no other example did."""
        if not self.wants(asked):
            return
        if len(self.asked) < MAX_KINDS:  # addresses that are masked can be many, and look the same
            self.asked.add(asked)
        self.examples.setdefault(_asked(exchange), exchange)

    def frozen(self) -> FindingGroup:
        return FindingGroup(finding=self.finding, count=self.count, examples=tuple(self.examples.values()))


def _asked(exchange: ExchangeRef) -> tuple[str, str]:
    return exchange.method, exchange.url.partition("?")[0]


def _after(entries: int, exchange: ExchangeRef) -> ExchangeRef:
    """The exchange as it is counted with so many entries of its recording before."""
    return replace(exchange, index=entries + exchange.index) if entries else exchange


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
