"""Reads JSON reports back: untrusted text in, a Report out, or a ReportError that names the place.

What the JSON report tells is enough to write every other report from it. Members that are not known here are passed
over: a report of the service has one more, and later versions may have others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from validator.coverage import Coverage, ErrorCodeCoverage, OperationCoverage
from validator.errors import RecordingError, ReportError
from validator.findings import Outcome, Severity
from validator.recordings.entries import decode_whole
from validator.reports.report import (
    Case,
    ContractInfo,
    Doubts,
    ExchangeRef,
    Remainder,
    Report,
    ReportedFinding,
    ReportedObstacle,
    Skips,
)
from validator.rules import BY_ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import BinaryIO

MAX_BYTES: Final = 256 * 1024 * 1024
"""Many times what the bounds on a report's lists allow."""

_MEND: Final = "give a report that `--format json` of this version wrote"

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Status = Annotated[int, msgspec.Meta(ge=0, le=2**31)]
Code = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)] | str


class _Contract(msgspec.Struct):
    title: str
    version: str
    source: str
    sha256: str


class _Summary(msgspec.Struct):
    valid: Count
    invalid: Count
    skipped: Count
    undecided: Count
    obstacles: Count
    by_rule: dict[str, Count]
    by_severity: dict[Severity, Count]
    by_worst: dict[Severity, Count]
    by_fingerprint: dict[str, Count]
    fail_on: str
    seconds: Annotated[float, msgspec.Meta(ge=0, le=1e12)]


class _Finding(msgspec.Struct, gc=False):
    rule: str
    severity: Severity
    message: str
    fingerprint: str
    operation: str | None
    instance: str
    documented: str | None


class _Exchange(msgspec.Struct, gc=False):
    source: str
    index: Count
    method: str
    url: str
    status: Status
    operation: str | None
    outcome: Outcome
    worst: Severity | None
    reason: str | None
    findings: Count


class _Further(msgspec.Struct, gc=False):
    source: str
    operation: str | None
    outcome: Outcome
    worst: Severity | None
    exchanges: Count


class _Skips(msgspec.Struct):
    reason: str
    address: str | None
    exchanges: Count


class _Doubts(msgspec.Struct):
    reason: str
    operation: str | None
    exchanges: Count


class _Obstacle(msgspec.Struct):
    kind: str
    source: str
    place: str
    reason: str
    mend: str


class _Covered(msgspec.Struct, kw_only=True):
    """An operation or a webhook: the one member or the other names it."""

    operation: str = ""
    webhook: str = ""
    resource: str | None
    responses: dict[str, Count]
    undocumented: dict[Status, Count]
    exchanges: Count


class _Code(msgspec.Struct):
    code: Code
    meaning: str
    exchanges: Count


class _UndocumentedCode(msgspec.Struct):
    code: Code
    exchanges: Count


class _Coverage(msgspec.Struct):
    by_operation: list[_Covered]
    by_error_code: list[_Code]
    undocumented_error_codes: list[_UndocumentedCode]
    by_webhook: list[_Covered]


class _Report(msgspec.Struct):
    contract: _Contract
    summary: _Summary
    findings: list[_Finding]
    skipped: list[_Skips]
    undecided: list[_Doubts]
    obstacles: list[_Obstacle]
    coverage: _Coverage
    exchanges: list[_Exchange]
    further: list[_Further]


_DECODER: Final = msgspec.json.Decoder(_Report)


def read_report(stream: BinaryIO, name: str) -> Report:
    """The report that a JSON report tells, without its groups: they are made anew when it is merged.

    Raises ReportError.
    """
    try:
        data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ReportError(f"cannot be read: {error.strerror}", place=name, mend="give the path of a file") from None
    if len(data) > MAX_BYTES:
        raise ReportError(f"larger than {MAX_BYTES // 1024 // 1024} MiB", place=name, mend=_MEND)
    if not data.strip():
        raise ReportError("expected a JSON report, got nothing", place=name, mend=_MEND)
    try:
        parsed = decode_whole(_DECODER, data, name)
    except RecordingError as error:
        raise ReportError(f"not a report: {error.reason}", place=error.place, mend=_MEND) from None
    try:
        return _report(parsed)
    except ReportError as error:
        raise error.within(name) from None


