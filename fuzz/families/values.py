"""The families `wrong-type` and `invalid-value`: a sound body in which one value is not what the contract allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
from hypothesis import assume
from hypothesis import strategies as st

from fuzz.bodies_like import bodies_like
from fuzz.breakage import Breakage, Way
from fuzz.faults import INVALID_VALUE, MALFORMED_JSON, MISSING_PARAMETER, UNKNOWN_REFERENCE
from fuzz.items import AMONG_OTHERS, among_others
from fuzz.places import Path, replaced
from fuzz.removals import only_misses, without
from fuzz.request_body import body_schema, schema_of
from fuzz.requirements import requirements
from fuzz.strategies import bodies
from fuzz.values.breaking import breaks, sound_at
from fuzz.values.kind import type_of
from fuzz.written import Written, fragment, like, shown
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.knowledge import Knowledge
    from fuzz.readings import Pointers
    from fuzz.values.breaking import Break
    from validator.contract import Contract, Operation


class Values:
    """The family of one of the two faults."""

    def __init__(self, fault: str) -> None:
        self._fault: Final = fault

    def ways(self, contract: Contract, operation: Operation) -> tuple[Way, ...]:
        """One for each place and kind: places near to the root first; for each, the most telling kind first.

        Raises DocumentError where there is no sound body to put a value in.
        """
        if body_schema(operation) is not None:
            bodies(contract, operation)
        return tuple(breaks(contract, operation, self._fault))

    def broken(
        self, contract: Contract, operation: Operation, way: Way | None, knowledge: Knowledge
    ) -> st.SearchStrategy[Breakage]:
        """Sound bodies with a value that is not allowed, at the place and of the kind that the way says, or any."""
        if way is not None:
            return _broken(contract, operation, self._fault, way, knowledge)
        return st.sampled_from(self.ways(contract, operation)).flatmap(
            lambda one: _broken(contract, operation, self._fault, one, knowledge)
        )


@st.composite
def _broken(
    draw: st.DrawFn, contract: Contract, operation: Operation, fault: str, way: Way, knowledge: Knowledge
) -> Breakage:
    one = breaks(contract, operation, fault)[way]
    body = draw(bodies_like(contract, operation, knowledge, one.demand))
    spots = one.spots(body)
    assume(spots)
    spot = draw(st.sampled_from(spots))
    if draw(AMONG_OTHERS):
        body, spot = among_others(body, spot, contract.validator(schema_of(operation), writing=True).is_valid)
    values = one.values(contract, sound_at(body, spot))
    assume(not values.is_empty)
    value = draw(values)
    assume(one.holds(contract, operation, replaced(body, spot, like(value)), spot))
    pointer = join("", *spot)
    places = [(*one.place.applied, *one.place.above)]
    also = list(_taken_for(one, value))
    if one.lacks or _may_be_missing(contract, operation, body, spot, value):
        also.append(MISSING_PARAMETER)
        places += _what_is_missing(contract, operation, one, value)
    return Breakage(
        fault=fault,
        variant=f"{pointer} {way.kind}".strip(),
        described=f"with {shown(value)} at {pointer}" if spot else f"with {shown(value)} for a body",
        places=tuple(dict.fromkeys(places)),
        also=tuple(also),
        body=orjson.dumps(replaced(body, spot, fragment(value))),
    )


def _taken_for(one: Break, value: Any) -> Iterator[str]:
    """Other faults that a server may see in the value, with as much right."""
    if isinstance(value, Written):
        yield MALFORMED_JSON  # in the grammar, and beyond what many a reader of JSON can hold
    kind = type_of(value)
    # JSON has no integers, and what only a list of constants refuses is of no type either.
    if one.wrong_type and (not one.typed or (kind == "number" and "integer" in one.allowed)):
        yield INVALID_VALUE
    # An id that none can have is one that nothing has.
    if not one.wrong_type and one.refers:
        yield UNKNOWN_REFERENCE


def _may_be_missing(contract: Contract, operation: Operation, body: Any, spot: Path, value: Any) -> bool:
    """Whether a server may take the broken value for none at all: PHP's isset() and empty() do so."""
    if isinstance(sound_at(body, spot), dict) and not isinstance(value, dict):
        return True  # it looks for the members, and finds none
    if not _is_blank(value):
        return False
    if not spot or isinstance(spot[-1], int):
        return True
    return only_misses(without(body, [spot]), contract.validator(schema_of(operation), writing=True))


def _is_blank(value: Any) -> bool:
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def _what_is_missing(contract: Contract, operation: Operation, one: Break, value: Any) -> Iterator[Pointers]:
    """What a server may find missing: the member itself, what would do in its stead, and its own members."""
    path = one.place.path
    for requirement in requirements(contract, schema_of(operation)):
        is_it = bool(path) and requirement.path == path[:-1] and path[-1] in requirement.names
        if is_it or (requirement.path == path and not isinstance(value, dict)):
            yield from ((*own, *requirement.above) for own in requirement.own)
