"""Queries with two sides: a server that heeds them is not accused, however it reads the edge; one that does not, is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.sequences.bounds import bound as bound_of
from validator.contract import Contract

if TYPE_CHECKING:
    from fuzz.sequences.bounds import Bound

STRICT = "Only things with a higher id."


def asked(
    items: list[dict[str, Any]], name: str, schema: dict[str, Any], said: str = "", path: str = "/things"
) -> Bound | None:
    """What is asked of a list with these items by a parameter."""
    parameter = {"name": name, "in": "query", "schema": schema, "description": said}
    operation = {"operationId": "list", "parameters": [parameter], "responses": {"200": {"description": "Fine"}}}
    contract = Contract.from_dict(
        {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {path: {"get": operation}}},
        servers=["http://127.0.0.1"],
    )
    (known,) = contract.operation("list").parameters
    return bound_of(contract, contract.operation("list"), known, items)


def of_ids(*ids: int, name: str = "id") -> list[dict[str, Any]]:
    return [{name: one, "idshelf": 7, "label": "x"} for one in ids]


IDS = st.lists(st.integers(1, 99), min_size=3, unique=True)
NUMBER = {"type": "integer"}
HIGHER = ["sinceid", "since_id", "after_id", "min_id"]
LOWER = ["beforeid", "before_id", "until_id", "max_id"]


@pytest.mark.property
@pytest.mark.parametrize("name", HIGHER + LOWER)
@given(IDS, st.booleans(), st.integers(0, 3))
def test_a_server_that_heeds_a_bound_is_not_accused(name: str, ids: list[int], has_edge: bool, page: int) -> None:
    items = of_ids(*ids)
    bound = asked(items, name, NUMBER)
    assert bound is not None
    pivot = int(bound.value)
    beyond = [one for one in items if (one["id"] > pivot if name in HIGHER else one["id"] < pivot)]
    assert beyond
    found = beyond[: page or None] + [one for one in items if has_edge and one["id"] == pivot]
    assert bound.wrong(items, found) is None


@pytest.mark.property
@given(IDS)
def test_where_the_document_says_higher_the_id_itself_is_none_of_them(ids: list[int]) -> None:
    bound = asked(of_ids(*ids), "sinceid", NUMBER, STRICT)
    assert bound is not None
    assert bound.wrong(of_ids(*ids), of_ids(int(bound.value))) == (
        "only a id above the one that is asked for",
        "1 of 1 with another",
    )


@pytest.mark.parametrize(
    ("name", "found", "told"),
    [
        ("sinceid", (1, 2, 3), "1 of 3 with another"),
        ("beforeid", (1, 2, 3), "1 of 3 with another"),
        ("beforeid", (), "an empty list"),
        ("beforeid", (3,), "1 of 1 with another"),
    ],
)
def test_a_bound_that_is_not_heeded_is_told(name: str, found: tuple[int, ...], told: str) -> None:
    bound = asked(of_ids(1, 2, 3), name, NUMBER)
    assert bound is not None
    wrong = bound.wrong(of_ids(1, 2, 3), of_ids(*found))
    assert wrong is not None
    assert wrong[1] == told


@pytest.mark.parametrize(
    "items",
    [of_ids(1, 2), [{"label": "a"}] * 3, [{"idshelf": one} for one in (1, 2, 3)], of_ids(*"abc")],  # type: ignore[arg-type]
    ids=["too few", "no id", "the id of another kind", "texts"],
)
def test_where_no_side_can_be_seen_nothing_is_asked(items: list[dict[str, Any]]) -> None:
    assert asked(items, "sinceid", NUMBER) is None


def test_the_id_is_that_of_the_things_in_the_list() -> None:
    bound = asked([{"idshelf": 9 - one, "idthing": one} for one in (1, 5, 8)], "sinceid", NUMBER)
    assert bound is not None
    assert bound.value == "5"


CHANGED = [{"id": 1, "updated": "2026-01-01 10:00:00"}, {"id": 2, "updated": "2025-01-01 10:00:00"}]


@pytest.mark.parametrize(
    ("name", "said", "value"),
    [
        ("sincedate", "Only things from this moment on.", "2099-12-31"),
        ("updated_after", "Only what changed after this moment.", "2099-12-31"),
        ("created_before", "Only what was made before this day.", "1971-01-01"),
        ("sincedate", "Not documented; whether it only returns changes is not known.", None),
        ("updated_since", "Things that changed.", None),
        ("deliverydate_after", "Only what is delivered after this day.", None),
    ],
)
def test_what_changed_after_all_days_is_asked_where_the_document_says_what_comes(
    name: str, said: str, value: str | None
) -> None:
    bound = asked(CHANGED, name, {"type": "string", "format": "date"}, said)
    assert (bound.value if bound else None) == value
    if bound:
        assert bound.wrong(CHANGED, []) is None
        assert bound.wrong(CHANGED, CHANGED[:1]) is not None


def test_things_that_do_not_say_when_they_changed_are_not_asked_for_it() -> None:
    assert asked(of_ids(1, 2, 3), "sincedate", {"type": "string"}, "Only things from this moment on.") is None


DONE = [{"id": 1, "completed_at": None}, {"id": 2, "completed_at": "2026-01-01 10:00:00"}]


@pytest.mark.parametrize(
    ("found", "is_wrong"),
    [(DONE[1:], False), ([], False), (DONE, True), (DONE[:1], True), ([{"id": 3}], False)],
    ids=["heeded", "none", "ignored", "turned", "not shown"],
)
def test_a_switch_asks_for_what_has_its_moment(found: list[dict[str, Any]], is_wrong: bool) -> None:
    bound = asked(DONE, "completed", {"type": "boolean"}, "Only what is completed.")
    assert bound is not None
    assert bound.value == "true"
    assert (bound.wrong(DONE, found) is not None) is is_wrong


@pytest.mark.parametrize("items", [DONE[1:], [{"id": 1, "completed": None}], [{"id": 1}]], ids=str)
def test_a_switch_without_a_moment_to_be_seen_asks_nothing(items: list[dict[str, Any]]) -> None:
    assert asked(items, "completed", {"type": "boolean"}, "Only what is completed.") is None


def test_a_switch_that_may_ask_for_more_asks_nothing() -> None:
    things = [{"id": 1, "deleted_at": None}, {"id": 2, "deleted_at": "2026-01-01 10:00:00"}]
    assert asked(things, "deleted", {"type": "boolean"}, "Show deleted things as well.") is None
