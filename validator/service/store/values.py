"""What the store takes and gives: runs, which of them are wanted, and what came in them. Values; no SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from validator.findings import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from validator.contract import Document
    from validator.reports import Report

OUTCOMES: Final = ("passed", "failed", "undecided", "incomplete")
"""What a run can have come to; `outcome_of` says which is which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How long runs are kept: so many days, and so many runs; None for all of them."""

    days: int | None = None
    runs: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A report to be stored, and what is known of where it came from.

    `contract` is the name of the contract and `document` its version, None where they are not known here. With a
    `key` the run is stored once only; `digest` tells whether it is asked for again, or something else is.
    """

    report: Report
    contract: str | None
    document: Document | None
    label: str | None = None
    source: str | None = None
    commit: str | None = None
    key: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stored run, without its report. `summary` and `coverage` are members of the report, without their lists."""

    number: int
    id: str
    created_at: datetime
    label: str | None
    source: str | None
    commit: str | None
    outcome: str
    contract: str | None
    contract_title: str
    contract_version: str
    contract_sha256: str
    summary: Mapping[str, Any]
    coverage: Mapping[str, Any]
    digest: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which runs; None for any. `since` is the first moment that counts, `until` the first that no longer does."""

    label: str | None = None
    source: str | None = None
    commit: str | None = None
    outcome: str | None = None
    contract: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Findings of one fingerprint over some runs: one of them, how often they came, in how many runs, and when last."""

    fingerprint: str
    rule: str
    severity: str
    operation: str | None
    message: str
    documented: str | None
    times: int
    runs: int
    last_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An error code, or the status of an operation, over some runs: how often it came, and when last."""

    operation: str | None
    status: str | None
    code: str | None
    documented: bool
    times: int
    last_seen: datetime


def outcome_of(report: Report) -> str:
    """What a run came to: findings weigh most, then what could not be read, then what could not be decided."""
    if report.failed:
        return "failed"
    if report.obstacles_met:
        return "incomplete"
    return "undecided" if report.outcomes.get(Outcome.UNDECIDED) else "passed"
