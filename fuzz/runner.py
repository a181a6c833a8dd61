"""The runner: cases go out, events come back. It prints nothing; who wants to show or keep something listens.

First what is new in the plan (fuzz/plan.py), each thing once. Then the rest of it and Hypothesis' choice in turn, led
by what the answers taught (fuzz/steering.py), until a budget is spent or nothing new can be drawn. Requests that are
meant to succeed come last: they change what the server has. The same seed sends the same requests, as long as the
server answers the same.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import msgspec

from fuzz import engine
from fuzz.addresses import Addresses
from fuzz.admission import DOORS, KNOCKS, Admission, let_in_no_more, not_let_in, nothing_tried
from fuzz.breakage import Breakage, Way
from fuzz.events import Answered, Cleaned, Drawn, Ended, Event, Failed, Met, Planned
from fuzz.failures import failure
from fuzz.families import broken, ways
from fuzz.families.valid import PLAIN
from fuzz.faults import INVALID_QUERY, MADE, RATE_LIMITED, VALID
from fuzz.oracle import TOO_MANY_REQUESTS, Oracle
from fuzz.oracles.consistency import inconsistent
from fuzz.oracles.slowness import PATIENCE, slow
from fuzz.oracles.uniformity import Uniformity
from fuzz.pace import LONGEST_WAIT, Budget, Pace, Spent
from fuzz.plan import Layer, Target, plan
from fuzz.rate_limit import candidates, provoke
from fuzz.repeats import Repeats
from fuzz.replay import aimed_again, operation_of
from fuzz.sequences.created import SECONDS, Created
from fuzz.sequences.stories import Stories
from fuzz.shrinking import OF_TWO, Shrink, Shrinks
from fuzz.steering import Steering
from validator.errors import DocumentError, NothingJudged, RecordingError, TargetError
from validator.judges import make_judge

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from fuzz.case import Case, Tried
    from fuzz.failures import Cause, Failure
    from fuzz.plan import Step
    from fuzz.replay import Recorded
    from fuzz.transport import Transport
    from validator.contract import Contract, Operation
    from validator.exchange import Exchange

__all__ = [
    "DOORS",
    "KNOCKS",
    "Answered",
    "Budget",
    "Cleaned",
    "Drawn",
    "Ended",
    "Event",
    "Failed",
    "Met",
    "Planned",
    "Runner",
    "not_let_in",
]

FRESH: Final = Layer.PLACES
"""The last layer of the plan in which each step shows something new."""

BATCH: Final = 3
"""So many bodies are drawn at a time when going deeper: what one says may depend on what else is there."""

DRY: Final = 50
"""After so many draws in a row without a request that was not sent before, there is nothing more to draw."""

WRITING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
"""Methods of requests that change what the server has, where they succeed."""

MAY_SUCCEED: Final = frozenset({VALID, INVALID_QUERY})
"""Faults that a server may let pass, with all that the request does."""

SEQUENCES: Final = 0.3
"""The share of all requests that goes to sequences, as long as there are others."""

RELOOKS: Final = 0.25
"""The share of the budget for what failed in an earlier run: where much fails, the rest is to be seen, too."""

WRITES_FROM: Final = 0.875
"""The share of the budget after which writes that should succeed may go out: at the end, when they disturb nobody."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """A way of an operation to be tried: for the first time by the plan, or deeper, for the so manieth time."""

    operation: Operation
    fault: str
    way: Way
    deeper: int = 0


class Runner:
    """One run against one server."""

    def __init__(  # noqa: PLR0913 - all that a run is told, by name
        self,
        contract: Contract,
        transport: Transport,
        *,
        base_url: str,
        budget: Budget,
        seed: int,
        operations: Collection[str] = (),
        faults: Collection[str] = MADE,
        allow_writes: bool = False,
        dry_run: bool = False,
        provoke_rate_limit: bool = False,
        patience: float = PATIENCE,
        pace: Pace | None = None,
        covered: Mapping[Tried, int] = MappingProxyType({}),
        failing: Sequence[Recorded] = (),
    ) -> None:
        # Strategies and compiled schemas belong to a contract: one that knows the server is kept as it is.
        self._contract: Final = contract if base_url in contract.servers else contract.with_servers(base_url)
        self._transport: Final = transport
        self._oracle: Final = Oracle(self._contract, make_judge(self._contract))
        self._base_url: Final = base_url
        self._addresses = Addresses(self._contract, base_url, seed=seed)
        self._created: Final = Created(self._contract, self._addresses)
        self._budget: Final = budget
        self._pace: Final = Pace(budget, base_url) if pace is None else pace
        self._seed: Final = seed
        self._operations: Final = frozenset(operations)
        self._faults: Final = tuple(faults)
        self._allow_writes: Final = allow_writes
        self._dry_run: Final = dry_run
        self._provoke_rate_limit: Final = provoke_rate_limit
        self._patience: Final = patience
        self._covered: Final = covered
        self.waiting: Final = list(failing)
        """What failed in an earlier run, and was not looked at yet."""
        self._admission: Final = Admission()
        self._shrinks: Final = Shrinks(budget.max_requests)
        self._repeats: Final = Repeats(budget.max_requests)
        self._steering: Final = Steering()
        self._uniformity: Final = Uniformity(self._contract)
        self._tried = self._dry = self._steps = 0
        self._causes: Final[set[Cause]] = set()
        self._simplest: Final[set[tuple[str, str, str | None]]] = set()
        """Faults, kinds and schemas whose simplest case was sent."""
        self._sent: Final[set[tuple[object, ...]]] = set()
        """Requests that were sent: none is drawn a second time."""

    def run(self) -> Iterator[Event]:
        """Everything, event by event. Raises TargetError where the server is not there from the start."""
        self._pace.start()
        spent, stopped = "", False
        try:
            yield from self._run()
        except Spent as which:
            spent = str(which)
        except TargetError as obstacle:
            if not self._admission.let_in:
                raise
            stopped = True
            yield Met(obstacle=obstacle)
        yield from (Failed(failure=one) for one in self._uniformity.outliers() if self._is_new(one))
        if not self._dry_run:
            yield from self._nothing_shown(spent, stopped=stopped)
            if self._created:
                yield self.clean_up()
            yield from self._provoked()
        throttled = self._pace.throttled
        yield Ended(spent=spent, lookups=self._pace.sent - self._tried - throttled, throttled=throttled)

    @property
    def left(self) -> Cleaned:
        """What the run made, and did not delete yet."""
        return self._created.left

    def clean_up(self) -> Cleaned:
        """Delete what the run made. Done at the end of a run; a run that is cut short leaves it to its caller."""
        pace = Pace(Budget(max_requests=sys.maxsize, seconds=SECONDS, rate=self._budget.rate), self._base_url)
        return self._created.clean_up(lambda case: self._deliver(case, pace)[0])

    def _provoked(self) -> Iterator[Event]:
        """Where it is asked for: send until the server wants no more. Nobody is let in for a while after that."""
        if not self._provoke_rate_limit or not self._admission.let_in:
            return
        seconds = self._budget.seconds
        left = LONGEST_WAIT if seconds is None else seconds - self._pace.elapsed
        cases = candidates(self._contract, self._addresses)
        try:
            for case, verdict in provoke(self._oracle, cases, self._transport, patience=left):
                yield Answered(case=case, verdict=verdict)
                found = failure(case, verdict)
                if found is not None and self._is_new(found):
                    yield Failed(failure=found)
        except (NothingJudged, TargetError) as obstacle:
            yield Met(obstacle=obstacle)

    def _nothing_shown(self, spent: str, *, stopped: bool) -> Iterator[Met]:
        if not self._admission.let_in and self._admission.last in DOORS:
            yield Met(obstacle=not_let_in(self._admission.last))
        elif not self._tried and not stopped:
            yield Met(obstacle=nothing_tried(spent))

    def _run(self) -> Iterator[Event]:
        targets: list[Target] = []
        for target in self._targets():
            if isinstance(target, Met):
                yield target
            else:
                targets.append(target)
        steps = plan(targets, offset=self._seed, covered=self._covered)
        yield Planned(operations=len({target.operation for target in targets}), pairs=len(targets), cases=len(steps))
        yield from self._learn(dict.fromkeys(target.operation for target in targets))
        writes = [step for step in steps if self._writes(step)]
        breaking = [step for step in steps if not self._writes(step)]
        played = self._stories()
        stories = iter(()) if played is None else played.all()
        yield from self._failed_before(played)
        for choice in self._choices(targets, breaking):
            if writes and self._pace.has_spent(WRITES_FROM):
                break
            yield from self._follow(choice)
            if self._steps < SEQUENCES * self._pace.sent:
                yield from self._tell(next(stories, iter(())))
        for choice in self._planned(writes):
            yield from self._follow(choice)
        for story in stories:
            yield from self._tell(story)

    def _failed_before(self, stories: Stories | None) -> Iterator[Event]:
        """What failed in an earlier run is looked at before anything else, as far as this run may send it."""
        for one in list(self.waiting):
            if self._pace.has_spent(RELOOKS):
                return
            try:
                operation = operation_of(self._contract, one.case)
                case = aimed_again(one, operation, self._addresses, self._base_url)
            except RecordingError:  # the contract has changed, and what failed is no more in it
                self.waiting.remove(one)
                continue
            chosen = not self._operations or operation.id in self._operations
            if case.act and stories is not None and chosen:
                yield from self._tell(stories.repeated(case))
            elif not case.act and chosen and case.fault in self._faults and self._may(operation, case.fault):
                yield from self._look_again(operation, case)
            else:
                continue
            self.waiting.remove(one)

    def _look_again(self, operation: Operation, case: Case) -> Iterator[Event]:
        if not self._is_fresh(case):
            return
        if self._dry_run:
            self._pace.count()
            yield Drawn(case=case)
            return
        choice = _Choice(operation, case.fault, Way(kind=case.way))
        as_small = Breakage(fault=case.fault, variant=case.variant, described=case.described)
        yield from self._examine(choice, as_small, self._try(case), lambda *_: None)

    def _stories(self) -> Stories | None:
        """Sequences, for those who allow writes; they work on things of their own."""
        wanted = VALID in self._faults or set(self._faults) >= set(MADE)
        if not self._allow_writes or self._dry_run or not wanted:
            return None
        return Stories(
            self._contract,
            self._addresses,
            self._created,
            ask=self._step,
            judge=self._oracle,
            is_new=self._is_new,
            seed=self._seed,
            operations=self._operations,
        )

    def _tell(self, story: Iterator[Event]) -> Iterator[Event]:
        try:
            yield from story
        except DocumentError as obstacle:  # one schema of the document; other kinds of things can be tried
            yield Met(obstacle=obstacle)

    def _step(self, case: Case) -> Exchange:
        """Send a case of a sequence."""
        exchange = self._send(case)[0]
        self._tried += 1
        self._steps += 1
        return self._placed(exchange)

    def _placed(self, exchange: Exchange) -> Exchange:
        return msgspec.structs.replace(exchange, source=f"seed {self._seed}", index=self._pace.sent - 1)

    def _learn(self, operations: Collection[str]) -> Iterator[Event]:
        """What a request needs to be sound but for its fault is looked up before anything is broken.

        The answers are as good as any to show whether sound requests are let through.
        """
        if not operations or self._dry_run:
            return
        looked_up: list[tuple[Case, Exchange, float]] = []

        def ask(case: Case) -> Exchange:
            exchange, seconds = self._send(case)
            looked_up.append((case, self._placed(exchange), seconds))
            return exchange

        aimed = [self._contract.operation(name) for name in operations]
        self._addresses = Addresses.learnt(self._contract, self._base_url, ask, operations=aimed, seed=self._seed)
        for asked, exchange, seconds in looked_up:
            wanted = VALID in self._faults and (not self._operations or asked.operation in self._operations)
            if wanted and exchange.response.status not in DOORS:
                self._is_fresh(asked)
                case = replace(asked, fault=VALID, variant=PLAIN, described="as it is", way=PLAIN)
                answered = Answered(case=case, verdict=self._oracle(case, exchange), seconds=seconds, lookup=True)
                yield answered
                found = failure(case, answered.verdict)
                if found is not None and self._is_new(found):
                    yield Failed(failure=found)

    def _targets(self) -> Iterator[Target | Met]:
        for operation in self._contract.operations:
            if self._operations and operation.id not in self._operations:
                continue
            for fault in self._faults:
                try:
                    known = ways(self._contract, operation, fault) if self._may(operation, fault) else ()
                except DocumentError as obstacle:
                    yield Met(obstacle=obstacle)
                else:
                    if known:
                        yield Target(operation.id, fault, known, operation.path.strip("/").partition("/")[0])

    def _may(self, operation: Operation, fault: str) -> bool:
        """What may succeed and write is for those who allow it; and nobody allows us to delete what is not ours."""
        if fault not in MAY_SUCCEED or operation.method not in WRITING:
            return True
        return self._allow_writes and operation.method != "DELETE"

    def _writes(self, one: Step | Target) -> bool:
        return one.fault in MAY_SUCCEED and self._contract.operation(one.operation).method in WRITING

    def _choices(self, targets: Sequence[Target], steps: Sequence[Step]) -> Iterator[_Choice]:
        """What to try next: what is new, then the rest and what the answers so far recommend, in turn."""
        yield from self._planned(step for step in steps if step.layer <= FRESH)
        rest = self._planned(step for step in steps if step.layer > FRESH)
        arms = [target for target in targets if not self._writes(target)]
        while self._dry < DRY and arms:
            yield from islice(rest, 1)
            target, way, pulls = self._steering.choose(arms)
            yield _Choice(self._contract.operation(target.operation), target.fault, way, deeper=pulls + 1)
        yield from rest

    def _planned(self, steps: Iterable[Step]) -> Iterator[_Choice]:
        return (_Choice(self._contract.operation(step.operation), step.fault, step.way) for step in steps)

    def _follow(self, choice: _Choice) -> Iterator[Event]:
        """Draw what a choice asks for, and send it."""
        self._pace.check()
        operation, fault, way = choice.operation, choice.fault, choice.way
        # The simplest case there is comes first, and is the same wherever the schema is: so it is sent once, and other
        # operations get richer ones. Most servers read the same things by the same code.
        new = (fault, way.kind, way.schema) not in self._simplest
        self._simplest.add((fault, way.kind, way.schema))
        skip, most = (1, BATCH) if choice.deeper else (int(not new), 1)
        seed = f"{self._seed}/{operation.id}/{fault}/{way.name}/{choice.deeper}"
        try:
            strategy = broken(self._contract, operation, fault, way, self._addresses.knowledge)
            drawn = engine.draw(strategy, seed=seed, count=skip + most)
            shrink = partial(engine.shrink, strategy, seed=seed, count=skip + most)
            fresh = [(one, case) for one in drawn[skip:] or drawn if (case := self._fresh(choice, one))]
            self._dry = 0 if fresh else self._dry + 1
            for breakage, case in fresh:
                if self._dry_run:
                    self._pace.count()
                    yield Drawn(case=case)
                else:
                    yield from self._examine(choice, breakage, self._try(case), shrink)
        except DocumentError as obstacle:  # one schema of the document; cases that do not need it can be judged
            yield Met(obstacle=obstacle)

    def _fresh(self, choice: _Choice, breakage: Breakage) -> Case | None:
        """The case, unless the same was sent before, or it may make one more of what cannot be deleted."""
        case = self._case(choice, breakage)
        if case.fault in MAY_SUCCEED and not self._created.allows(choice.operation.id):
            return None
        return case if self._is_fresh(case) else None

    def _is_fresh(self, case: Case) -> bool:
        """Whether the same request was not sent before; it is, from now on."""
        sent = (case.method, case.url, case.headers, case.body, case.credentials)
        if sent in self._sent:
            return False
        self._sent.add(sent)
        return True

    def _case(self, choice: _Choice, breakage: Breakage) -> Case:
        return replace(self._addresses.case(choice.operation, breakage), way=choice.way.name)

    def _examine(
        self, choice: _Choice, breakage: Breakage, answered: Answered, shrink: Callable[[Breakage, Shrink], None]
    ) -> Iterator[Event]:
        """Tell of an answer; send the request again where that may show more; and make small what fails anew."""
        case, response = answered.case, answered.verdict.exchange.response
        self._steering.learn(case.operation, case.fault, choice.way.kind, response)
        self._uniformity.hear(answered, choice.way.kind)
        found = failure(case, answered.verdict)
        if found is not None and response.status in DOORS and not case.credentials and found.cause not in self._causes:
            self._check_door()
        yield answered
        failing = found is not None and found.cause not in self._causes
        is_slow = answered.seconds > self._patience
        if self._repeats.wants(case, choice.way.kind, response.status, failing=failing or is_slow):
            again = self._again(choice.operation, answered)
            yield again
            found = _both(found, failure(case, again.verdict))
        if found is None or not self._is_new(found):
            return
        smallest, most = found, self._shrinks.allowance(found)
        if most:

            def send(smaller: Breakage) -> Answered:
                return self._try(self._case(choice, smaller), shrinking=True)

            attempt = Shrink(found, breakage, most, send)
            shrink(breakage, attempt)
            self._shrinks.spend(len(attempt.tried))
            yield from attempt.tried
            smallest = attempt.smallest
        if smallest.cause == found.cause or self._is_new(smallest):
            yield Failed(failure=smallest)

    def _check_door(self) -> None:
        """Send again what was let in before. Raises TargetError where it is no more: then answers say nothing."""
        known = self._admission.let_in_case
        if known is not None and (status := self._send(known)[0].response.status) in DOORS:
            raise let_in_no_more(status)

    def _is_new(self, found: Failure) -> bool:
        """Whether a failure is the first of its cause; it is known from now on."""
        if found.cause in self._causes:
            return False
        self._causes.add(found.cause)
        return True

    def _again(self, operation: Operation, first: Answered) -> Answered:
        """The answer to the same request, with what only two answers can show."""
        again = self._try(first.case, again=True)
        one, other = first.verdict.exchange.response, again.verdict.exchange.response
        found = [
            inconsistent(operation, one, other),
            slow(operation, min(first.seconds, again.seconds), self._patience),
        ]
        verdict = again.verdict
        findings = (*verdict.findings, *(finding for finding in found if finding is not None))
        return replace(again, verdict=msgspec.structs.replace(verdict, findings=findings))

    def _try(self, case: Case, *, shrinking: bool = False, again: bool = False) -> Answered:
        exchange, seconds = self._send(case)
        exchange = self._placed(exchange)
        self._tried += 1
        verdict = self._oracle(case, exchange)
        return Answered(case=case, verdict=verdict, seconds=seconds, shrinking=shrinking, again=again)

    def _send(self, case: Case) -> tuple[Exchange, float]:
        """Send one case, when it is its turn, and again where the server puts it off; with the seconds that it took.

        Raises Spent, or TargetError where nobody lets us in.
        """
        exchange, seconds = self._deliver(case, self._pace)
        self._pace.heed(exchange.response.headers)
        self._admission.note(case, exchange.response.status, seconds)
        return exchange, seconds

    def _deliver(self, case: Case, pace: Pace) -> tuple[Exchange, float]:
        while True:
            pace.turn()
            sent_at = time.monotonic()
            exchange = self._transport(case)
            seconds = time.monotonic() - sent_at
            response = exchange.response
            if response.status != TOO_MANY_REQUESTS or case.fault == RATE_LIMITED:
                break
            if not pace.put_off(response.headers):
                raise not_let_in(response.status)
        self._created.note(case, exchange)
        return exchange, seconds


def _both(first: Failure | None, second: Failure | None) -> Failure | None:
    """One failure of two answers to the same request: what failed first, and what only the second shows."""
    if first is None or second is None:
        return first or second
    of_two = tuple(one for one in second.findings if one.rule in OF_TWO)
    return replace(first, findings=(*first.findings, *of_two))
