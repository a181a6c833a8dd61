"""Steps: what is done to a thing, and what is known of the thing between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from fuzz.faults import UNKNOWN_RESOURCE, VALID

if TYPE_CHECKING:
    from fuzz.sequences.kinds import Kind
    from validator.contract import Operation

Path: TypeAlias = tuple[tuple[str, str], ...]
"""Ids by the names of the parameters in a path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done to a thing: `act`, one of fuzz/sequences/acts.py, with a body that is given, or made.

    `only`: one member of it. `least`: with no more than must be, if it can be made so.
    """

    act: str
    body: bytes | None = None
    only: str = ""
    least: bool = False


@dataclass(slots=True)
class Thing:
    """What is known of a thing: its id, what it was like when it was seen, and what was written since."""

    number: str
    sent: Any
    above: Path
    fresh: bool = True
    """Nothing was done to it since it was made."""
    seen: dict[str, Any] | None = None
    written: dict[str, Any] = field(default_factory=dict)
    echo: dict[str, Any] | None = None
    row: dict[str, Any] | None = None
    """What a list showed of it."""
    inputs: set[str] = field(default_factory=set)
    by: str = ""
    taken: dict[str, Any] | None = None
    """The last change that was taken."""
    deleted: bool = False
    confirmed: bool = False
    """It was looked for after it was deleted, and was not there."""
    kept: bool = False
    """Deleted, and there all the same: switched off on purpose, or told of already."""
    unsure: bool = False
    """What it is like now is not known: something was done to it whose effects are nobody's promise."""

    @property
    def gone(self) -> bool:
        """Whether nothing may be left of it."""
        return self.deleted and not self.kept

    @property
    def fault(self) -> str:
        """What is wrong with a request for it: nothing, or that it is known to be gone."""
        return UNKNOWN_RESOURCE if self.gone and self.confirmed else VALID


def ids_in(operation: Operation, kind: Kind, thing: Thing) -> dict[str, str]:
    """The ids in the operation's path: the thing's own, but for operations on its collection."""
    ids = dict(thing.above)
    if operation.path.rstrip("/") != kind.collection:
        ids[kind.parameter] = thing.number
    return ids
