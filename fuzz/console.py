"""The end of a run, for a person, who should know in five seconds how things stand: verdict, counts, then findings.

Lines are not wrapped, so that the curl commands can be copied.
"""

from __future__ import annotations

import io
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from rich.console import Console
from rich.text import Text

from fuzz.faults import FAULTS
from validator import redaction
from validator.reports import Format
from validator.reports.characters import for_encoding, visible
from validator.rules import BY_ID

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from fuzz.case import Case
    from fuzz.failures import Failure
    from fuzz.replay import Origin
    from fuzz.summary import Group, Summary
    from validator.reports import Report

SHOWN: Final = 20
"""Groups of failures that are told in full."""

NAMED: Final = 6
"""Operations and variants that are named, before "and 12 more"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunText(Format):
    """The text report of a run, in place of that of recorded exchanges."""

    name: str = "text"
    media_type: str = "text/plain"
    module: str = __name__
    summary: Summary
    seed: int
    record: str | None
    origin: Origin

    def render(self, report: Report, stream: TextIO) -> None:
        """Write it to the stream."""
        _write(self._lines(report), stream)

    def _lines(self, report: Report) -> Iterator[Text]:
        again = f"--seed {self.seed}"
        yield _headline(self.summary)
        if self.summary.requests:
            yield from _counts(self.summary, report.seconds)
            yield Text(f"  seed {self.seed}: {again} sends the same again")
        yield from _sequences(self.summary)
        if self.summary.let_in and self.summary.groups:
            yield from _groups(self.summary, report.contract.source)
            yield Text()
            yield from self._next_steps(again)
        for obstacle in self.summary.obstacles:
            yield Text()
            yield Text.assemble(("obstacle", "bold red"), " ", visible(str(obstacle)))

    def _next_steps(self, again: str) -> Iterator[Text]:
        if self.record is None:
            yield _labelled("replay", f"record the cases: add {again} --record FILE; then: picqer-fuzz replay FILE")
        else:
            yield _labelled("replay", f"picqer-fuzz replay {visible(shlex.quote(self.record))}")
        if self.origin.sandbox:
            defect = f" --defect {self.origin.defect}" if self.origin.defect else ""
            port = urlsplit(self.origin.base_url).port
            yield _labelled(
                "curl", f"the sandbox has ended; for curl, start it again: picqer-fuzz sandbox --port {port}{defect}"
            )


def render_replay(gone: int, failing: Iterable[Failure], document: str, stream: TextIO) -> None:
    """Write what became of recorded cases."""
    _write(_replay(gone, list(failing), document), stream)


def _write(lines: Iterable[Text], stream: TextIO) -> None:
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        force_terminal=stream.isatty() or None,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
    )
    for line in lines:
        console.print(line)
    stream.write(for_encoding(buffer.getvalue(), stream.encoding))


def _counts(summary: Summary, seconds: float) -> Iterator[Text]:
    planned = summary.planned
    unfinished = summary.spent and len(summary.ways) < planned.cases
    spent = f"; {summary.spent} ended it before all {planned.cases:,} ways were tried" if unfinished else ""
    lookups = f", and {summary.lookups:,} to learn ids," if summary.lookups else ""
    yield Text(
        f"  {_plural(summary.requests, 'broken request')}{lookups} in {seconds:.0f} s: "
        f"{len(summary.operations)} of {_plural(planned.operations, 'operation')}, "
        f"{len(summary.pairs)} of {planned.pairs} pairs of operation and fault, "
        f"{_plural(len(summary.ways), 'way')} to break a body{spent}"
    )
    yield Text(f"  answers: {_answers(summary.statuses)}")


def _sequences(summary: Summary) -> Iterator[Text]:
    """What was played, and what is left of it."""
    if summary.steps:
        yield Text(f"  {_plural(summary.steps, 'step')} of sequences, on things that the run made")
    for one in summary.gave_up.values():
        code = "" if one.code is None else f", code {visible(str(one.code))}"
        yield Text(f"  not exercised: {visible(one.operation)} ({one.status or 'no answer'}{code})")
    cleaned = summary.cleaned
    if cleaned.removed:
        yield Text(f"  cleaned up {_plural(cleaned.removed, 'object')}")
    if cleaned.kept:
        yield Text(f"  {_plural(cleaned.kept, 'object')} made that no operation deletes")
    if cleaned.left:
        left = ", ".join(visible(redaction.url(one)) for one in cleaned.left[:NAMED])
        more = f" and {len(cleaned.left) - NAMED} more" if len(cleaned.left) > NAMED else ""
        yield Text(f"  could not delete {_plural(len(cleaned.left), 'object')}: {left}{more}", style="bold")


def _groups(summary: Summary, document: str) -> Iterator[Text]:
    groups = sorted(summary.groups.values(), key=lambda group: (-group.operations.total(), group.smallest.size))
    for group in groups[:SHOWN]:
        yield Text()
        yield from _group(group, document)
    if len(groups) > SHOWN:
        yield Text()
        yield Text(f"and {len(groups) - SHOWN} more kinds of failure; --record FILE keeps them all", style="bold")


def _headline(summary: Summary) -> Text:
    if not summary.requests:
        return Text("✗ nothing was tried", style="bold red")
    if not summary.let_in:
        return Text("✗ the server let nobody in: nothing was shown", style="bold red")
    if not summary.groups:
        return Text(f"✓ all {_plural(summary.requests, 'broken request')} refused as promised", style="bold green")
    kinds = _plural(len(summary.groups), "kind")
    return Text(
        f"✗ {summary.requests - summary.refused:,} of {_plural(summary.requests, 'broken request')} "
        f"not refused as promised: {kinds} of failure",
        style="bold red",
    )


def _group(group: Group, document: str) -> Iterator[Text]:
    yield from _failure(group.smallest, document)
    yield _labelled("operations", _named(group.operations))
    yield _labelled("variants", _named(group.variants))
    yield from _curl(group.smallest.case)


def _curl(case: Case) -> Iterator[Text]:
    """The commands, in order; ids in the paths of a sequence are what the first of them answers."""
    for one in (*case.before, case):
        yield _labelled("curl", one.curl)


def _failure(failure: Failure, document: str) -> Iterator[Text]:
    case, answer = failure.case, failure.exchange.response
    rules = list(dict.fromkeys(finding.rule for finding in failure.findings))
    title = FAULTS[case.fault].title if case.fault in FAULTS else case.fault
    yield Text.assemble(("error", "bold red"), " ", (", ".join(rules), "bold"), f" in {visible(case.operation)}")
    yield Text(f"    {BY_ID[rules[0]].title}")
    # A variant that is the place of a missing member is in its description already.
    is_told = case.act or case.described.endswith(case.variant)
    broken = case.described if is_told else f"{case.variant}: {case.described}"
    yield _labelled("fault", visible(f"{case.fault} ({title}), {broken}"))
    yield _labelled("came", f"status {answer.status}" if answer.status else visible(answer.damage or "no answer"))
    for rule in rules:
        first, *others = (finding for finding in failure.findings if finding.rule == rule)
        place = f" at {visible(first.instance)}" if first.instance else ""
        more = f"; and {len(others)} more" if others else ""
        yield _labelled("finding", f"{rule}{place}: {visible(first.message)}{more}")
        if first.documented is not None:
            yield _labelled("document", f"{document}#{first.documented}")


def _replay(gone: int, failing: list[Failure], document: str) -> Iterator[Text]:
    total = gone + len(failing)
    if not failing:
        yield Text(f"✓ none of {_plural(total, 'recorded case')} fails any more", style="bold green")
    else:
        yield Text(f"✗ {len(failing)} of {_plural(total, 'recorded case')} still failing", style="bold red")
    for failure in failing[:SHOWN]:
        yield Text()
        yield from _failure(failure, document)
        yield from _curl(failure.case)
    if len(failing) > SHOWN:
        yield Text()
        yield Text(f"and {len(failing) - SHOWN} more", style="bold")


def _answers(statuses: Counter[int]) -> str:
    return ", ".join(f"{count:,} x {status or 'none'}" for status, count in statuses.most_common(NAMED)) or "none"


def _named(counter: Counter[str]) -> str:
    names = [visible(name) for name, _ in counter.most_common(NAMED)]
    more = len(counter) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _labelled(label: str, told: str) -> Text:
    return Text.assemble((f"    {label:<12}", "dim"), told)


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
