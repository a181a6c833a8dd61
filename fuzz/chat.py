"""The end of a run as a summary for a chat, in Markdown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fuzz.answers import in_words
from fuzz.console import absence, again, headline, never_took, visible_names
from fuzz.summary import ranked
from validator.reports import Format
from validator.reports.markdown import code, coverage, obstacles, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from fuzz.ending import Ending
    from fuzz.summary import Group
    from validator.reports import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMarkdown(Format):
    """The summary of a run, in place of that of recorded exchanges."""

    name: str = "markdown"
    media_type: str = "text/markdown"
    module: str = __name__
    ending: Ending

    def render(self, report: Report, stream: TextIO) -> None:
        """Write it to the stream."""
        summary = self.ending.summary
        items = [list(_group(group)) for group in ranked(summary.groups)] if summary.let_in else []
        items += [[f"- no longer seen: {code(str(entry))}"] for entry in self.ending.gone]
        write(self._head(report), items, self._end(report), stream)

    def _head(self, report: Report) -> Iterator[str]:
        summary = self.ending.summary
        mark, told = headline(summary)
        yield f"**{mark} {told}**"
        yield ""
        if summary.requests:
            yield (
                f"{summary.sent:,} requests in {report.seconds:.0f} s: "
                f"{len(summary.operations):,} of {summary.planned.operations:,} operations, "
                f"{len(summary.pairs):,} of {summary.planned.pairs:,} pairs of operation and fault, "
                f"{len(summary.ways):,} of {summary.planned.cases:,} ways; seed {self.ending.seed}"
            )
        if summary.absent:
            names = code(visible_names(Counter(summary.absent.keys())))
            yield f"Not there (nothing but {absence(summary)}): {names}"
        if summary.never_took:
            yield f"Never took any sound request: {code(never_took(summary))}"
        if summary.known:
            yield f"Known from the baseline: {len(summary.known):,}"

    def _end(self, report: Report) -> Iterator[str]:
        yield from obstacles(report)
        if self.ending.summary.groups and self.ending.summary.let_in:
            yield f"To see them again: {code(again(self.ending))}"
            yield ""
        yield coverage(report)


def _group(group: Group) -> Iterator[str]:
    case, answer = group.smallest.case, group.smallest.exchange.response
    rules = list(dict.fromkeys(finding.rule for finding in group.smallest.findings))
    yield f"- **{', '.join(rules)}** in {code(visible_names(group.operations))}"
    yield f"  - {code(f'{case.fault}: {case.described}')}, came {in_words(answer) if answer.status else 'no answer'}"
    first = group.smallest.findings[0]
    place = f" at {code(first.instance)}" if first.instance else ""
    yield f"  - {code(first.message)}{place}"
