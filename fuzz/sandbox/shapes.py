"""What a request body may be: a Shape names its members, what each must be, and the code that a breach gets.

Four questions, asked in this order, as the documented order of errors has it: is a member missing, does a value lack
the documented form, is a reference unknown, can a value not be used. Members that a shape does not name are ignored, as
the real API ignores them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.kinds import KINDS
from fuzz.sandbox.problems import INVALID_VALUE, MISSING_PARAMETER, Missing, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fuzz.sandbox.problems import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of a body.

    `kind` is a name out of `KINDS`; `shape` stands for an object, `each` for a list of objects or of a kind. `to` names
    the collection that an id must be found in, `unknown` the code if it is not, `missing` the code if a required member
    does not come; `filled` counts an empty list as missing.
    """

    kind: str = "any"
    required: bool = False
    nullable: bool = False
    shape: Shape | None = None
    each: Shape | str | None = None
    filled: bool = False
    missing: int = MISSING_PARAMETER
    to: str | None = None
    unknown: int = INVALID_VALUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """At least one of these members must come."""

    names: tuple[str, ...]
    code: int = MISSING_PARAMETER


@dataclass(frozen=True, slots=True, kw_only=True)
class Unless:
    """Without `trigger`, all of these members must come."""

    trigger: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Something:
    """At least one member must come, whatever its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """An object in a request body."""

    members: Mapping[str, Member]
    choices: tuple[Choice, ...] = ()
    unless: tuple[Unless, ...] = ()
    something: bool = False

    @property
    def demands(self) -> bool:
        """Whether an empty object would lack something."""
        return bool(
            self.something or self.choices or self.unless or any(member.required for member in self.members.values())
        )

    def missing(self, body: Mapping[str, Any], place: Place = ()) -> Iterator[Missing]:
        """Every member that had to come and did not; null is nothing, as it is to PHP's isset()."""
        if self.something and not body:
            yield Missing(place=place)
        for rule in self.unless:
            if body.get(rule.trigger) is None:
                yield from (Missing(place=(*place, name)) for name in rule.names if body.get(name) is None)
        for choice in self.choices:
            if all(body.get(name) is None for name in choice.names):
                yield Missing(place=(*place, choice.names[0]), code=choice.code)
        for name, member in self.members.items():
            value = body.get(name)
            if member.required and (
                (value is None and not _allowed_null(member, body, name)) or (member.filled and value == [])
            ):
                yield Missing(place=(*place, name), code=member.missing)
            for shape, inner, position in _objects(member, value):
                yield from shape.missing(inner, (*place, name, *position))

    def check(self, body: Mapping[str, Any]) -> None:
        """Raise the Problem of the first value that does not have the form of its member."""
        for name, member in self.members.items():
            if name in body:
                _check(member, body[name])
        for shape, inner in self._inner(body):
            shape.check(inner)

    def use(self, body: Mapping[str, Any]) -> None:
        """Raise the Problem of the first value that has the form, and still nothing can be done with it."""
        for name, member in self.members.items():
            if body.get(name) is not None:
                _use(member, body[name])
        for shape, inner in self._inner(body):
            shape.use(inner)

    def resolve(self, body: Mapping[str, Any], exists: Callable[[str, Any], bool]) -> None:
        """Raise the Problem of the first reference to something that does not exist."""
        for name, member in self.members.items():
            value = body.get(name)
            if member.to is None or value is None:
                continue
            for one in value if isinstance(value, list) else [value]:
                if not exists(member.to, one):
                    raise Problem(member.unknown)
        for shape, inner in self._inner(body):
            shape.resolve(inner, exists)

    def _inner(self, body: Mapping[str, Any]) -> Iterator[tuple[Shape, Mapping[str, Any]]]:
        for name, member in self.members.items():
            for shape, inner, _ in _objects(member, body.get(name)):
                yield shape, inner


def shape(*rules: Choice | Unless | Something, **members: str | Member) -> Shape:
    """A Shape in short: `title="text!"` is required, `remarks="text?"` may be null."""
    return Shape(
        members={name: _member(given) for name, given in members.items()},
        choices=tuple(rule for rule in rules if isinstance(rule, Choice)),
        unless=tuple(rule for rule in rules if isinstance(rule, Unless)),
        something=any(isinstance(rule, Something) for rule in rules),
    )


def optional(whole: Shape) -> Shape:
    """The same members, none of them required: the body of a change. Objects in lists keep their demands."""
    members = {
        name: Member(
            kind=member.kind,
            nullable=member.nullable,
            shape=member.shape,
            each=member.each,
            to=member.to,
            unknown=member.unknown,
        )
        for name, member in whole.members.items()
    }
    return Shape(members=members)


def _member(given: str | Member) -> Member:
    if isinstance(given, Member):
        return given
    kind = given.rstrip("!?")
    if kind not in KINDS:
        raise KeyError(kind)
    return Member(kind=kind, required="!" in given, nullable="?" in given)


def _allowed_null(member: Member, body: Mapping[str, Any], name: str) -> bool:
    return member.nullable and name in body


def _objects(member: Member, value: Any) -> Iterator[tuple[Shape, Mapping[str, Any], Place]]:
    """The objects inside a member, each with its shape and its position; what is no object is `check`'s business."""
    if member.shape is not None and isinstance(value, dict):
        yield member.shape, value, ()
    if isinstance(member.each, Shape) and isinstance(value, list):
        for position, item in enumerate(value):
            if isinstance(item, dict):
                yield member.each, item, (position,)


def _check(member: Member, value: Any) -> None:
    if value is None and member.nullable:
        return
    if member.each is not None:
        _check_list(member.each, value)
    elif member.shape is not None:
        if not isinstance(value, dict):
            raise Problem(INVALID_VALUE)
    else:
        _check_kind(member.kind, value)


def _check_list(each: Shape | str, value: Any) -> None:
    if not isinstance(value, list):
        raise Problem(INVALID_VALUE)
    for item in value:
        if isinstance(each, str):
            _check_kind(each, item)
        elif not isinstance(item, dict):
            raise Problem(INVALID_VALUE)


def _use(member: Member, value: Any) -> None:
    if member.each is not None:
        if len(value) > _MAX_ITEMS:
            raise Problem(INVALID_VALUE)
        if isinstance(member.each, str):
            for item in value:
                _use_kind(member.each, item)
    elif member.shape is None:
        _use_kind(member.kind, value)


def _use_kind(kind: str, value: Any) -> None:
    found = KINDS[kind]
    if not found.bears(value):
        raise Problem(found.code)


def _check_kind(kind: str, value: Any) -> None:
    found = KINDS[kind]
    if not found.accepts(value):
        raise Problem(found.code)


_MAX_ITEMS: Final = 1000
