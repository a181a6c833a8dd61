"""Whole bodies: with every member that is allowed at once, with usual values, or each at an edge of what it may be.

A schema says less than its author knows. So a value that a form rules (a country) is one of the document's examples
where there is any, and an optional member that refers to something is left out where nothing is known of it: one value
that the server has to refuse would hide what it makes of all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
from hypothesis import strategies as st

from fuzz.allowed import REWRITTEN, edges, values
from fuzz.building import EACH
from fuzz.names import referred
from fuzz.places import body_members, replaced
from fuzz.references import codes
from fuzz.request_body import allows
from fuzz.samples import values_by_name
from fuzz.strategies import bodies_with
from fuzz.written import fragment, like
from validator.pointer import walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.knowledge import Knowledge
    from validator.contract import Contract, Operation

_RULED: Final = frozenset({"pattern", "format"})


@st.composite
def full(
    draw: st.DrawFn, contract: Contract, operation: Operation, sound: st.SearchStrategy[Any], knowledge: Knowledge
) -> Any:
    """A sound body, with every other member that is allowed beside what it has."""
    is_valid = allows(contract, operation)
    body = draw(sound)
    for member in body_members(contract, operation):
        if isinstance(body, dict) and len(member.path) == 1 and member.path[0] not in body and EACH not in member.path:
            if referred(member.name) is not None and not knowledge.of(member.name, member.holder):
                continue
            more = knowledge.settle(draw(bodies_with(contract, operation, member.demand)))
            larger = replaced(body, member.path, walk(more, member.path))
            body = larger if is_valid(larger) else body
    return _with_usual(contract, operation, body, is_valid)


def at_edges(contract: Contract, operation: Operation, body: Any, turn: int) -> bytes:
    """The body with a value at an edge for each member, as far as it is allowed beside the others.

    `turn` counts from 1: each turn has other edges.
    """
    is_valid, named = allows(contract, operation), codes(contract, operation)
    seen = body
    # What stands in a list goes before the list does.
    for member in sorted(body_members(contract, operation), key=lambda one: -len(one.path)):
        for spot in member.spots(seen) if member.name not in named else ():
            there = walk(seen, spot)
            is_number = isinstance(there, int | float) and not isinstance(there, bool)
            # Of most things there cannot be 0, and servers say so: a number is first written in other ways.
            rewritten = [one for kind in REWRITTEN for one in values(contract, member, kind, there)]
            offered = (*(rewritten if is_number else ()), *edges(contract, member))
            if not offered:
                continue
            value = offered[(turn - 1) % len(offered)]
            changed = replaced(seen, spot, like(value))
            if is_valid(changed):
                seen, body = changed, replaced(body, spot, fragment(value))
    return orjson.dumps(body)


def _with_usual(contract: Contract, operation: Operation, body: Any, is_valid: Callable[[Any], bool]) -> Any:
    for member in body_members(contract, operation):
        nodes = [node for node in map(contract.schema_at, member.applied) if isinstance(node, dict)]
        usual = values_by_name(contract).get(member.name, ())
        if not usual or not any(_RULED & node.keys() for node in nodes):
            continue
        for spot in member.spots(body):
            if walk(body, spot) is not None and walk(body, spot) not in usual:
                body = next((one for value in usual if is_valid(one := replaced(body, spot, value))), body)
    return body
