"""Merging: the laws of a sum. Reports are written as JSON and read back on the way, as a user does it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.merging import EVENTS, merged, report_of, written
from tests.reports.samples import invalid, obstacle, of_everything, valid, violation
from validator.errors import ReportError
from validator.findings import Severity
from validator.reports import FORMATS
from validator.reports.gathering import MAX_ALIKE, MAX_QUIET_CASES
from validator.reports.merging import merge, strictest

THRESHOLDS = st.sampled_from([*Severity, None])


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_of_everything_is_the_same_after_merging(form):
    assert written(merged(of_everything()), form) == written(of_everything(), form)


@pytest.mark.property
@given(EVENTS, THRESHOLDS)
def test_merging_one_report_gives_the_same_report(events, fail_on):
    report = report_of(events, fail_on)
    for form in FORMATS:
        assert written(merged(report), form) == written(report, form)


@pytest.mark.property
@given(EVENTS, EVENTS)
def test_two_halves_give_the_report_of_the_whole(first, second):
    whole = report_of([*first, *second])
    for form in FORMATS:
        assert written(merged(report_of(first), report_of(second)), form) == written(whole, form)


@pytest.mark.property
@given(EVENTS, EVENTS, EVENTS)
def test_how_reports_are_bracketed_does_not_matter(first, second, third):
    one, two, three = map(report_of, (first, second, third))
    assert written(merged(merged(one, two), three)) == written(merged(one, merged(two, three)))


@pytest.mark.property
@given(EVENTS, EVENTS)
def test_the_order_of_reports_changes_only_the_order_of_lists(first, second):
    one, two = report_of(first), report_of(second)
    assert in_order(written(merged(one, two))) == in_order(written(merged(two, one)))


@pytest.mark.property
@given(EVENTS, THRESHOLDS)
def test_a_report_can_be_judged_again_by_another_threshold(events, fail_on):
    """What reaches a threshold is worked out from what was counted, not from the threshold of the run."""
    again = merge([("a.json", report_of(events, Severity.ERROR))], fail_on=fail_on)
    assert again.failed == report_of(events, fail_on).failed
    assert written(again, "junit") == written(report_of(events, fail_on), "junit")


def in_order(report: str) -> Any:
    told = json.loads(report)
    for name in ("findings", "exchanges", "obstacles"):
        told[name].sort(key=json.dumps)
    return told


def test_bounds_hold_and_counts_stay_whole():
    quiet = MAX_QUIET_CASES - 10
    half = report_of([*(valid(at) for at in range(quiet)), *(invalid(at) for at in range(MAX_ALIKE - 10))])
    both = merged(half, half)
    assert both.exchanges == 2 * half.exchanges
    assert sum(not case.findings for case in both.cases) == MAX_QUIET_CASES
    assert sum(len(case.findings) for case in both.cases) == MAX_ALIKE
    assert len(both.cases) + sum(rest.count for rest in both.remainders) == both.exchanges
    assert both.by_rule == {"schema-violation": 2 * (MAX_ALIKE - 10)}
    assert [group.count for group in both.groups] == [2 * (MAX_ALIKE - 10)]
    three = merged(both, half)
    assert three.exchanges == 3 * half.exchanges
    assert [group.count for group in three.groups] == [3 * (MAX_ALIKE - 10)]


def test_obstacles_that_are_not_listed_are_counted():
    many = replace(report_of([obstacle()]), obstacles_met=5)
    assert merged(many, many).obstacles_met == 10


def test_seconds_add_up():
    report = replace(report_of([valid()]), seconds=0.25)
    assert merged(report, report).seconds == 0.5


@pytest.mark.parametrize(
    ("own", "strictest_of_them"),
    [
        ([Severity.ERROR, Severity.WARNING, None], Severity.WARNING),
        ([None, None], None),
        ([None, Severity.ERROR], Severity.ERROR),
    ],
)
def test_without_a_threshold_the_strictest_of_the_reports_holds(own, strictest_of_them):
    assert strictest([report_of([], fail_on) for fail_on in own]) is strictest_of_them


def test_reports_of_different_contracts_are_refused_by_name():
    report = of_everything()
    other = replace(report, contract=replace(report.contract, sha256="1" * 64, version="2.0"))
    with pytest.raises(ReportError) as refused:
        merge([("a.json", report), ("b.json", other)], fail_on=None)
    assert str(refused.value) == (
        "b.json: is about another contract than a.json: Shop 2.0 (<mapping>, sha256 111111111111), "
        "not Shop 1.2 (<mapping>, sha256 000000000000) (merge the reports of one contract at a time)"
    )


def test_reports_that_list_different_operations_are_refused():
    report = of_everything()
    other = replace(report, coverage=replace(report.coverage, operations=report.coverage.operations[:1]))
    with pytest.raises(ReportError, match=r"b\.json: documents other operations, responses or codes than a\.json"):
        merge([("a.json", report), ("b.json", other)], fail_on=None)


def test_what_was_counted_is_no_difference_between_contracts():
    assert merged(report_of([valid()]), report_of([invalid(0, violation())])).exchanges == 2
