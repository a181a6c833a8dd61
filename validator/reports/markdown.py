"""The Markdown report: a summary for a chat or a GitHub step summary, short enough to be read there.

What comes from a recording stands in code spans, so that no name or message can be taken for markup, a link or a
mention. What does not fit in is left out, and counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from validator.findings import Outcome, Severity
from validator.reports.characters import for_encoding, visible
from validator.rules import BY_ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from validator.reports.report import FindingGroup, Report

MOST: Final = 3000
"""Characters: chats cut or refuse longer messages."""

LONGEST: Final = 200
"""Characters of one text; the whole is in the other reports."""

_NAMED: Final = 5


def render(report: Report, stream: TextIO) -> None:
    """Write the summary."""
    write(_head(report), [list(_group(group)) for group in report.groups], list(_end(report)), stream)


def write(head: Iterable[str], items: Iterable[list[str]], end: Iterable[str], stream: TextIO) -> None:
    """Write a head, as many items as fit in, and an end; an item is one or several lines.

    How many items were left out is said.
    """
    head, end, items = list(head), list(end), list(items)
    room = MOST - sum(len(line) + 1 for line in (*head, *end)) - LONGEST
    shown: list[str] = []
    taken = 0
    for item in items:
        room -= sum(len(line) + 1 for line in item)
        if room < 0:
            break
        shown += item
        taken += 1
    left = len(items) - taken
    cut = [f"- and {left:,} more, cut here to fit a message; the JSON and text reports have all"] if left else []
    body = [*shown, *cut]
    lines = [*head, *(["", *body] if body else []), *(["", *end] if end else [])]
    stream.write(for_encoding("\n".join(lines) + "\n", stream.encoding))


def code(text: str) -> str:
    """A text of others as a code span, on one line, cut where it is long; whatever it holds, it stays in there."""
    told = visible(text)
    told = f"{told[: LONGEST - 3]}..." if len(told) > LONGEST else told
    # A span ends with as many backticks as it began with (CommonMark, section 6.1); a bar would end a table's cell.
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", told)), default=0))
    space = " " if told.startswith("`") or told.endswith("`") or not told.strip() else ""
    return f"{fence}{space}{told}{space}{fence}"


def _head(report: Report) -> Iterator[str]:
    broken, warned = report.worst.get(Severity.ERROR, 0), report.worst.get(Severity.WARNING, 0)
    judged = f"{report.judged:,} exchange{'s' if report.judged != 1 else ''}"
    if not report.judged:
        yield "**✗ nothing was judged**"
    elif broken:
        yield f"**✗ {broken:,} of {judged} break{'s' if broken == 1 else ''} the contract**"
    elif warned:
        yield f"**! {warned:,} of {judged} with a warning, none breaks the contract**"
    else:
        undecided = report.outcomes.get(Outcome.UNDECIDED, 0)
        doubt = f" ({undecided:,} undecided)" if undecided else ""
        yield f"**✓ {judged} keep{'s' if report.judged == 1 else ''} the contract**{doubt}"
    yield ""
    yield f"Contract: {code(f'{report.contract.title} {report.contract.version} ({report.contract.source})')}"


def _group(group: FindingGroup) -> Iterator[str]:
    finding = group.finding
    operation = f" in {code(finding.operation)}" if finding.operation else ""
    times = f", {group.count:,} times" if group.count > 1 else ""
    yield f"- **{finding.severity.value} {finding.rule}**{operation}{times}: {BY_ID[finding.rule].title}"
    place = f" at {code(finding.instance)}" if finding.instance else ""
    yield f"  - {code(finding.message)}{place}"
    for seen in group.examples[:1]:
        yield f"  - seen: {code(f'{seen.place} {seen.method} {seen.url} {seen.answer}')}"


def _end(report: Report) -> Iterator[str]:
    yield from obstacles(report)
    yield coverage(report)
    if report.groups_left_out:
        yield f"Further causes, not listed: {report.groups_left_out:,}"


def coverage(report: Report) -> str:
    """What was exercised, in a line."""
    told = ", ".join(
        f"{one.seen:,} of {one.documented:,} {name.replace('-', ' ')}"
        for name, one in report.coverage.measures.items()
        if one.documented
    )
    return f"Coverage: {told}" if told else "Coverage: the contract documents no operation"


def obstacles(report: Report) -> Iterator[str]:
    """What kept us from judging."""
    for met in report.obstacles[:_NAMED]:
        yield f"Obstacle: {code(str(met))}"
        yield ""
    if report.obstacles_met > _NAMED:
        yield f"Further obstacles: {report.obstacles_met - _NAMED:,}"
        yield ""
