"""Bounds: what a query asks of a list where its name tells one side from another; and what the answer must be. Pure.

`sinceid` and `before_id` ask for higher or lower ids, `sincedate` for what changed after a day, `completed` for what
has a `completed_at`. Nothing has changed after a day that is far ahead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeGuard

from fuzz.names import kinds_below, referred

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from validator.contract import Contract, Operation, Parameter

Items: TypeAlias = "Sequence[Mapping[str, Any]]"
Wrong: TypeAlias = "Callable[[Items, Items], tuple[str, str] | None]"

_HIGHER: Final = re.compile(r"(since|after|min)_?id", re.IGNORECASE)
_LOWER: Final = re.compile(r"(before|until|max)_?id", re.IGNORECASE)
_STRICT: Final = re.compile(
    r"\b(higher|greater|larger|bigger|newer|after|above|lower|less|smaller|older|before|below)\b"
)
_INCLUSIVE: Final = re.compile(r"\b(equal|including|inclusive|from|itself|or the same)\b")
_SINCE: Final = re.compile(r"since|after", re.IGNORECASE)
_BEFORE: Final = re.compile(r"before|until", re.IGNORECASE)
_CHANGED: Final = re.compile(r"updat|chang|modif|creat|added", re.IGNORECASE)
_OF_CHANGE: Final = re.compile(
    r"^(since|before|after|until)_?(date|time|day)?$|updat|chang|modif|creat|added", re.IGNORECASE
)
_DOUBTFUL: Final = re.compile(r"\bnot (known|verified|documented|supported)|undocumented|\bmay\b|\bmight\b|deprecated")
_MOMENT: Final = re.compile(r"(19|20)\d\d-\d\d-\d\d")
_AHEAD: Final = ("2099-12-31", "2099-12-31 00:00:00", "2099-12-31T00:00:00Z")
_LONG_AGO: Final = ("1971-01-01", "1971-01-01 00:00:00", "1971-01-01T00:00:00Z")
_ENDINGS: Final = ("_at", "at", "_on", "_date", "_time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One value that a parameter is given, and what is wrong with the answer then."""

    value: str
    wrong: Wrong


def bound(contract: Contract, operation: Operation, parameter: Parameter, items: Items) -> Bound | None:
    """What the name of the parameter asks for, if these items show it."""
    name = parameter.name
    if _HIGHER.fullmatch(name) or _LOWER.fullmatch(name):
        return _by_id(contract, operation, parameter, items)
    if _OF_CHANGE.search(name) and (_SINCE.search(name) or _BEFORE.search(name)):
        return _by_moment(contract, parameter, items)
    return _by_switch(contract, parameter, items)


def takes(contract: Contract, parameter: Parameter, value: Any) -> bool:
    """Whether the parameter may have the value."""
    return parameter.schema is not None and contract.validator(parameter.schema, writing=True).is_valid(value)


def _said(contract: Contract, parameter: Parameter) -> str:
    return str(contract.document.at(parameter.pointer).get("description", "")).lower()


def _says_only(contract: Contract, parameter: Parameter) -> bool:
    """Whether the document says that other things do not come: by the name alone, servers read it in many ways."""
    said = _said(contract, parameter)
    return "only" in said and not _DOUBTFUL.search(said)


def _by_id(contract: Contract, operation: Operation, parameter: Parameter, items: Items) -> Bound | None:
    """Ids above, or below, that of a thing in the middle."""
    kinds = {"", *kinds_below(operation.path)}
    member = next((name for one in items for name in one if referred(name) in kinds), None)
    if member is None:
        return None
    ids = sorted({one[member] for one in items if _is_number(one.get(member))})
    if len(ids) < 3 or not takes(contract, parameter, ids[len(ids) // 2]):  # noqa: PLR2004 - one on each side
        return None
    said = _said(contract, parameter)
    side = _Side(
        member=member,
        pivot=ids[len(ids) // 2],
        is_higher=_HIGHER.fullmatch(parameter.name) is not None,
        is_strict=bool(_STRICT.search(said)) and not _INCLUSIVE.search(said),
    )
    return Bound(value=str(side.pivot), wrong=side)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """The ids on one side of the one that is asked for; without it, where the document says so."""

    member: str
    pivot: int
    is_higher: bool
    is_strict: bool

    def has(self, item: Mapping[str, Any]) -> bool:
        """Whether the id of the item is on this side."""
        number = item.get(self.member)
        return _is_number(number) and (number > self.pivot if self.is_higher else number < self.pivot)

    def __call__(self, items: Items, found: Items) -> tuple[str, str] | None:
        expected = f"only a {self.member} {'above' if self.is_higher else 'below'} the one that is asked for"
        good = (None,) if self.is_strict else (None, self.pivot)
        others = [one for one in found if one.get(self.member) not in good and not self.has(one)]
        if others:
            return expected, f"{len(others)} of {len(found)} with another"
        return (expected, "an empty list") if not found and any(map(self.has, items)) else None


def _by_moment(contract: Contract, parameter: Parameter, items: Items) -> Bound | None:
    """What changed after a day far ahead, or before one long ago: nothing."""
    is_since = _SINCE.search(parameter.name) is not None
    moments = (one for one in (_AHEAD if is_since else _LONG_AGO) if takes(contract, parameter, one))
    value = next(moments, None)
    if value is None or not any(map(_has_changed, items)) or not _says_only(contract, parameter):
        return None
    return Bound(value=value, wrong=partial(_changed, "after" if is_since else "before"))


def _changed(side: str, _items: Items, found: Items) -> tuple[str, str] | None:
    count = sum(map(_has_changed, found))
    return (f"nothing, for nothing has changed {side} the day that is asked for", f"{count} things") if count else None


def _has_changed(item: Mapping[str, Any]) -> bool:
    """Whether the item says when it changed, and that is a day of our time."""
    moments = [value for name, value in item.items() if _CHANGED.search(name) and isinstance(value, str)]
    return bool(moments) and all(_MOMENT.match(one) and not one.startswith("2099") for one in moments)


def _by_switch(contract: Contract, parameter: Parameter, items: Items) -> Bound | None:
    """What has the moment that goes by the name of the switch; `deleted` may well ask for what has it not, too."""
    names = (f"{parameter.name}{end}" for end in _ENDINGS)
    member = next((name for name in names if any(name in one for one in items)), None)
    if member is None or all(one.get(member, "") is not None for one in items):
        return None
    if not takes(contract, parameter, True) or not _says_only(contract, parameter):
        return None
    return Bound(value="true", wrong=partial(_not_done, parameter.name, member))


def _not_done(name: str, member: str, _items: Items, found: Items) -> tuple[str, str] | None:
    others = [one for one in found if one.get(member, "") is None]
    return (f"only what is {name}", f"{len(others)} of {len(found)} without {member}") if others else None


def _is_number(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
