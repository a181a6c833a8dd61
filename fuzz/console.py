"""The end of a run, for a person, who should know in five seconds how things stand: verdict, counts, then findings.

Lines are not wrapped, so that the curl commands can be copied.
"""

from __future__ import annotations

import io
import shlex
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from rich.console import Console
from rich.text import Text

from fuzz.admission import NOT_HERE
from fuzz.answers import in_words
from fuzz.credentials import VARIABLE
from fuzz.faults import FAULTS
from fuzz.summary import include, ranked
from validator.reports import Format
from validator.reports.characters import for_encoding, visible
from validator.rules import BY_ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from fuzz.case import Case
    from fuzz.ending import Ending
    from fuzz.events import Cleaned, GaveUp
    from fuzz.failures import Failure, Symptom
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
    ending: Ending

    def render(self, report: Report, stream: TextIO) -> None:
        """Write it to the stream."""
        _write(_lines(self.ending, report), stream)


def _lines(ending: Ending, report: Report) -> Iterator[Text]:
    summary = ending.summary
    mark, told = headline(summary)
    yield Text(f"{mark} {told}", style="bold green" if mark == "✓" else "bold red")
    if summary.requests or summary.groups:
        yield from _counts(summary, report.seconds)
    yield from _made(ending)
    if summary.requests or summary.groups:
        yield _counted("seed", f"{ending.seed}; {_same_again(ending)}")
    if summary.let_in:
        yield from _known(ending)
        if summary.groups:
            yield from _groups(summary, report.contract.source)
            yield Text()
            yield from _next_steps(ending)
    for obstacle in summary.obstacles:
        yield Text()
        yield Text.assemble(("obstacle", "bold red"), " ", visible(str(obstacle)))


def render_replay(gone: int, failing: Iterable[Failure], document: str, stream: TextIO) -> None:
    """Write what became of recorded cases."""
    _write(_replay(gone, list(failing), document), stream)


def headline(summary: Summary) -> tuple[str, str]:
    """The verdict: a mark and a sentence."""
    answers = _plural(summary.statuses.total(), "answer")
    if summary.mute:
        return "✗", "no request got through: nothing was shown"
    if not summary.requests and not summary.groups:
        return "✗", "nothing was tried"
    if not summary.let_in:
        return "✗", "the server let nobody in: nothing was shown"
    if summary.groups:
        known = f", and {_plural(len(summary.known), 'known one')}" if summary.known else ""
        kinds = f"{_plural(len(summary.groups), 'kind')} of failure{known}"
        if not summary.failing:  # what only all answers together show
            return "✗", f"{answers} kept the contract's promises, but do not go together: {kinds}"
        return "✗", f"{summary.failing:,} of {answers} broke a promise: {kinds}"
    if summary.known:
        return "✓", f"nothing new in {answers}: {_plural(len(summary.known), 'failure')} known from the baseline"
    if summary.took_nothing:
        return "✗", "no sound request was taken: that broken ones were refused shows little"
    return "✓", f"all {answers} kept the contract's promises"


def again(ending: Ending) -> str:
    """The command that sends failing cases again, or what to add so that there is one."""
    if ending.record is not None:
        return f"picqer-fuzz replay {shlex.quote(ending.record)}"
    if ending.state is not None:
        return f"picqer-fuzz replay {shlex.quote(f'{ending.state}/failing.ndjson')}"
    return f"picqer-fuzz run --seed {ending.seed} --record failing.ndjson"


def absence(summary: Summary) -> str:
    """What came from operations that are not there; a status that says so in this server only is explained."""
    statuses = frozenset().union(*summary.absent.values())
    told = " or ".join(map(str, sorted(statuses)))
    return told if statuses <= NOT_HERE else f"{told}, as from an address that nothing has"


def never_took(summary: Summary) -> str:
    """Which operations took no sound request, and what came: those together that answer alike."""
    never = summary.never_took
    alike: dict[str, list[str]] = defaultdict(list)
    for name, came in [*never.items()][:NAMED]:
        statuses = dict.fromkeys(status for status, _ in came)
        told = [_answer(*one) for one in came] if len(came) == 1 else [_answer(one) for one in statuses]
        alike[" or ".join(told)].append(visible(name))
    more = f" and {len(never) - NAMED} more" if len(never) > NAMED else ""
    return ", ".join(f"{', '.join(names)} ({answer})" for answer, names in alike.items()) + more


