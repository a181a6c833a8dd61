"""Sequences against a server with habits, which is not accused, and with defects, which are found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from fuzz.addresses import Addresses
from fuzz.events import Answered, Failed, GaveUp
from fuzz.oracle import Oracle
from fuzz.sandbox import create_app
from fuzz.sequences.created import Created
from fuzz.sequences.stories import Stories
from fuzz.transport import WsgiTransport
from tests.fuzz.sequences.club import DOCUMENT, MEMBER, URL, Club
from validator.contract import Contract
from validator.exchange import Exchange, Headers, Response
from validator.judges import make_judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fuzz.case import Case
    from fuzz.failures import Failure

PROBLEM = Headers([("Content-Type", "application/problem+json")])
CLUB = Contract.from_dict(DOCUMENT, servers=[URL])


class Run:
    """Everything played against a server, and what came of it."""

    def __init__(
        self,
        contract: Contract,
        ask: Callable[[Case], Exchange],
        url: str,
        seed: int = 1,
        operations: tuple[str, ...] = (),
        examples: Path | None = None,
    ) -> None:
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
            operations=operations,
            examples=examples,
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
    """What is fixed; what is drawn has a test of its own."""
    run = Run(CLUB, Club(*does), URL, seed)
    return run.take(run.stories.plain()).take(run.stories.deep())


HABITS = [
    (),
    ("trims-and-folds",),
    ("rounds",),
    ("list-is-paged",),
    ("emails-are-unique",),
    ("keeps-deleted", "lists-deleted"),
    ("deletes-twice",),
    ("put-replaces-all",),
    ("has-a-member",),
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
    "update-drops-discount": "lost-write",
    "update-resets-email": "lost-write",
    "update-resets-remarks": "lost-write",
    "update-resets-discount": "lost-write",
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
    "create-keeps-what-it-refuses": "lost-write",
    "create-makes-two": "lost-write",
    "delete-clears-all": "lost-write",
    "names-are-cut": "lost-write",
    "ascii-only": "lost-write",
    "cards-of-all": "lost-write",
    "takes-any-method": "fault-accepted",
    "cards-outlive-members": "fault-accepted",
    "discounts-are-whole": "lost-write",
    "update-ignores-zero": "lost-write",
    "update-answers-old": "lost-write",
    "names-are-escaped": "lost-write",
    "keeps-first-tag": "lost-write",
    "zero-is-none": "lost-write",
    "update-ignores-nothing": "lost-write",
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_found(defect: str) -> None:
    assert DEFECTS[defect] in played(defect, "has-a-member").rules


def test_each_story_looks_again_only_where_something_was_done() -> None:
    """A second reading in a row, with no more than a list in between, would show what the first has shown."""
    club = Club()
    run = Run(CLUB, club, URL)
    run.take(run.stories.plain()).take(run.stories.deep())
    looked = [event.case for event in run.events if isinstance(event, Answered) and event.case.act == "read"]
    assert looked
    for case in looked:
        since = [one.act for one in case.before if one.act != "list"]
        assert since[-1] != "read"


def test_what_is_made_has_all_members_once_and_the_fewest_once() -> None:
    club = Club()
    run = Run(CLUB, club, URL)
    run.take(run.stories.plain()).take(run.stories.deep())
    made = [
        json.loads(case.body).keys() for case in club.sent if case.method == "POST" and case.url.endswith("/members")
    ]
    assert MEMBER["properties"].keys() in made
    assert set(MEMBER["required"]) in made


def test_a_failure_has_all_steps_in_order_and_no_more_than_it_takes() -> None:
    (first, *_) = played("update-drops-newsletter").failures
    assert [one.act for one in first.case.before] == ["create", "read", "update"]
    assert first.case.variant == "create, read, update, read"
    assert first.case.described == "read, after create, read, update"
    assert all(not one.before for one in first.case.before)
    (finding,) = first.findings
    assert (finding.rule, finding.instance) == ("lost-write", "/newsletter")
    assert finding.message.startswith("expected newsletter as changeMember wrote it, got ")


@pytest.mark.parametrize(
    ("defect", "steps"),
    [
        ("create-drops-remarks", "create, read"),
        ("second-update-is-lost", "create, update, update, read"),
        ("delete-does-nothing", "create, delete, read"),
        ("takes-any-method", "create, use a method that it does not have"),
        ("fails-on-doubles", "create, create again"),
    ],
)
def test_a_story_that_fails_is_told_in_the_fewest_steps(defect: str, steps: str) -> None:
    assert played(defect).failures[0].case.variant == steps


def test_what_was_made_to_tell_it_in_fewer_steps_is_not_left() -> None:
    club = Club("update-drops-newsletter")
    run = Run(CLUB, club, URL)
    run.take(run.stories.plain())
    run.created.clean_up(club)
    assert run.created.left.left == ()
    assert [one for one in club.members.values() if not one.get("gone")] == []


def test_the_same_seed_sends_the_same() -> None:
    def sent(seed: int) -> list[tuple[str, str, bytes]]:
        club = Club()
        run = Run(CLUB, club, URL, seed)
        run.take(run.stories.all())
        return [(case.method, case.url, case.body) for case in club.sent]

    first = sent(5)
    assert first == sent(5)
    assert first != sent(6)


def test_what_is_below_a_thing_is_made_below_one_of_our_own() -> None:
    club = Club()
    club.members["m0"] = {"member_id": "m0", "name": "somebody", "email": "else"}
    before = dict(club.members["m0"])
    run = Run(CLUB, club, URL)
    run.take(run.stories.all())
    assert club.members["m0"] == before
    assert {case.method for case in club.sent if "/members/m0" in case.url} <= {"GET"}


def test_a_kind_that_refuses_every_body_is_given_up_and_told_once() -> None:
    club = Club()

    def refusing(case: Case) -> Exchange:
        if case.method == "POST" and case.url.endswith("/members"):
            return Exchange(
                request=case.request, response=Response(status=409, headers=PROBLEM, body=b'{"title":"no"}')
            )
        return club(case)

    run = Run(CLUB, refusing, URL)
    run.take(run.stories.all())
    gave_up = [event for event in run.events if isinstance(event, GaveUp)]
    assert [(one.operation, one.status) for one in gave_up] == [("addMember", 409), ("addCard", 404)]
    assert run.failures == []


def test_all_that_was_made_is_deleted_at_the_end() -> None:
    club = Club()
    run = Run(CLUB, club, URL)
    run.take(run.stories.all())
    assert run.created
    assert run.created.clean_up(club).left == ()
    assert [one for one in club.members.values() if not one.get("gone")] == []
    assert club.cards == {}


def test_an_interruption_leaves_a_registry_of_what_there_is() -> None:
    club = Club()
    count = 0

    def interrupted(case: Case) -> Exchange:
        nonlocal count
        count += 1
        if count > 12:
            raise KeyboardInterrupt
        return club(case)

    run = Run(CLUB, interrupted, URL)
    with pytest.raises(KeyboardInterrupt):
        run.take(run.stories.deep())
    assert [one for one in club.members.values() if not one.get("gone")]
    run.created.clean_up(club)
    assert [one for one in club.members.values() if not one.get("gone")] == []


PICQER_URL = "http://127.0.0.1/api/v1"
PICQER = Contract.load(servers=[PICQER_URL])


def sandbox(defect: str | None, *operations: str) -> Run:
    """The plain and deep stories of the kinds that have one of the operations, on the sandbox."""
    return Run(PICQER, WsgiTransport(create_app(defect=defect), "sandbox-key"), PICQER_URL, operations=operations)


def test_the_sound_sandbox_is_not_accused() -> None:
    run = sandbox(None)
    run.take(run.stories.plain())
    assert [(one.case.variant, one.findings) for one in run.failures] == []
    answered = sum(isinstance(event, Answered) for event in run.events)
    assert 250 < answered < 550


@pytest.mark.parametrize(
    ("defect", "operation", "rule"),
    [
        ("created-tag-not-stored", "createTag", "lost-write"),
        ("deactivated-hook-stays-active", "createWebhook", "still-there"),
        ("untagging-deletes-the-tag", "addCustomerTag", "lost-write"),
        ("titles-cut-when-stored", "createTag", "lost-write"),
        ("changed-supplier-not-stored", "createSupplier", "lost-write"),
        ("change-resets-remarks", "createSupplier", "lost-write"),
        ("telephone-not-stored", "createCustomer", "lost-write"),
        ("price-not-stored", "createProduct", "lost-write"),
        ("first-read-is-old", "createTask", "lost-write"),
        ("created-not-listed", "createTask", "lost-write"),
        ("created-under-another-id", "createTask", "lost-write"),
        ("comments-not-stored", "addOrderComment", "lost-write"),
        ("addresses-not-stored", "addCustomerAddress", "lost-write"),
        ("items-below-anything", "addOrderProduct", "fault-accepted"),
        ("address-of-another-customer", "addCustomerAddress", "fault-accepted"),
        ("deleted-customer-not-removed", "createCustomer", "still-there"),
        ("reading-deleted-crashes", "createTag", "server-failure"),
        ("second-delete-crashes", "createTag", "server-failure"),
        ("second-change-crashes", "createTag", "server-failure"),
        ("same-again-crashes", "createTag", "server-failure"),
    ],
)
def test_a_stateful_defect_of_the_sandbox_is_found(defect: str, operation: str, rule: str) -> None:
    run = sandbox(defect, operation)
    run.take(run.stories.plain()).take(run.stories.deep())
    assert rule in run.rules
