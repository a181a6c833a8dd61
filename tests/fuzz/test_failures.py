"""What makes failures one, and what tells them apart."""

from __future__ import annotations

import pytest

from fuzz.case import Case
from fuzz.failures import Failure, failure
from validator.exchange import Exchange, Response
from validator.findings import Finding, Severity, Verdict

PROMISED = Finding(rule="fault-accepted", severity=Severity.ERROR, expected="400")
DOCUMENTED = Finding(rule="schema-violation", severity=Severity.ERROR, expected="a name", instance="/rows/3/name")
WARNING = Finding(rule="duplicate-key", severity=Severity.WARNING, expected="once")


def made(*findings: Finding, operation: str = "a", variant: str = "truncated", status: int = 200) -> Failure:
    case = Case(operation=operation, method="PUT", url="http://x/", fault="malformed-json", variant=variant)
    exchange = Exchange(request=case.request, response=Response(status=status))
    return Failure(case=case, exchange=exchange, findings=findings)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (made(PROMISED), made(PROMISED, operation="b")),
        (made(PROMISED), made(PROMISED, variant="nan")),
        (made(PROMISED), made(PROMISED, status=201)),
        (made(PROMISED), made(PROMISED, DOCUMENTED)),
    ],
)
def test_the_same_symptom_is_seen_in_many_places(one: Failure, other: Failure) -> None:
    assert one.symptom == other.symptom


@pytest.mark.parametrize("other", [made(DOCUMENTED), made(PROMISED, status=500)])
def test_another_symptom_is_told_apart(other: Failure) -> None:
    assert made(PROMISED).symptom != other.symptom


@pytest.mark.parametrize(
    ("variant", "family"),
    [
        ("/products/0/amount", "/products/*/amount"),
        ("/products/12/amount,/a/0", "/products/*/amount,/a/*"),
        ("/a/0b", "/a/0b"),
        ("utf-16", "utf-16"),
    ],
)
def test_a_cause_is_the_same_in_whatever_row(variant: str, family: str) -> None:
    assert made(PROMISED, variant=variant).cause.family == family


def test_a_row_of_the_answer_does_not_count_either() -> None:
    assert made(DOCUMENTED).symptom.broken == (("schema-violation", "/rows/*/name"),)


def test_only_errors_make_a_failure() -> None:
    case = made().case
    exchange = made().exchange
    assert failure(case, Verdict(exchange=exchange, findings=(WARNING,))) is None
    found = failure(case, Verdict(exchange=exchange, findings=(WARNING, PROMISED)))
    assert found is not None
    assert found.findings == (PROMISED,)