def visible_names(counter: Counter[str]) -> str:
    """The most frequent names, and how many there are more."""
    names = [visible(name) for name, _ in counter.most_common(NAMED)]
    more = len(counter) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


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


def _same_again(ending: Ending) -> str:
    if ending.state is None:
        return f"--seed {ending.seed} sends the same again"
    return f"--seed {ending.seed} sends the same again, with --state as it was"


def _counts(summary: Summary, seconds: float) -> Iterator[Text]:
    planned = summary.planned
    sent = {
        "broken": summary.broken,
        "sound": summary.sound,
        "in several steps": summary.steps,
        "once more, to compare or to make a failure small": summary.repeats,
        "to learn ids": summary.lookups,
        "put off by the server": summary.throttled,
        "to reach the rate limit": summary.provoking,
        "to clean up": summary.cleaned.sent,
    }
    told = ", ".join(f"{count:,} {what}" for what, count in sent.items() if count)
    yield _counted("sent", f"{_plural(summary.sent, 'request')} in {seconds:.0f} s: {told}")
    unfinished = summary.spent and len(summary.ways) < planned.cases
    spent = f"; {summary.spent} ended it before the rest" if unfinished else ""
    yield _counted(
        "covered",
        f"{len(summary.operations):,} of {_plural(planned.operations, 'operation')}, "
        f"{len(summary.pairs):,} of {planned.pairs:,} pairs of operation and fault, "
        f"{len(summary.ways):,} of {_plural(planned.cases, 'way')} to break them{spent}",
    )
    yield _counted("answers", _answers(summary.statuses))
    if summary.absent:
        told = f"{_plural(len(summary.absent), 'operation')}: nothing but {absence(summary)}, so they came last"
        yield _counted("not there", f"{told}; {visible_names(Counter(summary.absent.keys()))}")
    if summary.never_took:
        yield _counted("never took", f"any sound request: {never_took(summary)}")


