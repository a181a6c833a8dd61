"""Kind: one way of making a value that its place does not allow; and what the makers of kinds are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from fuzz.written import like

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hypothesis import strategies as st

    from fuzz.building import Builder
    from fuzz.readings import Pointers, Readings
    from validator.contract import Contract

TYPES: Final = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A way of breaking a value.

    `make` gets a sound value of the place and gives candidates, the most telling first: a list of them, of which those
    that the schema refuses are taken, or a strategy. `demand` has members that the sound value has to have.
    `lacks`: that a member is missing is the very fault. `meant`: the schema takes the value, and only its meaning is
    wrong. `fixed`: the candidates are the same whatever the sound value is.
    """

    name: str
    make: Callable[[Any], Sequence[Any] | st.SearchStrategy[Any]]
    demand: tuple[str, ...] = ()
    lacks: bool = False
    meant: bool = False
    fixed: bool = False


def fixed(name: str, *values: Any) -> Kind:
    """The kind with these candidates."""
    return Kind(name=name, make=lambda _: values, fixed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A schema that is to be broken: its pointer and words, and all the schemas that hold beside it."""

    contract: Contract
    readings: Readings
    builder: Builder
    reading: Pointers
    pointer: str
    words: Mapping[str, Any] = field(default_factory=dict)

    def allows(self, pointer: str, value: Any) -> bool:
        """Whether the schema at a pointer takes a value."""
        return self.contract.validator(pointer, writing=True).is_valid(like(value))


def type_of(value: Any) -> str:
    """The JSON type of a value; 1.0 is an integer, as it is to JSON Schema."""
    value = like(value)
    if isinstance(value, bool):
        return "boolean"
    if value is None:
        return "null"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    return {float: "number", str: "string", list: "array", dict: "object"}[type(value)]


def types_allowed(readings: Readings, reading: Pointers) -> frozenset[str]:
    """The types that a reading takes: by `type`, or by the constants that it lists; all where it says neither."""
    allowed = TYPES
    for pointer in reading:
        words = readings.words(pointer)
        if "type" in words:
            own = frozenset([words["type"]] if isinstance(words["type"], str) else words["type"])
            allowed &= own | {"integer"} if "number" in own else own
        elif "enum" in words or "const" in words:
            allowed &= frozenset(type_of(value) for value in words.get("enum", [words.get("const")]))
    return allowed
