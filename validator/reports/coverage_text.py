"""The coverage in the text report: a line, what came that is not documented, and on request all of it as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from validator.redaction import plural
from validator.reports.characters import visible
from validator.thresholds import percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from validator.coverage import Coverage, OperationCoverage
    from validator.reports.report import Report

SHOWN: Final = 20
"""Lists of codes and statuses end after so many, and say how many there are more."""

NEVER: Final = "-"
"""Stands for a count of nought, which one would not see among the others."""

_NOUNS: Final = {
    "operations": "operation",
    "responses": "response",
    "error-codes": "error code",
    "webhooks": "webhook",
}


def coverage_lines(report: Report) -> Iterator[Text]:
    """What of the contract was exercised."""
    if not report.judged:
        return  # that nothing was exercised goes without saying
    coverage = report.coverage
    told = {
        name: f"{covered.seen:,} of {plural(covered.documented, _NOUNS[name])}"
        for name, covered in coverage.measures.items()
        if covered.documented or name in ("operations", "responses")
    }
    yield Text(f"coverage: {', '.join(told.values())}", style="bold")
    if report.coverage_in_full:
        percentages = ", ".join(f"{name} {percent(coverage.measures[name])}" for name in told)
        yield Text(f"    in percent: {percentages}")
    if unseen := [entry.code for entry in coverage.error_codes if not entry.exchanges]:
        yield Text(f"    error codes never seen: {visible(_ranges(unseen))}")
    if undocumented := list(_undocumented(coverage)):
        yield Text(f"    not documented: {visible(_cut(undocumented))}", style="red")
    if report.coverage_in_full:
        yield from _table(coverage)


def _undocumented(coverage: Coverage) -> Iterator[str]:
    for operation, status, times in coverage.undocumented_statuses:
        yield f"{operation} {status} ({_times(times)})"
    for code, times in coverage.undocumented_codes:
        yield f"error code {code} ({_times(times)})"


def _table(coverage: Coverage) -> Iterator[Text]:
    """Every operation by resource, every error code, every webhook: how often each came."""
    everything = (*coverage.operations, *coverage.webhooks)
    width = max((len(visible(entry.operation)) for entry in everything), default=0)
    count_width = max((len(_count(entry.exchanges)) for entry in everything), default=0)
    resources: dict[str, list[OperationCoverage]] = {}
    for entry in coverage.operations:
        resources.setdefault(entry.resource or "(no tag)", []).append(entry)
    for resource, entries in resources.items():
        yield from _operations(resource, entries, width, count_width)
    if coverage.webhooks:
        # A resource may be called webhooks too: the operations that manage them.
        yield from _operations("sent by the API (webhooks)", coverage.webhooks, width, count_width)
    if coverage.error_codes or coverage.undocumented_codes:
        yield from _codes(coverage)


def _operations(title: str, entries: Sequence[OperationCoverage], width: int, count_width: int) -> Iterator[Text]:
    seen = sum(entry.exchanges > 0 for entry in entries)
    yield Text()
    yield Text.assemble("  ", (visible(title), "bold"), f"  {seen:,} of {len(entries):,}")
    for entry in entries:
        name = visible(entry.operation)
        line = Text(f"    {name:<{width}}  {_count(entry.exchanges):>{count_width}} ", style=_style(entry.exchanges))
        for status, times in entry.documented:
            line.append(f" {visible(status)}:{_count(times)}", style=_style(times))
        for status_came, times in entry.undocumented:
            line.append(f" undocumented {status_came}:{_count(times)}", style="red")
        yield line


def _codes(coverage: Coverage) -> Iterator[Text]:
    listed = [(str(entry.code), entry.exchanges, entry.meaning, "") for entry in coverage.error_codes]
    listed += [(str(code), times, "(not documented)", "red") for code, times in coverage.undocumented_codes]
    width = max(len(visible(code)) for code, *_ in listed)
    count_width = max(len(_count(times)) for _, times, *_ in listed)
    yield Text()
    told = f"  {coverage.error_codes_seen:,} of {len(coverage.error_codes):,}"
    yield Text.assemble("  ", ("error codes", "bold"), told)
    for code, times, meaning, style in listed:
        line = f"    {visible(code):>{width}}  {_count(times):>{count_width}}  {visible(meaning)}"
        yield Text(line.rstrip(), style=style or _style(times))


def _style(times: int) -> str:
    return "" if times else "dim"


def _count(times: int) -> str:
    return f"{times:,}" if times else NEVER


def _ranges(codes: Iterable[int | str]) -> str:
    """`1-4, 6, TOO_MANY`: neighbouring numbers drawn together."""
    runs: list[list[int | str]] = []
    for code in codes:
        last = runs[-1][-1] if runs else None
        if isinstance(code, int) and isinstance(last, int) and code == last + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return _cut([str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs])


def _cut(parts: Sequence[str]) -> str:
    shown = ", ".join(parts[:SHOWN])
    return shown if len(parts) <= SHOWN else f"{shown} and {len(parts) - SHOWN:,} more"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
