"""Hypothesis as an engine: draws values of a strategy from a seed, and shrinks one that fails; runs state machines.

The runner decides what is sent and when; Hypothesis decides what it looks like, and how it gets smaller. Both go
through `hypothesis.find`, so that the draw that made a value can be made again: what is shrunk is the very value that
failed, not another one of its kind. Of sequences, Hypothesis decides the steps, too.
"""

from __future__ import annotations

import random
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, find, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.errors import Flaky, HypothesisWarning, InvalidArgument, NoSuchExample, Unsatisfiable
from hypothesis.stateful import run_state_machine_as_test

from validator.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hypothesis.stateful import RuleBasedStateMachine
    from hypothesis.strategies import SearchStrategy

T = TypeVar("T")


class Enough(BaseException):
    """Raised to end a search; no Exception, which Hypothesis would take for a failure."""


class Broken(Exception):  # noqa: N818 - reads as what happened
    """Raised by a step of a state machine that fails."""


_PROBES: Final = 100
"""So many draws are made, and no more, before a strategy counts as one without a value."""

_MOST_TOLD: Final = 200
"""So many characters of what Hypothesis says: it writes out strategies that are as large as a document."""

_PROFILE: Final = settings(
    # An explicit parent: under CI=true the default profile draws the same values for ever.
    settings.get_profile("default"),
    derandomize=False,
    database=None,
    deadline=None,
    print_blob=False,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
    verbosity=Verbosity.quiet,
)


def draw(strategy: SearchStrategy[T], *, seed: str, count: int) -> list[T]:
    """Up to `count` values, the simplest first; none where the strategy has none. The same seed draws the same.

    Raises DocumentError where Hypothesis refuses to draw what a schema asks for.
    """
    drawn: list[T] = []

    def collect(value: T) -> bool:
        drawn.append(value)
        return False

    try:
        _search(strategy, collect, seed, count, Phase.generate)
    except InvalidArgument as refusal:
        raise DocumentError(
            f"a value that a schema asks for cannot be drawn: {str(refusal).partition(chr(10))[0][:_MOST_TOLD]}",
            mend="look for a pattern, a length or a number of items that asks for very much",
        ) from refusal
    return drawn


def sample(strategy: SearchStrategy[T], *, seed: str, count: int) -> list[T]:
    """As `draw`, for a first look: it gives up soon where hardly a value can be drawn."""
    drawn: list[T] = []

    def collect(value: T) -> bool:
        drawn.append(value)
        return False

    _probe(strategy, collect, seed, count)
    return drawn


def shrink(strategy: SearchStrategy[T], known: T, fails: Callable[[T], bool], *, seed: str, count: int) -> None:
    """Look for smaller values that fail, starting from one that `draw` drew with this seed and count.

    `fails` is asked for each; it remembers what it wants to, and may raise Enough. What fails once and not again (a
    server has kept what it should not have) ends the search.
    """
    reached = False

    def predicate(value: T) -> bool:
        nonlocal reached
        if not reached:
            reached = value == known
            return reached
        return fails(value)

    try:
        _search(strategy, predicate, seed, count, Phase.generate, Phase.shrink)
    except (Enough, Flaky):
        return


def explore(
    machine: Callable[[], RuleBasedStateMachine],
    *,
    seed: str,
    count: int,
    steps: int,
    database: Path | None,
    again: bool = True,
) -> None:
    """Let a state machine take up to `steps` steps, `count` times, until a step raises Broken, or Enough.

    What is broken is not shrunk: each step may cost a request. `database` is a folder for what was broken and what had
    the best `target`; if `again`, it is tried first. The same seed and database choose the same, as long as the machine
    answers the same.
    """
    seeded = hypothesis.seed(seed)(machine)
    with suppress(Enough, Broken, Flaky):
        run_state_machine_as_test(
            seeded,  # type: ignore[arg-type]  # "anything which returns an instance", says its docstring
            settings=settings(
                _PROFILE,
                max_examples=count,
                stateful_step_count=steps,
                database=None if database is None else DirectoryBasedExampleDatabase(database),
                phases=(*((Phase.reuse,) if again else ()), Phase.generate, Phase.target),
            ),
        )


def has_example(strategy: SearchStrategy[T]) -> bool:
    """Whether a value can be drawn at all: better asked once before than in the middle of a run."""
    found = False

    def see(_: T) -> bool:
        nonlocal found
        found = True
        return True

    if not strategy.is_empty:
        # Left to itself, Hypothesis would go on for some hundred draws that come to nothing, and a plan asks often.
        _probe(strategy, see, "example", _PROBES)
    return found


def _probe(strategy: SearchStrategy[T], predicate: Callable[[T], bool], seed: str, count: int) -> None:
    """A search that ends after so many draws, whatever they come to."""
    tries = 0

    def counted(_: None) -> SearchStrategy[T]:
        nonlocal tries
        tries += 1
        if tries > _PROBES:
            raise Enough
        return strategy

    # Hypothesis may take the end for a strategy that changes its mind; what was drawn before is good all the same.
    # What Hypothesis refuses to draw, it would not draw later on.
    with suppress(Enough, Flaky, InvalidArgument):
        _search(st.none().flatmap(counted), predicate, seed, count, Phase.generate)


def _search(strategy: SearchStrategy[T], predicate: Callable[[T], bool], seed: str, count: int, *phases: Phase) -> None:
    with warnings.catch_warnings(), suppress(NoSuchExample, Unsatisfiable):
        # Hypothesis writes out what a strategy is made of, whole operations among it, and nobody reads it.
        warnings.filterwarnings("ignore", "Generating overly large repr", HypothesisWarning)
        find(
            strategy,
            predicate,
            settings=settings(_PROFILE, max_examples=count, phases=phases),
            random=random.Random(seed),  # noqa: S311 - a game of chance, not a secret
        )
