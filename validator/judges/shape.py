"""A shape: a type of msgspec, what of a schema it leaves to ask, and how shapes are put together to larger ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple, TypeAlias, Union

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

SCALARS: Final = frozenset({"null", "boolean", "integer", "fraction", "string"})
KINDS: Final = SCALARS | {"array", "object"}
"""The kinds of text that a JSON value can be; a number is an integer or a fraction, by how it is written."""

LEAST: Final = -(2**63)
MOST: Final = 2**63 - 1
"""Integers of 64 bits: what is beyond, libraries read differently."""


class Doubtful(Exception):  # noqa: N818 - reads as what was found
    """A schema of which no type is made."""


class Impossible(Exception):  # noqa: N818 - reads as what was found
    """A schema that allows nothing that we know of."""


class Column(NamedTuple):
    """Values that one schema is asked about: as a comprehension of Python, `[value loops]`.

    The expressions of all columns are compiled to one function, and a validator sees all values of a kind in a row:
    both are several times as fast as to go from value to value. Nothing of the document stands in an expression.
    `may_be_null`: the schema says nothing of null.
    """

    value: str
    loops: str
    schema: dict[str, Any]
    may_be_null: bool = False

    def skipping_none(self) -> Column:
        """The same of a value that may be None."""
        if self.may_be_null:
            return self
        return self._replace(schema={"anyOf": [{"type": "null"}, self.schema]}, may_be_null=True)


Rest: TypeAlias = Callable[[str, int], list[Column]]
"""What is left to ask of a decoded value: the columns, from the expression that is the value.

The number makes names for variables.
"""


def asking(schema: dict[str, Any], *, may_be_null: bool = False) -> Rest:
    """Ask about the value itself."""
    return lambda value, _: [Column(value, "", schema, may_be_null)]


def in_loop(rest: Rest, loop: str) -> Rest:
    """Ask about what a loop finds in the value, which stands as `{}` in its expression."""

    def columns(value: str, depth: int) -> list[Column]:
        name = f"v{depth}"
        return [
            column._replace(loops=f" for {name} in {loop.replace('{}', value)}{column.loops}")
            for column in rest(name, depth + 1)
        ]

    return columns


ITEMS: Final = "{}"
MEMBERS: Final = "{}.values()"
"""Loops over a list, and over the members of an object."""

_UNLESS_NONE: Final = "(() if {} is None else ({},))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A type, and what it leaves to ask.

    `kinds`: the kinds of JSON value that decode to it; null is among them only if it is valid. `plain`: what is decoded
    are JSON's own values, as a validator takes them; no structs. `names`: the members that an object of it can have;
    None where any. `itself`: what is left to ask is about the value as it is, not about parts of it.
    """

    type: Any
    kinds: frozenset[str]
    rest: Rest | None = None
    plain: bool = True
    names: frozenset[str] | None = frozenset()
    itself: bool = False
    is_struct: bool = False


def union(types: Sequence[Any]) -> Any:
    """A value of any of these types."""
    return Union[tuple(types)]  # noqa: UP007 - of types that are known only now


def _json(levels: int, *, null: bool = True) -> Any:
    """Any JSON value of so many levels. Not just any: what is deeper or longer, libraries read differently."""
    scalars: list[Any] = [bool, Annotated[int, msgspec.Meta(ge=LEAST, le=MOST)], float, str, *([None] if null else [])]
    if not levels:
        return union(scalars)
    inner = _json(levels - 1)
    return union([*scalars, list[inner], dict[str, inner]])  # type: ignore[valid-type]


ANYTHING: Final = Shape(type=_json(levels=6), kinds=KINDS, names=None)
"""Of a value about which nothing is said."""

ANYTHING_BUT_NULL: Final = Shape(type=_json(levels=6, null=False), kinds=KINDS - {"null"}, names=None)


def struct(members: Mapping[str, Shape], required: Collection[str]) -> Shape:
    """A closed object."""
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    rests: list[tuple[str, Rest]] = []
    for number, (name, shape) in enumerate(members.items()):
        attribute = f"m{number}"
        # None stands for a member that did not come.
        fields.append((attribute, shape.type) if name in required else (attribute, shape.type, None))
        if shape.rest is not None:
            rests.append((attribute, shape.rest if name in required else _of_optional(shape.rest, shape)))
    made = msgspec.defstruct(
        "Object",
        fields,
        kw_only=True,
        rename={f"m{number}": name for number, name in enumerate(members)},
        forbid_unknown_fields=True,
        gc=False,
    )

    def columns(value: str, depth: int) -> list[Column]:
        return [column for attribute, rest in rests for column in rest(f"{value}.{attribute}", depth)]

    return Shape(
        type=made,
        kinds=frozenset({"object"}),
        rest=columns if rests else None,
        plain=False,
        is_struct=True,
        names=frozenset(members),
    )


def _of_optional(rest: Rest, shape: Shape) -> Rest:
    """The same of a member that need not come: None stands for it then."""
    if "null" in shape.kinds:  # what is asked about None then holds
        return rest
    if shape.itself:
        return lambda value, depth: [column.skipping_none() for column in rest(value, depth)]
    return in_loop(rest, _UNLESS_NONE)


def either(shapes: Sequence[Shape]) -> Shape:
    """A value of any of these shapes; of each kind of value, the first counts."""
    kept: list[Shape] = []
    taken: frozenset[str] = frozenset()
    for shape in shapes:
        if not shape.kinds & taken:
            kept.append(shape)
            taken |= shape.kinds
    if not kept:
        raise Impossible
    if len(kept) == 1:
        return kept[0]
    asking = [shape for shape in kept if shape.rest is not None]
    if len(asking) > 1:
        raise Doubtful
    return Shape(
        type=union([shape.type for shape in kept]),
        kinds=taken,
        rest=_rest_of_one(asking[0], asking[0].rest, taken) if asking and asking[0].rest else None,
        plain=all(shape.plain for shape in kept),
        names=next((shape.names for shape in kept if "object" in shape.kinds), frozenset()),
    )


def _rest_of_one(shape: Shape, rest: Rest, kinds: frozenset[str]) -> Rest:
    """What is left to ask where a value may also be of another shape, of which nothing is."""
    if kinds - shape.kinds == {"null"}:
        return in_loop(rest, _UNLESS_NONE)
    if shape.kinds <= SCALARS:
        known = "(str, int, float, NoneType)" if "null" in shape.kinds else "(str, int, float)"
    elif len(shape.kinds) == 1:
        known = "list" if "array" in shape.kinds else "Struct" if shape.is_struct else "dict"
    else:
        raise Doubtful
    return in_loop(rest, f"(({{}},) if isinstance({{}}, {known}) else ())")
