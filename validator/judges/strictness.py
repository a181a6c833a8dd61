"""What is looked for only on request: properties that the schema does not name, members that come twice.

The walk goes through a body and its schema together and counts a property as documented where any schema that may
apply to the object names it: a branch of `oneOf` that does not match documents its members all the same.
"""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs

from validator import rules
from validator.findings import Finding, Severity
from validator.pointer import join, of_reference
from validator.redaction import Safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.contract import Contract, Operation

_ANY_OF_THESE: Final = ("allOf", "anyOf", "oneOf")
_IN_PLACE: Final = ("if", "then", "else")
_OPEN: Final = ("additionalProperties", "unevaluatedProperties")


class Strictness(Enum):
    """Whether undocumented properties and doubled members are looked for, and how much they weigh."""

    OFF = "off"
    DRIFT = "drift"
    """With the severity that the rule has: information, not failure."""
    STRICT = "strict"
    """As errors."""

    def look(
        self, contract: Contract, operation: Operation, schema: str | None, value: Any, body: bytes
    ) -> Iterator[Finding]:
        """The findings of a body that was judged otherwise already."""
        if self is Strictness.OFF:
            return
        if schema is not None:
            for instance, documented in undocumented_properties(contract, schema, value):
                yield self._finding(
                    operation,
                    rules.UNDOCUMENTED_PROPERTY,
                    "only documented members",
                    Safe("one more"),
                    instance,
                    documented,
                )
        if isinstance(value, dict | list):
            for instance in duplicate_keys(body):
                yield self._finding(
                    operation, rules.DUPLICATE_KEY, "each member once", Safe("it twice"), instance, schema
                )

    def _finding(
        self, operation: Operation, rule: str, expected: str, received: Safe, instance: str, documented: str | None
    ) -> Finding:
        return Finding(
            rule=rule,
            severity=Severity.ERROR if self is Strictness.STRICT else rules.BY_ID[rule].severity,
            operation=operation.id,
            instance=instance,
            documented=documented,
            expected=expected,
            received=received,
        )


def undocumented_properties(contract: Contract, schema: str, value: Any) -> Iterator[tuple[str, str]]:
    """Each member that no schema names: its place in the value, and the schema of the object it stands in."""
    pending = [("", [schema], value)]
    while pending:
        at, schemas, here = pending.pop()
        if isinstance(here, dict):
            places = list(_applicable(contract, schemas))
            named = {place: contract.document.at(place) for place in places}
            if not any(set(node) & {"properties", "patternProperties", *_OPEN} for node in named.values()):
                continue  # A free-form object documents no members, so none is undocumented.
            for name, member in here.items():
                below = [child for place, node in named.items() for child in _of_member(place, node, name)]
                if below:
                    pending.append((join(at, name), below, member))
                elif not any(_says_any_member(node) for node in named.values()):
                    yield join(at, name), next((place for place in places if "properties" in named[place]), places[0])
        elif isinstance(here, list):
            places = list(_applicable(contract, schemas))
            for index, item in enumerate(here):
                below = [child for place in places for child in _of_item(place, contract.document.at(place), index)]
                if below:
                    pending.append((join(at, index), below, item))


def duplicate_keys(body: bytes) -> Iterator[str]:
    """The place of each member that comes more than once in its object."""
    try:
        value = json.loads(body, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return
    pending: list[tuple[str, Any]] = [("", value)]
    while pending:
        at, here = pending.pop()
        if isinstance(here, _Pairs):
            seen: set[str] = set()
            told: set[str] = set()
            for name, member in here:
                if name in seen and name not in told:
                    told.add(name)
                    yield join(at, name)
                seen.add(name)
                pending.append((join(at, name), member))
        elif isinstance(here, list):
            pending.extend((join(at, index), item) for index, item in enumerate(here))


class _Pairs(tuple[tuple[str, Any], ...]):
    """An object as it was written: doubled members and all."""

    __slots__ = ()


def _applicable(contract: Contract, schemas: list[str]) -> Iterator[str]:
    """Every schema that may speak of the same value: through references, combinations and conditions."""
    seen: set[str] = set()
    pending = list(schemas)
    while pending:
        place = pending.pop()
        if place in seen:
            continue
        seen.add(place)
        node = contract.document.at(place)
        if not isinstance(node, dict):
            continue
        yield place
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/"):
            pending.append(of_reference(reference))
        for keyword in _ANY_OF_THESE:
            pending.extend(join(place, keyword, index) for index in range(len(node.get(keyword) or ())))
        pending.extend(join(place, keyword) for keyword in _IN_PLACE if keyword in node)
        pending.extend(join(place, "dependentSchemas", name) for name in node.get("dependentSchemas") or ())


def _of_member(place: str, node: dict[str, Any], name: str) -> Iterator[str]:
    """The schemas that a node has for a member; none where it does not document it."""
    known = False
    if name in (node.get("properties") or ()):
        known = True
        yield join(place, "properties", name)
    for pattern in node.get("patternProperties") or ():
        if jsonschema_rs.is_valid({"pattern": pattern}, name):
            known = True
            yield join(place, "patternProperties", pattern)
    if not known:
        yield from (join(place, keyword) for keyword in _OPEN if isinstance(node.get(keyword), dict))


def _says_any_member(node: dict[str, Any]) -> bool:
    """Whether a schema says in so many words that other members may come (or that none may: that is judged)."""
    return any(isinstance(node.get(keyword), bool) for keyword in _OPEN)


def _of_item(place: str, node: dict[str, Any], index: int) -> Iterator[str]:
    prefix = node.get("prefixItems") or ()
    if index < len(prefix):
        yield join(place, "prefixItems", index)
    elif isinstance(node.get("items"), dict):
        yield join(place, "items")
