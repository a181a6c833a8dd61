"""A schema as a type of msgspec, and what the type leaves to ask: what `acceptance` decodes bodies with.

A shape may be narrower than its schema, never wider. The schemas that speak of one value (through `$ref` and `allOf`)
are taken together, as places in the document; a property is what all of them say of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NamedTuple, TypeAlias, Union

import msgspec

from validator.pointer import join, of_reference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from validator.contract.schemas import Schemas

_SCALARS: Final = frozenset({"null", "boolean", "integer", "fraction", "string"})
_KINDS: Final = _SCALARS | {"array", "object"}
_NUMBER: Final = frozenset({"integer", "fraction"})

_SAYS_NOTHING: Final = frozenset(
    {"title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "discriminator"}
    | {"xml", "externalDocs", "nullable", "$comment", "$defs", "definitions"}
)
"""Keywords that judge nothing here; `nullable` is said by `type` (contract/dialect.py)."""

_OF: Final[Mapping[str, frozenset[str]]] = {
    "object": frozenset({"properties", "required", "additionalProperties", "minProperties", "maxProperties"}),
    "array": frozenset({"items", "minItems", "maxItems", "uniqueItems"}),
    "string": frozenset({"minLength", "maxLength", "pattern", "format"}),
    "integer": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
}
"""The keywords about one kind of value."""

_CHOICES: Final = ("anyOf", "oneOf")
_KNOWN: Final = _SAYS_NOTHING.union({"type", "enum", "const", "not", "allOf", "$ref", *_CHOICES}, *_OF.values())
_SAID_BY_TYPE: Final = _KNOWN - {"enum", "const", "not", "pattern", "format", "multipleOf", *_CHOICES}
"""Of a scalar, what a type says by itself; all else is asked."""

_ALONE: Final = frozenset({"pattern", "format", "multipleOf"})
"""Keywords that can be asked by themselves, and say nothing of null."""

_FREE_FORMATS: Final = frozenset({"int32", "int64", "float", "double", "password", "binary"})
"""Formats that no validator asks of a value; the ranges of the integers stand beside them (contract/dialect.py)."""

_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1
_MAX_STEPS: Final = 20_000
"""So often schemas are looked at for one body; choices within choices could else be gone through without end."""

_EXACT: Final = 2**53
"""Up to here every integer is a float as well: numbers compare with such a bound the same in any library."""

Nodes: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Schemas by their places."""

Bound: TypeAlias = tuple[float, bool]
"""A bound of a number, and whether it is itself left out."""


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


def _asking(schema: dict[str, Any], *, may_be_null: bool = False) -> Rest:
    """Ask about the value itself."""
    return lambda value, _: [Column(value, "", schema, may_be_null)]


def _in_loop(rest: Rest, loop: str) -> Rest:
    """Ask about what a loop finds in the value, which stands as `{}` in its expression."""

    def columns(value: str, depth: int) -> list[Column]:
        name = f"v{depth}"
        return [
            column._replace(loops=f" for {name} in {loop.replace('{}', value)}{column.loops}")
            for column in rest(name, depth + 1)
        ]

    return columns


