"""A response header as a value: the text that came, read by the type that its schema documents.

OpenAPI 3.1.1, "Header Object" and "Style Values": headers have style `simple`, so arrays and objects are lists
separated by commas.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import orjson

from validator.pointer import join, of_reference

if TYPE_CHECKING:
    from validator.contract import Parameter
    from validator.contract.schemas import Schemas

# The texts of RFC 8259, section 6 (numbers) and section 3 (literals): a header is JSON's scalar without quotes.
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,4000})")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LITERALS: Final = {"true": True, "false": False}
_COMBINED: Final = ("allOf", "oneOf", "anyOf")
_CHAIN: Final = 100
"""References followed at the most: a document's chains are shorter, a circle is not."""


class NotOfType(Exception):  # noqa: N818 - reads as what happened
    """The text is no value of the documented type; `documented` points at the type."""

    def __init__(self, expected: str, documented: str) -> None:
        super().__init__(expected)
        self.expected = expected
        self.documented = documented


def cast_header(schemas: Schemas, header: Parameter, text: str) -> Any:
    """The value of a header, for its schema to judge. Raises NotOfType."""
    if header.schema is None:
        return text
    return _cast(schemas, header.schema, text.strip(" \t"), explode=header.explode)


def _cast(schemas: Schemas, pointer: str, text: str, *, explode: bool, inside: bool = False) -> Any:
    """`inside` a list or an object: RFC 6570 knows none within another, and a schema of such may have no end."""
    pointer = _follow(schemas, pointer)
    types = _types(schemas, pointer)
    if not types:
        return _as_choice(schemas, pointer, text, explode=explode, inside=inside)
    # The narrowest first: `1` is an integer where an integer may come, and a string where only a string may.
    for name in ("null", "boolean", "integer", "number", *(() if inside else ("array", "object")), "string"):
        if name in types:
            try:
                return _as(name, schemas, pointer, text, explode=explode)
            except ValueError:
                continue
    raise NotOfType(" or ".join(types), join(pointer, "type"))


def _types(schemas: Schemas, pointer: str) -> list[str]:
    """The types that a schema names itself."""
    schema = schemas.at(pointer)
    declared = schema.get("type") if isinstance(schema, dict) else None
    return declared if isinstance(declared, list) else [] if declared is None else [declared]


def _as_choice(schemas: Schemas, pointer: str, text: str, *, explode: bool, inside: bool) -> Any:
    """The text by the first schema of a combination that has a type for it; as it is where none has one."""
    schema = schemas.at(pointer)
    for keyword in _COMBINED:
        choices = schema.get(keyword) if isinstance(schema, dict) else None
        for index in range(len(choices or ())):
            try:
                value = _cast(schemas, join(pointer, keyword, index), text, explode=explode, inside=inside)
            except NotOfType:
                continue
            if value != text:
                return value
    return text


def _as(name: str, schemas: Schemas, pointer: str, text: str, *, explode: bool) -> Any:
    """The text as a value of one type. Raises ValueError where it is none."""
    match name:
        case "null" if text == "":
            return None
        case "boolean" if text in _LITERALS:
            return _LITERALS[text]
        case "integer" if _INTEGER.fullmatch(text):
            return int(text)
        case "number" if _NUMBER.fullmatch(text):
            return orjson.loads(text)
        case "array":
            return [_member(schemas, join(pointer, "items"), part) for part in text.split(",")]
        case "object":
            return _object(schemas, pointer, text.split(","), explode=explode)
        case "string":
            return text
    raise ValueError(text)


def _object(schemas: Schemas, pointer: str, parts: list[str], *, explode: bool) -> dict[str, Any]:
    """`R=100,G=200` where exploded, else `R,100,G,200`."""
    if explode:
        pairs = [part.partition("=")[::2] for part in parts]
    elif len(parts) % 2 == 0:
        pairs = list(zip(parts[::2], parts[1::2], strict=True))
    else:
        raise ValueError(parts)
    return {name.strip(): _member(schemas, join(pointer, "properties", name.strip()), value) for name, value in pairs}


def _member(schemas: Schemas, pointer: str, text: str) -> Any:
    try:
        schemas.at(pointer)
    except KeyError:
        return text.strip(" \t")
    return _cast(schemas, pointer, text.strip(" \t"), explode=False, inside=True)


def _follow(schemas: Schemas, pointer: str) -> str:
    """The place of the schema that documents the type, at the end of the references."""
    for _ in range(_CHAIN):
        schema = schemas.at(pointer)
        reference = schema.get("$ref") if isinstance(schema, dict) and "type" not in schema else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        pointer = of_reference(reference)
    return pointer
