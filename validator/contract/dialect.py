"""Every schema of a document in one dialect: JSON Schema draft 2020-12, as OpenAPI 3.1 means it.

OpenAPI 3.0 has a dialect of its own (nullable, boolean exclusiveMinimum, no `const` ...). Here it is said in the words
of 2020-12, at the same place in the document, so that one engine judges both and a pointer into the translation is a
pointer into the document. Where one keyword had to be said by another, `origin` leads back.

Sources: OpenAPI 3.0.3, "Schema Object"; OpenAPI 3.1.1, "Schema Object" and "Data Type Format".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from validator.contract.document import plain
from validator.contract.metaschema import METASCHEMA
from validator.contract.names import BASE, reference_to
from validator.contract.places import schema_places
from validator.pointer import of_reference, split, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from validator.contract.document import Document

_KNOWN_TO_3_0: Final = frozenset(
    {
        "title",
        "multipleOf",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "maxItems",
        "minItems",
        "uniqueItems",
        "maxProperties",
        "minProperties",
        "required",
        "enum",
        "type",
        "not",
        "allOf",
        "oneOf",
        "anyOf",
        "items",
        "properties",
        "additionalProperties",
        "description",
        "format",
        "default",
        "nullable",
        "discriminator",
        "readOnly",
        "writeOnly",
        "xml",
        "externalDocs",
        "example",
        "deprecated",
        "$ref",
    }
)

_INTEGER_RANGES: Final = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}

_ORIGINS: Final = {"minimum": "format", "maximum": "format", "not": "writeOnly"}
"""Keywords that a translation adds, and what they stand for."""


class Dialect:
    """The schemas of a document in draft 2020-12: `places` names each, `root` holds them at their own pointers."""

    def __init__(self, document: Document, *, writing: bool) -> None:
        self._document = document
        self.places: Final = tuple(schema_places(document.root))
        nodes = [(place, walk(document.root, split(place))) for place in self.places]
        self.resources: Final[Mapping[str, str]] = {
            place: node["$id"] for place, node in nodes if isinstance(node, dict) and isinstance(node.get("$id"), str)
        }
        """The schemas with an `$id` of their own, each with its address."""
        annotated = any(isinstance(node, dict) and node.get("$schema") == METASCHEMA for _, node in nodes)
        self.unformatted: Final = tuple(
            place
            for place, node in nodes
            if annotated and isinstance(node, dict) and "format" in node and _asks_json_schema(document, place)
        )
        """The schemas whose `format` is an annotation."""
        touched = (
            document.version == (3, 0)
            or bool(self.resources or self.unformatted)
            or any(isinstance(node, dict) and node.get("format") in _INTEGER_RANGES for _, node in nodes)
        )
        # A copy only where something changes: a document can have many megabytes.
        self.root: Final[Mapping[str, Any]] = plain(document.root) if touched else document.root
        if not touched:
            return
        for place in self.unformatted:
            del walk(self.root, split(place))["format"]
        for place in self.places:
            node = walk(self.root, split(place))
            if isinstance(node, dict):
                if document.version == (3, 0):
                    _from_3_0(node, document, place, writing=writing)
                _say_integer_range(node)
                if self.resources and isinstance(node.get("$ref"), str) and node["$ref"].startswith("#/"):
                    node["$ref"] = self.address(of_reference(node["$ref"]))

    def address(self, pointer: str) -> str:
        """The absolute reference to a schema, by the nearest `$id` that it stands below: so its scope is known."""
        nearest = max((place for place in self.resources if _is_below(pointer, place)), key=len, default=None)
        if nearest is None:
            return f"{BASE}{reference_to(pointer)}"
        return f"{self.resources[nearest]}{reference_to(pointer.removeprefix(nearest))}"

    def origin(self, pointer: str) -> str:
        """The place in the author's document that a keyword of the translation stands for."""
        parent, _, keyword = pointer.rpartition("/")
        derived = _ORIGINS.get(keyword)
        if derived is not None:
            try:
                node = self._document.at(parent)
            except KeyError:
                return pointer
            if isinstance(node, dict) and keyword not in node and derived in node:
                return f"{parent}/{derived}"
        return pointer


def _asks_json_schema(document: Document, place: str) -> bool:
    """Whether a schema stands in one that asks for JSON Schema itself, by `$schema`, and not for OpenAPI's dialect.

    There, `format` is "an annotation" (JSON Schema 2020-12, validation, section 7.2.1); OpenAPI leaves it to the tool.
    """
    said = None
    node: Any = document.root
    for token in split(place):
        node = walk(node, [token])
        if isinstance(node, dict) and isinstance(node.get("$schema"), str):
            said = node["$schema"]
    return said == METASCHEMA


def _is_below(pointer: str, place: str) -> bool:
    return pointer == place or pointer.startswith(f"{place}/")


def _from_3_0(schema: dict[str, Any], document: Document, place: str, *, writing: bool) -> None:
    """Say one schema of OpenAPI 3.0 in the words of draft 2020-12."""
    if isinstance(schema.get("$ref"), str):
        # "This object cannot be extended with additional properties and any properties added SHALL be ignored."
        for key in set(schema) - {"$ref"}:
            del schema[key]
        return
    for key in set(schema) - _KNOWN_TO_3_0:
        if not key.startswith("x-"):
            del schema[key]
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
            schema[exclusive] = schema.pop(bound)
    if schema.get("nullable") is True and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    hidden = "readOnly" if writing else "writeOnly"
    names = schema.get("required")
    if isinstance(names, list):
        properties = document.at(place).get("properties")
        schema["required"] = [name for name in names if not _marked(properties, name, hidden)]
    if schema.get(hidden) is True and "not" not in schema:
        schema["not"] = {}


def _marked(properties: Any, name: Any, mark: str) -> bool:
    """Whether the property is marked readOnly (or writeOnly): then `required` speaks of the other direction only."""
    schema = properties.get(name) if isinstance(properties, dict) and isinstance(name, str) else None
    return isinstance(schema, dict) and schema.get(mark) is True


def _say_integer_range(schema: dict[str, Any]) -> None:
    """`format: int32` is a range; engines of JSON Schema ask formats of strings only."""
    bounds = _INTEGER_RANGES.get(schema.get("format", ""))
    if bounds is None:
        return
    for keyword, bound in zip(("minimum", "maximum"), bounds, strict=True):
        own = schema.get(keyword)
        if not isinstance(own, int | float):
            schema[keyword] = bound
