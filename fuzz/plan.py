"""The plan: in which order the ways to break requests are tried, so that a small budget has seen a bit of everything.

A contract has ten thousand ways and more, and a run two thousand requests. Most servers read all bodies by one piece
of code, check all credentials in one place, and share schemas among operations: so what is new comes first, and what
differs from it in the operation alone comes after. Pure: targets in, steps out.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import chain, zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

from fuzz.case import Tried
from fuzz.faults import (
    BAD_CREDENTIALS,
    INVALID_QUERY,
    INVALID_VALUE,
    MALFORMED_JSON,
    MISSING_PARAMETER,
    NO_CREDENTIALS,
    UNKNOWN_REFERENCE,
    UNKNOWN_RESOURCE,
    UNSUPPORTED_MEDIA_TYPE,
    UNSUPPORTED_METHOD,
    VALID,
    WRONG_TYPE,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from fuzz.breakage import Way


T = TypeVar("T")

_NOTHING: Final[Mapping[Tried, int]] = MappingProxyType({})


class Layer(IntEnum):
    """What a step is there for. All kinds come first; then each fault goes through the other layers at its own pace."""

    KINDS = 0
    """Each kind of each fault, once somewhere: in a body as a whole, in a member, in an item of a list."""
    PLACES = 1
    """What tries all places of an operation at once, and each fault in each operation, once; then at each schema of
    the document; then at each place of each operation."""
    KINDS_AT_PLACES = 2
    """Each likely slip in each operation; each kind of each fault at each schema, or place without one."""
    REST = 3
    """The same on other operations."""


@dataclass(frozen=True, slots=True)
class Target:
    """An operation, by its id, a fault, and the ways of making it there."""

    operation: str
    fault: str
    ways: tuple[Way, ...]
    resource: str = ""
    """What the operation is about: `orders` for all that is under /orders."""
    method: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One way to be tried, once."""

    operation: str
    fault: str
    way: Way
    layer: Layer


AT_A_TIME: Final[Mapping[str, float]] = MappingProxyType(
    {
        MISSING_PARAMETER: 8,
        MALFORMED_JSON: 2,
        WRONG_TYPE: 6,
        INVALID_VALUE: 6,
        UNKNOWN_REFERENCE: 4,
        UNKNOWN_RESOURCE: 4,
        NO_CREDENTIALS: 4,
        VALID: 4,
        INVALID_QUERY: 2,
        BAD_CREDENTIALS: 0.25,
        UNSUPPORTED_METHOD: 0.25,
        UNSUPPORTED_MEDIA_TYPE: 0.25,
    }
)
"""So many steps a fault gets at its turn, one where it is not named.

What each operation decides for itself comes more often: whether a member is there, what it may be, whom it lets in. A
server that asks for credentials at all reads them in one place, and methods and media types are its router's business.
A run of two thousand requests comes to most members that must be there, must refer to something, or have a form; those
that only have a type are many more.
"""

_DEEPER: Final[Mapping[str, float]] = MappingProxyType(
    {
        MALFORMED_JSON: 1,
        INVALID_VALUE: 3,
        INVALID_QUERY: 3,
        UNKNOWN_RESOURCE: 3,
        NO_CREDENTIALS: 0.25,
        BAD_CREDENTIALS: 0.25,
        UNSUPPORTED_METHOD: 0.5,
        UNSUPPORTED_MEDIA_TYPE: 0.5,
        VALID: 1,
    }
)
"""The same, where each place has had one kind of the fault; 2, where it is not named.

Who lets a place have anything is found by then; what is left are slips. A fault that is through with the places of a
small contract goes deeper while others still have some.
"""

_BEST_FIRST: Final = frozenset(
    {NO_CREDENTIALS, UNKNOWN_RESOURCE, UNKNOWN_REFERENCE, INVALID_QUERY, INVALID_VALUE, WRONG_TYPE, VALID}
)
"""Faults that are first shown to an operation, or at a place, in the plainest way: no key at all, an id of nothing.

All other kinds are read by one piece of code of the server, which is tried with each of them somewhere.
"""


