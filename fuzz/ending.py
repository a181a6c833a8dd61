"""Ending: all that is told at the end of a run, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz.baseline import Entry
    from fuzz.replay import Origin
    from fuzz.summary import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What was found, and what it takes to see it again.

    `record` and `state` are where failing cases were written; `gone` are entries of the baseline that were looked for
    and not seen.
    """

    summary: Summary
    seed: int
    origin: Origin
    record: str | None = None
    state: str | None = None
    gone: tuple[Entry, ...] = ()
    sandbox_key: str = ""
