"""Which members of a request body refer to something that has to exist.

A member does if its own schema promises something for `unknown-reference`; or if it is called as the ids of things are
that the server lists. Whether the second is so is only known once ids have been learnt.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from fuzz.faults import UNKNOWN_REFERENCE
from fuzz.names import kind_of, referred
from fuzz.places import members
from fuzz.request_body import body_schema
from validator.contract.promises import EXTENSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.places import Place
    from validator.contract import Contract, Operation

_ID_TYPES: Final = frozenset({"integer", "string"})
_NO_WORDS: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A member that refers to something. `promised`: the document says so itself, at the member."""

    member: Place
    promised: bool
    types: frozenset[str]


@lru_cache(maxsize=512)
def references(contract: Contract, operation: Operation) -> tuple[Reference, ...]:
    """The members of the operation's body that may refer to something: by their own promise, or by their name."""
    found: dict[str, Reference] = {}
    for member in _members(contract, operation):
        entry = _own_entry(contract, member)
        types = _types(contract, member)
        named_so = bool(_kind(member)) and entry is not _TAKEN_BACK
        if types and (named_so or entry is _PROMISED):
            known = found.get(member.pointer)
            if known is None or (entry is _PROMISED and not known.promised):
                found[member.pointer] = Reference(member=member, promised=entry is _PROMISED, types=types)
    return tuple(found.values())


@lru_cache(maxsize=512)
def named(contract: Contract, operation: Operation) -> frozenset[str]:
    """The kinds of things that the names in the operation's body speak of."""
    return frozenset(filter(None, (_kind(member) or "" for member in _members(contract, operation))))


@lru_cache(maxsize=512)
def codes(contract: Contract, operation: Operation) -> frozenset[str]:
    """The names of members that refer to something, as the document says, and not by an id: `productcode`."""
    found = (one.member.name for one in references(contract, operation) if one.promised)
    return frozenset(name for name in found if referred(name) is None)


def _kind(member: Place) -> str | None:
    kind = referred(member.name)
    return kind_of(member.holder) if kind == "" else kind


def _members(contract: Contract, operation: Operation) -> tuple[Place, ...]:
    schema = body_schema(operation)
    return () if schema is None else members(contract, schema)


_PROMISED: Final = "promised"
_TAKEN_BACK: Final = "taken back"


def _own_entry(contract: Contract, member: Place) -> str:
    """What the member's own schemas say of the fault; the first that names it counts."""
    for pointer in member.applied:
        entries = _words(contract, pointer).get(EXTENSION)
        if isinstance(entries, dict) and UNKNOWN_REFERENCE in entries:
            return _TAKEN_BACK if entries[UNKNOWN_REFERENCE] is None else _PROMISED
    return ""


def _types(contract: Contract, member: Place) -> frozenset[str]:
    """The types of id that the member may hold; none where it has a list of values, or is no id at all."""
    allowed = set(_ID_TYPES)
    for pointer in member.applied:
        words = _words(contract, pointer)
        if "enum" in words or "const" in words or words.get("format") in {"date", "date-time", "time"}:
            return frozenset()
        if "type" in words:
            said = words["type"]
            own = {said} if isinstance(said, str) else set(said)
            allowed &= own | ({"integer"} if "number" in own else set())
    return frozenset(allowed)


def _words(contract: Contract, pointer: str) -> Mapping[str, Any]:
    node = contract.schema_at(pointer)
    return node if isinstance(node, dict) else _NO_WORDS