_ITEMS: Final = "{}"
_MEMBERS: Final = "{}.values()"
_UNLESS_NONE: Final = "(() if {} is None else ({},))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A type, and what it leaves to ask.

    `kinds`: the kinds of JSON value that decode to it. `plain`: what is decoded are JSON's own values, as a validator
    takes them; no structs. `names`: the members that an object of it can have; None where any. `itself`: what is left
    to ask is about the value as it is, not about parts of it.
    """

    type: Any
    kinds: frozenset[str]
    rest: Rest | None = None
    plain: bool = True
    names: frozenset[str] | None = frozenset()
    itself: bool = False
    is_struct: bool = False


def _union(types: Sequence[Any]) -> Any:
    return Union[tuple(types)]  # noqa: UP007 - of types that are known only now


def _json(levels: int) -> Any:
    """Any JSON value of so many levels. Not just any: what is deeper or longer, libraries read differently."""
    number = Annotated[int, msgspec.Meta(ge=_LEAST, le=_MOST)]
    scalar = _union([None, bool, number, float, str])
    if not levels:
        return scalar
    inner = _json(levels - 1)
    return scalar | list[inner] | dict[str, inner]  # type: ignore[valid-type]


ANYTHING: Final = Shape(type=_json(levels=6), kinds=_KINDS, names=None)
"""Of a value about which nothing is said."""


class Shapes:
    """The shapes of one document's schemas, each made when it is first asked for."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas: Final = schemas
        self._made: Final[dict[frozenset[str], Shape | type[Doubtful | Impossible]]] = {}
        self._steps = 0

    def of(self, place: str) -> Shape:
        """The shape of the values that keep the schema at a place. Raises Doubtful and Impossible."""
        if self._schemas.has_addresses:  # references within a schema with an `$id` are relative to it
            raise Doubtful
        self._steps = 0
        return self._of([place])

    def _of(self, places: Sequence[str]) -> Shape:
        key = frozenset(places)
        made = self._made.get(key)
        if made is None:
            self._made[key] = Doubtful  # while it is being made: a schema that holds itself has no type of its own
            try:
                made = self._build(places, frozenset())
            except (Doubtful, Impossible) as reason:
                made = type(reason)
            self._made[key] = made
        if isinstance(made, Shape):
            return made
        raise made

    def _of_part(self, places: Sequence[str]) -> Shape:
        """The shape of a part of a value: one of which no type is made is taken as it comes, and asked."""
        if not places:
            return ANYTHING
        try:
            return self._of(places)
        except Doubtful:
            return replace(ANYTHING, rest=_asking(self._asked(places)), itself=True)

    def _asked(self, places: Iterable[str]) -> dict[str, Any]:
        """A schema that asks all these schemas."""
        references = [self._schemas.reference(place) for place in places]
        return references[0] if len(references) == 1 else {"allOf": references}

    def _together(self, places: Iterable[str]) -> Nodes:
        """All schemas that speak of the same value, by their places: through `$ref` and `allOf`, in reading order."""
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise Doubtful
        found: dict[str, Mapping[str, Any]] = {}
        pending = list(places)
        while pending:
            place = pending.pop(0)
            node = self._schemas.at(place)
            if node is False:
                raise Impossible
            if node is True or place in found:
                continue
            if any(word not in _KNOWN and not word.startswith("x-") for word in node):
                raise Doubtful
            found[place] = node
            further = [join(place, "allOf", index) for index in range(len(node.get("allOf", ())))]
            if "$ref" in node:
                if not node["$ref"].startswith("#/"):
                    raise Doubtful
                further.insert(0, of_reference(node["$ref"]))
            pending[:0] = further
        return found

    def _build(self, places: Sequence[str], settled: frozenset[str]) -> Shape:
        """The shape of a value that all these schemas speak of; `settled` are the choices that were made already."""
        nodes = self._together(places)
        kinds = self._kinds(nodes)
        if not kinds:
            raise Impossible
        words = frozenset(word for node in nodes.values() for word in node) - _SAYS_NOTHING - {"$ref", "allOf"}
        if kinds == _KINDS:
            if not words:
                return ANYTHING
            # Nobody says the type: taken are the kinds of value that something is said about.
            kinds = frozenset(kind for kind, own in _OF.items() if own & words) or kinds
            kinds |= _NUMBER if "integer" in kinds else frozenset()
        if kinds <= _SCALARS:
            return self._scalar(places, nodes, kinds, settled)
        for place, node in nodes.items():
            for word in _CHOICES:
                if word in node and join(place, word) not in settled:
                    return self._choice(places, settled, join(place, word), list(_each(node, place, word)))
        if words & {"enum", "const"}:
            raise Doubtful
        shapes: list[Shape] = []
        if "array" in kinds:
            shapes.append(self._array(places, nodes))
        if "object" in kinds:
            shapes.append(self._object(nodes))
        if kinds & _SCALARS:
            shapes.append(self._scalar(places, nodes, kinds & _SCALARS, settled))
        return _either(shapes)

    def _kinds(self, nodes: Nodes) -> frozenset[str]:
        """The kinds of value that are left by what these schemas say of types, constants and choices."""
        kinds = _KINDS
        for place, node in nodes.items():
            if "type" in node:
                named = node["type"] if isinstance(node["type"], list) else [node["type"]]
                kinds &= frozenset(kind for name in named for kind in (_NUMBER if name == "number" else (name,)))
            if "const" in node:
                kinds &= _kinds_of([node["const"]])
            if "enum" in node:
                kinds &= _kinds_of(node["enum"])
            for word in _CHOICES:
                if word in node:
                    kinds &= frozenset().union(*map(self._kinds_at, _each(node, place, word)))
        return kinds

    def _kinds_at(self, place: str) -> frozenset[str]:
        try:
            return self._kinds(self._together([place]))
        except Impossible:
            return frozenset()

    def _choice(self, places: Sequence[str], settled: frozenset[str], choice: str, branches: Sequence[str]) -> Shape:
        """The shape of a choice: of each kind of value the first alternative that has it.

        Of `oneOf` only one may hold: that is sure where no two alternatives are of one kind.
        """
        if choice.endswith("/oneOf"):
            kinds = [kind for branch in branches for kind in self._kinds_at(branch)]
            if len(kinds) != len(set(kinds)):
                raise Doubtful
        shapes: list[Shape] = []
        taken: frozenset[str] = frozenset()
        for branch in branches:
            if self._kinds_at(branch) <= taken:
                continue
            try:
                shapes.append(self._build([*places, branch], settled | {choice}))
                taken |= shapes[-1].kinds
            except Impossible:
                continue
        return _either(shapes)

    def _scalar(self, places: Sequence[str], nodes: Nodes, kinds: frozenset[str], settled: frozenset[str]) -> Shape:
        asked = self._asked(places)
        constants = next(filter(None, map(_constants, nodes.values())), None)
        if constants is not None:
            validator = self._schemas.compiled(asked)
            good = [value for value in constants if validator.is_valid(value)]
            if not good:
                raise Impossible
            return Shape(type=Literal[tuple(good)], kinds=_kinds_of(good))
        types: list[Any] = [None] if "null" in kinds else []
        if "boolean" in kinds:
            types.append(bool)
        if "integer" in kinds or "fraction" in kinds:
            lowest, highest = _bounds(nodes)
            types.append(_integer(lowest, highest))
            if "fraction" in kinds:
                types.append(_fraction(lowest, highest))
        if "string" in kinds:
            types.append(_sized(str, nodes, "minLength", "maxLength"))
        unsaid = [
            (word, node[word])
            for place, node in nodes.items()
            for word in node
            if word not in _SAID_BY_TYPE
            and not word.startswith("x-")
            and join(place, word) not in settled
            and not (word == "format" and node[word] in _FREE_FORMATS)
        ]
        rest = None
        if "fraction" in kinds and not _is_exact(nodes):
            rest = _asking(asked)
        elif unsaid and _ALONE.issuperset(word for word, _ in unsaid):
            schemas = [{word: value} for word, value in unsaid]
            rest = _asking(schemas[0] if len(schemas) == 1 else {"allOf": schemas}, may_be_null=True)
        elif unsaid:
            rest = _asking(asked)
        return Shape(type=_union(types), kinds=kinds, rest=rest, itself=True)

    def _array(self, places: Sequence[str], nodes: Nodes) -> Shape:
        item = self._of_part([join(place, "items") for place, node in nodes.items() if "items" in node])
        rest = None if item.rest is None else _in_loop(item.rest, _ITEMS)
        unique = any(node.get("uniqueItems") is True for node in nodes.values())
        if unique and not item.plain:
            raise Doubtful
        if unique:
            rest = _asking(self._asked(places))
        if self._may_be_excluded(nodes, "array", None):
            raise Doubtful
        return Shape(
            type=_sized(list[item.type], nodes, "minItems", "maxItems"),  # type: ignore[name-defined]
            kinds=frozenset({"array"}),
            rest=rest,
            plain=item.plain,
            itself=unique,
        )

    def _object(self, nodes: Nodes) -> Shape:
        names = dict.fromkeys(name for node in nodes.values() for name in node.get("properties", ()))
        required = {name for node in nodes.values() for name in node.get("required", ())}
        names.update(dict.fromkeys(sorted(required)))
        closed = any(node.get("additionalProperties") is False for node in nodes.values())
        if not names and not closed:
            return self._map(nodes)
        members: dict[str, Shape] = {}
        for name in names:
            try:
                member = self._of_part(list(_about_member(nodes, name)))
                if name not in required:
                    self._check_null(member)
            except Impossible:
                if name in required:
                    raise
            else:
                members[name] = member
        least = max((node.get("minProperties", 0) for node in nodes.values()), default=0)
        most = min((node.get("maxProperties", len(members)) for node in nodes.values()), default=len(members))
        if least > len(required) or most < len(members) or self._may_be_excluded(nodes, "object", members.keys()):
            raise Doubtful
        return _struct(members, required)

    def _check_null(self, member: Shape) -> None:
        """None stands for a member that did not come: a null that may not come must not decode. Raises Impossible.

        Where there is more to ask than of the value itself, null has a shape of its own, and may come.
        """
        if member.rest is not None and member.itself and "null" in member.kinds:
            for column in member.rest("", 0):
                if not self._schemas.compiled(column.schema).is_valid(None):
                    raise Impossible

    def _map(self, nodes: Nodes) -> Shape:
        """An object whose members may have any name."""
        value = self._of_part(
            [
                join(place, "additionalProperties")
                for place, node in nodes.items()
                if isinstance(node.get("additionalProperties"), dict)
            ]
        )
        if self._may_be_excluded(nodes, "object", None):
            raise Doubtful
        rest = None if value.rest is None else _in_loop(value.rest, _MEMBERS)
        return Shape(
            type=_sized(dict[str, value.type], nodes, "minProperties", "maxProperties"),  # type: ignore[name-defined]
            kinds=frozenset({"object"}),
            rest=rest,
            plain=value.plain,
            names=None,
        )

    def _may_be_excluded(self, nodes: Nodes, kind: str, names: Collection[str] | None) -> bool:
        """Whether a `not` may be about such a value; an object that has no member of a name lacks what is required."""
        return any(
            not self._surely_breaks(join(place, "not"), kind, names) for place, node in nodes.items() if "not" in node
        )

    def _surely_breaks(self, place: str, kind: str, names: Collection[str] | None) -> bool:
        try:
            nodes = self._together([place])
        except Impossible:
            return True
        if kind not in self._kinds(nodes):
            return True
        return names is not None and any(
            name not in names for node in nodes.values() for name in node.get("required", ())
        )


