"""Sequences against a server with habits, which is not accused, and with defects, which are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fuzz.addresses import Addresses
from fuzz.events import Failed
from fuzz.oracle import Oracle
from fuzz.sequences.created import Created
from fuzz.sequences.stories import Stories
from tests.fuzz.sequences.club import DOCUMENT, URL, Club
from validator.contract import Contract
from validator.judges import make_judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fuzz.case import Case
    from fuzz.failures import Failure
    from validator.exchange import Exchange

CLUB = Contract.from_dict(DOCUMENT, servers=[URL])


class Run:
    """Everything played against a server, and what came of it."""

    def __init__(self, contract: Contract, ask: Callable[[Case], Exchange], url: str, seed: int = 1) -> None:
        self._ask = ask
        self.causes: set[Any] = set()
        self.events: list[Any] = []
        self.addresses = Addresses.learnt(contract, url, ask, seed=seed)
        self.created = Created(contract, self.addresses)
        self.stories = Stories(
            contract,
            self.addresses,
            self.created,
            ask=self._asked,
            judge=Oracle(contract, make_judge(contract)),
            is_new=self._is_new,
            seed=seed,
        )

    def _asked(self, case: Case) -> Exchange:
        exchange = self._ask(case)
        self.created.note(case, exchange)
        return exchange

    def _is_new(self, failure: Failure) -> bool:
        is_new = failure.cause not in self.causes
        self.causes.add(failure.cause)
        return is_new

    def take(self, stories: Iterator[Iterator[Any]]) -> Run:
        """Follow stories to their end."""
        for story in stories:
            self.events += story
        return self

    @property
    def failures(self) -> list[Failure]:
        return [event.failure for event in self.events if isinstance(event, Failed)]

    @property
    def rules(self) -> set[str]:
        return {finding.rule for failure in self.failures for finding in failure.findings}


def played(*does: str, seed: int = 1) -> Run:
    run = Run(CLUB, Club(*does), URL, seed)
    return run.take(run.stories.all())


HABITS = [
    (),
    ("trims-and-folds",),
    ("rounds",),
    ("list-is-paged",),
    ("emails-are-unique",),
    ("keeps-deleted", "lists-deleted"),
    ("deletes-twice",),
]


@pytest.mark.parametrize("habits", HABITS, ids=lambda habits: " ".join(habits) or "none")
def test_a_server_with_habits_of_its_own_is_not_accused(habits: tuple[str, ...]) -> None:
    run = played(*habits)
    assert [(one.case.variant, one.findings) for one in run.failures] == []


DEFECTS = {
    "create-drops-remarks": "lost-write",
    "create-drops-tags": "lost-write",
    "create-drops-city": "lost-write",
    "create-mixes-up": "lost-write",
    "create-says-more-than-it-keeps": "lost-write",
    "create-is-lost": "lost-write",
    "list-skips-new": "lost-write",
    "update-drops-remarks": "lost-write",
    "update-drops-newsletter": "lost-write",
    "update-is-not-kept": "lost-write",
    "update-clears-email": "lost-write",
    "update-changes-all": "lost-write",
    "second-update-is-lost": "lost-write",
    "keeps-part-of-what-it-refuses": "lost-write",
    "card-limit-is-lost": "lost-write",
    "card-stays-listed": "still-there",
    "delete-does-nothing": "still-there",
    "reads-deleted": "still-there",
    "lists-deleted": "still-there",
    "fails-on-doubles": "server-failure",
    "fails-on-second-delete": "server-failure",
    "changes-deleted": "fault-accepted",
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_found(defect: str) -> None:
    assert DEFECTS[defect] in played(defect).rules