_LIKELY_BY_METHOD: Final = frozenset({MALFORMED_JSON, UNSUPPORTED_MEDIA_TYPE})
_BY_METHOD: Final = frozenset({NO_CREDENTIALS, BAD_CREDENTIALS, *_LIKELY_BY_METHOD})
"""Of these, the plainest kind is another one with each method, or each likely slip: a server may ask some of them only
for the key, and read a changed body by other code than a new one."""

_AT_EACH_OPERATION: Final = frozenset({NO_CREDENTIALS, UNKNOWN_RESOURCE})
_AT_EACH: Final = _AT_EACH_OPERATION | {WRONG_TYPE}
"""Of these, each place gets the plainest, whatever else was tried there: who takes anything there takes that, too.

Where places are in bodies, each operation first has one.
"""

_IN_TURN: Final = frozenset({INVALID_VALUE})
"""Of these, each place of a schema gets the plainest that no place of it has had yet.

A place where nothing is checked takes any of them; where little is checked, the plainest may well be refused.
"""

_SOON: Final = 40
"""Rounds of all faults; a run of two thousand requests has some eighty."""


def plan(targets: Iterable[Target], *, offset: int = 0, covered: Mapping[Tried, int] = _NOTHING) -> list[Step]:
    """Every way of every target, once. `offset` says with which operation and kind each fault begins.

    `covered` has the number of the run in which a way was last tried. Each kind comes first all the same, by a way
    that was tried longest ago, or never; then what was never tried; then the rest, the oldest first.
    """
    by_fault: dict[str, list[Target]] = defaultdict(list)
    for target in targets:
        by_fault[target.fault].append(target)
    orders: list[_Order] = []
    rounds: dict[str, float] = {}
    for fault, known in by_fault.items():
        start = offset % len(known)
        # An operation that has to wait long for its turn with the faults before is among the first of this one: so a
        # budget of some hundred requests comes to all of them.
        ordered = sorted([*known[start:], *known[:start]], key=lambda one: -rounds.get(one.operation, math.inf))
        late = [one for one in ordered if rounds.get(one.operation, math.inf) > _SOON]
        soon = ordered[len(late) :]
        order = _Order([*_by_resource_in_turn(late), *_by_resource_in_turn(soon)], offset, covered)
        orders.append(order)
        for turn, step in enumerate(chain(order.layers[Layer.KINDS], order.layers[Layer.PLACES])):
            after = turn / AT_A_TIME.get(fault, 1)
            rounds[step.operation] = min(after, rounds.get(step.operation, after))
    steps = [*_together(order.kinds for order in orders), *_together(order.later for order in orders)]
    return _rotated(steps, covered) if covered else steps


def _rotated(steps: Sequence[Step], covered: Mapping[Tried, int]) -> list[Step]:
    """What was never tried before what was, which shows nothing new; each kind of each fault before both.

    Of what was never tried, faults that the operation never had come first.
    """
    last = {step: covered.get(_tried(step.operation, step.fault, step.way), 0) for step in steps}
    kinds: Counter[tuple[str, str, str]] = Counter()
    for step in steps:
        kind = (step.fault, *kind_of(step.fault, step.way))
        kinds[kind] = max(kinds[kind], last[step])
    first = [step for step in steps if step.layer is Layer.KINDS]
    new = [step for step in steps if step.layer is not Layer.KINDS and not last[step]]
    old = [step for step in steps if step.layer is not Layer.KINDS and last[step]]
    pairs = {(step.operation, step.fault) for step in steps if last[step]}
    new.sort(key=lambda step: (step.layer, (step.operation, step.fault) in pairs))
    return [
        *sorted(first, key=lambda step: kinds[step.fault, *kind_of(step.fault, step.way)]),
        *new,
        *(replace(step, layer=Layer.REST) for step in sorted(old, key=last.__getitem__)),
    ]


def _tried(operation: str, fault: str, way: Way) -> Tried:
    return Tried(operation, fault, way.name)


def _together(turns: Iterable[Iterable[Sequence[Step]]]) -> Iterator[Step]:
    return chain.from_iterable(_in_turn(turns))