def _struct(members: Mapping[str, Shape], required: Collection[str]) -> Shape:
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
    if "null" in shape.kinds:  # it asks about None what is good, or passes over it
        return rest
    if shape.itself:
        return lambda value, depth: [column.skipping_none() for column in rest(value, depth)]
    return _in_loop(rest, _UNLESS_NONE)


def _either(shapes: Sequence[Shape]) -> Shape:
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
        type=_union([shape.type for shape in kept]),
        kinds=taken,
        rest=_rest_of_one(asking[0], asking[0].rest, taken) if asking and asking[0].rest else None,
        plain=all(shape.plain for shape in kept),
        names=next((shape.names for shape in kept if "object" in shape.kinds), frozenset()),
    )


def _rest_of_one(shape: Shape, rest: Rest, kinds: frozenset[str]) -> Rest:
    """What is left to ask where a value may also be of another shape, of which nothing is."""
    if kinds - shape.kinds == {"null"}:
        return _in_loop(rest, _UNLESS_NONE)
    if shape.kinds <= _SCALARS:
        known = "(str, int, float, NoneType)" if "null" in shape.kinds else "(str, int, float)"
    elif len(shape.kinds) == 1:
        known = "list" if "array" in shape.kinds else "Struct" if shape.is_struct else "dict"
    else:
        raise Doubtful
    return _in_loop(rest, f"(({{}},) if isinstance({{}}, {known}) else ())")


