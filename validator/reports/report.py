"""What a report says, whatever its format: frozen values that the renderers take, and the store keeps.

What there is many of goes from one process to another: Structs of msgspec do so in a tenth of the time of dataclasses.

Nothing here is a raw value of a recording. Addresses are masked, values are told by type and shape, and lone surrogates
are gone before a Report is made (in `tally`), so no renderer can forget to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from validator.findings import Outcome, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from validator.coverage import Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractInfo:
    """Which contract was judged against; `source` is the name of its file."""

    title: str
    version: str
    source: str
    sha256: str


class ExchangeRef(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where an exchange is to be found again; `url` is masked. `index` counts exchanges in the source from 0."""

    source: str
    index: int
    method: str
    url: str
    status: int

    @property
    def place(self) -> str:
        """`session.har[3]`."""
        return f"{self.source}[{self.index}]"

    @property
    def answer(self) -> str:
        """The status; 0 is how a recording says that no response came."""
        return str(self.status) if self.status else "no response"


class ReportedFinding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A finding as it is told."""

    rule: str
    severity: Severity
    message: str
    fingerprint: str
    operation: str | None
    instance: str
    documented: str | None


class FindingGroup(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """All findings of one fingerprint: the first of them, how many, and some exchanges that have it."""

    finding: ReportedFinding
    count: int
    examples: tuple[ExchangeRef, ...]


class Case(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One exchange and what became of it; `reason` says why it was skipped or is undecided.

    `worst` is its weightiest finding, listed or not; None where it was not judged invalid.
    """

    exchange: ExchangeRef
    operation: str | None
    outcome: Outcome
    worst: Severity | None = None
    findings: tuple[ReportedFinding, ...] = ()
    reason: str | None = None


class Remainder(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """So many more exchanges of one source, operation, outcome and weight, which are not listed one by one."""

    source: str
    operation: str | None
    outcome: Outcome
    worst: Severity | None
    count: int


class Skips(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How many exchanges were skipped for one reason; `address` is there where it was that they went elsewhere."""

    reason: str
    address: str | None
    count: int


class Doubts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How many exchanges of one operation are undecided for one reason."""

    operation: str | None
    reason: str
    count: int


class ReportedObstacle(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that kept us from judging; `source` is the recording that it was met in, "" for none."""

    kind: str
    source: str
    place: str
    reason: str
    mend: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Findings and coverage of a run.

    Counts are always whole. Lists are bounded, so that no recording makes a report that nobody can open: what is not
    in `groups`, `cases`, `obstacles` is counted in `groups_left_out`, `remainders`, `obstacles_met`.

    `coverage_in_full`: the text report lists the coverage of every operation and code; others always do.
    """

    contract: ContractInfo
    fail_on: Severity | None
    outcomes: Mapping[Outcome, int]
    worst: Mapping[Severity, int]
    """Invalid exchanges, by the weightiest finding that each has."""
    by_severity: Mapping[Severity, int]
    by_rule: Mapping[str, int]
    by_fingerprint: Mapping[str, int]
    groups: tuple[FindingGroup, ...]
    groups_left_out: int
    cases: tuple[Case, ...]
    remainders: tuple[Remainder, ...]
    skips: tuple[Skips, ...]
    doubts: tuple[Doubts, ...]
    obstacles: tuple[ReportedObstacle, ...]
    obstacles_met: int
    coverage: Coverage
    seconds: float
    coverage_in_full: bool = False

    def fails(self, worst: Severity | None) -> bool:
        """Whether an exchange with this as its weightiest finding reaches the threshold."""
        return self.fail_on is not None and worst is not None and worst.rank >= self.fail_on.rank

    @property
    def failed(self) -> int:
        """Exchanges with a finding at or above the threshold."""
        return sum(count for worst, count in self.worst.items() if self.fails(worst))

    @property
    def exchanges(self) -> int:
        """All exchanges that could be read."""
        return sum(self.outcomes.values())

    @property
    def judged(self) -> int:
        """Exchanges that were not skipped."""
        return self.exchanges - self.outcomes.get(Outcome.SKIPPED, 0)

    @property
    def findings(self) -> int:
        """All findings, listed or not."""
        return sum(self.by_rule.values())
