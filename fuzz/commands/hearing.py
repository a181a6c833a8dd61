"""Hearing: all who listen to a run: the summary, the reports, the recording of failing cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from fuzz.admission import not_let_in
from fuzz.events import Answered, Failed, Met
from fuzz.failures import failure
from fuzz.replay import write_failure
from validator.findings import Severity

if TYPE_CHECKING:
    from fuzz.baseline import Baseline
    from fuzz.events import Event
    from fuzz.replay import Origin
    from fuzz.summary import Summary
    from validator.findings import Verdict
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
            case Answered(shrinking=False, again=False):
                self.tally.add(self._weighed(event))
            case Failed(failure=found) if self.recording is not None:
                self.recording.write(write_failure(found, self.origin))
                self.recording.flush()
            case Met(obstacle=obstacle):
                self.tally.add_obstacle(obstacle)

    def end(self) -> None:
        """The run is over: say so where it has shown nothing, though somebody was let in to see what is there."""
        summary = self.summary
        if summary.requests and not summary.let_in and not summary.obstacles:
            self.hear(Met(obstacle=not_let_in(max(summary.knocks))))

    def _weighed(self, event: Answered) -> Verdict:
        """The verdict; findings that the baseline knows weigh nothing in it, and so fail no report."""
        found = failure(event.case, event.verdict) if event.verdict.findings and self.baseline.entries else None
        if found is None or not self.baseline.knows(found):
            return event.verdict
        known = tuple(msgspec.structs.replace(one, severity=Severity.INFO) for one in event.verdict.findings)
        return msgspec.structs.replace(event.verdict, findings=known)
