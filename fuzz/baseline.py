"""Baseline: findings that are known, in a file for version control; a run fails only for those that are not in it.

A finding is known again by its cause: rule, operation, fault, place in the request and place in the answer. None of
these is drawn, and another wrong value at the same place is no other cause: another seed finds the same. What has no
place is of the request as a whole (`malformed-json`). An `operation` of `*` stands for any. Each entry may have a
`reason`, which is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec

from fuzz.case import Tried
from fuzz.failures import Mark
from fuzz.keeping import read_kept, write_kept
from validator import rules
from validator.errors import ReportError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from fuzz.failures import Failure

ANY: Final = "*"

_OF_TWO_ANSWERS: Final = frozenset({rules.INCONSISTENT_ERROR, rules.SLOW_ANSWER})
"""Not every request is sent twice: that such a finding does not come says nothing."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, order=True, forbid_unknown_fields=True, omit_defaults=True):
    """A finding that is known.

    `kind` says how the request was broken that showed it. It is not compared: it is what has to be tried again, before
    anybody may say that the finding is gone.
    """

    operation: str
    fault: str
    place: str = ""
    rule: str
    at: str = ""
    kind: str = ""
    reason: str = ""

    @property
    def mark(self) -> Mark:
        """By this the finding is known again."""
        return Mark(self.rule, self.operation, self.fault, self.place, self.at)

    @property
    def tried(self) -> Tried:
        """What showed it."""
        return Tried(self.operation, self.fault, f"{self.place} {self.kind}".strip())

    def __str__(self) -> str:
        operation = "any operation" if self.operation == ANY else self.operation
        at = f" at {self.at}" if self.at else ""
        return f"{self.rule}{at} in {operation}: {' '.join(filter(None, (self.fault, self.place)))}"


class _Kept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: Literal["picqer-fuzz baseline 1"] = "picqer-fuzz baseline 1"
    known: list[Entry]


class Baseline:
    """The findings that are known."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: Final = tuple(sorted({one.mark: one for one in entries}.values()))
        self._marks: Final = frozenset(one.mark for one in self.entries)

    @classmethod
    def read(cls, path: Path, *, needed: bool = True) -> Baseline:
        """That of a file. Raises ReportError where it is none, or, if it is needed, not there."""
        kept = read_kept(path, _Kept, "a baseline")
        if kept is None and needed:
            raise ReportError("there is no such baseline", place=str(path), mend="--update-baseline makes it")
        return cls(() if kept is None else kept.known)

    def write(self, path: Path) -> None:
        """Write it, sorted, so that a difference shows what has changed. Raises ReportError."""
        content = msgspec.json.encode(_Kept(known=list(self.entries)))
        write_kept(path, msgspec.json.format(content, indent=2) + b"\n")

    def knows(self, failure: Failure) -> bool:
        """Whether all that is wrong is known."""
        return all(self._known(mark) for mark in failure.marks)

    def gone(self, tried: Collection[Tried], seen: Collection[Mark]) -> tuple[Entry, ...]:
        """Entries of what was tried, and not seen."""
        everywhere = {one._replace(operation=ANY) for one in tried}
        seen_anywhere = {mark._replace(operation=ANY) for mark in seen}
        return tuple(
            one
            for one in self.entries
            if one.rule not in _OF_TWO_ANSWERS
            and one.tried in (everywhere if one.operation == ANY else tried)
            and one.mark not in (seen_anywhere if one.operation == ANY else seen)
        )

    def updated(self, gone: Collection[Entry], new: Iterable[Failure]) -> Baseline:
        """Without what is gone, and with what is new."""
        fresh = {
            mark: Entry(
                operation=mark.operation,
                fault=mark.fault,
                place=mark.place,
                rule=mark.rule,
                at=mark.at,
                kind=failure.case.kind,
            )
            for failure in new
            for mark in failure.marks
            if not self._known(mark)
        }
        return Baseline([*fresh.values(), *(one for one in self.entries if one not in gone)])

    def _known(self, mark: Mark) -> bool:
        return mark in self._marks or mark._replace(operation=ANY) in self._marks
