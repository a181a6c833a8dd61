"""Keywords of JSON Schema for openapi-core's own validator, in the meaning of the compiled judge (see DIFFERENCES).

Each is a keyword function of jsonschema: what a value breaks is yielded.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
from jsonschema._keywords import allOf, anyOf, oneOf
from jsonschema.exceptions import ValidationError as SchemaError

from validator.judges.common import Undecided

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def pattern(validator: Any, pattern: str, instance: Any, _: Any) -> Iterator[SchemaError]:
    """The text is matched as ECMA-262 has it, within a bound."""
    if validator.is_type(instance, "string") and not _matches(pattern, instance):
        yield SchemaError("does not match the pattern")


def multiple_of(validator: Any, divisor: float, instance: Any, _: Any) -> Iterator[SchemaError]:
    """Numbers are decimal."""
    if validator.is_type(instance, "number") and Fraction(str(instance)) % Fraction(str(divisor)) != 0:
        yield SchemaError("is not a multiple")


def pattern_properties(validator: Any, patterns: Mapping[str, Any], instance: Any, _: Any) -> Iterator[SchemaError]:
    """Names are matched as any text is."""
    if validator.is_type(instance, "object"):
        for pattern, schema in patterns.items():
            for name in instance:
                if _matches(pattern, name):
                    yield from validator.descend(instance[name], schema, path=name, schema_path=pattern)


def additional_properties(validator: Any, additional: Any, instance: Any, schema: Any) -> Iterator[SchemaError]:
    """Of names that neither `properties` nor `patternProperties` of the same schema know."""
    if not validator.is_type(instance, "object"):
        return
    further = [name for name in instance if not _knows(schema, name)]
    if isinstance(additional, dict):
        for name in further:
            yield from validator.descend(instance[name], additional, path=name)
    elif not additional and further:
        yield SchemaError("has more members")


def unevaluated_properties(validator: Any, unevaluated: Any, instance: Any, schema: Any) -> Iterator[SchemaError]:
    """Of members that no keyword has looked at, right here or in a schema that holds here."""
    if not validator.is_type(instance, "object"):
        return
    known = _evaluated(validator, instance, schema, beside=False)
    if any(name not in known and not _holds(validator, unevaluated, instance[name]) for name in instance):
        yield SchemaError("has members that nothing speaks of")


def _evaluated(validator: Any, instance: Mapping[str, Any], schema: Any, *, beside: bool = True) -> set[str]:
    """The members that a schema which holds has looked at (JSON Schema 2020-12, core, section 11.3)."""
    if not isinstance(schema, dict):
        return set()
    known = {name for name in instance if _knows(schema, name)}
    if "additionalProperties" in schema or (beside and "unevaluatedProperties" in schema):
        return set(instance)
    if "$ref" in schema:
        resolved = validator._resolver.lookup(schema["$ref"])  # noqa: SLF001 - jsonschema offers no other way
        there = validator.evolve(schema=resolved.contents, _resolver=resolved.resolver)
        known |= _evaluated(there, instance, resolved.contents)
    parts = [part for keyword in ("allOf", "anyOf", "oneOf") for part in schema.get(keyword, ())]
    parts += [part for name, part in schema.get("dependentSchemas", {}).items() if name in instance]
    if "if" in schema:
        parts += [schema["if"], schema.get("then" if _holds(validator, schema["if"], instance) else "else", True)]
    for part in parts:
        if _holds(validator, part, instance):
            known |= _evaluated(validator, instance, part)
    return known


def _knows(schema: Mapping[str, Any], name: str) -> bool:
    return name in schema.get("properties", {}) or any(
        _matches(pattern, name) for pattern in schema.get("patternProperties", {})
    )


def _holds(validator: Any, schema: Any, instance: Any) -> bool:
    return bool(validator.evolve(schema=schema).is_valid(instance))


def _matches(pattern: str, text: str) -> bool:
    for error in _compiled(pattern).iter_errors(text):
        if not isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Pattern):
            raise Undecided("a pattern is too costly for this value")
        return False
    return True


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    return jsonschema_rs.Draft202012Validator({"pattern": pattern})


OURS: Final = {
    "pattern": pattern,
    "multipleOf": multiple_of,
    "additionalProperties": additional_properties,
    "allOf": allOf,
    "anyOf": anyOf,
    "oneOf": oneOf,
}
"""For either version. Combinations are those of JSON Schema: a discriminator does not change them."""

OURS_IN_3_1: Final = {"patternProperties": pattern_properties, "unevaluatedProperties": unevaluated_properties}
"""What OpenAPI 3.0 does not know."""
