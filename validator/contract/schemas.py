"""The schemas of a document, compiled by jsonschema-rs when they are first needed.

A schema is named by its JSON Pointer into the document, before and after: what a validator says is told in pointers
into the document, whatever references, embedded `$id`s and anchors it went through.
"""

from __future__ import annotations

import base64
import binascii
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs

from validator.contract.dialect import Dialect
from validator.contract.names import BASE
from validator.errors import DocumentError
from validator.pointer import join, of_reference, split, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from validator.contract.document import Document


def is_base64(value: str) -> bool:
    """`format: byte` (OpenAPI 3.0.3, "Data Types"): base64 as RFC 4648, section 4, has it."""
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


FORMATS: Final = {"byte": is_base64}

_PANIC: Final = "PanicException"
_ENUM: Final = "enum"
_CHOICES: Final = ("oneOf", "anyOf")
_ANNOTATIONS: Final = frozenset({"const", "title", "description", "deprecated", "example", "examples"})

_MASK: Final = "…"
"""Stands for the value in jsonschema-rs' own messages: to write it out takes time, and nobody reads it."""


class Schemas:
    """The schemas of a document, for reading (responses) or for writing (requests)."""

    def __init__(self, document: Document, *, writing: bool = False) -> None:
        self._document = document
        self._writing = writing
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}
        self._places: dict[tuple[str | int, ...], str] = {}

    @cached_property
    def dialect(self) -> Dialect:
        """The same schemas in draft 2020-12."""
        return Dialect(self._document, writing=self._writing)

    def at(self, pointer: str) -> Any:
        """The schema at a pointer, in draft 2020-12, its references kept."""
        return walk(self.dialect.root, split(pointer))

    def validator(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        """The compiled schema at a pointer. Raises DocumentError where it cannot be compiled."""
        validator = self._compiled.get(pointer)
        if validator is None:
            validator = self._compiled[pointer] = self._built(self.reference(pointer), pointer)
        return validator

    def reference(self, pointer: str) -> dict[str, str]:
        """A schema that is nothing but a reference to the one at a pointer, for `compiled`."""
        return {"$ref": self.dialect.address(pointer)}

    def compiled(self, schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
        """A schema of ours, made of references to the document's. Raises DocumentError as `validator` does."""
        return self._built(schema, "references")

    def place(self, error: jsonschema_rs.ValidationError) -> str:
        """The pointer into the document of the keyword that a validator found broken."""
        base = (error.absolute_keyword_location or "").partition("#")[0]
        key = (base, *error.schema_path)
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = self._place(base, [str(token) for token in error.schema_path])
        return place

    def _place(self, base: str, path: list[str]) -> str:
        if base in self._resources:
            path = [*split(self._resources[base]), *path]
        if path[:1] == ["$defs"]:
            path = [*split(path[1]), *path[2:]]
        pointer = join("", *path)
        parent, _, keyword = pointer.rpartition("/")
        if keyword == _ENUM and parent in self._listed:
            return self._listed[parent]
        return self.dialect.origin(pointer)

    @cached_property
    def _listed(self) -> Mapping[str, str]:
        """The schemas that choose between constants, and the places of the choices: `.../oneOf` or `.../anyOf`."""
        if self._resources:  # a schema with an address of its own is put elsewhere
            return {}
        nodes = {place: self.at(place) for place in self.dialect.places}
        listed = {
            place: join(place, word)
            for place, node in nodes.items()
            for word in _CHOICES
            if _lists_constants(node, word)
        }
        if not listed:
            return {}
        goals = {of_reference(node["$ref"]) for node in nodes.values() if isinstance(node, dict) and "$ref" in node}
        return {
            place: choices
            for place, choices in listed.items()
            if not any(goal.startswith(f"{choices}/") for goal in goals)
        }

    @property
    def has_addresses(self) -> bool:
        """Whether a schema has an `$id` of its own: then a reference need not be a pointer into the document."""
        return bool(self._resources)

    @cached_property
    def _resources(self) -> Mapping[str, str]:
        """The address of each schema that has one, and the schema's pointer."""
        return {address: place for place, address in reversed(list(self.dialect.resources.items()))}

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        """The document, with lists of constants in place of choices between them."""
        root = dict(self._alone(""))
        for place, choices in self._listed.items():
            node = dict(self.at(place))
            node[_ENUM] = [choice["const"] for choice in node.pop(split(choices)[-1])]
            _put(root, split(place), node)
        return self._registered(root)

    @cached_property
    def _registry_as_written(self) -> jsonschema_rs.Registry:
        """The document with all its choices."""
        return self._registered(dict(self._alone("")))

    def _registered(self, root: dict[str, Any]) -> jsonschema_rs.Registry:
        anchored = {
            place: schema
            for place in self.dialect.places
            if isinstance(schema := self._alone(place), dict)
            and "$dynamicAnchor" in schema
            and self.dialect.address(place).startswith(f"{BASE}#")
        }
        if anchored:
            # Anchors are looked for where JSON Schema knows schemas to be, and `components` is no such place.
            root["$defs"] = anchored
        resources = [(BASE, root), *((address, self._alone(place)) for address, place in self._resources.items())]
        try:
            return jsonschema_rs.Registry(resources, draft=jsonschema_rs.Draft202012)
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            raise DocumentError(_first_line(error), place=f"{self._document.source}: references") from None

    def _alone(self, place: str) -> Any:
        """The schema at a place, with a reference to each schema inside it that has an address of its own.

        jsonschema-rs 0.60 may panic over one that it meets both inside another and by itself.
        """
        node = self.at(place)
        if not self._resources:
            return node
        others = {pointer: address for pointer, address in self.dialect.resources.items() if pointer != place}

        def copied(node: Any, place: str) -> Any:
            if place in others:
                return {"$ref": others[place]}
            if isinstance(node, list):
                return [copied(item, join(place, index)) for index, item in enumerate(node)]
            if isinstance(node, dict):
                return {key: copied(value, join(place, key)) for key, value in node.items()}
            return node

        return copied(node, place)

    def _built(self, schema: dict[str, Any], place: str) -> jsonschema_rs.Draft202012Validator:
        is_choice = any(place.startswith(f"{choices}/") for choices in self._listed.values())
        try:
            return jsonschema_rs.Draft202012Validator(
                schema,
                registry=self._registry_as_written if is_choice else self._registry,
                validate_formats=True,
                formats=FORMATS,
                offline=True,
                mask=_MASK,
            )
        except BaseException as error:
            # A panic of jsonschema-rs is no Exception of Python's, and no reason to end.
            if not isinstance(error, ValueError | jsonschema_rs.ReferencingError) and type(error).__name__ != _PANIC:
                raise
            raise DocumentError(
                f"a schema cannot be compiled: {_first_line(error)}",
                place=f"{self._document.source}: {place}",
                mend="mend the schema (a pattern that is too large, a reference to nothing, a keyword of a wrong type)",
            ) from None


def _lists_constants(schema: Any, word: str) -> bool:
    """Whether a schema chooses between different constants, each with a description perhaps.

    `enum` says the same in one word. A validator gives every choice of a broken `oneOf` a reason of its own, and a
    catalogue of errors has dozens of choices.
    """
    choices = schema.get(word) if isinstance(schema, dict) and _ENUM not in schema else None
    if not isinstance(choices, list) or not all(
        isinstance(choice, dict) and type(choice.get("const")) in (int, str) and choice.keys() <= _ANNOTATIONS
        for choice in choices
    ):
        return False
    return len({choice["const"] for choice in choices}) == len(choices)


def _put(root: dict[str, Any], tokens: list[str], node: Any) -> None:
    """Put a node into a document of which nothing may be changed but its root: what leads there is copied."""
    holder: Any = root
    for token in tokens[:-1]:
        key: Any = int(token) if isinstance(holder, list) else token
        holder[key] = holder[key].copy()
        holder = holder[key]
    holder[int(tokens[-1]) if isinstance(holder, list) else tokens[-1]] = node


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
