"""Findings and verdicts as values."""

from __future__ import annotations

import pickle

import pytest
from rich.pretty import pretty_repr

from validator.exchange import Exchange, Request, Response
from validator.findings import Finding, Outcome, Severity, Verdict

EXCHANGE = Exchange(request=Request(method="GET", url="https://a.example/x"), response=Response(status=200))


def finding(
    rule: str = "schema-violation", instance: str = "/a", documented: str = "/components/schemas/A/type"
) -> Finding:
    return Finding(
        rule=rule, severity=Severity.ERROR, expected="integer", received="x", instance=instance, documented=documented
    )


@pytest.mark.parametrize(
    ("options", "outcome"),
    [
        ({}, Outcome.VALID),
        ({"findings": (finding(),)}, Outcome.INVALID),
        ({"undecided": "why"}, Outcome.UNDECIDED),
        ({"undecided": "why", "findings": (finding(),)}, Outcome.INVALID),
        ({"skipped": "why"}, Outcome.SKIPPED),
        ({"skipped": "why", "findings": (finding(),)}, Outcome.SKIPPED),
    ],
)
def test_the_outcome_follows_from_what_was_found(options: dict, outcome: Outcome) -> None:  # type: ignore[type-arg]
    verdict = Verdict(exchange=EXCHANGE, **options)
    assert verdict.outcome is outcome
    assert verdict.valid is (outcome is Outcome.VALID)


def test_severities_are_ordered() -> None:
    assert [severity.rank for severity in Severity] == [0, 1, 2]


def test_a_fingerprint_leaves_out_array_positions_and_nothing_else() -> None:
    first = finding(instance="/items/0/price").fingerprint
    assert first == finding(instance="/items/17/price").fingerprint
    assert len(first) == 16
    assert len({first, *(other.fingerprint for other in (
        finding(rule="invalid-json", instance="/items/0/price"),
        finding(instance="/items/0/name"),
        finding(instance="/items/0/price", documented="/components/schemas/B/type"),
    ))}) == 4  # fmt: skip


def test_what_nothing_came_for_is_told_so() -> None:
    absent = Finding(rule="missing-body", severity=Severity.ERROR, expected="a body")
    assert absent.message == "expected a body, got nothing"


def test_what_came_is_not_in_the_representation() -> None:
    """A traceback or a log must not show a key, and rich shows tracebacks of its own."""
    found = Finding(rule="invalid-header", severity=Severity.ERROR, expected="x", received="c2VjcmV0")
    verdict = Verdict(exchange=EXCHANGE, findings=(found,))
    shown = pretty_repr(verdict)
    assert "c2VjcmV0" not in f"{verdict!r}{shown}"
    assert "invalid-header" in shown


def test_a_verdict_travels_between_processes() -> None:
    found = Finding(rule="x", severity=Severity.INFO, expected="y", received={"a": [1]})
    nothing = Finding(rule="x", severity=Severity.INFO, expected="y")
    verdict = Verdict(exchange=EXCHANGE, findings=(found, nothing), undecided="why")
    assert pickle.loads(pickle.dumps(verdict)) == verdict  # noqa: S301 - our own
    assert pickle.loads(pickle.dumps(nothing)).message == "expected y, got nothing"  # noqa: S301 - our own