def _about_member(nodes: Nodes, name: str) -> Iterator[str]:
    """The places of all that is said of a member. Raises Impossible where it may not come."""
    for place, node in nodes.items():
        if name in node.get("properties", ()):
            yield join(place, "properties", name)
        elif node.get("additionalProperties") is False:
            raise Impossible
        elif isinstance(node.get("additionalProperties"), dict):
            yield join(place, "additionalProperties")


def _each(node: Mapping[str, Any], place: str, word: str) -> Iterator[str]:
    return (join(place, word, index) for index in range(len(node[word])))


def _kinds_of(values: Iterable[Any]) -> frozenset[str]:
    return frozenset().union(*(_KIND_OF[type(value)] for value in values))


_KIND_OF: Final[Mapping[type, frozenset[str]]] = {
    type(None): frozenset({"null"}),
    bool: frozenset({"boolean"}),
    int: _NUMBER,
    float: _NUMBER,
    str: frozenset({"string"}),
    list: frozenset({"array"}),
    dict: frozenset({"object"}),
}
"""1 and 1.0 are one number in JSON Schema, and two kinds of text."""


def _constants(node: Mapping[str, Any]) -> list[str | int | None] | None:
    """The values that a schema enumerates, where a type can say each; else None."""
    values = [node["const"]] if "const" in node else node.get("enum")
    if values is None:
        choices = next((node[word] for word in _CHOICES if word in node), None)
        if choices is None or not all(isinstance(choice, dict) and "const" in choice for choice in choices):
            return None
        values = [choice["const"] for choice in choices]
    sayable = all(
        value is None or type(value) is str or (type(value) is int and _LEAST <= value <= _MOST) for value in values
    )
    return values if sayable else None


