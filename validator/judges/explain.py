"""From a broken keyword to a finding: what was promised, in words, and which rule that breaks.

Both judges end here, so that the same fault is told in the same way, whoever found it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import msgspec
import orjson

from validator import rules
from validator.findings import Absent, Finding
from validator.pointer import join, split, walk
from validator.redaction import Safe, plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from validator.contract import Contract, Operation

MAX_NAMED: Final = 12
"""So many alternatives are named in a message; the document has the rest."""

_MAX_TEXT: Final = 120

_TOLD: Final[WeakKeyDictionary[Contract, dict[str, str]]] = WeakKeyDictionary()
"""The words for each keyword that was told of: a recording breaks a few of them many times."""


class Violation(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A keyword of a schema that a value breaks: where in the value, and where in the document."""

    instance: tuple[str | int, ...]
    documented: str

    @property
    def keyword(self) -> str:
        """The broken keyword."""
        return self.documented.rpartition("/")[2]


def explain(
    contract: Contract, operation: Operation, violations: Iterable[Violation], value: Any, *, success: bool
) -> Iterator[Finding]:
    """The findings of a body's violations, each cause once, in the order of the body."""
    kept = set(violations)
    told: set[tuple[str, tuple[str | int, ...]]] = set()
    for violation in _in_order(_worth_telling(kept)) if len(kept) > 1 else kept:
        rule = _rule(contract, violation, value, success=success)
        if rule != rules.SCHEMA_VIOLATION:
            if (rule, violation.instance) in told:
                continue
            told.add((rule, violation.instance))
        yield from _findings(contract, operation, violation, value, rule)


def _in_order(violations: Iterable[Violation]) -> list[Violation]:
    """As they stand in the body."""
    return sorted(violations, key=lambda one: ([_sortable(token) for token in one.instance], one.documented))


def parent_of_refused(instance: tuple[str | int, ...], documented: str) -> tuple[tuple[str | int, ...], str]:
    """A value refused by a schema that is `false`, told of the keyword that the schema stands under.

    The engines differ on whether the refused value or its parent is named, and on which of several values is.
    """
    tokens = split(documented)
    if len(tokens) > 1 and tokens[-2] in ("properties", "patternProperties", "prefixItems"):
        return instance[:-1], join("", *tokens[:-1])
    if len(tokens) > 1 and tokens[-2] in ("allOf", "dependentSchemas"):
        return instance, join("", *tokens[:-1])
    if tokens[-1] == "items":
        return instance[:-1], documented
    return instance, documented


def expectation(contract: Contract, pointer: str) -> str:
    """What the keyword at a pointer into the document promises, in words."""
    told = _TOLD.setdefault(contract, {})
    text = told.get(pointer)
    if text is None:
        text = told[pointer] = _expectation(contract, pointer)
    return text


def _expectation(contract: Contract, pointer: str) -> str:
    parent, _, keyword = pointer.rpartition("/")
    try:
        node = contract.document.at(parent)
    except KeyError:
        return "what the schema documents"
    value = node.get(keyword) if isinstance(node, dict) else None
    if value is False and keyword not in _WORDS:
        return "nothing: the schema is false"
    tell = _WORDS.get(keyword)
    return tell(value) if tell is not None else f"{keyword}: {_json(value)}"


def _worth_telling(violations: set[Violation]) -> list[Violation]:
    """A value of the wrong type breaks most other keywords too; the type is the news."""
    mistyped = {violation.instance for violation in violations if violation.keyword == "type"}
    return [one for one in violations if one.keyword == "type" or one.instance not in mistyped]


def _rule(contract: Contract, violation: Violation, value: Any, *, success: bool) -> str:
    """Which promise is broken: the schema's, or the error contract's."""
    catalogue = contract.errors
    if (
        catalogue is None
        or success
        or violation.instance != (catalogue.member,)
        or violation.keyword not in ("enum", "const", "oneOf", "anyOf")
    ):
        return rules.SCHEMA_VIOLATION
    code = catalogue.code_of(value)
    if code is None:
        return rules.SCHEMA_VIOLATION
    return rules.ERROR_CODE_NOT_FOR_STATUS if code in catalogue.codes else rules.UNDOCUMENTED_ERROR_CODE