def _in_turn(queues: Iterable[Iterable[T]]) -> Iterator[T]:
    """One of each, then the next of each: where the budget ends early, each has had as much of it as the others."""
    return (one for one in chain.from_iterable(zip_longest(*queues)) if one is not None)


class _Order:
    """The order within one fault, layer by layer."""

    def __init__(self, targets: Sequence[Target], offset: int, covered: Mapping[Tried, int]) -> None:
        self._covered: Final = covered
        self.layers: Final[dict[Layer, list[Step]]] = {layer: [] for layer in Layer}
        self._fault: Final = targets[0].fault
        self._methods: Final = {target.operation: target.method for target in targets}
        self._plainest: Final = targets[0].ways[0].kind
        self._operations: Final[Counter[str]] = Counter()
        self._plainest_at: Final = {
            (target.operation, way)
            for target in targets
            for way in {way.place: way for way in reversed(target.ways)}.values()
        }
        self._likely: Final = {(target.operation, way) for target in targets for way in target.ways if way.likely}
        self._plainly: Final[set[tuple[str, str]]] = set()
        """Places that had the first of their ways."""
        self._kinds: Final[Counter[str]] = Counter()
        self._schemas: Final[Counter[str]] = Counter()
        self._places: Final[set[tuple[str, str]]] = set()
        self._kinds_at: Final[set[tuple[str, str]]] = set()
        self._left: Final = {
            (target.operation, way): rank for target in targets for rank, way in enumerate(target.ways)
        }
        """With the place of each way among those of its operation."""
        self._cover_kinds(offset)
        if self._fault in _AT_EACH_OPERATION:
            self._cover(Layer.PLACES, _place, self._plainly, only=self._plainest_at)
        # A way that tries all places at once has a key of its own: each of them is taken, and counts for the operation.
        self._cover(Layer.PLACES, lambda operation, way: (operation, way) if way.broad else operation, self._operations)
        self._cover(Layer.PLACES, _schema, self._schemas)
        if self._fault in _AT_EACH:
            self._cover(Layer.PLACES, _place, self._plainly, only=self._plainest_at)
        self._cover(Layer.PLACES, _place, self._places)
        early = Layer.PLACES if self._fault == MISSING_PARAMETER else Layer.KINDS_AT_PLACES
        self._cover(early, lambda operation, way: (operation, way), (), only=self._likely)
        self._cover(early, lambda operation, way: (_schema(operation, way), way.kind), self._kinds_at)
        for operation, way in list(self._left):
            self._take(operation, way, Layer.REST)
        for layer in (Layer.KINDS_AT_PLACES, Layer.REST):
            self.layers[layer] = _by_operation_in_turn(self.layers[layer])

    @property
    def kinds(self) -> Sequence[Sequence[Step]]:
        """The steps of the first layer, turn by turn."""
        return _turns(self.layers[Layer.KINDS], AT_A_TIME.get(self._fault, 1))

    @property
    def later(self) -> Sequence[Sequence[Step]]:
        """Those of the other layers."""
        deeper = [*self.layers[Layer.KINDS_AT_PLACES], *self.layers[Layer.REST]]
        return [
            *_turns(self.layers[Layer.PLACES], AT_A_TIME.get(self._fault, 1)),
            *_turns(deeper, _DEEPER.get(self._fault, 2)),
        ]

    def _cover_kinds(self, offset: int) -> None:
        by_kind: dict[tuple[str, ...], list[tuple[str, Way]]] = defaultdict(list)
        for operation, way in self._left:
            is_telling = way.likely if self._fault in _LIKELY_BY_METHOD else way.kind == self._plainest
            is_by_method = self._fault in _BY_METHOD and is_telling
            method = self._methods[operation] if is_by_method else ""
            by_kind[*kind_of(self._fault, way), method].append((operation, way))
        kinds = list(by_kind)
        start = offset % len(kinds) if kinds else 0
        for kind in (*kinds[start:], *kinds[:start]):
            self._take(*min(by_kind[kind], key=self._staleness), Layer.KINDS)

    def _cover(
        self,
        layer: Layer,
        key: Callable[[str, Way], object],
        seen: Container[object],
        *,
        only: Container[tuple[str, Way]] | None = None,
    ) -> None:
        """Take the freshest way of each key that was not seen yet; of these only, if they are given."""
        groups: dict[object, list[tuple[str, Way]]] = defaultdict(list)
        for operation, way in self._left:
            one = key(operation, way)
            if one not in seen and (only is None or (operation, way) in only):
                groups[one].append((operation, way))
        found = len(self.layers[layer])
        for one, ways in groups.items():
            if one not in seen:
                self._take(*min(ways, key=self._staleness), layer)
        taken = self.layers[layer][found:]
        # Any server of bodies is shown by a few whether it takes a list for an object: members come first.
        bodies = [step for step in taken if not step.way.place] if self._fault in _BY_POSITION else []
        members = sorted((step for step in taken if step not in bodies), key=lambda step: not step.way.likely)
        self.layers[layer][found:] = [*_by_operation_in_turn(members), *_by_operation_in_turn(bodies)]

    def _staleness(self, candidate: tuple[str, Way]) -> tuple[int, bool, int, bool, int, int, int]:
        """How much of a way was seen before; of equal ones, the first is as good as any."""
        operation, way = candidate
        is_body = self._fault in _BY_POSITION and not way.place
        last = self._covered.get(_tried(operation, self._fault, way), 0) if self._covered else 0
        rank = self._left[operation, way] if self._fault in _BEST_FIRST else 0
        schema = _schema(operation, way)
        # What is one schema is mostly checked by one piece of code: its next place shows it another kind.
        seen = (schema, way.kind) in self._kinds_at and self._fault in _IN_TURN
        return last, is_body, self._operations[operation], seen, rank, self._schemas[schema], self._kinds[way.kind]

    def _take(self, operation: str, way: Way, layer: Layer) -> None:
        del self._left[operation, way]
        if (operation, way) in self._plainest_at:
            self._plainly.add((operation, way.place))
        self.layers[layer].append(Step(operation, self._fault, way, layer))
        self._operations[operation] += 1
        self._kinds[way.kind] += 1
        schema = _schema(operation, way)
        self._schemas[schema] += 1
        self._places.add((operation, way.place))
        self._kinds_at.add((schema, way.kind))


