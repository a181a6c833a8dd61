"""An answer comes soon; one that did not was waited for twice, for a machine may be busy once. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.oracles.finding import make_finding
from validator import rules
from validator.redaction import Safe

if TYPE_CHECKING:
    from validator.contract import Operation
    from validator.findings import Finding

PATIENCE: Final = 5.0
"""Seconds that nobody likes to wait for."""


def slow(operation: Operation, seconds: float, most: float) -> Finding | None:
    """The finding on an answer that took so many seconds, where that is more than it may."""
    if seconds <= most:
        return None
    expected, received = f"an answer within {most:g} seconds", f"one after {seconds:.2g} seconds, twice in a row"
    return make_finding(rules.SLOW_ANSWER, operation, expected, Safe(received), documented=operation.pointer)
