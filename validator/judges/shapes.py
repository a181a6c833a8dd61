"""A schema as a type of msgspec, and what the type leaves to ask: what `acceptance` decodes bodies with.

A shape may be narrower than its schema, never wider. The schemas that speak of one value (through `$ref` and `allOf`)
are taken together, as places in the document; a property is what all of them say of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from validator.judges.scalars import constants, fraction, integer, is_exact, sized
from validator.judges.shape import (
    ANYTHING,
    ANYTHING_BUT_NULL,
    ITEMS,
    KINDS,
    MEMBERS,
    SCALARS,
    Doubtful,
    Impossible,
    Shape,
    asking,
    either,
    in_loop,
    struct,
    union,
)
from validator.pointer import join, of_reference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from validator.contract.schemas import Schemas

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

_MAX_STEPS: Final = 20_000
"""So often schemas are looked at for one body; choices within choices could else be gone through without end."""

Nodes: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Schemas by their places."""


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
            asked = self._asked(places)
            taken = ANYTHING if self._schemas.compiled(asked).is_valid(None) else ANYTHING_BUT_NULL
            return replace(taken, rest=asking(asked), itself=True)

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
        if kinds == KINDS:
            if not words:
                return ANYTHING
            # Nobody says the type: taken are the kinds of value that something is said about.
            kinds = frozenset(kind for kind, own in _OF.items() if own & words) or kinds
            kinds |= _NUMBER if "integer" in kinds else frozenset()
        if kinds <= SCALARS:
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
        if kinds & SCALARS:
            shapes.append(self._scalar(places, nodes, kinds & SCALARS, settled))
        return either(shapes)

    def _kinds(self, nodes: Nodes) -> frozenset[str]:
        """The kinds of value that are left by what these schemas say of types, constants and choices."""
        kinds = KINDS
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
        return either(shapes)

    def _scalar(self, places: Sequence[str], nodes: Nodes, kinds: frozenset[str], settled: frozenset[str]) -> Shape:
        asked = self._asked(places)
        values = next(filter(None, map(constants, nodes.values())), None)
        if values is not None:
            validator = self._schemas.compiled(asked)
            good = [value for value in values if validator.is_valid(value)]
            if not good:
                raise Impossible
            return Shape(type=Literal[tuple(good)], kinds=_kinds_of(good))
        unsaid = [
            (word, node[word])
            for place, node in nodes.items()
            for word in node
            if word not in _SAID_BY_TYPE
            and not word.startswith("x-")
            and join(place, word) not in settled
            and not (word == "format" and node[word] in _FREE_FORMATS)
        ]
        alone = _ALONE.issuperset(word for word, _ in unsaid)
        if "null" in kinds and not alone and not self._schemas.compiled(asked).is_valid(None):
            kinds -= {"null"}
        if not kinds:
            raise Impossible
        types: list[Any] = [None] if "null" in kinds else []
        if "boolean" in kinds:
            types.append(bool)
        if "integer" in kinds or "fraction" in kinds:
            types.append(integer(nodes.values()))
        if "fraction" in kinds:
            types.append(fraction(nodes.values()))
        if "string" in kinds:
            types.append(sized(str, nodes.values(), "minLength", "maxLength"))
        rest = None
        if "fraction" in kinds and not is_exact(nodes.values()):
            rest = asking(asked)
        elif unsaid and alone:
            schemas = [{word: value} for word, value in unsaid]
            rest = asking(schemas[0] if len(schemas) == 1 else {"allOf": schemas}, may_be_null=True)
        elif unsaid:
            rest = asking(asked)
        return Shape(type=union(types), kinds=kinds, rest=rest, itself=True)

    def _array(self, places: Sequence[str], nodes: Nodes) -> Shape:
        item = self._of_part([join(place, "items") for place, node in nodes.items() if "items" in node])
        rest = None if item.rest is None else in_loop(item.rest, ITEMS)
        unique = any(node.get("uniqueItems") is True for node in nodes.values())
        if unique and not item.plain:
            raise Doubtful
        if unique:
            rest = asking(self._asked(places))
        if self._may_be_excluded(nodes, "array", None):
            raise Doubtful
        return Shape(
            type=sized(list[item.type], nodes.values(), "minItems", "maxItems"),  # type: ignore[name-defined]
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
                members[name] = self._of_part(list(_about_member(nodes, name)))
            except Impossible:
                if name in required:
                    raise
        least = max((node.get("minProperties", 0) for node in nodes.values()), default=0)
        most = min((node.get("maxProperties", len(members)) for node in nodes.values()), default=len(members))
        if least > len(required) or most < len(members) or self._may_be_excluded(nodes, "object", members.keys()):
            raise Doubtful
        return struct(members, required)

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
        rest = None if value.rest is None else in_loop(value.rest, MEMBERS)
        return Shape(
            type=sized(dict[str, value.type], nodes.values(), "minProperties", "maxProperties"),  # type: ignore[name-defined]
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
