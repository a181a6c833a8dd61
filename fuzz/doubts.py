"""Doubts: a body refers to something of which nobody knows whether it exists, so the server may refuse it for that.

A contract may promise an answer to an id of nothing, and have no list from which one of something could be learnt. Then
a body with a fault has this one as well, for all we know: which of the two a server tells of is its own affair.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import orjson

from fuzz.faults import INVALID_VALUE, MISSING_PARAMETER, UNKNOWN_REFERENCE, WRONG_TYPE
from fuzz.references import references
from validator.pointer import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.breakage import Breakage
    from fuzz.knowledge import Knowledge
    from fuzz.readings import Pointers
    from validator.contract import Contract, Operation

_IN_BODIES: Final = frozenset({MISSING_PARAMETER, WRONG_TYPE, INVALID_VALUE, UNKNOWN_REFERENCE})
"""Faults of bodies that can be read: before that, nothing in them is looked at."""


def with_doubts(contract: Contract, operation: Operation, breakage: Breakage, knowledge: Knowledge) -> Breakage:
    """The breakage, with the places at which its body may refer to nothing."""
    if breakage.fault not in _IN_BODIES or not breakage.body:
        return breakage
    doubted = tuple(dict.fromkeys(_doubted(contract, operation, breakage, knowledge)))
    return replace(breakage, doubted=doubted) if doubted else breakage


def _doubted(contract: Contract, operation: Operation, breakage: Breakage, knowledge: Knowledge) -> Iterator[Pointers]:
    """The places of references, other than what is broken, that are not known to be good, nor were taken before.

    Where nothing is promised for a reference to nothing, a server may refuse it as it likes, or not look at all.
    """
    members = [
        one.member
        for one in references(contract, operation)
        if contract.promise(operation, UNKNOWN_REFERENCE, (*one.member.applied, *one.member.above)) is not None
    ]
    if not members:
        return
    try:
        body: Any = orjson.loads(breakage.body or b"")
    except orjson.JSONDecodeError:  # a number that only the grammar allows
        return
    for member in members:
        place = (*member.applied, *member.above)
        taken = [walk(knowledge.taken, spot) for spot in member.spots(knowledge.taken)]
        values = (walk(body, spot) for spot in member.spots(body))
        if place not in breakage.places and any(
            value is not None and value not in taken and not knowledge.has(member.name, value, member.holder)
            for value in values
        ):
            yield place
