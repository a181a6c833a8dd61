"""Lists asked for by their queries: a server that heeds them is never accused, in whatever way it reads them."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.events import Answered
from fuzz.faults import VALID
from fuzz.pace import Budget
from fuzz.replay import Origin, read_cases, send_again, write_failure
from fuzz.runner import Runner
from fuzz.sandbox import create_app
from fuzz.summary import Summary
from fuzz.transport import WsgiTransport
from tests.fuzz.sequences.test_stories import PICQER, PICQER_URL, Run
from validator.contract import Contract
from validator.exchange import Exchange, Headers, Response

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fuzz.case import Case

URL = "http://127.0.0.1/v1"
KINDS = ["pen", "ink", "Paper"]
JSON = Headers([("Content-Type", "application/json")])


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


ITEM = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "kind": {"enum": KINDS}, "label": {"type": ["string", "null"]}},
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shelf", "version": "1"},
    "paths": {
        "/things": {
            "get": {
                "operationId": "listThings",
                "parameters": [
                    _query("offset", {"type": "integer", "minimum": 0}),
                    _query("page", {"type": "integer", "minimum": 1}),
                    _query("limit", {"type": "integer", "minimum": 1}),
                    _query("kind", {"enum": KINDS}),
                    _query("label", {"type": "string"}),
                    _query("shelf_id", {"type": "integer"}),
                    _query("since", {"type": "string"}),
                    _query("sort", {"enum": ["id", "-id", "label", "-label"]}),
                    _query("sold", {"type": "boolean"}),
                    _query("search", {"type": "string"}),
                ],
                "responses": {
                    "200": {
                        "description": "Fine",
                        "content": {"application/json": {"schema": {"type": "array", "items": ITEM}}},
                    }
                },
            }
        }
    },
}
SHELF = Contract.from_dict(DOCUMENT, servers=[URL])
THINGS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(1, 9),
            "kind": st.sampled_from(KINDS),
            "label": st.one_of(st.text(max_size=3), st.none(), st.just("2026-11-29 10:00:00")),
            "shelf_id": st.integers(1, 2) | st.none(),
            "sold": st.booleans(),
        }
    ),
    max_size=6,
)


class Shelf:
    """A server. `habit` is a way of reading that others have, too, or a defect."""

    def __init__(self, things: list[dict[str, Any]], habit: str = "") -> None:
        self.things = things
        self.habit = habit
        self.queries: list[dict[str, str]] = []

    def __call__(self, case: Case) -> Exchange:
        query = dict(parse_qsl(urlsplit(case.url).query))
        self.queries.append(query)
        value = json.dumps(self._listed(query)).encode()
        return Exchange(request=case.request, response=Response(status=200, headers=JSON, body=value))

    def _listed(self, query: dict[str, str]) -> list[dict[str, Any]]:
        if self.habit.startswith("deaf"):
            query = {name: value for name, value in query.items() if self.habit not in {"deaf", f"deaf to {name}"}}
        if self.habit == "grows":
            self.things = [
                {"id": len(self.queries) + 100, "kind": "pen", "label": "new", "shelf_id": 1, "sold": True},
                *self.things,
            ]
        names = [name for name in ("kind", "label") if name in query]
        join = any if self.habit == "joins by or" and names else all
        found = [one for one in self.things if join(self._has(one, name, query) for name in names)]
        if "sold" in query:
            is_sold = query["sold"] == "true" or self.habit == "takes false for true"
            found = [one for one in found if one["sold"] is is_sold]
        if "sort" in query:
            name = query["sort"].lstrip("-")
            found.sort(key=lambda one: (one[name] is None, one[name]), reverse=query["sort"].startswith("-"))
        if "search" in query:
            found = [one for one in found if query["search"][:2] in str(one["label"])]
        found = [one for one in found if query.get("shelf_id") in {None, str(one["shelf_id"])}]
        size = int(query.get("limit", "50"))
        size = max(size, 3) if self.habit == "pages of three at least" else size
        page = int(query.get("page", "1")) - 1
        if self.habit == "stops at the last page" and found:
            page = min(page, (len(found) - 1) // size)
        start = int(query.get("offset", "0")) + page * size
        start += 1 if self.habit == "skips one more" and "offset" in query else 0
        start *= 50 if self.habit == "offset counts pages" and "offset" in query else 1
        return [] if self.habit == "finds none of a kind" and "kind" in query else found[start : start + size]

    def _has(self, thing: dict[str, Any], name: str, query: dict[str, str]) -> bool:
        wanted, own = query[name], str(thing[name])
        if self.habit == "finds parts of texts" and name == "label":
            return wanted.casefold() in own.casefold()
        return own == wanted


def browsed(shelf: Callable[[Case], Exchange]) -> Run:
    run = Run(SHELF, shelf, URL)
    return run.take(run.stories.browsed())


@pytest.mark.property
@pytest.mark.parametrize(
    "habit", ["", "finds parts of texts", "pages of three at least", "stops at the last page", "grows"]
)
@given(THINGS)
def test_a_server_that_heeds_the_query_is_not_accused(habit: str, things: list[dict[str, Any]]) -> None:
    run = browsed(Shelf(things, habit))
    assert [(one.case.variant, one.findings) for one in run.failures] == []


PENS = [
    {"id": 1, "kind": "pen", "label": "blue", "shelf_id": 1, "sold": False},
    {"id": 2, "kind": "ink", "label": "black & white", "shelf_id": 2, "sold": True},
    {"id": 3, "kind": "pen", "label": "red", "shelf_id": 2, "sold": True},
]


@pytest.mark.parametrize("name", ["offset", "page", "kind", "label", "shelf_id", "sold", "sort", "search"])
def test_a_parameter_that_changes_nothing_is_found(name: str) -> None:
    (failure,) = browsed(Shelf(PENS, f"deaf to {name}")).failures
    assert [finding.rule for finding in failure.findings] == ["wrong-list"]
    assert (failure.case.act, [one.act for one in failure.case.before]) == (f"list by {name}", ["list"])


@pytest.mark.parametrize(
    ("labels", "is_asked"),
    [
        (["blue ink", "Black", "red"], True),
        (["B", "a"], False),  # sorted by code points
        (["a b", "aa"], False),
        (["aa", "a b"], False),  # without the blank, these are in order
        (["a", "A"], False),
        (["b", "\u00e4"], False),
    ],
    ids=str,
)
def test_an_order_is_asked_for_where_the_list_has_another_however_it_is_sorted(
    labels: list[Any], is_asked: bool
) -> None:
    things = [
        {"id": index, "kind": "pen", "label": one, "shelf_id": 1, "sold": True} for index, one in enumerate(labels)
    ]
    schema = {"enum": ["label"]}
    document = copy.deepcopy(DOCUMENT)
    document["paths"]["/things"]["get"]["parameters"] = [_query("sort", schema)]
    shelf = Shelf(things, "deaf")
    run = Run(Contract.from_dict(document, servers=[URL]), shelf, URL)
    run.take(run.stories.browsed())
    assert run.rules == ({"wrong-list"} if is_asked else set())


@pytest.mark.parametrize(
    ("habit", "act"), [("joins by or", "list by kind and label"), ("takes false for true", "list by sold")]
)
def test_a_filter_that_is_read_wrongly_is_found(habit: str, act: str) -> None:
    (failure,) = browsed(Shelf(PENS, habit)).failures
    assert failure.case.act == act
    assert [finding.rule for finding in failure.findings] == ["wrong-list"]


def test_a_filter_that_finds_nothing_is_found() -> None:
    (failure,) = browsed(Shelf(PENS, "finds none of a kind")).failures
    assert failure.case.act == "list by kind"
    assert failure.findings[0].message == "expected what has the kind that is asked for, got an empty list"


@pytest.mark.parametrize(
    ("habit", "told"),
    [("skips one more", "a list that begins with the third"), ("offset counts pages", "an empty list")],
)
def test_an_offset_that_leads_elsewhere_is_found(habit: str, told: str) -> None:
    (failure,) = browsed(Shelf(PENS, habit)).failures
    assert failure.findings[0].message == f"expected a list that begins with the second, got {told}"


def test_a_page_of_others_is_none_that_begins_with_the_second() -> None:
    """Who counts pages shows what nobody has seen: with many things, others cannot have changed all of them."""
    many = [{**PENS[0], "id": number, "label": f"no {number}"} for number in range(120)]

    class Paged(Shelf):
        def _listed(self, query: dict[str, str]) -> list[dict[str, Any]]:
            return super()._listed(query) if query else self.things[:50]

    assert browsed(Paged(many, "offset counts pages")).failures[0].findings[0].message.endswith("got a list of others")
    assert browsed(Paged(many)).failures == []


def test_where_all_are_alike_another_value_is_asked_for() -> None:
    assert browsed(Shelf(PENS[:1], "deaf to kind")).rules == {"wrong-list"}
    assert browsed(Shelf(PENS[:1])).rules == set()


def test_what_each_server_reads_in_its_own_way_is_not_asked() -> None:
    shelf = Shelf(PENS)
    browsed(shelf)
    assert {name for query in shelf.queries for name in query} == {
        "offset",
        "page",
        "limit",
        "kind",
        "label",
        "shelf_id",
        "sold",
        "sort",
        "search",
    }
    assert {"label": "black & white"} in shelf.queries or {"label": "blue"} in shelf.queries


def test_what_fails_is_recorded_and_played_again(tmp_path: Path) -> None:
    recording = tmp_path / "failing.ndjson"
    failures = browsed(Shelf(PENS, "deaf")).failures
    recording.write_bytes(b"".join(write_failure(one, Origin(base_url=URL)) for one in failures))
    again = send_again(read_cases(recording), SHELF, Shelf(PENS, "deaf"), URL)
    assert [one is not None and one.case.act for one in again] == [one.case.act for one in failures]
    mended = Shelf(PENS)
    assert [*send_again(read_cases(recording), SHELF, mended, URL)] == [None] * len(failures)


def test_lists_are_browsed_though_nothing_may_be_written() -> None:
    """They are seen by a run that only reads, of VALID requests alone, and nothing is made for it."""
    runner = Runner(
        PICQER,
        WsgiTransport(create_app(defect="offset-ignored"), "sandbox-key"),
        base_url=PICQER_URL,
        budget=Budget(max_requests=400),
        seed=1,
        faults=[VALID],
    )
    summary = Summary()
    methods = set()
    for event in runner.run():
        summary.add(event)
        if isinstance(event, Answered):
            methods.add(event.case.method)
    rules = {finding.rule for failure in summary.failures for finding in failure.findings}
    assert rules == {"wrong-list"}
    assert methods == {"GET"}
    assert summary.steps > 0
