"""`picqer-fuzz run --dry-run`: what would be sent, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.events import Drawn, Met
from validator.door import FINE, OBSTACLE
from validator.reports.characters import for_encoding, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.case import Case
    from fuzz.events import Event
    from validator.door import Streams


MOST: Final = 300
"""So many bytes of a body are shown; --curl has them all."""


def list_cases(events: Iterable[Event], streams: Streams, *, curl: bool) -> int:
    """Write what would be sent, and return the exit code.

    What only a server that answers could tell is not listed, and that is said. An obstacle in the document is met with
    each case that it keeps from being made, and is told once.
    """
    code = FINE
    told: set[str] = set()
    for event in events:
        match event:
            case Drawn(case=case):
                line = case.curl if curl else _plain(case)
                streams.stdout.write(for_encoding(f"{visible(line)}\n", streams.stdout.encoding))
            case Met(obstacle=obstacle):
                code = OBSTACLE
                if str(obstacle) not in told:
                    told.add(str(obstacle))
                    streams.complain(str(obstacle))
    streams.complain("look-ups of ids, and sequences, depend on the answers to them and are not listed")
    return code


def _plain(case: Case) -> str:
    line = f"{case.method} {case.url} {case.fault} {case.variant}"
    if not case.body:
        return line
    cut = f"... ({len(case.body):,} bytes)" if len(case.body) > MOST else ""
    return f"{line} {case.body[:MOST].decode(errors='backslashreplace')}{cut}"
