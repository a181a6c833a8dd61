"""A server that has few operations of the contract: those are told, and the budget goes to the others."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from fuzz.addresses import Addresses
from fuzz.case import Case
from fuzz.events import Answered, Ended, Failed
from fuzz.faults import MALFORMED_JSON, NO_CREDENTIALS, UNKNOWN_RESOURCE, UNSUPPORTED_METHOD, VALID
from fuzz.pace import Budget, Pace
from fuzz.presence import Presence
from fuzz.runner import Runner
from fuzz.sandbox import create_app
from fuzz.sending import Sending
from fuzz.sequences.created import Created
from fuzz.transport import WsgiTransport
from validator.contract import Contract
from validator.exchange import Exchange, Headers, Response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.events import Event

SERVER = "http://127.0.0.1/api/v1"
PICQER = Contract.load(servers=[SERVER])
JSON = Headers([("Content-Type", "application/json")])


def case(operation: str, fault: str = MALFORMED_JSON, credentials: str = "") -> Case:
    known = PICQER.operation(operation)
    return Case(operation=operation, method=known.method, url=SERVER + known.path, fault=fault, credentials=credentials)


def all_absent(presence: Presence) -> list[str]:
    return list(presence.absent(lambda _: True))


@pytest.mark.parametrize(
    ("answers", "absent"),
    [
        ([("listTags", 404)], ""),
        ([("listTags", 404), ("listTags", 404)], "listTags"),
        ([("listTags", 405), ("listTags", 501)], "listTags"),
        ([("listTags", 404), ("listTags", 404), ("listTags", 200)], ""),
        ([("listTags", 404), ("listTags", 400), ("listTags", 404)], ""),
        ([("getTag", 404), ("getTag", 404)], ""),
        ([("getTag", 404)] * 3, "getTag"),
        ([("createTag", 404), ("getTag", 404)], "getTag"),  # nothing is there above it
        ([("createTag", 400), ("getTag", 404)], ""),
        ([("createTag", 404), ("listTags", 200), ("getTag", 404)], ""),
        ([("listOrders", 404), ("getTag", 404)], ""),
        ([("listPicklists", 404), ("listPicklistBatches", 404)], "listPicklistBatches"),
        # The path is there: that is about what the bodies refer to.
        ([("listOrders", 200), ("createOrder", 404), ("createOrder", 404), ("createOrder", 404)], ""),
        ([("listOrders", 200), ("createOrder", 405), ("createOrder", 405)], "createOrder"),
    ],
)
def test_an_operation_is_absent_where_nothing_but_404_came(answers: Sequence[tuple[str, int]], absent: str) -> None:
    presence = Presence(PICQER)
    for operation, status in answers:
        presence.note(case(operation), status)
    assert all_absent(presence) == absent.split()


def test_404_of_an_operation_counts_once_it_has_shown_to_be_there() -> None:
    """The first answers may be of a server that does not have it; what they broke is told when others come."""

    def run(status: int) -> set[tuple[str, int]]:
        def answer(case: Case) -> Exchange:
            is_first = case.fault == MALFORMED_JSON
            body = b'{"error":true,"error_code":20,"error_message":"No"}'
            if case.method == "GET":
                return Exchange(
                    request=case.request,
                    response=Response(status=200, headers=JSON, body=b'[{"idtag":1,"title":"T","inherit":false}]'),
                )
            return Exchange(
                request=case.request,
                response=Response(status=404 if is_first else status, headers=JSON, body=body),
            )

        runner = Runner(
            PICQER,
            answer,
            base_url=SERVER,
            budget=Budget(max_requests=60),
            seed=1,
            operations=["updateTag"],
            faults=[MALFORMED_JSON, "wrong-type"],
        )
        found = [event.failure for event in runner.run() if isinstance(event, Failed)]
        return {(one.case.fault, one.exchange.response.status) for one in found}

    assert (MALFORMED_JSON, 404) in run(400)
    assert run(404) == set()


@pytest.mark.parametrize("silent", [case("listTags", UNSUPPORTED_METHOD), case("listTags", NO_CREDENTIALS, "none")])
def test_what_an_unknown_id_or_a_stranger_gets_says_nothing(silent: Case) -> None:
    presence = Presence(PICQER)
    for status in (404, 404, 404, 401):
        presence.note(silent, status)
    assert all_absent(presence) == []
    for _ in range(2):
        presence.note(case("listTags"), 404)
    assert all_absent(presence) == ["listTags"]


def test_an_unknown_id_says_something_where_nothing_is_above_it() -> None:
    presence = Presence(PICQER)
    for _ in range(3):
        presence.note(case("getTag", UNKNOWN_RESOURCE), 404)
    assert all_absent(presence) == []
    for _ in range(2):
        presence.note(case("listTags"), 404)
    presence.note(case("getTag", UNKNOWN_RESOURCE), 404)
    assert all_absent(presence) == ["listTags", "getTag"]


NOT_FOUND = Response(status=404, headers=Headers([("Content-Type", "text/html")]), body=b"<h1>Not Found</h1>")
NOT_IMPLEMENTED = Response(
    status=400, headers=JSON, body=b'{"error":true,"error_code":8,"error_message":"Not implemented"}'
)


class Part:
    """The sandbox, with what is below a few paths of it; all else is nowhere."""

    def __init__(self, *paths: str, nowhere: Response = NOT_FOUND) -> None:
        self._paths = paths
        self._nowhere = nowhere
        self._sandbox = WsgiTransport(create_app(), "sandbox-key")

    def __call__(self, sent: Case) -> Exchange:
        if self.has(urlsplit(sent.url).path):
            return self._sandbox(sent)
        return Exchange(request=sent.request, response=self._nowhere)

    def has(self, path: str) -> bool:
        return any(f"{path}/".startswith(f"/api/v1{own}/") for own in self._paths)


def run(transport: Part, most: int) -> list[Event]:
    budget = Budget(max_requests=most)
    return list(Runner(PICQER, transport, base_url=SERVER, budget=budget, seed=1, allow_writes=True).run())


@pytest.mark.end_to_end
@pytest.mark.parametrize("nowhere", [NOT_FOUND, NOT_IMPLEMENTED], ids=["404", "an error of its own"])
def test_the_budget_goes_to_what_is_there(nowhere: Response) -> None:
    few = Part("/tags", "/warehouses", "/suppliers", nowhere=nowhere)
    events = run(few, 900)
    own = {operation.id for operation in PICQER.operations if few.has(f"/api/v1{operation.path}")}
    tried = [one.case for one in events if isinstance(one, Answered) and not one.lookup]
    assert sum(one.operation in own for one in tried) > len(tried) / 2
    ended = events[-1]
    assert isinstance(ended, Ended)
    assert not own & set(ended.absent)
    assert len(ended.absent) > 0.7 * (len(PICQER.operations) - len(own))
    failed = [one.failure for one in events if isinstance(one, Failed)]
    assert [one for one in failed if one.case.operation in own and few.has(urlsplit(one.case.url).path)] == []
    assert {one.case.operation for one in failed} - own  # that the rest is not there is told all the same


def alike(*names: str, code: int = 3) -> Presence:
    """These lists, and the creation of a tag, got the same error."""
    presence = Presence(PICQER)
    for _ in range(3):
        presence.note(case("createTag"), 400, code)
    for name in names:
        presence.note(case(name, VALID), 400, code)
    return presence


def test_an_error_that_several_lists_and_an_address_of_nothing_get_is_of_what_is_not_there() -> None:
    presence = alike("listTags", "listOrders")
    assert presence.is_there("createTag")
    presence.note_nothing(400, 3)
    # as all that the path was asked for, with what says so
    assert presence.absent(lambda _: True) == {"listTags": frozenset({400}), "createTag": frozenset({400})}
    presence.note(case("createTag"), 400, 22)
    assert all_absent(presence) == []


def test_a_code_that_means_so_by_the_document_needs_no_address_of_nothing() -> None:
    presence = alike("listTags", "listOrders", code=8)
    presence.note_nothing(404, None)
    assert all_absent(presence) == ["listTags", "createTag"]
    assert all_absent(alike("listTags", code=8)) == []


@pytest.mark.parametrize("nowhere", [(404, None), (400, 9), (400, None), (200, None), (401, 3), (500, 3), (0, None)])
def test_what_lists_have_in_common_says_nothing_where_an_address_of_nothing_gets_something_else(
    nowhere: tuple[int, int | None],
) -> None:
    """A parameter that no document tells of is wanted by one and all."""
    presence = alike("listTags", "listOrders", "listProducts")
    presence.note_nothing(*nowhere)
    assert all_absent(presence) == []
    assert presence.is_there("listTags")


def test_an_address_of_nothing_is_asked_for_once_and_where_there_is_doubt() -> None:
    presence = alike("listTags")
    plain = case("listOrders", VALID)
    assert presence.address_of_nothing(case("listTags", VALID)) is None
    presence.note(plain, 400, 3)
    assert presence.address_of_nothing(plain) == f"{SERVER}/nothing-has-this-name"
    # These are not sent as anybody would send them.
    unlike = (
        case("listOrders"),
        replace(plain, url=f"{plain.url}?a=1"),
        case("createOrder", VALID),
        case("getOrder", VALID),
    )
    assert [presence.address_of_nothing(one) for one in unlike] == [None] * 4
    presence.note_nothing(404, None)
    assert presence.address_of_nothing(plain) is None


REFUSED = Response(status=400, headers=JSON, body=b'{"error":true,"error_code":3,"error_message":"No"}')


class Strict:
    """The sandbox behind a gate that wants a header of which the document says nothing, of all that it has."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def __call__(self, sent: Case) -> Exchange:
        path = urlsplit(sent.url).path
        self.sent.append(path)
        known = any(path.startswith(f"/api/v1{one.path.partition('{')[0]}") for one in PICQER.operations)
        return Exchange(request=sent.request, response=REFUSED if known else NOT_FOUND)


