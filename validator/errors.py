"""Obstacles: why we could not work. A broken contract is never one of these; that is a Finding.

    Obstacle
    ├── DocumentError        the OpenAPI document cannot be read, is not valid, or reaches outside its folder
    ├── RecordingError       a recording cannot be read at all
    │   └── EntryError       one entry of it cannot be read; the others can
    ├── NothingJudged        every exchange was skipped: the run has shown nothing
    ├── WorkerError          a process that judged has died
    ├── TargetError          a server that we were told to talk to is down, or may not be talked to
    ├── ReportError          a report cannot be written, read, or merged with others
    └── StoreError           the database of the service is down, full, or of another version

Every obstacle knows its place (`session.har: log.entries[3].response.status`) and how to mend it. The doors turn it
into exit code 2 or a problem document; it never reaches a user as a traceback.
"""

from __future__ import annotations

from functools import partial
from typing import Any


class Obstacle(Exception):  # noqa: N818 - the project's word for it
    """Something kept us from working.

    `reason` says what came and what was expected, `place` where (a file, then a dotted path inside it), `mend` what
    to do about it.
    """

    def __init__(self, reason: str, *, place: str = "", mend: str = "") -> None:
        super().__init__(reason, place, mend)
        self.reason = reason
        self.place = place
        self.mend = mend

    @property
    def told(self) -> str:
        """Where and what, without how to mend it: for where that has a place of its own."""
        return f"{self.place}: {self.reason}" if self.place else self.reason

    def __str__(self) -> str:
        return f"{self.told} ({self.mend})" if self.mend else self.told

    def __reduce__(self) -> tuple[Any, ...]:
        """From one process to another: an exception is made anew from its positional arguments alone."""
        return partial(type(self), self.reason, place=self.place, mend=self.mend), ()

    def within(self, outer: str) -> Obstacle:
        """The same obstacle, seen from further out: the path grows as the error climbs."""
        return type(self)(self.reason, place=f"{outer}: {self.place}" if self.place else outer, mend=self.mend)


class DocumentError(Obstacle):
    """The OpenAPI document cannot be read, is not valid OpenAPI, or reaches outside its own folder."""


class RecordingError(Obstacle):
    """A recording cannot be read at all."""


class EntryError(RecordingError):
    """One entry of a recording cannot be read; the others can."""


class NothingJudged(Obstacle):
    """Every exchange was skipped, or there was none: the run has shown nothing."""


class WorkerError(Obstacle):
    """A process that judged for us has died: what it was at is not judged."""


class TargetError(Obstacle):
    """A server that we were told to talk to is down, or may not be talked to."""


class ReportError(Obstacle):
    """A report cannot be written, read, or merged with others."""


class StoreError(Obstacle):
    """The database of the service is down, full, or of another version."""
