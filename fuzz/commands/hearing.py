"""Hearing: all who listen to a run: the summary, the reports, the recording of failing cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from fuzz.admission import mute, not_let_in, took_nothing
from fuzz.events import Answered, Failed, Met
from fuzz.failures import failure
from fuzz.replay import write_failure
from fuzz.shrinking import OF_TWO
from validator.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.baseline import Baseline
    from fuzz.case import Case
    from fuzz.events import Event
    from fuzz.replay import Origin
    from fuzz.summary import Summary
    from validator.findings import Finding, Verdict
    from validator.reports import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Hears each event, and hands it on."""

    summary: Summary
    tally: Tally
    baseline: Baseline
    recording: BinaryIO | None
    origin: Origin

    def hear(self, event: Event) -> None:
        """Let all hear of it. Cases are recorded as they come: a run that is killed has lost none."""
        self.summary.add(event)
        match event:
            case Answered(shrinking=False) if not event.again or _shows_more(event.verdict.findings):
                self._add(event.case, event.verdict)
            case Failed(failure=found, late=late):
                if late:
                    self._add(found.case, found.verdict)
                if self.recording is not None:
                    self.recording.write(write_failure(found, self.origin))
                    self.recording.flush()
            case Met(obstacle=obstacle):
                self.tally.add_obstacle(obstacle)

    def end(self) -> None:
        """The run is over: say so where it has shown nothing, though somebody was let in to see what is there."""
        summary = self.summary
        if summary.obstacles:
            return
        if summary.took_nothing and not summary.failures:
            self.hear(Met(obstacle=took_nothing(next(iter(summary.never_took)))))
        if summary.requests and not summary.let_in:
            self.hear(Met(obstacle=mute(set(summary.statuses)) if summary.mute else not_let_in(max(summary.knocks))))

    def _add(self, case: Case, verdict: Verdict) -> None:
        """Into the reports; findings that the baseline knows weigh nothing there, and so fail none."""
        found = failure(case, verdict) if verdict.findings and self.baseline.entries else None
        if found is not None and self.baseline.knows(found):
            known = tuple(msgspec.structs.replace(one, severity=Severity.INFO) for one in verdict.findings)
            verdict = msgspec.structs.replace(verdict, findings=known)
        self.tally.add(verdict)


def _shows_more(findings: Iterable[Finding]) -> bool:
    """Whether there is something in it that no single answer shows: a second one differs, or was slow, too."""
    return any(one.rule in OF_TWO for one in findings)
