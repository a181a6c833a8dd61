"""The runner: the frame of a run. Cases go out, events come back; who wants to show or keep something listens.

First what the server has is learnt, then what failed before is looked at again. Then comes what is chosen
(fuzz/choosing.py), drawn (fuzz/drawing.py), sent (fuzz/sending.py) and examined (fuzz/examining.py), with sequences in
between, until a budget is spent or nothing new can be drawn. Requests that are meant to succeed come last: they change
what the server has. The same seed sends the same requests, as long as the server answers the same.
"""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fuzz.addresses import Addresses
from fuzz.admission import DOORS, not_let_in, nothing_tried
from fuzz.choosing import breakable, choices, planned, writes
from fuzz.drawing import Drawing, Sample
from fuzz.events import Answered, Cleaned, Drawn, Ended, Event, Met, Planned
from fuzz.examining import Examining
from fuzz.families.valid import PLAIN
from fuzz.faults import IN_BODY, MADE, VALID
from fuzz.oracle import TOO_MANY_REQUESTS, Oracle, promises_for
from fuzz.oracles.slowness import PATIENCE
from fuzz.pace import LONGEST_WAIT, Budget, Pace, Spent
from fuzz.plan import Target, plan
from fuzz.presence import Presence
from fuzz.rate_limit import candidates, provoke
from fuzz.replay import aimed_again, operation_of
from fuzz.sending import Sending
from fuzz.sequences.answers import refused
from fuzz.sequences.created import SECONDS, Created
from fuzz.sequences.restoring import Restoring
from fuzz.sequences.stories import Stories
from fuzz.taken import Taken
from fuzz.wishes import Wishes
from validator.errors import DocumentError, NothingJudged, RecordingError, TargetError
from validator.judges import make_judge

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from fuzz.case import Case, Tried
    from fuzz.choosing import Choice
    from fuzz.replay import Recorded
    from fuzz.sequences.steps import Path
    from fuzz.sequences.things import Things
    from fuzz.transport import Transport
    from validator.contract import Contract
    from validator.exchange import Exchange

SEQUENCES: Final = 0.34
"""The share of all requests that goes to sequences, as long as there are others."""

_CONFLICT: Final = 409
_NOT_FOUND: Final = 404

RELOOKS: Final = 0.25
"""The share of the budget for what failed in an earlier run: where much fails, the rest is to be seen, too."""

