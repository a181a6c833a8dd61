"""Filters: any sound query of a list shows only what it asks for; what may be read in other ways is left alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from fuzz.case import Case
from fuzz.faults import VALID
from fuzz.oracles.filters import wrong_items
from tests.fuzz.sequences.test_browsing import PENS, SHELF, THINGS, URL, Shelf
from validator.exchange import Exchange, Response

LIST = SHELF.operation("listThings")


def told(query: str, items: Any, **more: Any) -> list[str]:
    case = Case(operation=LIST.id, method="GET", url=f"{URL}/things?{query}", fault=VALID, **more)
    response = Response(status=200, body=json.dumps(items).encode())
    return [
        f"{one.rule}: {one.message}"
        for one in wrong_items(SHELF, LIST, case, Exchange(request=case.request, response=response))
    ]


ONLY = "wrong-list: expected only what has the {} that is asked for, got {} of 3 with another"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=ink", [ONLY.format("kind", 2)]),
        ("limit=5&kind=Paper", [ONLY.format("kind", 3)]),
        ("shelf_id=2", [ONLY.format("shelf_id", 1)]),
        ("label=zzz", [ONLY.format("label", 3)]),
        ("kind=ink&shelf_id=2", [ONLY.format("kind", 2), ONLY.format("shelf_id", 1)]),
        ("shelf_id=0", []),  # nothing is asked for
        ("label=", []),
        ("label=%20%01", []),
        ("kind=ink&kind=pen", []),  # either, or the last
        ("sold=true", []),
        ("limit=1", []),
        ("search=zzz", []),
        ("colour=red", []),
    ],
)
def test_what_was_not_asked_for_is_told(query: str, expected: list[str]) -> None:
    assert told(query, PENS) == expected


def test_what_is_on_no_shelf_is_not_on_the_one_that_is_asked_for() -> None:
    assert told("shelf_id=2", [{**PENS[0], "shelf_id": None}]) != []
    assert told("label=blue", [{**PENS[0], "label": None}]) == []


def test_a_step_of_a_sequence_is_judged_by_what_goes_before_it() -> None:
    assert told("kind=ink", PENS, act="list by kind") == []


@pytest.mark.property
@given(THINGS)
def test_a_server_that_heeds_the_query_is_not_accused(things: list[dict[str, Any]]) -> None:
    for habit in ("", "finds parts of texts"):
        shelf = Shelf(things, habit)
        for query in ("kind=pen", "kind=ink&label=a", "shelf_id=1", "label=b", "offset=1&kind=ink"):
            case = Case(operation=LIST.id, method="GET", url=f"{URL}/things?{query}", fault=VALID)
            assert [*wrong_items(SHELF, LIST, case, shelf(case))] == []
