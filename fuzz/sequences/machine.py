"""The machine: sequences of steps on a thing that Hypothesis chooses, by the rules of a state machine.

A rule can be chosen as long as its precondition holds for what the thing is like by then. What was answered, and found,
is kept for whoever tells of it. `hypothesis.target` steers towards sequences with answers of a rare kind. The first
that fails in a new way ends the search: fuzz/sequences/shrinking.py makes it smaller with a tenth of the requests that
Hypothesis takes, which plays the same steps again and again. With a database, what failed and what had the rarest
answers is tried first the next time.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st
from hypothesis import target
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from fuzz import engine
from fuzz.answers import signature
from fuzz.failures import failure
from fuzz.pace import Spent
from fuzz.sequences import acts
from fuzz.sequences.restoring import makes_it
from fuzz.sequences.steps import Step
from validator.errors import Obstacle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from fuzz.events import Answered
    from fuzz.failures import Failure
    from fuzz.sequences.kinds import Kind
    from fuzz.sequences.play import Play

LONGEST: Final = 6
"""So many steps are chosen at most, between the making of a thing and the last look at it."""

SEQUENCES: Final = 15
"""So many sequences are chosen in a search."""


class Searches:
    """All searches of a run. `is_new` says whether the cause of a failure is a new one.

    `examples` is the folder that has a database for each kind of thing.
    """

    def __init__(self, seed: int, is_new: Callable[[Failure], bool], examples: Path | None = None) -> None:
        self._seed: Final = seed
        self._examples: Final = examples
        self.is_new: Final = is_new
        self.known: Final[Counter[object]] = Counter()
        """How many sequences had an answer of a kind."""

    def search(self, kind: Kind, turn: int, *, begin: Callable[[], Play], members: Sequence[str]) -> Search:
        """Play up to `SEQUENCES` sequences on things of the kind, until one fails in a new way.

        `begin` begins a play: with a thing that is there, where none can be made anew. `members` can be changed one by
        one.
        """
        search = Search(self, kind, begin, members)
        # A name that any file system takes.
        name = hashlib.sha256(kind.collection.encode()).hexdigest()[:16]
        try:
            engine.explore(
                lambda: Life(search),
                seed=f"{self._seed}/{kind.collection}/{turn}",
                count=SEQUENCES,
                steps=1 + LONGEST,
                database=None if self._examples is None else self._examples / name,
                # Later in the same run, it fails in no new way: Hypothesis would forget it.
                again=not turn,
            )
        except KeyboardInterrupt as end:  # raised when all is told that came before it
            search.end = end
        return search


class Search:
    """One search: the answers, in order, the failure of a new cause, and what ended it before its time."""

    def __init__(self, searches: Searches, kind: Kind, begin: Callable[[], Play], members: Sequence[str]) -> None:
        self.searches: Final = searches
        self.kind: Final = kind
        self.members: Final = members
        self.answers: Final[list[Answered]] = []
        self.found: Failure | None = None
        self.end: BaseException | None = None
        self._begin: Final = begin

    def begin(self) -> Play:
        """A play, not begun yet. Raises engine.Enough where nothing more is to be found."""
        if self.found is not None:
            raise engine.Enough
        return self._begin()

    def hear(self, answered: Answered) -> None:
        """An answer came. Raises engine.Broken where it fails in a new way."""
        self.answers.append(answered)
        found = failure(answered.case, answered.verdict)
        if found is not None and self.searches.is_new(found):
            self.found = found
            raise engine.Broken

    def stop(self, obstacle: Exception) -> None:
        """End the search. Raises engine.Enough."""
        self.end = obstacle
        raise engine.Enough from None


def _can(*needed: str) -> Callable[[Any], bool]:
    """Whether all operations that are named are there for the kind."""
    return lambda machine: all(getattr(machine.kind, one) is not None for one in needed)


_ACTION: Final = st.runner().flatmap(lambda machine: st.sampled_from(machine.actions))
_MEMBER: Final = st.runner().flatmap(lambda machine: st.sampled_from(machine.members))


class Life(RuleBasedStateMachine):
    """What happens to one thing."""

    def __init__(self, search: Search) -> None:
        super().__init__()
        self.kind: Final = search.kind
        self.members: Final = search.members
        self.actions: Final = [one for one in self.kind.actions if not makes_it(one)]
        self._search: Final = search
        self._play: Final = search.begin()
        self._signatures: Final[set[object]] = set()

    @initialize()
    def create(self) -> None:
        """The first step; without a thing, there is no second."""
        if self._play.thing is None:
            self._take(acts.CREATE)
        if self._play.thing is None:
            raise engine.Enough

    @rule()
    def a_read(self) -> None:
        """The simplest, by its name: Hypothesis begins with it."""
        self._take(acts.READ)

    @precondition(_can("list"))
    @rule()
    def list(self) -> None:
        """See whether it is in the list."""
        self._take(acts.LIST)

    @precondition(_can("update"))
    @rule()
    def update(self) -> None:
        """Change all that can well be changed."""
        self._take(acts.UPDATE)

    @precondition(lambda self: self.kind.update is not None and self.members)
    @rule(member=_MEMBER)
    def update_one(self, member: str) -> None:
        """Change one member."""
        self._take(acts.UPDATE, only=member)

    @precondition(_can("update"))
    @rule()
    def spoil(self) -> None:
        """Change it wrongly."""
        self._take(acts.SPOIL)

    @precondition(lambda self: self.actions)
    @rule(action=_ACTION)
    def act(self, action: Any) -> None:
        """Do with it what is neither of these."""
        self._take(f"{acts.DO}{action.id}")

    @precondition(_can("delete"))
    @rule()
    def delete(self) -> None:
        """Delete it, which may be done twice."""
        self._take(acts.DELETE)

    # Where nothing is deleted, each sequence would leave one more.
    @precondition(_can("create", "delete"))
    @rule()
    def make_another(self) -> None:
        """Make a second one with the same body."""
        self._take(acts.CREATE_AGAIN)

    @precondition(lambda self: self.has_another)
    @rule()
    def read_the_other(self) -> None:
        """See whether the second one is as it was."""
        self._take(acts.READ_OTHER)

    @property
    def has_another(self) -> bool:
        """Whether a second one was made."""
        return self._play.other is not None

    def teardown(self) -> None:
        """The last look, and how rare the rarest answer was."""
        if sys.exc_info()[0] is not None:  # a failure, or no more than a try that Hypothesis gave up
            return
        self._take(acts.READ)
        known = self._search.searches.known
        known.update(self._signatures)
        target(max((1 / known[one] for one in self._signatures), default=0.0), label="rarity of the rarest answer")

    def _take(self, act: str, only: str = "") -> None:
        try:
            for answered in self._play.run((Step(act=act, only=only),)):
                self._signatures.add((self.kind.collection, act, *signature(answered.verdict.exchange.response)))
                self._search.hear(answered)
        except (Spent, Obstacle) as obstacle:
            self._search.stop(obstacle)
