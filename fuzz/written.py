"""Values that Python, or its writers of JSON, do not have: as they are written, and as a schema sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import orjson

_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Written:
    """A value by its text, as `1e400` has one, and a value that schemas take alike."""

    text: str
    like: Any


def like(value: Any) -> Any:
    """The value for a schema to look at."""
    return value.like if isinstance(value, Written) else value


def fragment(value: Any) -> Any:
    """The value for orjson to write."""
    return orjson.Fragment(value.text.encode()) if isinstance(value, Written) else value


def shown(value: Any) -> str:
    """The value for a person, cut where it is long."""
    text = value.text if isinstance(value, Written) else orjson.dumps(value).decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}... ({len(text)} characters)"
