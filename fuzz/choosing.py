"""Choosing: which way of which operation is tried next, first by the plan, then by what the answers recommend too."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from fuzz.events import Met
from fuzz.families import ways
from fuzz.plan import Layer, Target
from fuzz.wishes import may_write
from validator.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from fuzz.breakage import Way
    from fuzz.plan import Step
    from fuzz.steering import Steering
    from fuzz.wishes import Wishes
    from validator.contract import Contract, Operation

FRESH: Final = Layer.PLACES
"""The last layer of the plan in which each step shows something new: until all of it is done, the plan is followed."""


REST_AT_A_TIME: Final = 3
"""So many steps of the rest of the plan for one that the answers recommend: each is new, if only there."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A way of an operation to be tried: for the first time by the plan, or deeper, for the so manieth time.

    `own`: the ids in the path of a thing that the run made, to which it is to be sent; none, for one that is there.
    """

    operation: Operation
    fault: str
    way: Way
    deeper: int = 0
    own: tuple[tuple[str, str], ...] = ()


def breakable(wishes: Wishes) -> Iterator[Target | Met]:
    """All that can be broken, and may be; with the obstacles in the document."""
    for operation in wishes.contract.operations:
        if not wishes.chose(operation.id):
            continue
        for fault in wishes.faults:
            try:
                known = ways(wishes.contract, operation, fault) if wishes.may(operation, fault) else ()
            except DocumentError as obstacle:
                yield Met(obstacle=obstacle)
            else:
                if known:
                    resource = operation.path.strip("/").partition("/")[0]
                    yield Target(operation.id, fault, known, resource, operation.method)


def planned(contract: Contract, steps: Iterable[Step], *, is_absent: Callable[[str], bool]) -> Iterator[Choice]:
    """Steps of the plan, in their order; those of operations that the server seems not to have come last."""
    in_order = _InOrder(contract, is_absent)
    yield from in_order.choices(steps)
    yield from in_order.put_off()


def choices(
    contract: Contract,
    targets: Sequence[Target],
    steps: Sequence[Step],
    *,
    steering: Steering,
    is_dry: Callable[[], bool],
    is_absent: Callable[[str], bool],
) -> Iterator[Choice]:
    """What to try next: what is new, then the rest and what the answers so far recommend, in turn.

    `is_dry` says that nothing new can be drawn any more: then only the rest of the plan is left. Operations that the
    server seems not to have come last of all.
    """
    in_order = _InOrder(contract, is_absent)
    fresh = max((number for number, step in enumerate(steps, 1) if step.layer <= FRESH), default=0)
    yield from in_order.choices(steps[:fresh])
    rest = in_order.choices(steps[fresh:])
    arms = [target for target in targets if not writes(contract, target)]
    while not is_dry() and (there := [target for target in arms if not is_absent(target.operation)]):
        yield from islice(rest, REST_AT_A_TIME)
        target, way, pulls = steering.choose(there)
        yield Choice(contract.operation(target.operation), target.fault, way, deeper=pulls + 1)
    yield from rest
    yield from in_order.put_off()


def writes(contract: Contract, one: Step | Target) -> bool:
    """Whether what is tried may change what the server has."""
    return may_write(contract.operation(one.operation), one.fault)


class _InOrder:
    """Makes choices of steps, and puts off those of operations that turn out not to be there."""

    def __init__(self, contract: Contract, is_absent: Callable[[str], bool]) -> None:
        self._contract: Final = contract
        self._is_absent: Final = is_absent
        self._late: Final[list[Step]] = []

    def choices(self, steps: Iterable[Step]) -> Iterator[Choice]:
        """Those of operations that are there, as far as we know."""
        for step in steps:
            if self._is_absent(step.operation):
                self._late.append(step)
            else:
                yield self._choice(step)

    def put_off(self) -> Iterator[Choice]:
        """The others so far."""
        return map(self._choice, self._late)

    def _choice(self, step: Step) -> Choice:
        return Choice(self._contract.operation(step.operation), step.fault, step.way)
