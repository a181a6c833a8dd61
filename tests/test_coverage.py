"""Coverage: what of the contract was exercised, what came that is in none; in bounded memory, and in parts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.samples import DOCUMENT, contract, elsewhere, exchange, undecided, violation
from validator.contract import Contract
from validator.coverage import MAX_UNDOCUMENTED, MEASURES, Coverage, CoverageCounter, CoverageSum, documented
from validator.findings import Verdict

CONTRACT = contract()


def answered(status: int = 200, body: bytes | None = b"[]", operation: str | None = "listOrders") -> Verdict:
    return Verdict(exchange=exchange(status=status, body=body), operation=operation)


def refused(code: object, status: int = 400) -> Verdict:
    body = json.dumps({"error": True, "error_code": code, "error_message": "no"}).encode()
    return answered(status, body)


def coverage_of(*verdicts: Verdict) -> Coverage:
    counter = CoverageCounter(CONTRACT)
    for verdict in verdicts:
        counter.add(verdict)
    return counter.coverage()


def test_everything_documented_is_listed_before_anything_is_seen():
    empty = coverage_of()
    assert [(entry.operation, entry.documented) for entry in empty.operations] == [
        ("listOrders", (("200", 0), ("400", 0))),
        ("createOrder", (("201", 0), ("4XX", 0))),
    ]
    assert [(entry.code, entry.meaning) for entry in empty.error_codes] == [
        (1, "Unknown"),
        (2, "Missing"),
        (3, "Wrong"),
        (5, "Late"),
    ]
    assert (empty.operations_seen, empty.responses_seen, empty.error_codes_seen) == (0, 0, 0)
    assert empty.responses == 4


def test_operations_and_responses_are_counted():
    seen = coverage_of(answered(), answered(), answered(400))
    assert seen.operations[0].exchanges == 3
    assert seen.operations[0].documented == (("200", 2), ("400", 1))
    assert (seen.operations_seen, seen.responses_seen) == (1, 2)


def test_a_status_counts_for_its_range():
    seen = coverage_of(answered(404, operation="createOrder"), answered(409, operation="createOrder"))
    assert seen.operations[1].documented == (("201", 0), ("4XX", 2))


def test_an_undocumented_status_is_counted_apart():
    seen = coverage_of(answered(418), answered(302), answered(418))
    assert seen.operations[0].undocumented == ((302, 1), (418, 2))
    assert seen.operations[0].exchanges == 3
    assert seen.responses_seen == 0


def test_what_was_skipped_or_has_no_operation_exercises_nothing():
    assert coverage_of(elsewhere(), answered(operation=None)) == coverage_of()


@pytest.mark.parametrize(
    "verdict", [undecided(), Verdict(exchange=exchange(), operation="listOrders", findings=(violation(),))]
)
def test_what_is_invalid_or_undecided_was_exercised_all_the_same(verdict):
    assert coverage_of(verdict).operations_seen == 1


@pytest.mark.parametrize(
    ("code", "seen", "undocumented"),
    [
        (2, 2, None),
        (2.0, 2, None),
        (99, None, 99),
        ("TOO_LATE", None, "TOO_LATE"),
        ("someone@example.org", None, "string (19 characters)"),
        (10**12, None, "integer"),
        (True, None, None),
        (None, None, None),
        (2.5, None, None),
        ([2], None, None),
        ({"a": 2}, None, None),
    ],
)
def test_error_codes_are_counted_and_undocumented_ones_shown_only_if_they_look_like_codes(code, seen, undocumented):
    coverage = coverage_of(refused(code))
    assert [entry.code for entry in coverage.error_codes if entry.exchanges] == ([] if seen is None else [seen])
    assert coverage.undocumented_codes == (() if undocumented is None else ((undocumented, 1),))


@pytest.mark.parametrize(
    "verdict",
    [
        refused(2, status=200),
        answered(400, None),
        answered(400, b""),
        answered(400, b"<html>"),
        answered(400, b"[2]"),
        answered(400, b'{"error_code": 2, "padding": "' + b"x" * 70_000 + b'"}'),
    ],
)
def test_only_an_error_object_has_a_code(verdict):
    assert coverage_of(verdict).error_codes_seen == 0


def test_undocumented_codes_are_in_order_numbers_first():
    coverage = coverage_of(*(refused(code) for code in ("B", 100, "A", 20)))
    assert [code for code, _ in coverage.undocumented_codes] == [20, 100, "A", "B"]


def test_a_hostile_recording_cannot_make_it_grow():
    counter = CoverageCounter(CONTRACT)
    for number in range(MAX_UNDOCUMENTED + 50):
        counter.add(refused(1000 + number, status=1000 + number))
    coverage = counter.coverage()
    assert len(coverage.undocumented_codes) == MAX_UNDOCUMENTED
    assert len(coverage.operations[0].undocumented) == MAX_UNDOCUMENTED


VERDICTS = st.lists(
    st.one_of(
        st.builds(answered, st.sampled_from([200, 201, 400, 404, 418])),
        st.builds(refused, st.sampled_from([1, 2, 3, 99, "X"]), st.sampled_from([400, 500])),
    ),
    max_size=12,
)


@pytest.mark.property
@given(VERDICTS, VERDICTS)
def test_parts_add_up_to_the_whole(first, second):
    total = CoverageSum(documented(CONTRACT))
    total.add(coverage_of(*first))
    total.add(coverage_of(*second))
    assert total.coverage() == coverage_of(*first, *second)


def test_what_a_sum_is_laid_out_by_is_not_counted():
    assert CoverageSum(coverage_of(answered(), refused(2), answered(418))).coverage() == coverage_of()


@pytest.mark.property
@given(VERDICTS)
def test_before_anything_came_coverage_is_what_is_documented(verdicts):
    assert coverage_of(*verdicts).nothing_seen() == coverage_of() == documented(CONTRACT)


WITH_WEBHOOKS = Contract.from_dict(
    {
        **DOCUMENT,
        "webhooks": {
            "order.created": {"post": {"operationId": "onOrder", "responses": {"2XX": {"description": ""}}}},
            "order.closed": {"post": {"operationId": "onClosed", "tags": ["life"]}},
        },
    }
)


def test_webhooks_are_counted_apart_and_what_answers_them_has_no_codes_of_the_api():
    counter = CoverageCounter(WITH_WEBHOOKS)
    body = b'{"error": true, "error_code": 2, "error_message": "no"}'
    for verdict in (
        answered(204, None, "onOrder"),
        answered(500, body, "onOrder"),
        answered(200, b"[]", "listOrders"),
    ):
        counter.add(verdict)
    coverage = counter.coverage()
    assert [(entry.operation, entry.exchanges, entry.resource) for entry in coverage.webhooks] == [
        ("onOrder", 2, None),
        ("onClosed", 0, "life"),
    ]
    assert coverage.webhooks[0].documented == (("2XX", 1),)
    assert coverage.undocumented_statuses == (("onOrder", 500, 1),)
    assert (coverage.webhooks_seen, coverage.operations_seen, coverage.error_codes_seen) == (1, 1, 0)
    told = coverage.as_json()
    assert told["webhooks"] == {"documented": 2, "seen": 1}
    assert [entry["webhook"] for entry in told["by_webhook"]] == ["onOrder", "onClosed"]
    assert told["operations"] == {"documented": 2, "seen": 1}


def test_the_measures_are_pinned():
    """A user has them in --fail-under: one may be added, none may go or change."""
    assert MEASURES == ("operations", "responses", "error-codes", "webhooks")


@pytest.mark.property
@given(st.data(), VERDICTS)
def test_the_order_of_exchanges_does_not_matter(data, verdicts):
    shuffled = data.draw(st.permutations(verdicts))
    assert json.dumps(coverage_of(*shuffled).as_json()) == json.dumps(coverage_of(*verdicts).as_json())
