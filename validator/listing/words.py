"""What the formats for people say in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from validator.redaction import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from validator.contract.overview import ListedCode, Overview

SHOWN: Final = 2
"""So many operations are named."""

NO_CODES: Final = "no error codes: the document does not enumerate them"
NO_TAG: Final = "(no tag)"

WEBHOOKS: Final = "sent by the API (webhooks)"
"""A resource may be called webhooks too: the operations that manage them."""


def heading(shown: Overview) -> str:
    """The contract and how much there is of it."""
    parts = [plural(len(shown.operations), "operation")]
    if shown.webhooks:
        parts.append(plural(len(shown.webhooks), "webhook"))
    if shown.error_codes is not None:
        parts.append(plural(len(shown.error_codes), "error code"))
    return f"{shown.title} {shown.version} ({shown.source}): {', '.join(parts)}"


def where(code: ListedCode, operations: int, quote: Callable[[str], str] = str) -> str:
    """The operations that name the code; where none does, those that allow it."""
    named = dict.fromkeys(naming.operation for naming in code.named_by)
    if None in named:
        return "any"
    if named:
        return _some([name for name in named if name is not None], quote)
    allowed = len(code.documented_by)
    if allowed > SHOWN:  # the first of many would stand for nothing
        return f"all {operations:,}" if allowed == operations else f"{allowed:,} of {operations:,}"
    return _some(code.documented_by, quote) or "none"


def _some(names: Sequence[str], quote: Callable[[str], str]) -> str:
    """`createOrder, updateOrder and 3 more`."""
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(map(quote, names[:SHOWN])) + more
