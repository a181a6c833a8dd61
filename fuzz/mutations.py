"""A valid body, broken by exactly one fault."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice
from typing import TYPE_CHECKING, Final

import orjson
from hypothesis import assume
from hypothesis import strategies as st

from fuzz.engine import has_example
from fuzz.faults import MADE, MALFORMED_JSON, MISSING_PARAMETER
from fuzz.malformed_json import BREAKAGES, malformed
from fuzz.removals import only_misses, removals, without
from fuzz.requirements import Requirement, requirements
from fuzz.strategies import bodies, bodies_with, json_body
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.building import Demand
    from fuzz.removals import Removal
    from validator.contract import Contract
    from validator.contract.operations import Operation

_MOST_TRIED: Final = 10

SEVERAL: Final = "several"
"""The variant of `missing-parameter` with more than one requirement broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakage:
    """A body with one fault, and how it was made.

    `variant` says which way of making the fault it was: `truncated`; `/products/0/amount` for a member that is gone
    (several: with commas between). `places` has, for each broken thing, the JSON Pointers of its schemas in the
    document, innermost first, as `Contract.promise` wants them; malformed JSON has no place. `described` is for a
    person: `without /products/0/amount`.
    """

    fault: str
    variant: str
    body: bytes
    places: tuple[tuple[str, ...], ...]
    described: str


def variants(contract: Contract, operation: Operation, fault: str) -> tuple[str, ...]:
    """The ways of making a fault in an operation's body, each of which a plan should cover once; there may be none."""
    _check(fault)
    if json_body(operation) is None:
        return ()
    if fault == MALFORMED_JSON:
        # Where no body is required, an empty one is none at all.
        return tuple(name for name in BREAKAGES if name != "empty" or operation.request_body_required)
    ways = _breakable(contract, operation)
    return (*(one.variant for one in ways), *([SEVERAL] if _pairs(contract, operation) else ()))


def broken(
    contract: Contract, operation: Operation, fault: str, variant: str | None = None
) -> st.SearchStrategy[Breakage]:
    """Valid bodies of the operation, each broken by the fault; with `variant`, in that way only.

    Ask `variants` first: where it has none, or not this one, there is a ValueError.
    """
    known = variants(contract, operation, fault)
    if not known or (variant is not None and variant not in known):
        raise ValueError(f"{operation.id} cannot be broken by {fault} ({variant or 'in any way'}); known: {known}")
    if fault == MALFORMED_JSON:
        valid = bodies(contract, operation)
        return (st.sampled_from(known) if variant is None else st.just(variant)).flatmap(
            lambda name: malformed(valid, name).map(lambda made: _malformed(name, *made))
        )
    return _missing(contract, operation, variant)


def _check(fault: str) -> None:
    if fault not in MADE:
        raise ValueError(f"no way to make the fault {fault!r}; known: {', '.join(MADE)}")


def _malformed(variant: str, body: bytes, described: str) -> Breakage:
    return Breakage(fault=MALFORMED_JSON, variant=variant, body=body, places=(), described=described)


@lru_cache(maxsize=512)
def _breakable(contract: Contract, operation: Operation) -> tuple[Requirement, ...]:
    """The requirements that can be broken: other words of the schema may always let the member be, or be missing."""
    media_type = json_body(operation)
    if media_type is None or media_type.schema is None:
        return ()
    return tuple(
        one
        for one in requirements(contract, media_type.schema)
        if has_example(_lacking(contract, operation, st.just((one,))))
    )


@lru_cache(maxsize=512)
def _pairs(contract: Contract, operation: Operation) -> tuple[tuple[Requirement, ...], ...]:
    """Requirements that can be broken at once: neither takes away what the other is about."""
    pairs = combinations(_breakable(contract, operation), 2)
    apart = tuple((one, other) for one, other in pairs if not _nested(one, other) and not _nested(other, one))
    tried = islice(apart, _MOST_TRIED)
    return apart if any(has_example(_lacking(contract, operation, st.just(pair))) for pair in tried) else ()


def _demand(wanted: Iterable[Requirement]) -> Demand:
    return frozenset().union(*(one.demand for one in wanted))


def _nested(inner: Requirement, outer: Requirement) -> bool:
    gone = [(*outer.path, name) for name in outer.names]
    return any((*inner.path, name)[: len(path)] == path for path in gone for name in inner.names)


def _missing(contract: Contract, operation: Operation, variant: str | None) -> st.SearchStrategy[Breakage]:
    ways = _breakable(contract, operation)
    if variant is None:
        return st.one_of(
            _lacking(contract, operation, st.sampled_from([(one,) for one in ways])),
            _lacking(
                contract, operation, st.lists(st.sampled_from(ways), min_size=1, max_size=3).map(tuple), more=True
            ),
        )
    if variant == SEVERAL:
        return _lacking(contract, operation, st.sampled_from(_pairs(contract, operation)), more=True)
    return _lacking(contract, operation, st.sampled_from([(one,) for one in ways if one.variant == variant]))


@st.composite
def _lacking(
    draw: st.DrawFn,
    contract: Contract,
    operation: Operation,
    requirements_of: st.SearchStrategy[tuple[Requirement, ...]],
    *,
    more: bool = False,
) -> Breakage:
    """Bodies that break each of some requirements in one place; with `more`, perhaps in other places as well."""
    validator = contract.validator(_pointer(operation), writing=True)
    wanted = draw(requirements_of)
    body = draw(bodies_with(contract, operation, _demand(wanted)))
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
