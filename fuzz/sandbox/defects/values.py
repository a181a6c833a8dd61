"""How a defect handles the values of a body: each goes through a mend, and what comes out is checked as ever.

So a value that should be refused is accepted as another one that is sound, and the handlers never see it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

from fuzz.sandbox import seams as sound
from fuzz.sandbox.defects.defect import plain
from fuzz.sandbox.defects.replies import crash
from fuzz.sandbox.kinds import KINDS
from fuzz.sandbox.problems import Problem
from fuzz.sandbox.seams import Answered, Seams
from fuzz.sandbox.shapes import Member, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.sandbox.defects.defect import Defect
    from fuzz.sandbox.defects.replies import Change
    from fuzz.sandbox.model import Operation
    from fuzz.sandbox.problems import Place

    Mend: TypeAlias = Callable[[Place, Member, Any], Any]
    Holds: TypeAlias = Callable[[Place, Member, Any], bool]

DROPPED: Final = object()
"""What a mend gives for a value that is to be left out."""

ACCEPTED: Final = ("fault-accepted", "fault-wrong-body", "fault-wrong-status")
"""A mended body may be accepted, or be refused for something else: what it refers to, the state of things."""

NUMBERS: Final = frozenset({"amount", "id", "integer", "number", "picked", "reference", "stock", "version"})
TEXTS: Final = frozenset(KINDS) - NUMBERS - {"any", "boolean", "object", "product"}


def rewritten(shape: Shape, body: Mapping[str, Any], mend: Mend, place: Place = ()) -> dict[str, Any]:
    """The body with each value that the shape names as the mend makes it, from the outside in."""
    found = dict(body)
    for name in shape.members.keys() & body.keys():
        value = _mended(shape.members[name], body[name], mend, (*place, name))
        if value is DROPPED:
            del found[name]
        else:
            found[name] = value
    return found


def _mended(member: Member, value: Any, mend: Mend, place: Place) -> Any:
    value = mend(place, member, value)
    if isinstance(value, dict) and member.shape is not None:
        return rewritten(member.shape, value, mend, place)
    if isinstance(value, list) and member.each is not None:
        items = (_mended(_item(member), item, mend, (*place, index)) for index, item in enumerate(value))
        return [item for item in items if item is not DROPPED]
    return value


def _item(member: Member) -> Member:
    """What each item of a list must be, as a member of its own."""
    if isinstance(member.each, Shape):
        return Member(shape=member.each)
    return replace(member, kind=member.each or "any", each=None)


def is_of_type(member: Member, value: Any) -> bool:
    """Whether the value has the JSON type of the member, whatever else is wrong with it."""
    if value is None:
        return member.nullable
    if member.each is not None:
        return isinstance(value, list)
    if member.shape is not None:
        return isinstance(value, dict)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if member.kind in NUMBERS:
        return is_number
    if member.kind in TEXTS:
        return isinstance(value, str)
    match member.kind:
        case "boolean":
            return isinstance(value, bool)
        case "object":
            return isinstance(value, dict)
        case "product":
            return is_number or isinstance(value, str)
    return True


def fits(member: Member, value: Any) -> bool:
    """Whether the value is one that the member can have; of lists and objects, only the type is asked."""
    if value is None or member.each is not None or member.shape is not None:
        return is_of_type(member, value)
    return KINDS[member.kind].fits(value)


def has_wrong_type(shape: Shape, body: Mapping[str, Any]) -> bool:
    """Whether a value, wherever in the body, has a type that its member does not have."""
    found = []

    def look(_place: Place, member: Member, value: Any) -> Any:
        found.append(is_of_type(member, value))
        return value

    rewritten(shape, body, look)
    return not all(found)


def at(*place: str) -> Holds:
    """At this place; `*` stands for any position of a list."""
    return lambda came, _member, _value: tuple("*" if isinstance(step, int) else step for step in came) == place


def drops(holds: Holds) -> Mend:
    """A mend that leaves out the values for which `holds` does, where they do not fit."""
    return lambda place, member, value: DROPPED if not fits(member, value) and holds(place, member, value) else value


def crashes(holds: Holds) -> Mend:
    """A mend that fails at the values for which `holds` does."""

    def mend(place: Place, member: Member, value: Any) -> Any:
        if holds(place, member, value):
            raise Answered(crash())
        return value

    return mend


def mending(
    name: str,
    summary: str,
    difficulty: int,
    mend: Mend,
    *,
    fault: str,
    only: str = "",
    rules: tuple[str, ...] = ACCEPTED,
) -> Defect:
    """A defect that mends values before they are checked; `only` names an operation or a method."""

    def check(called: Operation, shape: Shape, body: Mapping[str, Any]) -> Mapping[str, Any]:
        if only in {"", called.name, called.method}:
            body = rewritten(shape, body, mend)
        return sound.check(called, shape, body)

    return plain(name, summary, difficulty, Seams(check=check), fault=fault, rules=rules)


def telling(
    name: str,
    summary: str,
    difficulty: int,
    change: Change,
    *,
    fault: str,
    rules: tuple[str, ...],
    when: Callable[[Operation, Shape, Mapping[str, Any]], bool],
) -> Defect:
    """A defect that changes the refusal of bodies for which `when` holds."""

    def check(called: Operation, shape: Shape, body: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            return sound.check(called, shape, body)
        except Problem as problem:
            if when(called, shape, body):
                _answer(change, called, problem)
            raise

    return plain(name, summary, difficulty, Seams(check=check), fault=fault, rules=rules)


def _answer(change: Change, called: Operation, problem: Problem) -> NoReturn:
    raise Answered(change(sound.refuse(called, problem))) from problem
