"""Values at the edge of what a schema allows, and values that are written in an unusual way: a server has to take them.

Each is checked against the schemas of its member before it is offered, so that nothing is in here by mistake.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import orjson

from fuzz.names import referred
from fuzz.written import Written, like

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fuzz.members import Member
    from validator.contract import Contract

ALONE: Final = "alone"
WHOLE_FLOAT: Final = "whole-float"
EXPONENT: Final = "exponent"
REWRITTEN: Final = (WHOLE_FLOAT, EXPONENT)
"""Kinds that write the number that is there in another way: JSON does not tell 2.0 from 2."""

_MOST_LISTED: Final = 30
_LONGEST: Final = 5000
_UNUSUAL: Final[Mapping[str, str]] = {
    "empty": "",
    "unicode": "Zo\u00eb \u6f22\u5b57 \U0001f600 \u0645\u0631\u062d\u0628\u0627",
    "quotes": '"it\'s" \\ / `b` <i>&amp; %s {0} $x; --',
    "control-characters": "a\u0001b\tc\r\nd\u007f",
    "long": "lorem ipsum " * 20,
}
"""Texts that are as good as any, where no word of the schema says more."""


def kinds(contract: Contract, member: Member) -> tuple[str, ...]:
    """How a member may be written, each by a name; "alone" is whatever is drawn, beside what is required."""
    is_whole = any(_allows(contract, member, one) for one in (1, 2, 1000))
    return (ALONE, *_values(contract, member), *(REWRITTEN if is_whole else ()))


def value(contract: Contract, member: Member, kind: str, sound: Any) -> Any:
    """The value of that kind; `sound` is what stands there now. A number is written anew, if it is a whole one."""
    if kind in REWRITTEN:
        if isinstance(sound, int) and not isinstance(sound, bool):
            return Written(f"{sound}.0" if kind == WHOLE_FLOAT else f"{sound}e0", sound)
        return sound
    return _values(contract, member).get(kind, sound)


@lru_cache(maxsize=4096)
def _values(contract: Contract, member: Member) -> Mapping[str, Any]:
    nodes = [node for node in map(contract.schema_at, member.own) if isinstance(node, dict)]
    offered = chain(_listed(nodes), _plain(nodes), () if referred(member.name) is not None else _at_edges(nodes))
    return {kind: one for kind, one in offered if _allows(contract, member, one)}


def _allows(contract: Contract, member: Member, one: Any) -> bool:
    return all(contract.validator(pointer, writing=True).is_valid(like(one)) for pointer in member.own)


def _listed(nodes: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    for node in nodes:
        for one in [*node.get("enum", ()), *([node["const"]] if "const" in node else ())][:_MOST_LISTED]:
            yield f"value {orjson.dumps(one).decode()}", one


def _plain(nodes: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    yield "null", None
    if any("type" in node for node in nodes):
        yield from (("true", True), ("false", False), ("no-items", []), ("no-members", {}))


def _at_edges(nodes: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    for node in nodes:
        for word in ("minimum", "maximum"):
            if word in node:
                yield word, node[word]
        if "minLength" in node:
            yield "shortest", "a" * min(int(node["minLength"]), _LONGEST)
        if int(node.get("maxLength", _LONGEST)) < _LONGEST:
            yield "longest", "a" * int(node["maxLength"])
    told = {word for node in nodes for word in node}
    if "string" in _types(nodes) and not told & {"format", "pattern", "enum", "const"}:
        yield from _UNUSUAL.items()
    if _types(nodes) & {"integer", "number"}:
        yield "negative-zero", Written("-0", 0)


def _types(nodes: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    said = [node["type"] for node in nodes if "type" in node]
    return frozenset(one for types in said for one in ([types] if isinstance(types, str) else types))