def _turns(steps: Sequence[Step], size: float) -> list[Sequence[Step]]:
    """So many steps at a turn; less than one: one at each so manieth turn."""
    most = max(1, int(size))
    chunks = [steps[start : start + most] for start in range(0, len(steps), most)]
    waits: list[Sequence[Step]] = [()] * (int(1 / size) - 1 if size < 1 else 0)
    return list(chain.from_iterable((*waits, chunk) for chunk in chunks))


def kind_of(fault: str, way: Way) -> tuple[str, str]:
    """The kind of a way, and of its place, where something of a wrong kind is put.

    The body itself, a member, and an item of a list are read by other code. Which one of the listed values it is
    (`value "nl"`) makes no other kind.
    """
    position = "item" if way.place.endswith("/*") else "member" if way.place.startswith("/") else ""
    return way.kind.partition(" ")[0], position if fault in _BY_POSITION else ""


_BY_POSITION: Final = frozenset({WRONG_TYPE, INVALID_VALUE, UNKNOWN_REFERENCE})


def _schema(operation: str, way: Way) -> str:
    """What a place shares with those of other operations: its schema. The request as a whole is one such place."""
    if way.schema is not None:
        return way.schema
    return f"{operation} {way.place}" if way.place else ""


def _place(operation: str, way: Way) -> tuple[str, str]:
    return operation, way.place


def _by_resource_in_turn(targets: Iterable[Target]) -> list[Target]:
    """One of each resource first: what is wrong with one is often wrong with all of its operations, and they only."""
    by_resource: dict[str, list[Target]] = defaultdict(list)
    for target in targets:
        by_resource[target.resource].append(target)
    return list(_in_turn(list(by_resource.values())))


def _by_operation_in_turn(steps: Iterable[Step]) -> list[Step]:
    """The first step of each operation, then the second of each."""
    by_operation: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        by_operation[step.operation].append(step)
    return list(_in_turn(list(by_operation.values())))