def _address(url: str) -> str:
    """Where something of the run's own is: whoever deletes it by hand has to be told its id, whatever it looks like."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _made(ending: Ending) -> Iterator[Text]:
    """What sequences could not do, and what is left of what the run made: nothing, in a sandbox that ends with it."""
    summary = ending.summary
    not_played: dict[str, Counter[str]] = defaultdict(Counter)
    for one in summary.gave_up.values():
        if one.operation not in summary.never_took:  # or it is told there
            not_played[_refusal(one, summary)][one.operation] += 1
    for became, operations in not_played.items():
        yield _counted("not played", f"{visible_names(operations)} {became}")
    cleaned = summary.cleaned
    kept = f"; {cleaned.kept:,} stay, which no operation deletes" if cleaned.kept else ""
    if cleaned.removed or cleaned.kept:
        yield _counted("cleaned up", f"{_plural(cleaned.removed, 'object')} of the run's own{kept}")
    if not ending.origin.sandbox:
        yield from _left(cleaned)


def _refusal(gave_up: GaveUp, summary: Summary) -> str:
    if gave_up.status is None:
        return "takes no body that could be made"
    refused = "took some bodies and refused others" if gave_up.operation in summary.took else "refused each body"
    return f"{refused} ({_answer(gave_up.status, gave_up.code)})"


def _answer(status: int, code: str | int | None = None) -> str:
    return f"{status or 'no answer'}" + ("" if code is None else f", code {visible(str(code))}")


def _left(cleaned: Cleaned) -> Iterator[Text]:
    """All that somebody has to delete, or put back, by hand."""
    if cleaned.left:
        told = f"could not delete {', '.join(visible(_address(one)) for one in cleaned.left)}"
        yield Text(f"  {'left behind':<11} {told}", style="bold")
    for words, requests in (
        ("could not send {}, which puts back what was there", cleaned.owed),
        ("perhaps what {} made: no answer came before the end", cleaned.unanswered),
    ):
        for request in requests:
            method, _, url = request.partition(" ")
            told = words.format(f"{method} {visible(_address(url))}")
            yield Text(f"  {'left behind':<11} {told}", style="bold")


def _known(ending: Ending) -> Iterator[Text]:
    """What the baseline has to do with it."""
    marks = dict.fromkeys(mark for failure in ending.summary.known for mark in failure.marks)
    entries = [f"{one.rule} in {one.operation}: {one.fault} {one.place}".rstrip() for one in marks]
    for title, lines in (("known", entries), ("no longer seen", [str(one) for one in ending.gone])):
        if lines:
            yield Text()
            yield Text(f"{title}: {len(lines):,}", style="bold")
            yield from (Text(f"    {visible(line)}") for line in lines[:SHOWN])
            if len(lines) > SHOWN:
                yield Text(f"    and {len(lines) - SHOWN:,} more")


def _groups(summary: Summary, document: str) -> Iterator[Text]:
    groups = ranked(summary.groups)
    for group in groups[:SHOWN]:
        yield Text()
        yield from _group(group, document)
    if len(groups) > SHOWN:
        yield Text()
        yield Text(f"and {len(groups) - SHOWN} more kinds of failure; --record FILE keeps them all", style="bold")


def _next_steps(ending: Ending) -> Iterator[Text]:
    told = visible(again(ending))
    if ending.record is None and ending.state is None:
        told = f"record the cases: add --seed {ending.seed} --record FILE; then: picqer-fuzz replay FILE"
    yield _labelled("replay", told)
    if ending.origin.sandbox:
        defect = f" --defect {ending.origin.defect}" if ending.origin.defect else ""
        limit = f" --rate-limit {ending.origin.rate_limit}" if ending.origin.rate_limit else ""
        port = urlsplit(ending.origin.base_url).port
        yield _labelled(
            "curl", f"the sandbox has ended; start it again: picqer-fuzz sandbox --port {port}{defect}{limit}"
        )
        yield _labelled("", f"its key, for the commands above: export {VARIABLE}={ending.sandbox_key}")


def _group(group: Group, document: str) -> Iterator[Text]:
    yield from _failure(group.smallest, document)
    if len(group.operations) > 1:
        yield _labelled("operations", visible_names(group.operations))
    if len(group.variants) > 1:
        yield _labelled("variants", visible_names(group.variants))
    yield from _curl(group.smallest.case)


def _curl(case: Case) -> Iterator[Text]:
    """The commands, in order; ids in the paths of a sequence are what the first of them answers."""
    if not case.before:
        yield _labelled("curl", case.curl)
        return
    yield _labelled("steps", "in this order; ids in addresses are those that the first answered")
    for number, one in enumerate((*case.before, case), start=1):
        yield _labelled("", f"{number}. {visible(one.act)} ({visible(one.operation)})")
        yield _labelled("", f"   {one.curl}")


def _failure(failure: Failure, document: str) -> Iterator[Text]:
    case, answer = failure.case, failure.exchange.response
    rules = list(dict.fromkeys(finding.rule for finding in failure.findings))
    title = FAULTS[case.fault].title if case.fault in FAULTS else case.fault
    yield Text.assemble(("error", "bold red"), " ", (", ".join(rules), "bold"), f" in {visible(case.operation)}")
    yield Text(f"    {BY_ID[rules[0]].title}")
    # A variant that is the place of a missing member is in its description already.
    is_told = case.act or case.described.endswith(case.variant)
    broken = case.described if is_told else f"{case.variant}: {case.described}"
    yield _labelled(
        "sequence" if case.act else "fault", visible(broken if case.act else f"{case.fault} ({title}), {broken}")
    )
    yield _labelled("came", visible(in_words(answer)))
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
    by_symptom: dict[Symptom, Group] = {}
    for failure in failing:
        include(failure, by_symptom)
    groups = ranked(by_symptom)
    for group in groups[:SHOWN]:
        yield Text()
        yield from _group(group, document)
    if len(groups) > SHOWN:
        yield Text()
        yield Text(f"and {len(groups) - SHOWN} more kinds of failure", style="bold")


def _answers(statuses: Counter[int]) -> str:
    return ", ".join(f"{count:,} x {status or 'none'}" for status, count in statuses.most_common(NAMED)) or "none"


def _counted(label: str, told: str) -> Text:
    return Text.assemble((f"  {label:<11} ", "dim"), told)


def _labelled(label: str, told: str) -> Text:
    return Text.assemble((f"    {label:<12}", "dim"), told)


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
