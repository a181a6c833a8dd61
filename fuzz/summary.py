"""Summary: the events of a run, folded into what is told at its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from fuzz.admission import DOORS
from fuzz.events import Answered, Cleaned, Ended, Failed, GaveUp, Met, Planned

if TYPE_CHECKING:
    from fuzz.events import Event
    from fuzz.failures import Failure, Symptom
    from validator.errors import Obstacle

MAX_OBSTACLES: Final = 100


@dataclass(slots=True)
class Group:
    """All failures with one symptom: the smallest of them, and where it was seen."""

    smallest: Failure
    operations: Counter[str] = field(default_factory=Counter)
    variants: Counter[str] = field(default_factory=Counter)

    def add(self, failure: Failure) -> None:
        """One more cause."""
        self.operations[failure.case.operation] += 1
        self.variants[failure.cause.family] += 1
        self.smallest = min(self.smallest, failure, key=lambda one: one.size)


class Summary:
    """Counts, and the failures by symptom."""

    def __init__(self) -> None:
        self.planned = Planned(operations=0, pairs=0, cases=0)
        self.requests = 0
        self.refused = 0
        """Answers that broke no promise."""
        self.statuses: Final[Counter[int]] = Counter()
        self.operations: Final[set[str]] = set()
        self.pairs: Final[set[tuple[str, str]]] = set()
        self.ways: Final[set[tuple[str, str, str]]] = set()
        self.groups: Final[dict[Symptom, Group]] = {}
        self.obstacles: Final[list[Obstacle]] = []
        self.steps = 0
        """Requests that belong to sequences."""
        self.gave_up: Final[dict[str, GaveUp]] = {}
        self.cleaned = Cleaned()
        self.spent = ""
        self.lookups = 0

    def add(self, event: Event) -> None:
        """Fold in one event."""
        match event:
            case Planned():
                self.planned = event
            case Answered():
                self._count(event)
            case GaveUp(operation=operation):
                self.gave_up[operation] = event
            case Cleaned():
                self.cleaned = replace(event, removed=self.cleaned.removed + event.removed)
            case Failed(failure=failure):
                group = self.groups.setdefault(failure.symptom, Group(failure))
                group.add(failure)
            case Met(obstacle=obstacle):
                if str(obstacle) not in map(str, self.obstacles) and len(self.obstacles) < MAX_OBSTACLES:
                    self.obstacles.append(obstacle)
            case Ended(spent=spent, lookups=lookups):
                self.spent, self.lookups = spent, lookups

    @property
    def let_in(self) -> bool:
        """Whether any answer shows that the server looked at what was sent."""
        return not self.statuses.keys() <= DOORS

    def _count(self, event: Answered) -> None:
        case = event.case
        if case.act:
            self.steps += 1
            self.statuses[event.verdict.exchange.response.status] += 1
            return
        self.requests += 1
        self.refused += not event.verdict.findings
        self.statuses[event.verdict.exchange.response.status] += 1
        self.operations.add(case.operation)
        self.pairs.add((case.operation, case.fault))
        self.ways.add((case.operation, case.fault, case.variant))
