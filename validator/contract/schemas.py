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
from validator.pointer import join, split, walk

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


class Schemas:
    """The schemas of a document, for reading (responses) or for writing (requests)."""

    def __init__(self, document: Document, *, writing: bool = False) -> None:
        self._document = document
        self._writing = writing
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}

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
            validator = self._compiled[pointer] = self._compile(pointer)
        return validator

    def place(self, error: jsonschema_rs.ValidationError) -> str:
        """The pointer into the document of the keyword that a validator found broken."""
        path = [str(token) for token in error.schema_path]
        base = (error.absolute_keyword_location or "").partition("#")[0]
        if base in self._resources:
            path = [*split(self._resources[base]), *path]
        if path[:1] == ["$defs"]:
            path = [*split(path[1]), *path[2:]]
        return self.dialect.origin(join("", *path))

    @cached_property
    def _resources(self) -> Mapping[str, str]:
        """The address of each schema that has one, and the schema's pointer."""
        return {address: place for place, address in reversed(list(self.dialect.resources.items()))}

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        root = dict(self._alone(""))
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

    def _compile(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        try:
            return jsonschema_rs.Draft202012Validator(
                {"$ref": self.dialect.address(pointer)},
                registry=self._registry,
                validate_formats=True,
                formats=FORMATS,
                offline=True,
            )
        except BaseException as error:
            # A panic of jsonschema-rs is no Exception of Python's, and no reason to end.
            if not isinstance(error, ValueError | jsonschema_rs.ReferencingError) and type(error).__name__ != _PANIC:
                raise
            raise DocumentError(
                f"a schema cannot be compiled: {_first_line(error)}",
                place=f"{self._document.source}: {pointer}",
                mend="mend the schema (a pattern that is too large, a reference to nothing, a keyword of a wrong type)",
            ) from None


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