def test_a_refusal_that_all_lists_share_does_not_make_them_absent() -> None:
    gate = Strict()
    ended = list(Runner(PICQER, gate, base_url=SERVER, budget=Budget(max_requests=100), seed=1).run())[-1]
    assert isinstance(ended, Ended)
    assert not ended.absent
    assert gate.sent.count("/api/v1/nothing-has-this-name") == 1
    assert len(gate.sent) == 100


def test_the_answer_that_raises_the_doubt_is_not_lost_where_no_request_is_left() -> None:
    pace = Pace(Budget(max_requests=2), SERVER)
    created = Created(PICQER, Addresses(PICQER, SERVER))
    sending = Sending(Strict(), pace, created, Presence(PICQER), 1, nullcontext)
    answers = [sending.send(case(name, VALID))[0] for name in ("listTags", "listOrders")]
    assert [(one.response.status, one.index) for one in answers] == [(400, 0), (400, 1)]


@pytest.mark.end_to_end
def test_nothing_of_a_whole_server_is_taken_for_absent() -> None:
    ended = run(Part(""), 900)[-1]
    assert isinstance(ended, Ended)
    assert not ended.absent


class OnlyCollection(Part):
    """No thing is at an address of its own."""

    def has(self, path: str) -> bool:
        return path == "/api/v1/tags"


@pytest.mark.end_to_end
def test_what_nobody_chose_and_the_server_lacks_is_not_told_of() -> None:
    """Things are read to see whether they are kept; where there is no reading, there is none to blame."""
    chosen = ("createTag", "listTags")
    runner = Runner(
        PICQER,
        OnlyCollection(),
        base_url=SERVER,
        budget=Budget(max_requests=150),
        seed=1,
        operations=chosen,
        allow_writes=True,
    )
    events = list(runner.run())
    assert {one.failure.case.operation for one in events if isinstance(one, Failed)} <= set(chosen)
    ended = events[-1]
    assert isinstance(ended, Ended)
    assert not ended.absent
