"""How these tests read: from memory, with all that was told of bad entries."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from validator.errors import RecordingError
from validator.recordings import read_stream

if TYPE_CHECKING:
    from validator.errors import EntryError
    from validator.exchange import Exchange


def read(data: bytes | str, source: str = "x") -> tuple[list[Exchange], list[str]]:
    """The exchanges, and what was told of bad entries."""
    met: list[EntryError] = []
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    return list(read_stream(stream, source=source, on_obstacle=met.append)), [str(one) for one in met]


def told(data: bytes | str, source: str = "x") -> list[str]:
    """All that was told: of entries, or of the recording as a whole. Nothing but obstacles can come of bad input."""
    try:
        return read(data, source)[1]
    except RecordingError as obstacle:
        return [str(obstacle)]
