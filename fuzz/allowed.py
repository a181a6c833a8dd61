"""Values at the edge of what a schema allows, and values that are written in an unusual way: a server has to take them.

Each is checked against the schemas of its member before it is offered, so that nothing is in here by mistake.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import orjson

from fuzz.names import referred
from fuzz.odd_texts import MIXED, ODD_TEXTS
from fuzz.written import Written, like

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fuzz.places import Place
    from validator.contract import Contract

ALONE: Final = "alone"
LISTED: Final = "value "
WHOLE_FLOAT: Final = "whole-float"
EXPONENT: Final = "exponent"
REWRITTEN: Final = (WHOLE_FLOAT, EXPONENT)
"""Kinds that write the number that is there in another way: JSON does not tell 2.0 from 2."""

MANY_DIGITS: Final = "many-digits"
"""The kind with a number that a reader of JSON may trip over, though 32 bits hold it; not for all members at once."""

_LONG: Final = (1.2345678901, 1234567890)

_MOST_LISTED: Final = 30
_LONGEST: Final = 5000


def kinds(contract: Contract, member: Place) -> tuple[str, ...]:
    """How a member may be written, each by a name; "alone" is whatever is drawn, beside what is required."""
    is_whole = any(_allows(contract, member, one) for one in (1, 2, 1000))
    is_long = referred(member.name) is None and any(_allows(contract, member, one) for one in _LONG)
    more = (*(REWRITTEN if is_whole else ()), *([MANY_DIGITS] if is_long else []))
    return (ALONE, *_values(contract, member), *more)


def values(contract: Contract, member: Place, kind: str, sound: Any) -> tuple[Any, ...]:
    """The values of that kind, the most telling first; `sound` is what stands there now.

    A number is written anew, if it is a whole one.
    """
    if kind in REWRITTEN and isinstance(sound, int) and not isinstance(sound, bool):
        return (Written(f"{sound}.0" if kind == WHOLE_FLOAT else f"{sound}e0", sound),)
    if kind == MANY_DIGITS:
        return tuple(one for one in _LONG if _allows(contract, member, one))
    return _values(contract, member).get(kind, (sound,))


@lru_cache(maxsize=4096)
def edges(contract: Contract, member: Place) -> tuple[Any, ...]:
    """One value of each kind, those first that are most often mistaken for others: to be tried with other members'.

    Of the values that are listed, the first comes last: it is the one that everybody sends.
    """
    found = _values(contract, member)
    listed = [values[0] for kind, values in found.items() if kind.startswith(LISTED)]
    rest = [values[0] for kind, values in sorted(found.items(), key=_rank) if not kind.startswith(LISTED)]
    mixed = [text for text in (MIXED, MIXED[:8], MIXED[:3]) if found.keys() >= ODD_TEXTS.keys() - {"long"}]
    fitting = [text for text in mixed if _allows(contract, member, text)][:1]
    return (*listed[1:], *fitting, *found.get("long", ())[:1], *rest, *listed[:1])


_FIRST: Final = ("no-items", "no-members", "false", "null", "empty", "shortest", "minimum", "maximum", "true")


def _rank(found: tuple[str, Any]) -> int:
    return _FIRST.index(found[0]) if found[0] in _FIRST else len(_FIRST)


@lru_cache(maxsize=4096)
def _values(contract: Contract, member: Place) -> Mapping[str, tuple[Any, ...]]:
    nodes = [node for node in map(contract.schema_at, member.applied) if isinstance(node, dict)]
    offered = chain(_listed(nodes), _plain(nodes), () if referred(member.name) is not None else _at_edges(nodes))
    found: dict[str, tuple[Any, ...]] = {}
    for kind, one in offered:
        if _allows(contract, member, one):
            found[kind] = (*found.get(kind, ()), one)
    return found


def _allows(contract: Contract, member: Place, one: Any) -> bool:
    return all(contract.validator(pointer, writing=True).is_valid(like(one)) for pointer in member.applied)


def _listed(nodes: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    for node in nodes:
        for one in [*node.get("enum", ()), *([node["const"]] if "const" in node else ())][:_MOST_LISTED]:
            yield f"{LISTED}{orjson.dumps(one).decode()}", one


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
        yield from ((kind, text) for kind, texts in ODD_TEXTS.items() for text in texts)
    if _types(nodes) & {"integer", "number"}:
        yield "negative-zero", Written("-0", 0)


def _types(nodes: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    said = [node["type"] for node in nodes if "type" in node]
    return frozenset(one for types in said for one in ([types] if isinstance(types, str) else types))
