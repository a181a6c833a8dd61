"""An answer comes soon; one that did not was waited for twice, for a machine may be busy once. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from validator import rules
from validator.findings import Finding
from validator.redaction import Safe

if TYPE_CHECKING:
    from validator.contract import Operation

PATIENCE: Final = 5.0
"""Seconds that nobody likes to wait for."""


def slow(operation: Operation, seconds: float, most: float) -> Finding | None:
    """The finding on an answer that took so many seconds, where that is more than it may."""
    if seconds <= most:
        return None
    return Finding(
        rule=rules.SLOW_ANSWER,
        severity=rules.BY_ID[rules.SLOW_ANSWER].severity,
        operation=operation.id,
        expected=f"an answer within {most:g} seconds",
        received=Safe(f"one after {seconds:.1f} seconds, twice in a row"),
        documented=operation.pointer,
    )
