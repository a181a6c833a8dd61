"""The runner: cases go out, events come back. It prints nothing; who wants to show or keep something listens.

First the plan: every operation with every fault in every variant, simple bodies first. Then Hypothesis goes deeper,
operation by operation in turn, until a budget is spent. What fails in a new way is shrunk at once. The same seed sends
the same requests, as long as the server answers the same.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from fuzz import engine
from fuzz.addresses import Addresses
from fuzz.failures import Failure, failure
from fuzz.families import broken, ways
from fuzz.faults import MADE, MALFORMED_JSON
from fuzz.oracle import TOO_MANY_REQUESTS, Oracle
from validator.errors import DocumentError, NothingJudged, TargetError
from validator.judges import make_judge

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from fuzz.breakage import Breakage, Way
    from fuzz.case import Case
    from fuzz.failures import Cause, Symptom
    from fuzz.transport import Transport
    from validator.contract import Contract, Operation
    from validator.errors import Obstacle
    from validator.exchange import Exchange
    from validator.findings import Verdict

BATCH: Final = 5
"""So many bodies are drawn at a time when going deeper, and for each member that can be missing: whether that is seen
may depend on what else is there, and on which item of a list it is missing from."""

SHRINKS: Final = 25
SHRINK_REQUESTS: Final = 40
"""At most so many failures are shrunk, with so many requests each: a server that accepts all fails in every case."""

SILENCE: Final = 120.0
"""So many seconds are waited in vain, in all; a server that hangs on one case in ten would keep us for hours."""

DOORS: Final = frozenset({401, 403, TOO_MANY_REQUESTS})
"""Answers that may say nothing of the body: who knocks was not let in."""

KNOCKS: Final = 20
"""After so many such answers the rest is not tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long a run may go on: requests in all, bodies per operation and fault past the plan, seconds, requests/s."""

    max_requests: int | None = None
    max_examples: int = 20
    seconds: float | None = None
    rate: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The plan stands: so many operations, pairs of operation and fault, and cases."""

    operations: int
    pairs: int
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A case was answered and judged; `shrinking` where it was sent only to find a smaller one."""

    case: Case
    verdict: Verdict
    shrinking: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A failure of a new cause, as small as it got."""

    failure: Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """An obstacle: part of the work, or the rest of it, could not be done."""

    obstacle: Obstacle


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The run is over; `spent` names what ended it, and is empty where all was done.

    `lookups` are the sound requests that learnt the ids in the paths; they count as requests, and break nothing.
    """

    spent: str = ""
    lookups: int = 0


Event: TypeAlias = Planned | Answered | Failed | Met | Ended


class _Spent(Exception):  # noqa: N818 - reads as what happened
    """A budget is spent; the argument says which."""


@dataclass(frozen=True, slots=True)
class _Target:
    """An operation and a fault, and the ways that the plan covers."""

    operation: Operation
    fault: str
    ways: tuple[Way, ...]

    def ways_from(self, part: float) -> tuple[Way, ...]:
        """All ways, beginning at a part of them, between 0 and 1."""
        start = int(part * len(self.ways))
        return (*self.ways[start:], *self.ways[:start])


class _Shrink:
    """What Hypothesis asks while it shrinks a failure: whether a smaller one fails in the same way."""

    def __init__(self, failure: Failure, send: Callable[[Breakage], Answered]) -> None:
        self.smallest = failure
        self.tried: Final[list[Answered]] = []
        self._symptom: Final = failure.symptom
        self._send: Final = send

    def __call__(self, candidate: Breakage) -> bool:
        if len(self.tried) >= SHRINK_REQUESTS:
            raise engine.Enough
        try:
            answered = self._send(candidate)
        except (_Spent, TargetError):  # told again by the next case of the run
            raise engine.Enough from None
        self.tried.append(answered)
        again = failure(answered.case, answered.verdict)
        if again is None or again.symptom != self._symptom:
            return False
        self.smallest = min(self.smallest, again, key=lambda one: one.size)
        return True


def not_let_in(status: int) -> TargetError:
    """Why answers with one of these statuses, and no others, show nothing."""
    if status == TOO_MANY_REQUESTS:
        return TargetError(
            f"the server answers {status} to every request: it wants fewer of them",
            mend="wait a minute, then run with --rate, a number of requests in a second",
        )
    return TargetError(
        f"the server answers {status} to every request: nothing of what was sent was looked at",
        mend="give a key that it knows, in PICQER_API_KEY or with --api-key-file",
    )


def silent(seconds: float) -> TargetError:
    """Why a server that hangs is left alone."""
    return TargetError(
        f"the server left requests without an answer, for {seconds:.0f} seconds in all; the rest is not tried",
        mend="see what it does with those that are reported, or start it again",
    )


def nothing_tried(spent: str) -> NothingJudged:
    """Why a run without a single broken request shows nothing."""
    if spent:
        return NothingJudged(
            f"{spent} ended the run before its first broken request", mend="give more: the ids in paths are asked first"
        )
    return NothingJudged("no operation has a body that can be broken so", mend="name another --operation or --fault")


class Runner:
    """One run against one server."""

    def __init__(
        self,
        contract: Contract,
        transport: Transport,
        *,
        base_url: str,
        budget: Budget,
        seed: int,
        operations: Collection[str] = (),
        faults: Collection[str] = MADE,
    ) -> None:
        # Strategies and compiled schemas belong to a contract: one that knows the server is kept as it is.
        self._contract: Final = contract if base_url in contract.servers else contract.with_servers(base_url)
        self._transport: Final = transport
        self._oracle: Final = Oracle(self._contract, make_judge(self._contract))
        self._addresses = Addresses(self._contract, base_url, seed=seed)
        self._base_url: Final = base_url
        self._budget: Final = budget
        self._seed: Final = seed
        self._operations: Final = frozenset(operations)
        self._faults: Final = tuple(faults)
        self._clock: Final = time.monotonic
        self._began = self._next = self._clock()
        self._sent = self._tried = 0
        self._let_in = False
        self._knocks = 0
        self._last = 0
        self._silence = 0.0
        self._causes: Final[set[Cause]] = set()
        self._shrunk: Final[set[tuple[Symptom, str]]] = set()

    def run(self) -> Iterator[Event]:
        """Everything, event by event. Raises TargetError where the server is not there from the start."""
        self._began = self._next = self._clock()
        spent, stopped = "", False
        try:
            yield from self._run()
        except _Spent as which:
            spent = str(which)
        except TargetError as obstacle:
            if not self._let_in:
                raise
            stopped = True
            yield Met(obstacle=obstacle)
        if not self._let_in and self._sent:
            yield Met(obstacle=not_let_in(self._last))
        elif not self._tried and not stopped:
            yield Met(obstacle=nothing_tried(spent))
        yield Ended(spent=spent, lookups=self._sent - self._tried)

    def _run(self) -> Iterator[Event]:
        targets = []
        for target in self._targets():
            if isinstance(target, Met):
                yield target
            else:
                targets.append(target)
        # What a request needs to be sound but for its fault is looked up before anything is broken.
        aimed = [self._contract.operation(name) for name in dict.fromkeys(one.operation.id for one in targets)]
        if aimed:
            self._addresses = Addresses.learnt(
                self._contract, self._base_url, self._send, operations=aimed, seed=self._seed
            )
        yield Planned(
            operations=len({target.operation.id for target in targets}),
            pairs=len(targets),
            cases=sum(len(target.ways) for target in targets),
        )
        # In turn, so that a small budget still comes to every operation; each begins with another way, so that it comes
        # to every way as well: most servers read all bodies in one way.
        planned = [
            [(target, way) for way in target.ways_from(index / len(targets))] for index, target in enumerate(targets)
        ]
        simplest: set[str] = set()
        for target, way in filter(None, chain.from_iterable(zip_longest(*planned))):
            if target.fault != MALFORMED_JSON:
                yield from self._draw(target, way, count=BATCH)
                continue
            # Broken JSON is the same on every operation, so its simplest text need be sent once; others show more.
            again = int(way.name in simplest)
            yield from self._draw(target, way, count=1 + again, skip=again)
            simplest.add(way.name)
        for start in range(0, self._budget.max_examples, BATCH):
            count = min(BATCH, self._budget.max_examples - start)
            for target in targets:
                yield from self._draw(target, None, count=count, start=start)

    def _targets(self) -> Iterator[_Target | Met]:
        for operation in self._contract.operations:
            if self._operations and operation.id not in self._operations:
                continue
            for fault in self._faults:
                try:
                    known = ways(self._contract, operation, fault)
                except DocumentError as obstacle:
                    yield Met(obstacle=obstacle)
                else:
                    if known:
                        yield _Target(operation, fault, known)

    def _draw(self, target: _Target, way: Way | None, *, count: int, start: int = 0, skip: int = 0) -> Iterator[Event]:
        """Send bodies that Hypothesis draws, but for some; the first of them is the simplest there is."""
        self._look_at_budget()
        seed = f"{self._seed}/{target.operation.id}/{target.fault}/{way.name if way else None}/{start}"
        try:
            strategy = broken(self._contract, target.operation, target.fault, way, self._addresses.knowledge)
            for breakage in engine.draw(strategy, seed=seed, count=count)[skip:]:
                answered = self._try(target, breakage)
                yield answered
                found = failure(answered.case, answered.verdict)
                if found is None or found.cause in self._causes:
                    continue
                self._causes.add(found.cause)
                shrink = _Shrink(found, lambda smaller: self._try(target, smaller, shrinking=True))
                if self._is_worth_shrinking(found):
                    engine.shrink(strategy, breakage, shrink, seed=seed, count=count)
                    yield from shrink.tried
                if shrink.smallest.cause == found.cause or shrink.smallest.cause not in self._causes:
                    self._causes.add(shrink.smallest.cause)
                    yield Failed(failure=shrink.smallest)
        except DocumentError as obstacle:  # one schema of the document; cases that do not need it can be judged
            yield Met(obstacle=obstacle)

    def _is_worth_shrinking(self, found: Failure) -> bool:
        """The first failure of its kind is, on whichever operation; there is an end to it, too.

        Where no answer came, none is: each try may be waited for as long.
        """
        if found.exchange.response.status == 0:
            return False
        kind = (found.symptom, found.cause.family)
        if kind in self._shrunk or len(self._shrunk) >= SHRINKS:
            return False
        self._shrunk.add(kind)
        return True

    def _try(self, target: _Target, breakage: Breakage, *, shrinking: bool = False) -> Answered:
        case = self._addresses.case(target.operation, breakage)
        exchange = msgspec.structs.replace(self._send(case), source=f"seed {self._seed}", index=self._sent - 1)
        self._tried += 1
        return Answered(case=case, verdict=self._oracle(case, exchange), shrinking=shrinking)

    def _send(self, case: Case) -> Exchange:
        """Send one case, when it is its turn. Raises _Spent, or TargetError where nobody lets us in."""
        self._look_at_budget()
        if self._budget.rate is not None:
            time.sleep(max(0.0, self._next - self._clock()))
            self._next = max(self._next, self._clock()) + 1 / self._budget.rate
        self._sent += 1
        sent_at = self._clock()
        exchange = self._transport(case)
        status = self._last = exchange.response.status
        if status == 0:
            self._silence += self._clock() - sent_at
            if self._silence >= SILENCE:
                raise silent(self._silence)
        if status not in DOORS:
            self._let_in, self._knocks = True, 0
        elif status == TOO_MANY_REQUESTS or not self._let_in:
            self._knocks += 1
        if self._knocks >= KNOCKS:
            raise not_let_in(status)
        return exchange

    def _look_at_budget(self) -> None:
        if self._budget.max_requests is not None and self._sent >= self._budget.max_requests:
            raise _Spent(f"--max-requests {self._budget.max_requests}")
        if self._budget.seconds is not None and self._clock() - self._began >= self._budget.seconds:
            raise _Spent(f"--time-budget {self._budget.seconds:g}")
