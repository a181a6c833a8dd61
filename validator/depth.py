"""How deep a value of JSON is, found without recursion: what is deep is what would exhaust the stack."""

from __future__ import annotations

from typing import Any


def is_deeper(value: Any, levels: int) -> bool:
    """Whether a value has more levels than so many."""
    below = [value]
    for _ in range(levels + 1):
        below = [
            inner
            for one in below
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not below:
            return False
    return True
