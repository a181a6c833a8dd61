"""The tally: counts are whole, lists are bounded, and no raw value of a recording gets past it."""

from __future__ import annotations

import pytest

from tests.reports.samples import (
    SERVER,
    contract,
    elsewhere,
    exchange,
    invalid,
    obstacle,
    undecided,
    valid,
    violation,
)
from validator.errors import EntryError
from validator.findings import Outcome, Severity, Verdict
from validator.reports import Report, Tally
from validator.reports.gathering import MAX_ALIKE, MAX_FINDINGS, MAX_FINGERPRINTS, MAX_KINDS, MAX_QUIET_CASES


def report_of(*verdicts: Verdict, **how: object) -> Report:
    tally = Tally(contract(), **how)
    for verdict in verdicts:
        tally.add(verdict)
    return tally.report(seconds=0)


def test_each_outcome_is_counted():
    report = report_of(valid(), valid(), invalid(), elsewhere(), undecided())
    assert report.outcomes == {
        Outcome.VALID: 2,
        Outcome.INVALID: 1,
        Outcome.SKIPPED: 1,
        Outcome.UNDECIDED: 1,
    }
    assert (report.exchanges, report.judged) == (5, 4)


def test_the_weightiest_finding_of_an_exchange_counts_for_it():
    report = report_of(
        invalid(0, violation(severity=Severity.INFO), violation(severity=Severity.ERROR)),
        invalid(1, violation(severity=Severity.WARNING), violation(severity=Severity.INFO)),
    )
    assert report.worst == {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 1}
    assert report.by_severity == {Severity.INFO: 2, Severity.WARNING: 1, Severity.ERROR: 1}


@pytest.mark.parametrize(
    ("fail_on", "failed"), [(Severity.ERROR, 1), (Severity.WARNING, 2), (Severity.INFO, 3), (None, 0)]
)
def test_the_threshold_decides_what_failed(fail_on, failed):
    verdicts = [invalid(at, violation(severity=severity)) for at, severity in enumerate(Severity)]
    assert report_of(*verdicts, fail_on=fail_on).failed == failed


def test_a_skipped_exchange_never_fails():
    assert report_of(elsewhere(), fail_on=Severity.INFO).failed == 0


def test_groups_are_by_fingerprint_weightiest_first_then_most_frequent():
    report = report_of(
        invalid(0, violation("/warned", severity=Severity.WARNING)),
        invalid(1, violation("/warned", severity=Severity.WARNING)),
        invalid(2, violation("/once")),
        invalid(3, violation("/0/twice")),
        invalid(4, violation("/7/twice")),
    )
    assert [(group.finding.instance, group.count) for group in report.groups] == [
        ("/0/twice", 2),
        ("/once", 1),
        ("/warned", 2),
    ]


def test_values_are_told_by_shape_unless_asked_for():
    secret = violation(received="someone@example.org")
    assert "someone" not in repr(report_of(invalid(0, secret)))
    assert "someone@example.org" in report_of(invalid(0, secret), show_values=True).groups[0].finding.message


def test_addresses_are_masked():
    report = report_of(
        invalid(0, url="https://me:secret@shop.example/api/orders?email=a@b.c"), valid(1, url=f"{SERVER}/x?token=abc")
    )
    assert "secret" not in repr(report)
    assert "a@b.c" not in repr(report)
    assert "abc" not in repr(report)


def test_skips_are_counted_by_address_most_frequent_first():
    tally = Tally(contract())
    for verdict in (
        elsewhere(0, "https://a.example"),
        elsewhere(1, "https://b.example"),
        elsewhere(2, "https://b.example"),
    ):
        tally.add(verdict)
    tally.add(Verdict(exchange=exchange(status=0), skipped="no response was received"))
    assert tally.other_address == "https://b.example"
    assert [(skips.address, skips.count) for skips in tally.report(seconds=0).skips] == [
        ("https://b.example", 2),
        ("https://a.example", 1),
        (None, 1),
    ]


def test_an_invalid_exchange_may_have_a_doubt_as_well():
    verdict = Verdict(exchange=exchange(), operation="listOrders", findings=(violation(),), undecided="too costly")
    report = report_of(verdict)
    assert report.outcomes[Outcome.INVALID] == 1
    assert [(doubts.reason, doubts.count) for doubts in report.doubts] == [("too costly", 1)]


def test_an_obstacle_keeps_its_place_and_kind():
    tally = Tally(contract())
    tally.add_obstacle(obstacle(), source="session.har")
    (met,) = tally.report(seconds=0).obstacles
    assert met.kind == "EntryError"
    assert str(met) == "session.har: log.entries[9].response.status: expected an integer, got a string"


def test_lone_surrogates_are_replaced():
    tally = Tally(contract())
    tally.add(invalid(0, violation("/\udc80"), method="G\udc80T", source="\udcff.har"))
    tally.add_obstacle(EntryError("\ud800", place="\ud800", mend="\ud800"), source="\ud800")
    repr(tally.report(seconds=0)).encode("utf-8")


def test_a_hostile_recording_cannot_make_the_report_grow():
    tally = Tally(contract())
    many = MAX_FINDINGS + 500
    for at in range(many):
        tally.add(invalid(at, violation(f"/p{at}")))
        tally.add(elsewhere(at, f"https://h{at}.example"))
        tally.add(undecided(at, f"reason {at}"))
        tally.add_obstacle(obstacle())
    report = tally.report(seconds=0)
    assert report.by_rule["schema-violation"] == many
    assert report.obstacles_met == many
    assert len(report.by_fingerprint) == MAX_FINGERPRINTS
    assert sum(len(case.findings) for case in report.cases) <= MAX_FINDINGS + MAX_FINGERPRINTS
    assert sum(not case.findings for case in report.cases) == MAX_QUIET_CASES
    assert len(report.skips) == len(report.doubts) == len(report.obstacles) == MAX_KINDS
    assert len(report.cases) + sum(rest.count for rest in report.remainders) == report.exchanges


def test_a_frequent_finding_leaves_room_for_rare_ones():
    report = report_of(*(invalid(at) for at in range(MAX_ALIKE + 5)), invalid(0, violation("/rare")))
    listed = [finding.instance for case in report.cases for finding in case.findings]
    assert listed.count("/0/id") == MAX_ALIKE
    assert "/rare" in listed
