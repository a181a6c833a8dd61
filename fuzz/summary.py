"""Summary: the events of a run, folded into what is told at its end."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from fuzz.admission import DOORS, speaks_of_door
from fuzz.answers import error_code
from fuzz.events import Answered, Cleaned, Ended, Failed, GaveUp, Met, Planned
from fuzz.failures import failure
from fuzz.faults import RATE_LIMITED, VALID
from fuzz.sequences.answers import GONE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.case import Case, Tried
    from fuzz.events import Event
    from fuzz.failures import Failure, Mark, Symptom
    from fuzz.presence import Sign
    from validator.errors import Obstacle
    from validator.exchange import Response

MAX_OBSTACLES: Final = 100

_LEAST_REFUSAL: Final = 400


@dataclass(slots=True)
class Group:
    """All failures with one symptom, and where they were seen."""

    operations: Counter[str] = field(default_factory=Counter)
    variants: Counter[str] = field(default_factory=Counter)
    _by_variant: dict[str, Failure] = field(default_factory=dict)

    def add(self, failure: Failure) -> None:
        """One more cause."""
        self.operations[failure.case.operation] += 1
        family = failure.cause.family
        name = f"{family} (in a sequence)" if failure.case.act else family
        self.variants[name] += 1
        self._by_variant[name] = min(self._by_variant.get(name, failure), failure, key=lambda one: one.size)

    @property
    def smallest(self) -> Failure:
        """The smallest; of those that are as small, one of the variant that failed most: a key of no kind is let in."""
        found = self._by_variant.items()
        return min(found, key=lambda one: (one[1].size[:2], -self.variants[one[0]], one[1].size))[1]


def include(failure: Failure, groups: dict[Symptom, Group]) -> None:
    """Put a failure to those with its symptom."""
    groups.setdefault(failure.symptom, Group()).add(failure)


def ranked(groups: Mapping[Symptom, Group]) -> list[Group]:
    """The most widespread first."""
    return sorted(groups.values(), key=lambda group: (-group.operations.total(), group.smallest.size))


class Summary:
    """Counts, and the failures by symptom; those that are known count apart."""

    def __init__(self, known: Callable[[Failure], bool] = lambda _: False) -> None:
        self._known: Final = known
        self.planned = Planned(operations=0, pairs=0, cases=0)
        self.broken = self.sound = self.steps = self.repeats = 0
        """Requests with a fault, without one, of sequences; and those sent once more, to shrink or to compare."""
        self.failing = 0
        """Answers that broke a promise."""
        self.statuses: Final[Counter[int]] = Counter()
        self.knocks: Final[set[int]] = set()
        """Statuses that say whether we were let in."""
        self.operations: Final[set[str]] = set()
        self.pairs: Final[set[tuple[str, str]]] = set()
        self.ways: Final[set[Tried]] = set()
        """Ways that were tried, of those in the plan."""
        self.took: Final[set[str]] = set()
        """Operations that took a sound request."""
        self._refused: Final[dict[str, Counter[Sign]]] = defaultdict(Counter)
        """What else came to sound requests, by operation; but that there is nothing where an id was guessed."""
        self._was_read_in_vain = False
        self.tried: Final[set[Tried]] = set()
        """The same, with the steps of sequences."""
        self.seen: Final[set[Mark]] = set()
        """What all failures are known by, told or not."""
        self.groups: Final[dict[Symptom, Group]] = {}
        """Failures that are not known."""
        self.known: Final[list[Failure]] = []
        self.failures: Final[list[Failure]] = []
        """All, known or not: the first of each cause."""
        self.obstacles: Final[list[Obstacle]] = []
        self.gave_up: Final[dict[str, GaveUp]] = {}
        self.cleaned = Cleaned()
        self.spent = ""
        self.lookups = self.throttled = self.provoking = 0
        self.absent: Mapping[str, frozenset[int]] = {}
        """Operations that the server seems not to have, with the statuses that say so."""
        self.mute = False
        """All answers say that the address is wrong, or the server not up."""

    @property
    def requests(self) -> int:
        """All that were sent and judged."""
        return self.broken + self.sound + self.steps + self.repeats

    @property
    def sent(self) -> int:
        """All that were sent."""
        return self.requests + self.lookups + self.throttled + self.provoking + self.cleaned.sent

    @property
    def new(self) -> list[Failure]:
        """Failures that are not known."""
        return [one for one in self.failures if not self._known(one)]

    @property
    def let_in(self) -> bool:
        """Whether any answer shows that the server looked at what was sent; where none could, we do not know better."""
        return not self.mute and (not self.knocks or not self.knocks <= DOORS)

    @property
    def never_took(self) -> dict[str, Counter[Sign]]:
        """Operations that are there and took no sound request, the most asked first, with what came."""
        known = self.took.union(self.absent)
        never = [one for one in self._refused.items() if one[0] not in known] if self.let_in else []
        return dict(sorted(never, key=lambda one: -one[1].total()))

    @property
    def took_nothing(self) -> bool:
        """Whether sound requests were sent, to read something, too, and none was taken.

        That broken ones were refused shows little then. What is to be changed may be in no state for it; and where the
        run was cut short, one operation is too few to say so.
        """
        return not self.took and self._was_read_in_vain and len(self.never_took) > bool(self.spent)

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
                before = self.cleaned
                self.cleaned = replace(event, sent=before.sent + event.sent, removed=before.removed + event.removed)
            case Failed(failure=failure):
                self._fail(failure)
            case Met(obstacle=obstacle):
                if str(obstacle) not in map(str, self.obstacles) and len(self.obstacles) < MAX_OBSTACLES:
                    self.obstacles.append(obstacle)
            case Ended(spent=spent, absent=absent, mute=mute):
                self.spent, self.absent, self.mute = spent, absent, mute
                self.lookups, self.throttled, self.provoking = event.lookups, event.throttled, event.provoking

    def _count(self, event: Answered) -> None:
        case, verdict = event.case, event.verdict
        self.statuses[verdict.exchange.response.status] += 1
        self.tried.add(case.tried)
        if speaks_of_door(case):
            self.knocks.add(verdict.exchange.response.status)
        if verdict.findings:
            self.failing += 1
            found = failure(case, verdict)
            self.seen.update(() if found is None else found.marks)
        if case.fault == VALID:
            self._hear_sound(case, verdict.exchange.response)
        if event.lookup:
            return
        if case.act:
            self.steps += 1
            return
        if event.shrinking or event.again:
            self.repeats += 1
        elif case.fault == VALID:
            self.sound += 1
        else:
            self.broken += 1
        if case.fault == RATE_LIMITED:  # of no plan
            return
        self.operations.add(case.operation)
        self.pairs.add((case.operation, case.fault))
        self.ways.add(case.tried)

    def _hear_sound(self, case: Case, response: Response) -> None:
        if 0 < response.status < _LEAST_REFUSAL:
            self.took.add(case.operation)
        elif not (case.guessed and response.status in GONE):
            self._refused[case.operation][response.status, error_code(response)] += 1
            self._was_read_in_vain = self._was_read_in_vain or case.method == "GET"

    def _fail(self, failure: Failure) -> None:
        self.failures.append(failure)
        self.seen.update(failure.marks)
        if self._known(failure):
            self.known.append(failure)
            return
        include(failure, self.groups)
