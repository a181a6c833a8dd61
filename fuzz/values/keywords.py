"""The table of keywords: what breaks each, or why nothing here does. A test holds that no keyword is forgotten."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fuzz.values.choices_refused import excluded, two_branches
from fuzz.values.constants import broken_constants
from fuzz.values.lists_refused import item_too_many, not_contained, repeated, too_few, too_many
from fuzz.values.numbers_outside import above, below, off_step
from fuzz.values.objects_refused import (
    against_dependents,
    extra_member,
    forbidden_member,
    too_few_members,
    too_many_members,
    without_dependents,
    wrong_by_pattern,
    wrong_name,
)
from fuzz.values.texts_refused import broken_format, broken_pattern, too_long, too_short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fuzz.values.kind import Asked, Kind

BROKEN: Final[Mapping[str, Callable[[Asked], Iterator[Kind]]]] = MappingProxyType(
    {
        "enum": broken_constants,
        "const": broken_constants,
        "format": broken_format,
        "pattern": broken_pattern,
        "minimum": below,
        "exclusiveMinimum": below,
        "maximum": above,
        "exclusiveMaximum": above,
        "multipleOf": off_step,
        "minLength": too_short,
        "maxLength": too_long,
        "minItems": too_few,
        "maxItems": too_many,
        "uniqueItems": repeated,
        "contains": not_contained,
        "items": item_too_many,
        "unevaluatedItems": item_too_many,
        "minProperties": too_few_members,
        "maxProperties": too_many_members,
        "properties": forbidden_member,
        "patternProperties": wrong_by_pattern,
        "additionalProperties": extra_member,
        "unevaluatedProperties": extra_member,
        "propertyNames": wrong_name,
        "dependentRequired": without_dependents,
        "dependentSchemas": against_dependents,
        "not": excluded,
        "oneOf": two_branches,
    }
)
"""What makes the kinds for a schema that has the keyword."""

_ANNOTATION: Final = "says nothing that binds"
_PARTS: Final = "leads to schemas, whose own words are broken"

WAIVED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "type": "broken by the family wrong-type",
        "nullable": "in OpenAPI 3.0 part of the type; broken by the family wrong-type",
        "required": "broken by the family missing-parameter",
        "minContains": "broken with contains",
        "maxContains": "broken with contains",
        "allOf": _PARTS,
        "anyOf": _PARTS,
        "if": _PARTS,
        "then": _PARTS,
        "else": _PARTS,
        "prefixItems": _PARTS,
        "$ref": _PARTS,
        "$defs": _PARTS,
        "$dynamicRef": "what it leads to hangs on who asks, and is no place of the document",
        "$id": "names a schema",
        "$anchor": "names a schema",
        "$dynamicAnchor": "names a schema",
        "$schema": "names the dialect",
        "$vocabulary": "names the dialect",
        "$comment": _ANNOTATION,
        "title": _ANNOTATION,
        "description": _ANNOTATION,
        "default": _ANNOTATION,
        "deprecated": _ANNOTATION,
        "examples": _ANNOTATION,
        "example": _ANNOTATION,
        "externalDocs": _ANNOTATION,
        "xml": _ANNOTATION,
        "contentEncoding": "an annotation in draft 2020-12: a schema refuses nothing by it",
        "contentMediaType": "an annotation in draft 2020-12: a schema refuses nothing by it",
        "contentSchema": "an annotation in draft 2020-12: a schema refuses nothing by it",
        "readOnly": "a request SHOULD NOT have the member: a server may well not look at it",
        "writeOnly": "speaks of answers, not of requests",
        "discriminator": "a hint for readers; what a branch says of the member is broken by enum and const",
    }
)
"""Keywords that have no line above, each with the reason."""
