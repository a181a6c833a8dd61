"""A valid body without a member, or several, that it cannot do without."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations, islice
from typing import TYPE_CHECKING, Final

import orjson
from hypothesis import assume
from hypothesis import strategies as st

from fuzz.breakage import Breakage, Way
from fuzz.engine import has_example
from fuzz.faults import MISSING_PARAMETER
from fuzz.knowledge import NOTHING_KNOWN
from fuzz.removals import only_misses, removals, without
from fuzz.requirements import Requirement, requirements
from fuzz.strategies import bodies_with, json_body
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.building import Demand
    from fuzz.knowledge import Knowledge
    from fuzz.removals import Removal
    from validator.contract import Contract
    from validator.contract.operations import Operation

_MOST_TRIED: Final = 10

SEVERAL: Final = "several"
"""The variant of `missing-parameter` with more than one requirement broken."""


class Missing:
    """The family `missing-parameter`."""

    def ways(self, contract: Contract, operation: Operation) -> tuple[Way, ...]:
        """One for each member that can be missing, and one for several at once."""
        ways = [
            Way(place=one.variant, schema=one.own[0][0] if one.own[0] else None)
            for one in breakable(contract, operation)
        ]
        return (*ways, *([Way(kind=SEVERAL)] if _pairs(contract, operation) else ()))

    def broken(
        self, contract: Contract, operation: Operation, way: Way | None, knowledge: Knowledge
    ) -> st.SearchStrategy[Breakage]:
        """Valid bodies that lack what the way says, or anything."""
        ways = breakable(contract, operation)
        if way is None:
            return st.one_of(
                _lacking(contract, operation, knowledge, st.sampled_from([(one,) for one in ways])),
                _lacking(
                    contract,
                    operation,
                    knowledge,
                    st.lists(st.sampled_from(ways), min_size=1, max_size=3).map(tuple),
                    more=True,
                ),
            )
        if way.kind == SEVERAL:
            return _lacking(contract, operation, knowledge, st.sampled_from(_pairs(contract, operation)), more=True)
        wanted = [(one,) for one in ways if one.variant == way.place]
        return _lacking(contract, operation, knowledge, st.sampled_from(wanted))


@lru_cache(maxsize=512)
def breakable(contract: Contract, operation: Operation) -> tuple[Requirement, ...]:
    """The requirements that can be broken: other words of the schema may always let the member be, or be missing."""
    media_type = json_body(operation)
    if media_type is None or media_type.schema is None:
        return ()
    return tuple(
        one
        for one in requirements(contract, media_type.schema)
        if has_example(_lacking(contract, operation, NOTHING_KNOWN, st.just((one,))))
    )


@lru_cache(maxsize=512)
def _pairs(contract: Contract, operation: Operation) -> tuple[tuple[Requirement, ...], ...]:
    """Requirements that can be broken at once: neither takes away what the other is about."""
    pairs = combinations(breakable(contract, operation), 2)
    apart = tuple((one, other) for one, other in pairs if not _nested(one, other) and not _nested(other, one))
    tried = islice(apart, _MOST_TRIED)
    return (
        apart if any(has_example(_lacking(contract, operation, NOTHING_KNOWN, st.just(pair))) for pair in tried) else ()
    )


def _demand(wanted: Iterable[Requirement]) -> Demand:
    return frozenset().union(*(one.demand for one in wanted))


def _nested(inner: Requirement, outer: Requirement) -> bool:
    gone = [(*outer.path, name) for name in outer.names]
    return any((*inner.path, name)[: len(path)] == path for path in gone for name in inner.names)


@st.composite
def _lacking(
    draw: st.DrawFn,
    contract: Contract,
    operation: Operation,
    knowledge: Knowledge,
    requirements_of: st.SearchStrategy[tuple[Requirement, ...]],
    *,
    more: bool = False,
) -> Breakage:
    """Bodies that break each of some requirements in one place; with `more`, perhaps in other places as well."""
    validator = contract.validator(_pointer(operation), writing=True)
    wanted = draw(requirements_of)
    body = knowledge.settle(draw(bodies_with(contract, operation, _demand(wanted))))
    gone: list[Removal] = []
    for requirement in wanted:
        possible = list(removals(body, requirement, validator))
        # Where another branch of a choice holds without the member, nothing can be broken here.
        assume(possible)
        gone.append(draw(st.sampled_from(possible)))
        if more:
            gone += draw(st.lists(st.sampled_from(possible), max_size=3))
    left = without(body, [path for one in gone for path in one.paths])
    assume(only_misses(left, validator))
    paths = {path for one in gone for path in one.paths}
    # What stands in a part that is gone itself is not told of.
    told = [one for one in gone if not any(one.holder[:length] in paths for length in range(1, len(one.holder) + 1))]
    pointers = list(dict.fromkeys(join("", *path) for one in told for path in one.paths))
    return Breakage(
        fault=MISSING_PARAMETER,
        variant=", ".join(pointers),
        body=orjson.dumps(left),
        places=tuple(dict.fromkeys(place for one in told for place in one.places)),
        described=f"without {' and '.join(pointers)}",
    )


def _pointer(operation: Operation) -> str:
    media_type = json_body(operation)
    if media_type is None or media_type.schema is None:
        raise ValueError(f"{operation.id} has no schema for a JSON body")
    return media_type.schema
