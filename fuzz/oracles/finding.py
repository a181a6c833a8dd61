"""A finding of the fuzzer: the rule knows how grave it is, and the operation where the document speaks of it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from validator import rules
from validator.findings import Finding
from validator.pointer import join

if TYPE_CHECKING:
    from validator.contract import Operation


def make_finding(
    rule: str, operation: Operation, expected: str, received: Any, *, instance: str = "", documented: str | None = None
) -> Finding:
    """What was expected and what came; `documented` where it is not among the operation's responses."""
    return Finding(
        rule=rule,
        severity=rules.BY_ID[rule].severity,
        operation=operation.id,
        expected=expected,
        received=received,
        instance=instance,
        documented=join(operation.pointer, "responses") if documented is None else documented,
    )