WRITES_FROM: Final = 0.865
"""The share of the budget after which writes that should succeed may go out: at the end, when they disturb nobody."""


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
        examples: pathlib.Path | None = None,
        held: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """`examples` is a folder for Hypothesis, of what is to be tried again in the next run.

        `held` gives a block in which no KeyboardInterrupt comes, as long as that is short.
        """
        # Strategies and compiled schemas belong to a contract: one that knows the server is kept as it is.
        self._contract: Final = contract if base_url in contract.servers else contract.with_servers(base_url)
        self._wishes: Final = Wishes(
            contract=self._contract,
            base_url=base_url,
            budget=budget,
            seed=seed,
            operations=frozenset(operations),
            faults=tuple(faults),
            allow_writes=allow_writes,
            dry_run=dry_run,
            provoke_rate_limit=provoke_rate_limit,
            patience=patience,
            covered=covered,
        )
        self.waiting: Final = list(failing)
        """What failed in an earlier run, and was not looked at yet."""
        self._examples: Final = examples
        self._transport: Final = transport
        self._oracle: Final = Oracle(self._contract, make_judge(self._contract))
        self._addresses = Addresses(self._contract, base_url, seed=seed)
        self._created: Final = Created(self._contract, self._addresses)
        self._pace: Final = Pace(budget, base_url) if pace is None else pace
        self._presence: Final = Presence(self._contract)
        self._sending: Final = Sending(transport, self._pace, self._created, self._presence, seed, held)
        self._examining: Final = Examining(self._wishes, self._sending, self._oracle)
        self._taken: Final = Taken()
        self._provoking = 0
        """Requests that were sent to reach the rate limit, but for those whose answers are told."""
        self._steps = 0
        """Requests that were sent for sequences."""

    def run(self) -> Iterator[Event]:
        """Everything, event by event. Raises TargetError at its end where the server has looked at nothing."""
        self._pace.start()
        spent, stopped = "", False
        try:
            yield from self._run()
        except Spent as which:
            spent = str(which)
        except TargetError as obstacle:
            if not self._sending.admission.let_in:
                yield self.ended("")
                raise
            stopped = True
            yield Met(obstacle=obstacle)
        yield from self._examining.outliers()
        if not self._wishes.dry_run:
            yield from self._nothing_shown(spent, stopped=stopped)
            if self._created:
                yield self.clean_up()
            yield from self._provoked()
        yield self.ended(spent)

    def ended(self, spent: str) -> Ended:
        """How things stand now, with what ended the run: told by the run itself, or by whoever cuts it short."""
        return Ended(
            spent=spent,
            lookups=self._sending.lookups,
            throttled=self._pace.throttled,
            absent=self._presence.absent(self._wishes.chose) if self._sending.admission.let_in else {},
            mute=self._sending.admission.is_mute,
            provoking=self._provoking,
        )

    @property
    def sent(self) -> int:
        """Requests that count for the budget, so far."""
        return self._pace.sent

    @property
    def left(self) -> Cleaned:
        """What the run made, and did not delete yet."""
        return self._created.left

    def clean_up(self, seconds: float = SECONDS) -> Cleaned:
        """Delete what the run made. Done at the end of a run; a run that is cut short leaves it to its caller."""
        budget = Budget(max_requests=sys.maxsize, seconds=seconds, rate=self._wishes.budget.rate)
        pace = Pace(budget, self._wishes.base_url)
        cleaned = self._created.clean_up(lambda case: self._sending.deliver(case, pace)[0], seconds)
        return replace(cleaned, sent=pace.sent)

    def _provoked(self) -> Iterator[Event]:
        """Where it is asked for: send until the server wants no more. Nobody is let in for a while after that."""
        if not self._wishes.provoke_rate_limit or not self._sending.admission.let_in:
            return
        seconds = self._wishes.budget.seconds
        left = LONGEST_WAIT if seconds is None else seconds - self._pace.elapsed
        cases = candidates(self._contract, self._addresses, self._wishes.operations)

        def send(case: Case) -> Exchange:
            self._provoking += 1
            return self._transport(case)

        try:
            for case, verdict in provoke(self._contract, self._oracle, cases, send, patience=left):
                self._provoking -= 1
                yield from self._examining.told(Answered(case=case, verdict=verdict))
        except (NothingJudged, TargetError) as obstacle:
            yield Met(obstacle=obstacle)

    def _nothing_shown(self, spent: str, *, stopped: bool) -> Iterator[Met]:
        admission = self._sending.admission
        if admission.is_mute:
            yield Met(obstacle=admission.mute)
        elif not admission.let_in and admission.last in DOORS:
            yield Met(obstacle=not_let_in(admission.last))
        elif not admission.let_in and self._pace.throttled:
            yield Met(obstacle=not_let_in(TOO_MANY_REQUESTS))
        elif not self._sending.tried and not stopped:
            yield Met(obstacle=nothing_tried(spent, has_operations=bool(self._contract.operations)))

    def _run(self) -> Iterator[Event]:
        targets: list[Target] = []
        for target in breakable(self._wishes):
            if isinstance(target, Met):
                yield target
            else:
                targets.append(target)
        # What writes has its time at the end, and a plan of its own: there, nothing waits for its turn among faults.
        writing, breaking = (
            plan(
                [target for target in targets if writes(self._contract, target) is is_writing],
                offset=self._wishes.seed,
                covered=self._wishes.covered,
            )
            for is_writing in (True, False)
        )
        yield Planned(
            operations=len({target.operation for target in targets}),
            pairs=len(targets),
            cases=len(writing) + len(breaking),
        )
        yield from self._learn(dict.fromkeys(target.operation for target in targets))
        playing = self._stories()
        stories = playing.all() if self._wishes.sequences else iter(())
        yield from self._failed_before(playing)
        drawing = Drawing(
            self._wishes,
            addresses=self._addresses,
            sending=self._sending,
            created=self._created,
            taken=self._taken,
            renewed=playing.bodies.telling.renewed,
        )
        steering = self._examining.steering
        is_absent = self._presence.is_absent
        for choice in choices(
            self._contract, targets, breaking, steering=steering, is_dry=drawing.is_dry, is_absent=is_absent
        ):
            if writing and self._pace.has_spent(WRITES_FROM):
                break
            yield from self._break(choice, drawing, playing.things)
            if self._steps < SEQUENCES * self._pace.sent:
                yield from _tell(next(stories, iter(())))
        before = Restoring(self._contract, self._addresses, self._created, lambda case: self._sending.look_up(case)[0])
        for choice in planned(self._contract, writing, is_absent=is_absent):
            yield from self._write(choice, drawing, playing.things, before)
        for story in stories:
            yield from _tell(story)

    def _learn(self, operations: Collection[str]) -> Iterator[Event]:
        """What a request needs to be sound but for its fault is looked up before anything is broken.

        The answers are as good as any to show whether sound requests are let through.
        """
        if not operations or self._wishes.dry_run:
            return
        looked_up: list[tuple[Case, Exchange, float]] = []

        def ask(case: Case) -> Exchange:
            exchange, seconds = self._sending.look_up(case)
            looked_up.append((case, exchange, seconds))
            return exchange

        aimed = [self._contract.operation(name) for name in operations]
        base_url, seed = self._wishes.base_url, self._wishes.seed
        self._addresses = Addresses.learnt(self._contract, base_url, ask, operations=aimed, seed=seed)
        for asked, exchange, seconds in looked_up:
            wanted = VALID in self._wishes.faults and self._wishes.chose(asked.operation)
            if wanted and exchange.response.status not in DOORS:
                self._sending.is_fresh(asked)
                case = replace(asked, fault=VALID, variant=PLAIN, described="as it is", kind=PLAIN)
                verdict = self._oracle(case, exchange)
                yield from self._examining.told(Answered(case=case, verdict=verdict, seconds=seconds, lookup=True))

    def _failed_before(self, stories: Stories) -> Iterator[Event]:
        """What failed in an earlier run is looked at before anything else, as far as this run may send it."""
        for one in list(self.waiting):
            if self._pace.has_spent(RELOOKS):
                return
            try:
                operation = operation_of(self._contract, one.case)
                case = aimed_again(one, operation, self._addresses, self._wishes.base_url)
            except RecordingError:  # the contract has changed, and what failed is no more in it
                self.waiting.remove(one)
                continue
            in_sequence = case.act or case.own
            if in_sequence and self._wishes.sequences and self._wishes.chose(operation.id):
                yield from _tell(stories.repeated(case))
            elif not in_sequence and self._wishes.want(operation, case.fault):
                if self._sending.is_fresh(case):
                    yield from self._put(Sample(operation, case.kind, case))
            else:
                continue
            self.waiting.remove(one)

    def _break(self, choice: Choice, drawing: Drawing, things: Things) -> Iterator[Event]:
        """Follow a choice that is to be refused. Where writes are allowed, a body is broken that the server takes."""
        if choice.fault not in IN_BODY or not self._wishes.allow_writes or not self._wishes.sequences:
            yield from self._follow(choice, drawing)
            return
        self._pace.check()
        yield from things.prove(choice.operation)
        if choice.operation.id not in self._taken:
            yield from self._follow(choice, drawing)
            return
        own = yield from things.about(choice.operation)
        yield from self._follow_on(own, choice, drawing, things, _is_gone)

    def _write(self, choice: Choice, drawing: Drawing, things: Things, before: Restoring) -> Iterator[Event]:
        """Follow a choice that may change what the server has: a thing of the run's own, where it can make one."""
        if self._wishes.dry_run:
            yield from self._follow(choice, drawing)
            return
        self._pace.check()
        yield from things.prove(choice.operation)
        own = yield from things.about(choice.operation)
        before.foresee(choice.operation, on_own=bool(own))
        yield from self._follow_on(own, choice, drawing, things, refused)

    def _follow_on(
        self, own: Path, choice: Choice, drawing: Drawing, things: Things, is_used_up: Callable[[Exchange], bool]
    ) -> Iterator[Event]:
        """Send what a choice asks for to a thing of the run's own, if any; a used up one is made anew for the next."""
        for event in self._follow(replace(choice, own=own), drawing):
            yield event
            if own and isinstance(event, Answered) and is_used_up(event.verdict.exchange):
                things.renew(choice.operation)

    def _follow(self, choice: Choice, drawing: Drawing) -> Iterator[Event]:
        """Draw what a choice asks for, and send it."""
        self._pace.check()
        try:
            is_taken = False
            for sample in drawing.draw(choice):
                for event in self._put(sample):
                    is_taken = is_taken or self._is_taken(event)
                    yield event
            if is_taken and not choice.deeper:
                # A name that is taken already: another body may show what this one hides.
                for sample in drawing.draw(choice, another=True):
                    yield from self._put(sample)
        except DocumentError as obstacle:  # one schema of the document; cases that do not need it can be judged
            yield Met(obstacle=obstacle)

    def _is_taken(self, event: Event) -> bool:
        """Whether a broken request was refused for what there is already (409), where any refusal will do."""
        if not isinstance(event, Answered) or event.case.fault == VALID or event.verdict.findings:
            return False
        operation = self._contract.operation(event.case.operation)
        status = event.verdict.exchange.response.status
        return status == _CONFLICT and None in promises_for(self._contract, operation, event.case)

    def _put(self, sample: Sample) -> Iterator[Event]:
        """Send a request, and examine the answer; in a dry run, only show it."""
        if self._wishes.dry_run:
            self._pace.count()
            yield Drawn(case=sample.case)
        else:
            yield from self._examining.examine(sample)

    def _stories(self) -> Stories:
        return Stories(
            self._contract,
            self._addresses,
            self._created,
            ask=self._step,
            judge=self._oracle,
            taken=self._taken,
            is_new=self._examining.is_new,
            is_absent=self._presence.is_absent,
            is_there=self._presence.is_there,
            seed=self._wishes.seed,
            operations=self._wishes.operations,
            allow_writes=self._wishes.allow_writes,
            examples=self._examples,
        )

    def _step(self, case: Case) -> Exchange:
        """Send a case of a sequence."""
        exchange = self._sending.send(case)[0]
        self._taken.note(case, exchange)
        self._steps += 1
        return exchange


def _is_gone(exchange: Exchange) -> bool:
    return exchange.response.status == _NOT_FOUND


def _tell(story: Iterator[Event]) -> Iterator[Event]:
    try:
        yield from story
    except DocumentError as obstacle:  # one schema of the document; other kinds of things can be tried
        yield Met(obstacle=obstacle)
