"""Failure: a case whose answer broke a promise; and what tells failures apart, or makes them one.

A server that mends trailing commas does so on every operation, and one that crashes does so on every fault: a report
that lists each request is read by nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from validator import rules
from validator.findings import Severity, Verdict
from validator.judges.common import is_success

if TYPE_CHECKING:
    from fuzz.case import Case
    from validator.exchange import Exchange
    from validator.findings import Finding


_OF_FAULTS: Final = frozenset(
    {rules.FAULT_ACCEPTED, rules.FAULT_WRONG_STATUS, rules.FAULT_WRONG_BODY, rules.SERVER_FAILURE}
)
_OF_SEQUENCES: Final = frozenset({rules.LOST_WRITE, rules.STILL_THERE})
"""Which member of a thing was lost is chance: what was done to it was done to all."""

_SUCCESS: Final = 200


class Symptom(NamedTuple):
    """What went wrong, whatever the operation and the way to break its body."""

    fault: str
    status: int
    broken: tuple[tuple[str, str], ...]
    """Rules, each with the place in the answer's body."""


class Cause(NamedTuple):
    """What went wrong where; failures of one cause are told once."""

    symptom: Symptom
    operation: str
    family: str


class Mark(NamedTuple):
    """By this a finding is known again in another run, with another seed: nothing of it was drawn.

    `place` is the place in the request, with whatever wrong value; empty for the request as a whole. Of a sequence it
    is what was done. `at` is the place in the answer, empty for the answer as a whole.
    """

    rule: str
    operation: str
    fault: str
    place: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A case, the answer to it, and the findings on it."""

    case: Case
    exchange: Exchange
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """What reports count."""
        return Verdict(exchange=self.exchange, operation=self.case.operation, findings=self.findings)

    @property
    def symptom(self) -> Symptom:
        """What went wrong: what the contract promised for the fault, and only where that was kept, what else it says.

        What an operation answers to a request that it should not have accepted is its own: 200 or 201, with a body
        that may be documented or not. It is the same symptom.
        """
        promised = [finding for finding in self.findings if finding.rule in _OF_FAULTS]
        told = promised or self.findings
        broken = sorted({(one.rule, "" if one.rule in _OF_SEQUENCES else _anywhere(one.instance)) for one in told})
        status = self.exchange.response.status
        return Symptom(self.case.fault, _SUCCESS if is_success(status) else status, tuple(broken))

    @property
    def marks(self) -> tuple[Mark, ...]:
        """By these it is known again."""
        case = self.case
        where = case.place or case.act
        return tuple(Mark(rule, case.operation, case.fault, where, at) for rule, at in self.symptom.broken)

    @property
    def cause(self) -> Cause:
        """What went wrong where; in a sequence, at which step, whatever came before it."""
        return Cause(self.symptom, self.case.operation, self.case.act or _anywhere(self.case.variant))

    @property
    def size(self) -> tuple[int, int, bytes]:
        """By this the smaller of two failures is told."""
        return len(self.case.before), len(self.case.body), self.case.body


def failure(case: Case, verdict: Verdict) -> Failure | None:
    """The failure that a verdict speaks of; warnings and infos make none."""
    findings = tuple(finding for finding in verdict.findings if finding.severity is Severity.ERROR)
    return Failure(case=case, exchange=verdict.exchange, findings=findings) if findings else None


def _anywhere(place: str) -> str:
    """The place in whatever item of a list."""
    return re.sub(r"/\d+(?=[/,+ ]|$)", "/*", place)
