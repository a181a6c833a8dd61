"""What a run makes is deleted, the newest first, whatever request made it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from fuzz.addresses import Addresses
from fuzz.breakage import Breakage
from fuzz.events import Cleaned
from fuzz.pace import Spent
from fuzz.sequences.created import MOST_KEPT, Created
from tests.fuzz.sequences.club import DOCUMENT, URL
from validator.contract import Contract
from validator.errors import TargetError
from validator.exchange import Exchange, Headers, Response

if TYPE_CHECKING:
    from fuzz.case import Case

CLUB = Contract.from_dict(DOCUMENT, servers=[URL])
PICQER = Contract.load(servers=[URL])


def case(contract: Contract, operation: str, fault: str = "valid", **path: str) -> Case:
    breakage = Breakage(fault=fault, variant="x", described="x", path=tuple(path.items()), body=b"{}")
    return Addresses(contract, URL).case(contract.operation(operation), breakage)


def answer(sent: Case, status: int, value: Any = None, *headers: tuple[str, str]) -> Exchange:
    body = b"" if value is None else json.dumps(value).encode()
    return Exchange(request=sent.request, response=Response(status=status, headers=Headers(headers), body=body))


def registry(contract: Contract = CLUB) -> Created:
    return Created(contract, Addresses(contract, URL))


def note(created: Created, sent: Case, status: int, value: Any = None, *headers: tuple[str, str]) -> None:
    created.note(sent, answer(sent, status, value, *headers))


class Server:
    """Answers deletions; `statuses` by the end of the address."""

    def __init__(self, **statuses: int) -> None:
        self.asked: list[str] = []
        self.statuses = statuses

    def __call__(self, sent: Case) -> Exchange:
        self.asked.append(f"{sent.method} {sent.url.removeprefix(URL)}")
        return answer(sent, self.statuses.get(sent.url.rpartition("/")[2], 204))


def test_the_newest_goes_first_and_each_once() -> None:
    created = registry()
    note(created, case(CLUB, "addMember"), 201, {"data": {"member_id": "m1"}})
    note(created, case(CLUB, "addCard", member="m1"), 201, {"data": {"id": "c2"}})
    server = Server()
    cleaned = created.clean_up(server)
    assert server.asked == ["DELETE /cards/c2", "DELETE /members/m1"]
    assert (cleaned.removed, cleaned.left) == (2, ())
    assert created.clean_up(server).removed == 0


def test_a_broken_request_that_was_accepted_made_something_too() -> None:
    created = registry()
    note(created, case(CLUB, "addMember", fault="malformed-json"), 201, {"data": {"member_id": "m1"}})
    assert created.clean_up(Server()).removed == 1


@pytest.mark.parametrize(
    ("value", "headers"),
    [({"data": {"member_id": "m1"}}, ()), ({"id": "m1"}, ()), (None, (("Location", f"{URL}/members/m1"),))],
)
def test_the_id_is_where_the_server_has_it(value: Any, headers: tuple[tuple[str, str], ...]) -> None:
    created = registry()
    note(created, case(CLUB, "addMember"), 201, value, *headers)
    server = Server()
    created.clean_up(server)
    assert server.asked == ["DELETE /members/m1"]


def test_an_answer_that_shows_what_the_thing_is_below_is_not_taken_for_the_thing() -> None:
    created = registry()
    note(created, case(CLUB, "addCard", member="m1"), 201, {"data": {"id": "m1"}})
    assert not created


@pytest.mark.parametrize("status", [204, 200, 404, 410])
def test_what_was_deleted_in_the_run_is_forgotten(status: int) -> None:
    created = registry()
    note(created, case(CLUB, "addMember"), 201, {"data": {"member_id": "m1"}})
    note(created, case(CLUB, "removeMember", member="m1"), status)
    assert not created


@pytest.mark.parametrize("status", [400, 409, 500, 0])
def test_what_was_refused_made_nothing(status: int) -> None:
    created = registry()
    note(created, case(CLUB, "addMember"), status, {"data": {"member_id": "m1"}})
    assert not created


def test_what_cannot_be_deleted_is_tried_twice_and_told() -> None:
    created = registry()
    note(created, case(CLUB, "addMember"), 201, {"data": {"member_id": "m1"}})
    server = Server(m1=409)
    cleaned = created.clean_up(server)
    assert len(server.asked) == 2
    assert cleaned.left == (f"{URL}/members/m1",)


@pytest.mark.parametrize("stop", [TargetError("gone", mend="start it"), Spent("time")])
def test_a_server_that_is_gone_or_a_time_that_is_over_ends_it(stop: Exception) -> None:
    created = registry()
    note(created, case(CLUB, "addMember"), 201, {"data": {"member_id": "m1"}})

    def gone(_: Case) -> Exchange:
        raise stop

    assert created.clean_up(gone).left == (f"{URL}/members/m1",)
    assert created.clean_up(Server(), seconds=0).left == (f"{URL}/members/m1",)


def test_what_no_operation_deletes_is_made_a_few_times_and_counted() -> None:
    created = registry(PICQER)
    for number in range(MOST_KEPT):
        assert created.allows("createSupplier")
        note(created, case(PICQER, "createSupplier"), 200, {"idsupplier": number + 1})
    assert not created.allows("createSupplier")
    assert created.allows("createTag")
    assert created.clean_up(Server()).kept == MOST_KEPT


def test_what_was_tied_is_untied() -> None:
    """The answer lists all tags; what was sent says which one is new."""
    created = registry(PICQER)
    sent = case(PICQER, "addCustomerTag", idcustomer="4")
    tying = Exchange(request=sent.request, response=Response(status=201, body=b'[{"idtag": 1}, {"idtag": 2}]'))
    created.note(_with_body(sent, {"idtag": 2}), tying)
    server = Server()
    created.clean_up(server)
    assert server.asked == ["DELETE /customers/4/tags/2"]


def _with_body(sent: Case, value: Any) -> Case:
    return replace(sent, body=json.dumps(value).encode())


def test_a_debt_is_paid_at_the_end_unless_it_was_before() -> None:
    created = registry()
    owed = case(CLUB, "changeMember", member="m1")
    created.owe(owed)
    created.paid(owed)
    assert not created
    created.owe(owed)
    assert (created.left.left, created.left.owed) == ((), (f"PATCH {owed.url}",))
    server = Server(m1=200)
    assert created.clean_up(server) == Cleaned(), "nothing of its own was deleted, and nothing is owed"
    assert server.asked == ["PATCH /members/m1"]
