"""`picqer-fuzz run --dry-run`: what would be sent, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.events import Drawn, Met
from validator.door import FINE, OBSTACLE
from validator.reports.characters import for_encoding, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.events import Event
    from validator.door import Streams


def list_cases(events: Iterable[Event], streams: Streams, *, curl: bool) -> int:
    """Write what would be sent, and return the exit code."""
    code = FINE
    for event in events:
        match event:
            case Drawn(case=case):
                line = case.curl if curl else f"{case.method} {case.url} {case.fault} {case.variant}"
                streams.stdout.write(for_encoding(f"{visible(line)}\n", streams.stdout.encoding))
            case Met(obstacle=obstacle):
                code = OBSTACLE
                streams.complain(str(obstacle))
    return code
