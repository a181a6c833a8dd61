"""The family `missing-parameter`: a valid body without a member, or several, that it cannot do without.

A parameter outside the body that has to be there is left out by fuzz/families/left_out.py.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import combinations, islice
from typing import TYPE_CHECKING, Any, Final

import orjson
from hypothesis import assume
from hypothesis import strategies as st

from fuzz.bodies_like import bodies_like
from fuzz.breakage import Breakage, Way
from fuzz.building import EACH
from fuzz.engine import has_example
from fuzz.families.left_out import left_out, ways_to_leave_out
from fuzz.faults import MISSING_PARAMETER
from fuzz.knowledge import NOTHING_KNOWN
from fuzz.removals import only_misses, removals, without
from fuzz.request_body import body_schema, schema_of
from fuzz.requirements import Requirement, requirements
from fuzz.samples import samples
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fuzz.building import Demand
    from fuzz.knowledge import Knowledge
    from fuzz.removals import Removal
    from validator.contract import Contract
    from validator.contract.operations import Operation

_MOST_TRIED: Final = 10

SEVERAL: Final = "several"
"""The kind of `missing-parameter` with more than one requirement broken."""

AMONG_OTHERS: Final = "among-others"
"""The kind with the document's own example for a body: a server may look less closely where there is much to see."""

LAST_ITEM: Final = "last-item"
"""The kind with a list of several items, of which the last lacks the member: a server may look at the first only."""

_ITEMS: Final = 3


class Missing:
    """The family `missing-parameter`."""

    def ways(self, contract: Contract, operation: Operation) -> tuple[Way, ...]:
        """One for each member that can be missing and each kind of body, one for several at once; then parameters."""
        ways = [
            Way(place=one.variant, kind=kind, schema=one.own[0][0] if one.own[0] else None)
            for one in breakable(contract, operation)
            for kind in _kinds(contract, operation, one)
        ]
        several = [Way(kind=SEVERAL)] if _pairs(contract, operation) else []
        return (*ways, *several, *ways_to_leave_out(contract, operation))

    def broken(
        self, contract: Contract, operation: Operation, way: Way | None, knowledge: Knowledge
    ) -> st.SearchStrategy[Breakage]:
        """Sound requests that lack what the way says, or anything."""
        ways = breakable(contract, operation)
        outside = ways_to_leave_out(contract, operation)
        if way in outside:
            return left_out(contract, operation, way, knowledge)
        if way is None:
            without_one = [left_out(contract, operation, one, knowledge) for one in outside]
            if not ways:
                return st.one_of(without_one)
            return st.one_of(
                *without_one,
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
        return _lacking(contract, operation, knowledge, st.sampled_from(wanted), kind=way.kind)


@lru_cache(maxsize=512)
def breakable(contract: Contract, operation: Operation) -> tuple[Requirement, ...]:
    """The requirements that can be broken: other words of the schema may always let the member be, or be missing."""
    schema = body_schema(operation)
    if schema is None:
        return ()
    # What else is required with it may be forbidden beside it, by other words: then it is missing on its own.
    asked = (dict.fromkeys((one, replace(one, beside=()))) for one in requirements(contract, schema))
    found = (next((one for one in forms if _can_be_lacking(contract, operation, one)), None) for forms in asked)
    return tuple(one for one in found if one is not None)


def _can_be_lacking(contract: Contract, operation: Operation, one: Requirement) -> bool:
    validator = contract.validator(schema_of(operation), writing=True)
    # An example of the document that can lack it saves the drawing.
    for body in samples(contract, operation):
        if any(only_misses(without(body, gone.paths), validator) for gone in removals(body, one, validator)):
            return True
    return has_example(_lacking(contract, operation, NOTHING_KNOWN, st.just((one,))))


@lru_cache(maxsize=4096)
def _kinds(contract: Contract, operation: Operation, one: Requirement) -> tuple[str, ...]:
    """The kinds of bodies that the requirement can be broken in."""

    def can_be(kind: str) -> bool:
        return has_example(_lacking(contract, operation, NOTHING_KNOWN, st.just((one,)), kind=kind))

    among = [AMONG_OTHERS] if _examples(contract, operation, one) else []
    last = [LAST_ITEM] if EACH in one.path and can_be(LAST_ITEM) else []
    return ("", *among, *last)


def _examples(contract: Contract, operation: Operation, one: Requirement) -> list[Any]:
    """The document's examples in which the requirement can be broken."""
    validator = contract.validator(schema_of(operation), writing=True)
    return [body for body in samples(contract, operation) if any(removals(body, one, validator))]


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
    kind: str = "",
) -> Breakage:
    """Bodies that break each of some requirements in one place; with `more`, perhaps in other places as well."""
    validator = contract.validator(schema_of(operation), writing=True)
    wanted = draw(requirements_of)
    listed = _examples(contract, operation, wanted[0]) if kind and knowledge.taken is None else []
    drawn = st.sampled_from(listed) if listed else bodies_like(contract, operation, knowledge, _demand(wanted))
    body = draw(drawn)
    body = body if knowledge.taken is not None else knowledge.sound(body)
    if kind == LAST_ITEM:
        body = _longer(body, wanted[0].path)
        assume(validator.is_valid(body))
    gone: list[Removal] = []
    for requirement in wanted:
        possible = list(removals(body, requirement, validator))
        if kind == LAST_ITEM:
            possible = [one for one in possible if _ITEMS - 1 in one.holder]
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
        variant=f"{', '.join(pointers)} {kind}".strip(),
        body=orjson.dumps(left),
        places=tuple(dict.fromkeys(place for one in told for place in one.places)),
        described=f"without {' and '.join(pointers)}",
    )


def _longer(value: Any, path: Sequence[str]) -> Any:
    """The value with several items in each list on the way, the first once more in place of those that lack."""
    if not path:
        return value
    head, rest = path[0], path[1:]
    if isinstance(value, list) and head == EACH:
        items = [*value, *value[:1] * _ITEMS][: max(_ITEMS, len(value))]
        return [_longer(item, rest) for item in items]
    if isinstance(value, dict):
        return {name: _longer(part, rest) if head in {name, EACH} else part for name, part in value.items()}
    return value
