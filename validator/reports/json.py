"""The JSON report: docs/design.md, section 6. Its keys are a promise; more may come, none goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from validator.findings import Outcome
from validator.reports.writing import write_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from validator.findings import Severity
    from validator.reports.report import Case, ExchangeRef, Report, ReportedFinding


def render(report: Report, stream: TextIO) -> None:
    """Write the report as one JSON object; in ASCII where the stream is not UTF-8."""
    write_json(as_json(report), stream)


def as_json(report: Report) -> dict[str, Any]:
    """The report as JSON values."""
    return {
        "contract": {
            "title": report.contract.title,
            "version": report.contract.version,
            "source": report.contract.source,
            "sha256": report.contract.sha256,
        },
        "summary": {
            "exchanges": report.exchanges,
            **{outcome.value: report.outcomes.get(outcome, 0) for outcome in Outcome},
            "failed": report.failed,
            "obstacles": report.obstacles_met,
            "findings": report.findings,
            "by_rule": dict(report.by_rule),
            "by_severity": {severity.value: count for severity, count in report.by_severity.items()},
            "by_worst": {severity.value: count for severity, count in report.worst.items()},
            "by_fingerprint": dict(report.by_fingerprint),
            "fail_on": report.fail_on.value if report.fail_on is not None else "never",
            "seconds": round(report.seconds, 3),
        },
        "findings": findings(report.cases),
        "skipped": [
            {"reason": skips.reason, "address": skips.address, "exchanges": skips.count} for skips in report.skips
        ],
        "undecided": [
            {"operation": doubts.operation, "reason": doubts.reason, "exchanges": doubts.count}
            for doubts in report.doubts
        ],
        "obstacles": [
            {"kind": met.kind, "source": met.source, "place": met.place, "reason": met.reason, "mend": met.mend}
            for met in report.obstacles
        ],
        "coverage": report.coverage.as_json(),
        "exchanges": [_case(case) for case in report.cases],
        "further": [
            {
                "source": rest.source,
                "operation": rest.operation,
                "outcome": rest.outcome.value,
                "worst": _weight(rest.worst),
                "exchanges": rest.count,
            }
            for rest in report.remainders
        ],
    }


def findings(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """The findings that the cases list, as they stand in the report."""
    return [_finding(finding, case) for case in cases for finding in case.findings]


def _finding(finding: ReportedFinding, case: Case) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "fingerprint": finding.fingerprint,
        "operation": finding.operation,
        "instance": finding.instance,
        "documented": finding.documented,
        "exchange": _exchange(case.exchange),
    }


def _case(case: Case) -> dict[str, Any]:
    return {
        **_exchange(case.exchange),
        "operation": case.operation,
        "outcome": case.outcome.value,
        "worst": _weight(case.worst),
        "reason": case.reason,
        "findings": len(case.findings),
    }


def _exchange(exchange: ExchangeRef) -> dict[str, Any]:
    return {
        "source": exchange.source,
        "index": exchange.index,
        "method": exchange.method,
        "url": exchange.url,
        "status": exchange.status,
    }


def _weight(worst: Severity | None) -> str | None:
    return None if worst is None else worst.value
