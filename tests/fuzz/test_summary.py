"""Of many failures of one kind, the one that is shown says most."""

from __future__ import annotations

from fuzz.case import Case
from fuzz.failures import Failure, Symptom
from fuzz.summary import Group, include
from validator.exchange import Exchange, Response
from validator.findings import Finding, Severity


def failure(operation: str, variant: str, body: bytes = b"") -> Failure:
    case = Case(
        operation=operation, method="GET", url="http://127.0.0.1/", fault="bad-credentials", variant=variant, body=body
    )
    finding = Finding(
        rule="fault-accepted", severity=Severity.ERROR, expected="401", received="200", operation=operation
    )
    return Failure(
        case=case, exchange=Exchange(request=case.request, response=Response(status=200)), findings=(finding,)
    )


def group(*failures: Failure) -> Group:
    groups: dict[Symptom, Group] = {}
    for one in failures:
        include(one, groups)
    (found,) = groups.values()
    return found


def test_of_those_that_are_as_small_the_variant_that_failed_most_is_shown() -> None:
    """Where any key is let in, that one in another case is, too, shows too little."""
    told = group(failure("a", "other-case"), *(failure(name, "unknown-key") for name in "bcd"), failure("e", "longer"))
    assert told.smallest.case.variant == "unknown-key"


def test_the_smallest_is_shown_whatever_failed_most() -> None:
    told = group(failure("a", "other-case", b"1"), *(failure(name, "unknown-key", b"[1, 2]") for name in "bcd"))
    assert told.smallest.case.variant == "other-case"
