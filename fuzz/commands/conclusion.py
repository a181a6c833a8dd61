"""How a run ends: the reports, the baseline, the state, the service that keeps runs; and the exit code."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fuzz.chat import RunMarkdown
from fuzz.console import RunText
from fuzz.ending import Ending
from fuzz.events import Met
from fuzz.replay import Origin
from validator.door import FINDINGS, FINE, INTERRUPTED, OBSTACLE, deliver
from validator.errors import Obstacle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from fuzz.baseline import Baseline
    from fuzz.commands.target import Server
    from fuzz.replay import Recorded
    from fuzz.state import State
    from fuzz.summary import Summary
    from validator.arguments import Destination
    from validator.commands.posting import Posting
    from validator.door import Streams
    from validator.reports import Format, Report, Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """All that is known at the end of a run.

    `waiting` are cases that failed in an earlier run, and were not looked at in this one; `baseline_file` is where the
    baseline is to be written anew, if it is.
    """

    summary: Summary
    report: Report
    seed: int
    server: Server
    record: str | None
    state: State | None
    waiting: Sequence[Recorded]
    baseline: Baseline
    baseline_file: Path | None
    posting: Posting | None
    interrupted: bool

    def conclude(self, destinations: Sequence[Destination], streams: Streams) -> int:
        """Tell, and keep what is to be kept; the exit code. What cannot be kept does not lose the reports."""
        summary = self.summary
        ending = Ending(
            summary=summary,
            seed=self.seed,
            origin=self.server.origin,
            record=self.record,
            state=None if self.state is None else str(self.state.folder),
            gone=self.baseline.gone(summary.tried, summary.seen),
            sandbox_key=self.server.key or "" if self.server.origin.sandbox else "",
        )
        fine = deliver(self.report, _in_own_words(destinations, ending), streams)
        for keep in (self._leave, lambda told: self._update(ending, told), self._post):
            fine = _tried(keep, streams) and fine
        if self.interrupted:
            return INTERRUPTED
        if summary.obstacles or not fine:
            self._tell_obstacles(destinations, streams)
            return OBSTACLE
        return FINDINGS if summary.groups and self.baseline_file is None else FINE

    def _leave(self, _: Streams) -> None:
        """What was shown; a server that let nobody in has shown nothing."""
        if self.state is not None and self.summary.let_in:
            self.state.leave(
                seed=self.seed,
                tried=self.summary.tried,
                failures=self.summary.failures,
                waiting=self.waiting,
                origin=self.server.origin,
            )

    def _update(self, ending: Ending, streams: Streams) -> None:
        if self.baseline_file is None:
            return
        if self.interrupted or self.summary.obstacles:
            streams.complain(f"{self.baseline_file} stays as it was: the run did not come to its end")
            return
        updated = self.baseline.updated(ending.gone, self.summary.new)
        updated.write(self.baseline_file)
        added = len(updated.entries) - len(self.baseline.entries) + len(ending.gone)
        streams.complain(
            f"{self.baseline_file}: {added:,} added, {len(ending.gone):,} no longer seen and taken out, "
            f"{len(updated.entries):,} in all"
        )

    def _post(self, streams: Streams) -> None:
        if self.posting is not None and self.report.judged and self.summary.let_in and not self.interrupted:
            streams.complain(f"stored as {self.posting.send(self.report)}")

    def _tell_obstacles(self, destinations: Sequence[Destination], streams: Streams) -> None:
        """On standard error too, but not twice to the same terminal."""
        shown = any(asked.path is None and asked.form.name == "text" for asked in destinations)
        if not (shown and streams.stdout.isatty()):
            for obstacle in self.summary.obstacles:
                streams.complain(str(obstacle))


@contextmanager
def obstructed(
    summary: Summary, tally: Tally, *, seed: int, destinations: Sequence[Destination], streams: Streams
) -> Iterator[None]:
    """Write the reports where an obstacle ends the block, and let it go on: those of the last run would pass for new.

    Not the text on standard output: it is said on standard error.
    """
    started = time.monotonic()
    try:
        yield
    except Obstacle as obstacle:
        summary.add(Met(obstacle=obstacle))
        tally.add_obstacle(obstacle)
        wanted = [asked for asked in destinations if asked.path is not None or asked.form.name != "text"]
        ending = Ending(summary=summary, seed=seed, origin=Origin(base_url=""))
        deliver(tally.report(seconds=time.monotonic() - started), _in_own_words(wanted, ending), streams)
        raise


def _in_own_words(destinations: Iterable[Destination], ending: Ending) -> Iterator[tuple[Format, Path | None]]:
    """The formats that were asked for, and where each goes; text and Markdown tell of a run."""
    own: dict[str, Format] = {form.name: form for form in (RunText(ending=ending), RunMarkdown(ending=ending))}
    return ((own.get(asked.form.name, asked.form), asked.path) for asked in destinations)


def _tried(keep: Callable[[Streams], None], streams: Streams) -> bool:
    try:
        keep(streams)
    except Obstacle as obstacle:
        streams.complain(str(obstacle))
        return False
    return True