def _bounds(nodes: Nodes) -> tuple[Bound | None, Bound | None]:
    """The highest minimum and the lowest maximum, each with whether it is exclusive."""
    least = [
        (node[word], word == "exclusiveMinimum")
        for node in nodes.values()
        for word in ("minimum", "exclusiveMinimum")
        if word in node
    ]
    most = [
        (node[word], word != "exclusiveMaximum")
        for node in nodes.values()
        for word in ("maximum", "exclusiveMaximum")
        if word in node
    ]
    lowest = max(least, default=None)
    highest = min(most, default=None)
    return lowest, None if highest is None else (highest[0], not highest[1])


def _is_exact(nodes: Nodes) -> bool:
    return all(-_EXACT <= bound[0] <= _EXACT for bound in _bounds(nodes) if bound is not None)


def _integer(lowest: Bound | None, highest: Bound | None) -> Any:
    """An integer of 64 bits: what is beyond, libraries read differently."""
    least, most = _LEAST, _MOST
    if lowest is not None:
        least = max(least, floor(lowest[0]) + 1 if lowest[1] else ceil(lowest[0]))
    if highest is not None:
        most = min(most, ceil(highest[0]) - 1 if highest[1] else floor(highest[0]))
    if least > most:
        raise Impossible
    return Annotated[int, msgspec.Meta(ge=least, le=most)]


def _fraction(lowest: Bound | None, highest: Bound | None) -> Any:
    bounds: dict[str, float] = {}
    if lowest is not None:
        bounds["gt" if lowest[1] else "ge"] = lowest[0]
    if highest is not None:
        bounds["lt" if highest[1] else "le"] = highest[0]
    return Annotated[float, msgspec.Meta(**bounds)] if bounds else float  # type: ignore[call-overload]


def _sized(kind: Any, nodes: Nodes, minimum: str, maximum: str) -> Any:
    least = max((node[minimum] for node in nodes.values() if minimum in node), default=0)
    most = min((node[maximum] for node in nodes.values() if maximum in node), default=None)
    if most is not None and least > most:
        raise Impossible
    if not least and most is None:
        return kind
    return Annotated[kind, msgspec.Meta(min_length=int(least) or None, max_length=None if most is None else int(most))]
