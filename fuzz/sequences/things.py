"""Things of the run's own: made where they are wanted, below things of its own where it can be.

What others have is left alone that way. What can be deleted is made anew for each play, and deleted at the end of the
run (fuzz/sequences/created.py); what cannot be is made once, and used on.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, TypeAlias

from fuzz.sequences import acts
from fuzz.sequences.kinds import kinds
from fuzz.sequences.play import Play
from fuzz.sequences.steps import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from fuzz.events import Answered, Event
    from fuzz.sequences.created import Created
    from fuzz.sequences.dialogue import Means
    from fuzz.sequences.kinds import Kind
    from fuzz.sequences.steps import Path, Thing
    from validator.contract import Operation

    Heard: TypeAlias = Callable[[Iterator[Answered], Kind], Iterator[Event]]

_PROOF: Final = tuple(Step(act=act) for act in (acts.CREATE, acts.CHECK, acts.UPDATE, acts.CHECK))
"""What shows that things of a kind can be made, and changed."""

_PROOF_FOR_GOOD: Final = tuple(
    Step(act=act)
    for act in (acts.CREATE, acts.READ, acts.CREATE_WRONGLY, acts.CREATE_AGAIN, acts.LIST, acts.UPDATE, acts.CHECK)
)
"""The same where things are made but once: whether it is in the list as it was made is to be seen before it changes."""

RENEWALS: Final = 4
"""So many things of a kind are made because the one before was of no more use: some requests are never taken."""


class Things:
    """What the run has made, by the collection it is in; `heard` tells of the answers that came while it was made."""

    def __init__(self, means: Means, created: Created, heard: Heard) -> None:
        self._means: Final = means
        self._created: Final = created
        self._heard: Final = heard
        self._by_collection: Final = {kind.collection: kind for kind in kinds(means.contract)}
        self._by_item: Final[dict[str, Kind]] = {}
        for kind in kinds(means.contract):
            for operation in (kind.update, kind.delete, kind.read):
                if kind.create is not None and operation is not None:
                    self._by_item.setdefault(operation.path.rstrip("/"), kind)
        self._by_writing: Final = {
            one.id: kind for kind in kinds(means.contract) for one in (kind.create, kind.update) if one is not None
        }
        self._proven: Final[set[str]] = set()
        self._ones: Final[dict[str, Path]] = {}
        """The ids in the path of one thing of a kind, for what is below or about it; none, where none can be made."""
        self._on_found: Final[set[str]] = set()
        self._given_up: Final[set[str]] = set()
        self._renewed: Final[Counter[str]] = Counter()
        self._mine: Final[dict[str, Thing]] = {}
        """The thing of each kind that cannot be deleted."""

    def may_play(self, kind: Kind) -> bool:
        """Whether there is a thing of the kind to play with, or one more may be made."""
        return kind.collection in self._mine or self.may_make(kind)

    def may_make(self, kind: Kind) -> bool:
        """Whether one more thing of the kind may be made."""
        if kind.create is None or self._means.is_absent(kind.create.id):
            return False
        return self._created.allows(kind.create.id)

    def mine(self, kind: Kind) -> Thing | None:
        """The thing of the kind that the run uses on, if it has one: it cannot be deleted."""
        return self._mine.get(kind.collection)

    def give_up(self, kind: Kind) -> None:
        """None can be made."""
        self._given_up.add(kind.collection)

    def gave_up(self, kind: Kind) -> bool:
        """Whether none can be made."""
        return kind.collection in self._given_up

    def move(self, kind: Kind) -> bool:
        """From now on, make things of the kind below what is there; whether that is something else than before.

        What is below a thing that was just made may need more than is there yet.
        """
        moves = bool(self._ones.get(kind.parent)) and kind.collection not in self._on_found
        self._on_found.add(kind.collection)
        return moves

    def new(self, kind: Kind, host: Path, thing: Thing | None = None) -> Play:
        """A play, not begun yet."""
        return Play(kind, self._means, host=host, thing=thing)

    def played(self, kind: Kind, steps: Iterable[Step]) -> Generator[Event, None, Play]:
        """A play of these steps, from its beginning to its end."""
        host = yield from self.host(kind)
        mine = self._mine.get(kind.collection)
        play = self.new(kind, host, mine)
        # What cannot be deleted is made but once, and used on.
        yield from self._heard(play.run(step for step in steps if mine is None or step.act != acts.CREATE), kind)
        if kind.delete is None and play.thing is not None:
            self._mine[kind.collection] = play.thing
        return play

    def host(self, kind: Kind) -> Generator[Event, None, Path]:
        """The ids in the path of the kind's collection, of a thing that the run made; none, for one that is there."""
        parent = self._by_collection.get(kind.parent)
        if parent is None or kind.collection in self._on_found:
            return ()
        return (yield from self._one(parent))

    def about(self, operation: Operation) -> Generator[Event, None, Path]:
        """The ids in the operation's path, of a thing that the run made; none where it cannot make any."""
        kind = self._kind_of(operation)
        return () if kind is None else (yield from self._one(kind))

    def prove(self, operation: Operation) -> Generator[Event, None, None]:
        """See once whether the operation makes or changes a thing, if it is there for that."""
        kind = self._by_writing.get(operation.id)
        if kind is None or operation.id in self._proven or not self.may_play(kind) or self.gave_up(kind):
            return
        self._proven.update(one.id for one in (kind.create, kind.update) if one is not None)
        play = yield from self.played(kind, _PROOF_FOR_GOOD if kind.delete is None else _PROOF)
        if play.thing is not None:
            self._ones.setdefault(kind.collection, (*play.thing.above, (kind.parameter, play.thing.number)))

    def renew(self, operation: Operation) -> None:
        """Make another thing when one is wanted for the operation: with this one, nothing can be done any more."""
        kind = self._kind_of(operation)
        if kind is not None and kind.delete is not None and self._renewed[kind.collection] < RENEWALS:
            self._renewed[kind.collection] += 1
            self._ones.pop(kind.collection, None)

    def _kind_of(self, operation: Operation) -> Kind | None:
        """The kind of the thing at the last id in the path."""
        above, brace, _ = operation.path.rpartition("}")
        return self._by_item.get(above + brace)

    def _one(self, kind: Kind) -> Generator[Event, None, Path]:
        if kind.create is None:
            return ()
        if kind.collection in self._mine:
            mine = self._mine[kind.collection]
            self._ones[kind.collection] = (*mine.above, (kind.parameter, mine.number))
        if kind.collection not in self._ones:
            self._ones[kind.collection] = ()
            if self.may_make(kind) and not self.gave_up(kind):
                play = yield from self.played(kind, (Step(act=acts.CREATE),))
                if play.thing is not None:
                    self._ones[kind.collection] = (*play.thing.above, (kind.parameter, play.thing.number))
        return self._ones[kind.collection]
