"""The machine: what Hypothesis chooses is sound, ends where it fails, is told whatever ends it, and is tried again."""

from __future__ import annotations

from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any

import pytest

from fuzz.events import Answered, Failed
from fuzz.pace import Spent
from fuzz.sequences import acts
from fuzz.sequences.kinds import kinds
from tests.fuzz.sequences.club import DOCUMENT, URL, Club
from tests.fuzz.sequences.test_stories import CLUB, HABITS, Run, sandbox
from validator.contract import Contract
from validator.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fuzz.case import Case
    from validator.exchange import Exchange


def chosen(*does: str, seed: int = 1, examples: Path | None = None, turns: int = 1) -> Run:
    """What is chosen for each kind, so many times."""
    run = Run(CLUB, Club(*does), URL, seed, examples=examples)
    return run.take(islice(run.stories.chosen(), turns * len(kinds(CLUB))))


def sequences(run: Run) -> list[list[str]]:
    """The steps of what was played, in order."""
    found: list[list[str]] = []
    for event in run.events:
        if isinstance(event, Answered):
            if not event.case.before:
                found.append([])
            found[-1].append(event.case.act)
    return found


@pytest.mark.parametrize("habits", HABITS, ids=lambda habits: " ".join(habits) or "none")
def test_a_sound_server_is_not_accused(habits: tuple[str, ...]) -> None:
    assert [one.case.variant for one in chosen(*habits, seed=3).failures] == []


def test_the_same_seed_chooses_the_same_and_another_does_not() -> None:
    first = sequences(chosen(seed=1))
    assert first == sequences(chosen(seed=1))
    assert first != sequences(chosen(seed=2))


def test_every_rule_is_taken_and_in_many_orders() -> None:
    played = sequences(chosen(turns=4))
    taken = {act for steps in played for act in steps}
    assert {acts.CREATE, acts.READ, acts.LIST, acts.UPDATE, acts.SPOIL, acts.DELETE} <= taken
    assert {acts.CREATE_AGAIN, acts.READ_OTHER} <= taken
    assert len({tuple(steps) for steps in played}) > 40
    assert all(steps[0] == acts.CREATE for steps in played)


def test_the_other_is_read_only_where_there_is_one() -> None:
    played = [steps for steps in sequences(chosen(turns=4)) if acts.READ_OTHER in steps]
    assert played
    for steps in played:
        assert acts.READ_OTHER not in takewhile(lambda act: act != acts.CREATE_AGAIN, steps)


@pytest.mark.parametrize("seed", range(4))
def test_a_failure_is_told_in_the_fewest_steps(seed: int) -> None:
    (found,) = [
        one for one in chosen("second-update-is-lost", seed=seed, turns=4).failures if one.case.operation == "getMember"
    ]
    assert found.case.variant == "create, update, update, read"


def test_what_failed_is_tried_first_by_the_next_run_whatever_its_seed(tmp_path: Path) -> None:
    def tries(run: Run) -> int:
        """Sequences up to the first failure."""
        until = list(takewhile(lambda event: not isinstance(event, Failed), run.events))
        return sum(isinstance(event, Answered) and not event.case.before and not event.shrinking for event in until)

    assert tries(chosen("second-update-is-lost", seed=0, examples=tmp_path, turns=4)) > 2
    for seed in range(1, 4):
        assert tries(chosen("second-update-is-lost", seed=seed, examples=tmp_path)) == 1


def test_a_database_of_a_server_that_was_mended_accuses_nobody(tmp_path: Path) -> None:
    assert chosen("second-update-is-lost", examples=tmp_path, turns=4).failures
    assert chosen(seed=2, examples=tmp_path).failures == []


def test_the_same_seed_and_database_choose_the_same(tmp_path: Path) -> None:
    runs = []
    for name in ("one", "other"):
        chosen(seed=1, examples=tmp_path / name)
        runs.append(sequences(chosen(seed=2, examples=tmp_path / name)))
    assert runs[0] == runs[1]
    assert runs[0] != sequences(chosen(seed=2))


@pytest.mark.parametrize("end", [KeyboardInterrupt(), Spent("--max-requests"), TargetError("no answer", place=URL)])
def test_what_was_answered_is_told_whatever_ends_the_search(end: BaseException) -> None:
    club, count = Club(), 0

    def ending(case: Case) -> Exchange:
        nonlocal count
        count += 1
        if count > 60:
            raise end
        return club(case)

    run = Run(CLUB, ending, URL)
    before = count
    with pytest.raises(type(end)):
        run.take(one_by_one(run))
    assert sum(isinstance(event, Answered) for event in run.events) == 60 - before


def one_by_one(run: Run) -> Iterator[Iterator[Any]]:
    """The stories, with each event noted as it comes."""

    def noted(story: Iterator[Any]) -> Iterator[Any]:
        for event in story:
            run.events.append(event)
            yield from ()

    return map(noted, run.stories.chosen())


def test_what_can_only_be_made_and_read_is_not_changed() -> None:
    paths = {
        path: {method: operation for method, operation in item.items() if method not in ("put", "patch", "delete")}
        for path, item in DOCUMENT["paths"].items()
        if "card" not in path
    }
    contract = Contract.from_dict({**DOCUMENT, "paths": paths}, servers=[URL])
    club = Club()
    run = Run(contract, club, URL)
    run.take(run.stories.chosen())
    assert {case.method for case in club.sent} == {"GET", "POST"}
    assert len([case for case in club.sent if case.method == "POST"]) == 1


@pytest.mark.parametrize(
    "operation", ["createTag", "createSupplier", "createOrder", "createPurchaseOrder", "addCustomerAddress"]
)
def test_the_sound_sandbox_is_not_accused(operation: str) -> None:
    run = sandbox(None, operation)
    run.take(islice(run.stories.chosen(), 2))
    assert [(one.case.variant, one.findings) for one in run.failures] == []
    assert sequences(run)
