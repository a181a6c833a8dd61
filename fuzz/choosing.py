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
"""The last layer of the plan in which each step shows something new."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A way of an operation to be tried: for the first time by the plan, or deeper, for the so manieth time."""

    operation: Operation
    fault: str
    way: Way
    deeper: int = 0


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
                    yield Target(operation.id, fault, known, operation.path.strip("/").partition("/")[0])


def planned(contract: Contract, steps: Iterable[Step]) -> Iterator[Choice]:
    """Steps of the plan, in their order."""
    return (Choice(contract.operation(step.operation), step.fault, step.way) for step in steps)


def choices(
    contract: Contract,
    targets: Sequence[Target],
    steps: Sequence[Step],
    *,
    steering: Steering,
    is_dry: Callable[[], bool],
) -> Iterator[Choice]:
    """What to try next: what is new, then the rest and what the answers so far recommend, in turn.

    `is_dry` says that nothing new can be drawn any more: then only the rest of the plan is left.
    """
    yield from planned(contract, (step for step in steps if step.layer <= FRESH))
    rest = planned(contract, (step for step in steps if step.layer > FRESH))
    arms = [target for target in targets if not writes(contract, target)]
    while arms and not is_dry():
        yield from islice(rest, 1)
        target, way, pulls = steering.choose(arms)
        yield Choice(contract.operation(target.operation), target.fault, way, deeper=pulls + 1)
    yield from rest


def writes(contract: Contract, one: Step | Target) -> bool:
    """Whether what is tried may change what the server has."""
    return may_write(contract.operation(one.operation), one.fault)