def _findings(
    contract: Contract, operation: Operation, violation: Violation, value: Any, rule: str
) -> Iterator[Finding]:
    at = join("", *violation.instance)
    came = walk(value, violation.instance)
    severity = rules.BY_ID[rule].severity
    if violation.keyword == "required":
        names = contract.document.at(violation.documented)
        for index, name in enumerate(names):
            if name not in came and not _left_out(contract, violation.documented, name):
                yield Finding(
                    rule=rule,
                    severity=severity,
                    operation=operation.id,
                    instance=at,
                    documented=join(violation.documented, index),
                    expected=f"the member {_json(name)}",
                    received=Absent.NOTHING,
                )
        return
    documented, expected = violation.documented, expectation(contract, violation.documented)
    if rule == rules.UNDOCUMENTED_ERROR_CODE and contract.errors is not None:
        documented = join(contract.errors.schema, "properties", contract.errors.member)
        expected = f"one of the {len(contract.errors.codes)} documented error codes"
    yield Finding(
        rule=rule,
        severity=severity,
        operation=operation.id,
        instance=at,
        documented=documented,
        expected=expected,
        # A number out of a catalogue of errors tells of no person.
        received=Safe(str(came)) if rule != rules.SCHEMA_VIOLATION and isinstance(came, int) else came,
    )


def _left_out(contract: Contract, pointer: str, name: str) -> bool:
    """Whether `required` does not speak of answers here: OpenAPI 3.0's writeOnly."""
    return contract.document.version == (3, 0) and name not in walk(contract.schemas().dialect.root, split(pointer))


def _sortable(token: str | int) -> tuple[int, str]:
    return (token, "") if isinstance(token, int) else (0, token)


def _json(value: Any) -> str:
    try:
        text = orjson.dumps(value).decode()
    except (TypeError, orjson.JSONEncodeError):
        text = repr(value)
    return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…"


def named(values: Sequence[Any]) -> str:
    """Some of these values, and how many there are more."""
    shown = ", ".join(_json(value) for value in values[:MAX_NAMED])
    more = len(values) - MAX_NAMED
    return f"{shown} or {more} more" if more > 0 else shown


def _type(value: Any) -> str:
    return " or ".join(value) if isinstance(value, list) else str(value)


def _alternatives(value: Any) -> str:
    if all(isinstance(choice, dict) and "const" in choice for choice in value):
        return f"one of {named([choice['const'] for choice in value])}"
    kinds = [_kind(choice) for choice in value]
    return f"one of {len(kinds)} alternatives ({'; '.join(dict.fromkeys(kinds))})"


def _kind(schema: Any) -> str:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            return str(schema["$ref"]).rpartition("/")[2]
        if "type" in schema:
            return _type(schema["type"])
        if isinstance(schema.get("required"), list):
            return f"with {named(schema['required'])}"
    return "a schema"


_WORDS: Final[dict[str, Callable[[Any], str]]] = {
    "type": _type,
    "enum": lambda value: f"one of {named(value)}",
    "const": _json,
    "oneOf": _alternatives,
    "anyOf": _alternatives,
    "not": lambda _: "not what the schema excludes",
    "pattern": lambda value: f"text that matches {value}",
    "format": lambda value: f"format {value}",
    "minimum": lambda value: f"at least {_json(value)}",
    "maximum": lambda value: f"at most {_json(value)}",
    "exclusiveMinimum": lambda value: f"more than {_json(value)}",
    "exclusiveMaximum": lambda value: f"less than {_json(value)}",
    "multipleOf": lambda value: f"a multiple of {_json(value)}",
    "minLength": lambda value: f"at least {plural(value, 'character')}",
    "maxLength": lambda value: f"at most {plural(value, 'character')}",
    "minItems": lambda value: f"at least {plural(value, 'item')}",
    "maxItems": lambda value: f"at most {plural(value, 'item')}",
    "uniqueItems": lambda _: "no item twice",
    "minProperties": lambda value: f"at least {plural(value, 'member')}",
    "maxProperties": lambda value: f"at most {plural(value, 'member')}",
    "additionalProperties": lambda _: "no members but those documented",
    "unevaluatedProperties": lambda _: "no members but those documented",
    "unevaluatedItems": lambda _: "no items but those documented",
    "items": lambda _: "no items but those documented",
    "writeOnly": lambda _: "no member that is for requests only",
    "propertyNames": lambda _: "member names as documented",
    "dependentRequired": lambda _: "the members that others of it need",
    "contains": lambda _: "an item as documented",
}
