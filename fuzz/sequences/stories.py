"""Stories: which steps are taken on which kind of thing, and in what order, so that few requests find much.

First, for every kind, what anybody does with it: create, read, list, change, read, delete, read. Then what fewer do:
changes one after the other, a change that is refused, a second thing, what is deleted touched again; then each member
changed on its own. Last, what Hypothesis chooses (fuzz/sequences/machine.py). What can be read and changed but not
made is changed, and put back. In between, lists are asked for in every way (fuzz/sequences/browsing.py): that writes
nothing, and is all that is done where nothing may be written.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

import orjson

from fuzz.breakage import Breakage
from fuzz.events import Answered, Failed
from fuzz.failures import failure
from fuzz.sequences import acts
from fuzz.sequences.bodies import Bodies
from fuzz.sequences.browsing import Browsing
from fuzz.sequences.dialogue import Means
from fuzz.sequences.kinds import kinds
from fuzz.sequences.machine import Searches
from fuzz.sequences.shrinking import SHRINK_REQUESTS, Shrink, fewest, steps_of
from fuzz.sequences.steps import Step, Thing
from fuzz.sequences.things import Things

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Collection, Generator, Iterable, Iterator

    from fuzz.addresses import Addresses
    from fuzz.case import Case
    from fuzz.events import Event
    from fuzz.failures import Failure, Symptom
    from fuzz.sequences.created import Created
    from fuzz.sequences.kinds import Kind
    from fuzz.sequences.play import Play
    from fuzz.sequences.steps import Path
    from fuzz.taken import Taken
    from validator.contract import Contract
    from validator.exchange import Exchange
    from validator.findings import Verdict

T = TypeVar("T")

WHOLE: Final = tuple(
    Step(act=act)
    for act in (
        *(acts.CREATE, acts.READ, acts.CREATE_WRONGLY, acts.CREATE_AGAIN, acts.LIST),
        *(acts.UPDATE, acts.SPOIL, acts.UPDATE_ONE, acts.READ, acts.UPDATE_EMPTY, acts.CHECK),
        *(acts.REACH, acts.MISUSE, acts.DELETE, acts.READ, acts.LIST, acts.LIST_BELOW, acts.READ_REFERRED),
        *(acts.REFER, acts.DELETE),
    )
)
"""What anybody does with a thing that stands alone."""

MORE: Final = tuple(
    Step(act=act) for act in (acts.CREATE, acts.UPDATE_EMPTY, acts.CHECK, acts.MISUSE, acts.DELETE, acts.DELETE)
)
"""Of that, what few kinds have a way of their own for."""

PLAIN: Final = tuple(
    Step(act=act)
    for act in (
        *(acts.CREATE, acts.READ, acts.CREATE_WRONGLY, acts.CREATE_AGAIN, acts.LIST),
        *(acts.UPDATE, acts.SPOIL, acts.UPDATE_ONE, acts.READ),
        *(acts.REACH, acts.DELETE, acts.READ, acts.LIST, acts.LIST_BELOW, acts.READ_REFERRED, acts.REFER),
    )
)
"""The rest of it: what is below others has `MORE` done to it late, for of such kinds there are many."""

DEEP: Final = tuple(
    Step(act=act, least=act == acts.CREATE)
    for act in (
        *(acts.CREATE, acts.CREATE_AGAIN, acts.READ_OTHER, acts.LIST_ELSEWHERE),
        *(acts.UPDATE, acts.UPDATE_REST, acts.READ, acts.SPOIL, acts.READ),
        *(acts.DELETE, acts.READ, acts.DELETE, acts.UPDATE, acts.READ_OTHER),
    )
)

MEMBERS: Final = 12
"""So many members of a thing are changed on their own."""

TURNS: Final = 4
"""So often Hypothesis chooses sequences for a kind, where the budget goes so far: a contract may have few kinds."""

MOST_SHRUNK: Final = 5
"""So many failures are made small."""


class Stories:
    """All that is played against one server.

    `ask` sends a case, and lets `created` note the answer; `judge` judges it; `is_new` says whether the cause of a
    failure is a new one; `is_absent`, whether the server seems not to have an operation; `is_there`, whether any answer
    shows that it has it; `allow_writes`, whether things may be made and changed. `taken`: the bodies that were.
    `examples`: a folder for what Hypothesis wants to try again in another run.
    """

    def __init__(  # noqa: PLR0913 - what a run has, by name
        self,
        contract: Contract,
        addresses: Addresses,
        created: Created,
        *,
        ask: Callable[[Case], Exchange],
        judge: Callable[[Case, Exchange], Verdict],
        taken: Taken | None = None,
        is_new: Callable[[Failure], bool],
        is_absent: Callable[[str], bool] = lambda _: False,
        is_there: Callable[[str], bool] = lambda _: True,
        seed: int,
        operations: Collection[str] = (),
        allow_writes: bool = True,
        examples: pathlib.Path | None = None,
    ) -> None:
        self._contract: Final = contract
        self._addresses: Final = addresses
        self._created: Final = created
        self._is_new: Final = is_new
        self._seed: Final = seed
        self.bodies: Final = Bodies(contract, addresses.knowledge.sound, seed, taken, addresses.knowledge.has)
        self._is_absent: Final = is_absent
        self._is_there: Final = is_there
        self._means: Final = Means(
            contract=contract, addresses=addresses, bodies=self.bodies, ask=ask, judge=judge, is_absent=is_absent
        )
        self._browsing: Final = Browsing(self._means)
        self._operations: Final = operations
        self._allow_writes: Final = allow_writes
        self._kinds: Final = [
            kind
            for kind in kinds(contract)
            if not operations or any(one.id in operations for _, one in kind.operations())
        ]
        self._alike: Final = _alike(self._kinds)
        self.things: Final = Things(self._means, created, self._heard)
        self._shrunk: Final[set[Symptom]] = set()
        self._searches: Final = Searches(seed, is_new, examples)

    def all(self) -> Iterator[Iterator[Event]]:
        """Story after story, each to be followed to its end before the next is asked for."""
        playing = chain(self.plain(), self.deep(), self.chosen()) if self._allow_writes else ()
        for in_turn in zip_longest(playing, self.browsed()):
            yield from (story for story in in_turn if story is not None)

    def browsed(self) -> Iterator[Iterator[Event]]:
        """Every list."""
        for operation in self._browsing.lists():
            if not self._operations or operation.id in self._operations:
                yield self._heard(self._browsing.browse(operation))

    def plain(self) -> Iterator[Iterator[Event]]:
        """Every kind once, with what anybody does with it."""
        for kind in self._kinds:
            if kind.create is not None and kind not in self._alike:
                yield self._play(kind, PLAIN if kind.parent else WHOLE)
        for kind in self._kinds:
            if kind.create is None or self.things.gave_up(kind):
                yield self._put_back(kind)
        for kind in self._alike:
            yield self._play(kind, PLAIN)

    def deep(self) -> Iterator[Iterator[Event]]:
        """What fewer do."""
        for kind in self._lively():
            if kind not in self._alike:
                yield self._play(kind, MORE if kind.parent else ())
                yield self._play(kind, DEEP)
        for kind in self._lively():
            yield self._play(kind, self._one_by_one(kind))

    def chosen(self) -> Iterator[Iterator[Event]]:
        """What Hypothesis chooses."""
        for turn in range(TURNS):
            for kind in self._lively():
                yield self._explored(kind, turn)

    def _lively(self) -> Iterator[Kind]:
        return (kind for kind in self._kinds if kind.create is not None and not self.things.gave_up(kind))

    def _one_by_one(self, kind: Kind) -> Iterator[Step]:
        if kind.update is None:
            return
        names = self.bodies.changeable(kind.update)[:MEMBERS]
        if len(names) > 1:
            yield from (Step(act=acts.CREATE), Step(act=acts.READ))
            for name in names:
                yield from (Step(act=acts.UPDATE, only=name), Step(act=acts.CHECK))
            yield from (Step(act=acts.READ), Step(act=acts.DELETE))

    def _play(self, kind: Kind, steps: Iterable[Step]) -> Iterator[Event]:
        steps = tuple(steps)
        if kind.create is None:
            return
        if not steps or not self.things.may_play(kind) or self._is_absent(kind.create.id):
            return
        play = yield from self.things.played(kind, steps)
        if play.gave_up is not None and self.things.move(kind):
            play = yield from self.things.played(kind, steps)
        if play.gave_up is not None and not self.things.gave_up(kind):
            self.things.give_up(kind)
            if not self._is_absent(kind.create.id):
                yield play.gave_up

    def again(self, case: Case) -> Iterator[Answered]:
        """The steps that led to a case, and it, once more: with a thing of its own, and the bodies that there were."""
        if case.own:
            yield from self._once_more(case)
            return
        if case.act.startswith(acts.LIST_BY):
            operation = self._contract.operation(case.operation)
            yield from self._browsing.browse(operation, case.act.removeprefix(acts.LIST_BY))
            return
        cases = (*case.before, case)
        steps = [Step(act=one.act, body=one.body or None) for one in cases]
        kind = self._kind_of(cases[0])
        if kind is None:
            return
        if kind.create is None:
            yield from self._there(kind, ()).run(steps)
            return
        if steps[0].act != acts.CREATE:  # on what was made before, in another sequence
            steps = [Step(act=acts.CREATE), *steps]
        for _ in range(2):
            play = yield from self._only_answers(self.things.played(kind, steps))
            if play.gave_up is None or not self.things.move(kind):
                return

    def _once_more(self, case: Case) -> Iterator[Answered]:
        """The case, sent to another thing that the run makes: the one that it was sent to is gone."""
        operation = self._contract.operation(case.operation)
        path = yield from self._only_answers(self.things.about(operation))
        aimed = self._addresses.case(operation, Breakage(fault="", variant="", described="", path=path))
        query = urlsplit(case.url).query
        again = replace(case, url=aimed.url.partition("?")[0] + (f"?{query}" if query else ""))
        yield Answered(case=again, verdict=self._means.judge(again, self._means.ask(again)))

    def repeated(self, case: Case) -> Iterator[Event]:
        """As `again`, with what failed in it."""
        if self._allow_writes or case.act.startswith(acts.LIST_BY):
            yield from self._heard(self.again(case))

    def _kind_of(self, first: Case) -> Kind | None:
        """The kind of the thing that a sequence began with."""
        word = "create" if first.act == acts.CREATE else "read"
        return next((one for one in self._kinds if (word, first.operation) in _named(one)), None)

    @staticmethod
    def _only_answers(events: Generator[Event, None, T]) -> Generator[Answered, None, T]:
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                result: T = end.value
                return result
            if isinstance(event, Answered):
                yield event

    def _explored(self, kind: Kind, turn: int) -> Iterator[Event]:
        """Sequences that Hypothesis chooses, with the smallest of what fails in a new way.

        Its events come when it is over, or interrupted: Hypothesis has the word until then.
        """
        if kind.create is None or not self.things.may_play(kind):
            return
        if kind.delete is None:  # made but once, and used on; and never made anew, so never made smaller
            play = yield from self.things.played(kind, (Step(act=acts.CREATE),))
            if play.thing is None:
                return
        host = yield from self.things.host(kind)
        mine = self.things.mine(kind)
        search = self._searches.search(
            kind,
            turn,
            begin=lambda: self.things.new(kind, host, mine),
            members=self.bodies.changeable(kind.update) if kind.update else (),
        )
        yield from search.answers
        if search.found is not None:
            smallest = search.found if mine else (yield from self._with_fewer_steps(kind, search.found))
            yield from self._told(search.found, smallest)
        if search.end is not None:
            raise search.end

    def _put_back(self, kind: Kind) -> Iterator[Event]:
        """Change a thing that is there, and put it back."""
        if kind.read is None or kind.update is None:
            return
        play = self._there(kind, ())
        yield from self._took(play, Step(act=acts.READ))
        thing = play.thing
        if thing is None or thing.seen is None:
            return
        before = thing.seen
        body: dict[str, Any] = next(self.bodies.to_update(kind.update, before), {})
        body = {name: value for name, value in body.items() if name in before and before[name] is not None}
        back = {name: before[name] for name in body}
        if not body or not all(self.bodies.is_allowed(kind.update, one) for one in (body, back)):
            return
        undo = play.case(acts.UPDATE, kind.update, thing, back)
        self._created.owe(undo)
        yield from self._took(play, Step(act=acts.UPDATE, body=orjson.dumps(body)), Step(act=acts.READ))
        yield from self._took(play, Step(act=acts.UPDATE, body=orjson.dumps(back)), Step(act=acts.READ))
        self._created.paid(undo)

    def _there(self, kind: Kind, host: Path) -> Play:
        """A play on a thing that the server has."""
        if kind.read is None:
            raise ValueError(f"things of {kind.collection} cannot be read")
        known = self._addresses.case(kind.read, Breakage(fault="", variant="", described="", path=host))
        number = unquote(urlsplit(known.url).path.rpartition("/")[2])
        return self.things.new(kind, host, Thing(number, None, host, fresh=False, unsure=True))

    def _took(self, play: Play, *steps: Step) -> Iterator[Event]:
        yield from self._heard(play.run(steps))

    def _heard(self, answers: Iterator[Answered], kind: Kind | None = None) -> Iterator[Event]:
        """The answers, each with what fails in it anew; with fewer steps, where they are of a thing of this kind."""
        for taken in answers:
            yield taken
            found = failure(taken.case, taken.verdict)
            if found is None or self._is_beside(found) or not self._is_new(found):
                continue
            smallest = found if kind is None else (yield from self._with_fewer_steps(kind, found))
            yield from self._told(found, smallest)

    def _is_beside(self, found: Failure) -> bool:
        """Whether it is of an operation that nobody chose, and that nothing shows the server to have."""
        name = found.case.operation
        return bool(self._operations) and name not in self._operations and not self._is_there(name)

    def _told(self, found: Failure, smallest: Failure) -> Iterator[Failed]:
        """The smallest of what fails in the same way, if it is not told already."""
        if smallest.cause == found.cause or self._is_new(smallest):
            yield Failed(failure=smallest)

    def _with_fewer_steps(self, kind: Kind, found: Failure) -> Generator[Event, None, Failure]:
        """The failure, or the same after fewer steps. Where much fails in the same way, once is enough."""
        if found.symptom in self._shrunk or len(self._shrunk) >= MOST_SHRUNK or not self.things.may_make(kind):
            return found
        self._shrunk.add(found.symptom)
        host = yield from self.things.host(kind)
        shrink = Shrink(found, self._anew(kind, host), SHRINK_REQUESTS)
        fewest(steps_of(found.case), shrink, thoroughly=kind.delete is not None)
        yield from shrink.tried
        return shrink.smallest

    def _anew(self, kind: Kind, host: Path) -> Callable[[tuple[Step, ...]], Iterator[Answered]]:
        """How steps are played again and again; what the last try has left would make lists longer and longer."""
        kept = self._created.things

        def play(steps: tuple[Step, ...]) -> Iterator[Answered]:
            self._created.clean_up(self._means.ask, keep=kept)
            return self.things.new(kind, host).run(steps)

        return play


def _alike(kinds: Iterable[Kind]) -> list[Kind]:
    """Kinds that are as one before them: comments on whatever there is are made in many places, and deleted in one."""
    deleted: set[str] = set()
    found = []
    for kind in kinds:
        if kind.create is not None and kind.update is None and kind.delete is not None:
            found += [kind] if kind.delete.id in deleted else []
            deleted.add(kind.delete.id)
    return found


def _named(kind: Kind) -> Iterator[tuple[str, str]]:
    """What can be done with things of a kind: the word, and the operation's id; a list is good for reading, too."""
    for word, operation in kind.operations():
        yield word, operation.id
        if word == "list" and kind.read is None:
            yield "read", operation.id
