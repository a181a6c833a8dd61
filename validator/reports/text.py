"""The text report: for a person, who should know in five seconds how things stand.

Verdict first, then counts by rule, then the findings, gathered by cause. Lines are never wrapped, so that they can be
searched and copied; colour comes only to a terminal (NO_COLOR and FORCE_COLOR are respected), by rich.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.text import Text

from validator.findings import Outcome, Severity
from validator.redaction import plural
from validator.reports.characters import for_encoding, visible
from validator.reports.coverage_text import coverage_lines
from validator.rules import BY_ID, UNKNOWN_SERVER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from validator.reports.report import FindingGroup, Report

SHOWN_LINES: Final = 20
"""Lists of addresses, doubts and obstacles end after so many lines, and say how many there are more."""

_STYLES: Final = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_LABEL_WIDTH: Final = len("document  ")


def render(report: Report, stream: TextIO) -> None:
    """Write the report to the stream, as its encoding and its terminal can show it."""
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        force_terminal=stream.isatty() or None,  # None: rich looks at FORCE_COLOR by itself
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
    )
    for line in _lines(report):
        console.print(line)
    stream.write(for_encoding(buffer.getvalue(), stream.encoding))


def _lines(report: Report) -> Iterator[Text]:
    for section in (_head, _rules, _groups, _skips, _doubts, _obstacles, coverage_lines):
        lines = list(section(report))
        if lines and section is not _head:
            yield Text()
        yield from lines


def _head(report: Report) -> Iterator[Text]:
    mark, style, told = _verdict(report)
    contract = visible(f"{report.contract.title} {report.contract.version} ({report.contract.source})")
    yield Text.assemble((f"{mark} {told}", style), f"  {contract}")
    if report.obstacles_met:
        what = "everything" if report.judged else "anything"
        kept = f"  {plural(report.obstacles_met, 'obstacle')} kept us from judging {what}; see below"
        yield Text(kept, style="bold red")


def _verdict(report: Report) -> tuple[str, str, str]:
    """Mark, style and sentence of the first line."""
    broken, warned = report.worst.get(Severity.ERROR, 0), report.worst.get(Severity.WARNING, 0)
    undecided = report.outcomes.get(Outcome.UNDECIDED, 0)
    doubt = f" ({undecided:,} undecided)" if undecided else ""
    exchanges = plural(report.judged, "exchange")
    if not report.judged:
        return "✗", "bold red", "nothing was judged"
    if broken:
        return "✗", "bold red", f"{broken:,} of {exchanges} {_verb(broken, 'break')} the contract{doubt}"
    if warned:
        return (
            "!",
            "bold yellow",
            f"{warned:,} of {exchanges} {_verb(warned, 'give')} a warning, none breaks the contract{doubt}",
        )
    if undecided == report.judged:
        return "!", "bold yellow", f"{exchanges} could not be decided"
    kept = report.judged - undecided
    return "✓", "bold green", f"{plural(kept, 'exchange')} {_verb(kept, 'keep')} the contract{doubt}"


def _rules(report: Report) -> Iterator[Text]:
    count_width = max((len(f"{count:,}") for count in report.by_rule.values()), default=0)
    name_width = max((len(rule) for rule in report.by_rule), default=0)
    for rule, count in report.by_rule.items():
        known = BY_ID[rule]
        yield Text(f"  {count:>{count_width},}  {rule:<{name_width}}  {known.title}")


def _groups(report: Report) -> Iterator[Text]:
    shown = [group for group in report.groups if group.finding.rule != UNKNOWN_SERVER]  # told under "skipped"
    for position, group in enumerate(shown):
        if position:
            yield Text()
        yield from _group(group, report.contract.source)
    if report.groups_left_out:
        yield Text()
        yield Text(
            f"and {plural(report.groups_left_out, 'more cause')}: --max-findings shows more, the JSON report all",
            style="bold",
        )


def _group(group: FindingGroup, document: str) -> Iterator[Text]:
    finding = group.finding
    where = f" in {visible(finding.operation)}" if finding.operation else ""
    times = f", {group.count:,} times" if group.count > 1 else ""
    yield Text.assemble((finding.severity.value, _STYLES[finding.severity]), " ", (finding.rule, "bold"), where, times)
    yield Text(f"    {visible(finding.message)}")
    if finding.instance:
        yield _labelled("body", finding.instance)
    if finding.documented is not None:
        yield _labelled("document", f"{document}#{finding.documented}")
    label = "seen"
    for seen in group.examples:
        yield _labelled(label, f"{seen.place} {seen.method} {seen.url} {seen.answer}")
        label = ""
    yield _labelled("mend", BY_ID[finding.rule].mend)


def _skips(report: Report) -> Iterator[Text]:
    skipped = report.outcomes.get(Outcome.SKIPPED, 0)
    if not skipped:
        return
    yield Text(f"skipped: {plural(skipped, 'exchange')} not judged", style="bold")
    yield from _counted([(skips.count, skips.reason) for skips in report.skips])
    if any(skips.address for skips in report.skips):
        yield _labelled("mend", BY_ID[UNKNOWN_SERVER].mend)


def _doubts(report: Report) -> Iterator[Text]:
    if not report.doubts:
        return
    doubtful = sum(doubts.count for doubts in report.doubts)
    yield Text(f"undecided: {plural(doubtful, 'exchange')} could not be checked in full", style="bold")
    yield from _counted([(doubts.count, f"{doubts.operation or '-'}  {doubts.reason}") for doubts in report.doubts])


def _obstacles(report: Report) -> Iterator[Text]:
    if not report.obstacles_met:
        return
    yield Text(f"obstacles: {report.obstacles_met:,}", style="bold red")
    for met in report.obstacles[:SHOWN_LINES]:
        yield Text(f"    {visible(str(met))}")
        if met.mend:
            yield _labelled("    mend", met.mend)
    if report.obstacles_met > SHOWN_LINES:
        yield Text(f"    and {report.obstacles_met - SHOWN_LINES:,} more")


def _counted(lines: Sequence[tuple[int, str]]) -> Iterator[Text]:
    width = max((len(f"{count:,}") for count, _ in lines), default=0)
    for count, told in lines[:SHOWN_LINES]:
        yield Text(f"    {count:>{width},}  {visible(told)}")
    if len(lines) > SHOWN_LINES:
        yield Text(f"    and {len(lines) - SHOWN_LINES:,} more")


def _labelled(label: str, told: str) -> Text:
    return Text.assemble((f"    {label:<{_LABEL_WIDTH}}", "dim"), visible(told))


def _verb(count: int, verb: str) -> str:
    return f"{verb}s" if count == 1 else verb
