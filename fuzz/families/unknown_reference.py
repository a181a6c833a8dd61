"""The family `unknown-reference`: valid bodies in which one id is of nothing.

Only a member that is sure to refer to something is broken: the document promises something for the fault at the member
itself, or ids of that name have been learnt from the server. What else is called an id may be anybody's own number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import orjson
from hypothesis import assume
from hypothesis import strategies as st

from fuzz.bodies_like import bodies_like
from fuzz.breakage import Breakage, Way
from fuzz.building import EACH
from fuzz.engine import has_example
from fuzz.faults import INVALID_VALUE, UNKNOWN_REFERENCE
from fuzz.items import AMONG_OTHERS, among_others
from fuzz.places import replaced
from fuzz.references import references
from fuzz.removals import without
from fuzz.request_body import allows
from fuzz.samples import samples
from fuzz.strategies import bodies_with
from fuzz.unknown_ids import unknown_numbers, unknown_texts
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.knowledge import Knowledge
    from fuzz.places import Path, Place
    from fuzz.references import Reference
    from validator.contract import Contract, Operation

UNKNOWN: Final = "unknown"
UNKNOWN_TEXT: Final = "unknown-text"

_NUMBERS: Final[Mapping[str, int]] = MappingProxyType(
    {"zero": 0, "negative": -1, "beyond-32-bits": 2**31, "beyond-64-bits": 2**63}
)
"""Numbers that nothing has for an id. That one is no good value is as true as that nothing has it."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A reference, and how it is broken."""

    reference: Reference
    kind: str


class UnknownReference:
    """The family `unknown-reference`."""

    def ways(self, contract: Contract, operation: Operation) -> tuple[Way, ...]:
        """One for each member that may refer to something, and each kind of id that its schemas allow."""
        return tuple(
            Way(place=one.reference.member.pointer, kind=one.kind, schema=one.reference.member.schema)
            for one in _choices(contract, operation)
        )

    def broken(
        self, contract: Contract, operation: Operation, way: Way | None, knowledge: Knowledge
    ) -> st.SearchStrategy[Breakage]:
        """Valid bodies with an id of nothing; none where no member is sure to refer to something."""
        chosen = [
            one
            for one in _choices(contract, operation)
            if way is None or (one.reference.member.pointer, one.kind) == (way.place, way.kind)
            if one.reference.promised or knowledge.is_of_listed(one.reference.member.name, one.reference.member.holder)
        ]
        if not chosen:
            return st.nothing()
        return st.sampled_from(chosen).flatmap(lambda one: _referring(contract, operation, one, knowledge))


@lru_cache(maxsize=512)
def _choices(contract: Contract, operation: Operation) -> tuple[_Chosen, ...]:
    return tuple(
        _Chosen(one, kind)
        for one in references(contract, operation)
        if one.member.is_plain or has_example(bodies_with(contract, operation, one.member.demand))
        for kind in _kinds(contract, one)
    )


def _kinds(contract: Contract, reference: Reference) -> list[str]:
    """The kinds of id that the member's schemas allow."""
    if "integer" not in reference.types:
        return [UNKNOWN]
    allowed = [
        kind
        for kind, number in _NUMBERS.items()
        if all(contract.validator(pointer, writing=True).is_valid(number) for pointer in reference.member.applied)
    ]
    return [UNKNOWN, *([UNKNOWN_TEXT] if "string" in reference.types else []), *allowed]


@st.composite
def _referring(
    draw: st.DrawFn, contract: Contract, operation: Operation, chosen: _Chosen, knowledge: Knowledge
) -> Breakage:
    member, is_valid = chosen.reference.member, allows(contract, operation)
    unknown = draw(_ids(contract, chosen, knowledge))
    listed = [
        (body, spot)
        for sample in (samples(contract, operation) if knowledge.taken is None else ())
        for body in [knowledge.settle(sample)]
        for spot in _spots(member, body)
        if is_valid(replaced(body, spot, unknown))
    ]
    if listed:
        body, spot = draw(st.sampled_from(listed))
    else:
        body = draw(bodies_like(contract, operation, knowledge, member.demand))
        spots = [spot for spot in member.spots(body) if is_valid(replaced(body, spot, unknown))]
        assume(spots)
        spot = draw(st.sampled_from(spots))
    if draw(AMONG_OTHERS):
        body, spot = among_others(body, spot, is_valid)
    broken = _alone(contract, operation, replaced(body, spot, unknown), spot)
    pointer = join("", *spot)
    return Breakage(
        fault=UNKNOWN_REFERENCE,
        variant=f"{pointer} {chosen.kind}",
        described=f"with {_TOLD[chosen.kind]} at {pointer}",
        places=((*member.applied, *member.above),),
        body=orjson.dumps(broken),
        also=(INVALID_VALUE,) if chosen.kind in _NUMBERS else (),
    )


def _spots(member: Place, body: Any) -> list[Path]:
    """Where a body has the member, else where it could be put."""
    there = member.spots(body)
    if there or member.steps[-1].item:
        return there
    return [(*spot, member.name) for spot in member.holders(body)]


def _alone(contract: Contract, operation: Operation, body: Any, spot: Path) -> Any:
    """The body without other references beside this one, as far as it can do without: a server may look at them only.

    A product is named by its id or by its code; with both, one of them counts.
    """
    is_valid = allows(contract, operation)
    beside = [one for one in references(contract, operation) if one.member.path[:-1] == _tokens(spot)[:-1]]
    for other in beside:
        path = (*spot[:-1], other.member.path[-1])
        if path != spot:
            left = without(body, [path])
            body = left if is_valid(left) else body
    return body


def _tokens(spot: Path) -> tuple[str, ...]:
    return tuple(EACH if isinstance(token, int) else token for token in spot)


_TOLD: Final[Mapping[str, str]] = MappingProxyType(
    {
        UNKNOWN: "an id of nothing",
        UNKNOWN_TEXT: "a text that is no id",
        "zero": "0 for an id",
        "negative": "a negative id",
        "beyond-32-bits": "an id of more than 32 bits",
        "beyond-64-bits": "an id of more than 64 bits",
    }
)


def _ids(contract: Contract, chosen: _Chosen, knowledge: Knowledge) -> st.SearchStrategy[Any]:
    if chosen.kind in _NUMBERS:
        return st.just(_NUMBERS[chosen.kind])
    schemas = [node for node in map(contract.schema_at, chosen.reference.member.applied) if isinstance(node, dict)]
    if chosen.kind == UNKNOWN and "integer" in chosen.reference.types:
        return unknown_numbers(schemas, knowledge.texts)
    like = knowledge.of(chosen.reference.member.name, chosen.reference.member.holder)
    return unknown_texts(schemas, like, knowledge.texts)