def _report(parsed: _Report) -> Report:
    summary = parsed.summary
    _known(summary.by_rule, "summary.by_rule")
    _known((finding.rule for finding in parsed.findings), "findings")
    return Report(
        contract=ContractInfo(
            title=parsed.contract.title,
            version=parsed.contract.version,
            source=parsed.contract.source,
            sha256=parsed.contract.sha256,
        ),
        fail_on=_threshold(summary.fail_on),
        outcomes={outcome: getattr(summary, outcome.value) for outcome in Outcome},
        worst=summary.by_worst,
        by_severity=summary.by_severity,
        by_rule=summary.by_rule,
        by_fingerprint=summary.by_fingerprint,
        groups=(),
        groups_left_out=0,
        cases=tuple(_cases(parsed)),
        remainders=tuple(
            Remainder(
                source=rest.source,
                operation=rest.operation,
                outcome=rest.outcome,
                worst=rest.worst,
                count=rest.exchanges,
            )
            for rest in parsed.further
        ),
        skips=tuple(Skips(reason=one.reason, address=one.address, count=one.exchanges) for one in parsed.skipped),
        doubts=tuple(
            Doubts(operation=one.operation, reason=one.reason, count=one.exchanges) for one in parsed.undecided
        ),
        obstacles=tuple(
            ReportedObstacle(kind=met.kind, source=met.source, place=met.place, reason=met.reason, mend=met.mend)
            for met in parsed.obstacles
        ),
        obstacles_met=max(summary.obstacles, len(parsed.obstacles)),
        coverage=_coverage(parsed.coverage),
        seconds=summary.seconds,
    )


def _cases(parsed: _Report) -> Iterator[Case]:
    """The exchanges, each with its findings: these are listed in the order of the exchanges."""
    listed = sum(exchange.findings for exchange in parsed.exchanges)
    if listed != len(parsed.findings):
        raise ReportError(
            f"{len(parsed.findings):,} are listed, but the exchanges have {listed:,}", place="findings", mend=_MEND
        )
    findings = iter(parsed.findings)
    for exchange in parsed.exchanges:
        yield Case(
            exchange=ExchangeRef(
                source=exchange.source,
                index=exchange.index,
                method=exchange.method,
                url=exchange.url,
                status=exchange.status,
            ),
            operation=exchange.operation,
            outcome=exchange.outcome,
            worst=exchange.worst,
            findings=tuple(_finding(next(findings)) for _ in range(exchange.findings)),
            reason=exchange.reason,
        )


def _finding(finding: _Finding) -> ReportedFinding:
    return ReportedFinding(
        rule=finding.rule,
        severity=finding.severity,
        message=finding.message,
        fingerprint=finding.fingerprint,
        operation=finding.operation,
        instance=finding.instance,
        documented=finding.documented,
    )


def _coverage(parsed: _Coverage) -> Coverage:
    return Coverage(
        operations=tuple(_covered(entry, entry.operation) for entry in parsed.by_operation),
        error_codes=tuple(
            ErrorCodeCoverage(code=entry.code, meaning=entry.meaning, exchanges=entry.exchanges)
            for entry in parsed.by_error_code
        ),
        undocumented_codes=tuple((entry.code, entry.exchanges) for entry in parsed.undocumented_error_codes),
        webhooks=tuple(_covered(entry, entry.webhook) for entry in parsed.by_webhook),
    )


def _covered(entry: _Covered, name: str) -> OperationCoverage:
    return OperationCoverage(
        operation=name,
        resource=entry.resource,
        exchanges=entry.exchanges,
        documented=tuple(entry.responses.items()),
        undocumented=tuple(entry.undocumented.items()),
    )


def _threshold(fail_on: str) -> Severity | None:
    if fail_on == "never":
        return None
    try:
        return Severity(fail_on)
    except ValueError:
        told = f"expected a severity or never, got {fail_on!r}"
        raise ReportError(told, place="summary.fail_on", mend=_MEND) from None


def _known(rules: Iterable[str] | Mapping[str, int], place: str) -> None:
    """A rule of another version has no words here."""
    for rule in rules:
        if rule not in BY_ID:
            raise ReportError(f"there is no rule {rule!r}", place=place, mend=_MEND)
