"""Drawing: the requests that try a choice, none of which was sent before, and how a smaller one of them is found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from fuzz import engine
from fuzz.families import broken
from fuzz.families.valid import WHOLE
from fuzz.faults import VALID
from fuzz.fewer import fewer_members
from fuzz.shrinking import Shrink
from fuzz.wishes import MAY_SUCCEED
from validator.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.addresses import Addresses
    from fuzz.breakage import Breakage
    from fuzz.case import Case
    from fuzz.choosing import Choice
    from fuzz.events import Answered
    from fuzz.failures import Failure
    from fuzz.sending import Sending
    from fuzz.sequences.created import Created
    from fuzz.taken import Taken
    from fuzz.wishes import Wishes
    from validator.contract import Operation

BATCH: Final = 3
"""So many bodies are drawn at a time when going deeper: what one says may depend on what else is there."""

_ITEM: Final = "/*"
"""Any item of a list, in a place."""

DRY: Final = 50
"""After so many draws in a row without a request that was not sent before, there is nothing more to draw."""

Shrinker: TypeAlias = "Callable[[Failure, int, Callable[[Case], Answered]], Shrink]"
"""Looks for a smaller case that fails in the same way, with at most so many requests, sent so."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A request to be sent, the kind of way that it breaks its operation in, and how it is made smaller, if at all."""

    operation: Operation
    kind: str
    case: Case
    shrink: Shrinker | None = None


class Drawing:
    """Draws for one run; the same seed draws the same, as long as the server answers the same."""

    def __init__(
        self,
        wishes: Wishes,
        *,
        addresses: Addresses,
        sending: Sending,
        created: Created,
        taken: Taken,
        renewed: Callable[[bytes], bytes],
    ) -> None:
        """`renewed` gives a body that was `taken` the new names that it needs to be taken again."""
        self._wishes: Final = wishes
        self._addresses: Final = addresses
        self._sending: Final = sending
        self._created: Final = created
        self._taken: Final = taken
        self._renewed: Final = renewed
        self._in_vain = 0
        """Draws in a row that brought nothing new."""
        self._simplest: Final[set[tuple[str, str, str | None]]] = set()
        """Faults, kinds and schemas whose simplest case was sent."""

    def is_dry(self) -> bool:
        """Whether there is nothing more to draw."""
        return self._in_vain >= DRY

    def draw(self, choice: Choice, *, another: bool = False) -> list[Sample]:
        """What a choice asks for, as far as it is new; `another`, where it was drawn already. Raises DocumentError."""
        operation, fault, way = choice.operation, choice.fault, choice.way
        # The simplest case there is comes first, and is the same wherever the schema is: so it is sent once, and other
        # operations get richer ones. Most servers read the same things by the same code.
        new = (fault, way.kind, way.schema) not in self._simplest
        self._simplest.add((fault, way.kind, way.schema))
        # In a list, the simplest has one item, and a server may look at the first only.
        taken = self._taken.body(operation.id)
        # Nor does it show much where one is known that is sure to be taken, but for what is broken in it.
        is_simple = new and _ITEM not in way.place and taken is None
        skip, most = (1, BATCH) if choice.deeper else (int(not is_simple) + int(another), 1)
        seed = f"{self._wishes.seed}/{operation.id}/{fault}/{way.name}/{choice.deeper}"
        strategy = broken(self._wishes.contract, operation, fault, way, self._addresses.knowledge, taken=taken)
        try:
            drawn = engine.draw(strategy, seed=seed, count=skip + most)
        except DocumentError as obstacle:
            here = f"{self._wishes.contract.document.source}: {operation.pointer}"
            raise obstacle if obstacle.place else obstacle.within(here) from obstacle
        search = (
            partial(fewer_members, self._wishes.contract, operation, taken)
            if fault == VALID and way.kind in WHOLE
            else partial(engine.shrink, strategy, seed=seed, count=skip + most)
        )
        fresh = [
            Sample(operation, way.kind, self._renew(case), partial(self._shrink, choice, one, search))
            for one in drawn[skip:] or drawn
            if self._is_fresh(case := self._case(choice, one))
        ]
        self._in_vain = 0 if fresh else self._in_vain + 1
        return fresh

    def _is_fresh(self, case: Case) -> bool:
        """Not if the same was sent before, or it may make one more of what cannot be deleted."""
        if case.fault in MAY_SUCCEED and not self._created.allows(case.operation):
            return False
        return self._sending.is_fresh(case)

    def _case(self, choice: Choice, breakage: Breakage) -> Case:
        aimed = replace(breakage, path=(*choice.own, *breakage.path))
        case = self._addresses.case(choice.operation, aimed)
        return replace(case, place=choice.way.place, kind=choice.way.kind, own=bool(choice.own))

    def _renew(self, case: Case) -> Case:
        return replace(case, body=self._renewed(case.body))

    def _shrink(
        self,
        choice: Choice,
        breakage: Breakage,
        search: Callable[[Breakage, Shrink], None],
        found: Failure,
        most: int,
        send: Callable[[Case], Answered],
    ) -> Shrink:
        attempt = Shrink(found, breakage, most, lambda smaller: send(self._renew(self._case(choice, smaller))))
        search(breakage, attempt)
        return attempt
