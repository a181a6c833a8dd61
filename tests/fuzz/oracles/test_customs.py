"""Who takes a query that nearly all others refuse is told; who takes what many take is not."""

from __future__ import annotations

from typing import Any

import pytest

from fuzz.case import Case
from fuzz.events import Answered
from fuzz.faults import INVALID_QUERY
from fuzz.oracles.customs import Customs
from validator.contract import Contract
from validator.exchange import Exchange, Response
from validator.findings import Verdict

NAMES = ("offset", "status", "kind")


def contract(**extra: Any) -> Contract:
    """Lists with queries; nothing is promised for wrong ones."""
    parameters = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in NAMES]
    return Contract.from_dict(
        {
            "openapi": "3.1.0",
            "info": {"title": "Lists", "version": "1"},
            "paths": {
                f"/things{number}": {
                    "get": {
                        "operationId": f"list{number}",
                        "parameters": parameters,
                        "responses": {"200": {"description": "Fine"}, "400": {"description": "Refused"}},
                    }
                }
                for number in range(12)
            },
            **extra,
        }
    )


LISTS = contract()


def told(
    statuses: list[int], kind: str = "negative", names: tuple[str, ...] = ("offset",), of: Contract = LISTS
) -> Any:
    """The operations that are told, where each list answers with its status."""
    customs = Customs(of)
    for number, status in enumerate(statuses):
        case = Case(
            operation=f"list{number}",
            method="GET",
            url="http://127.0.0.1/",
            fault=INVALID_QUERY,
            place=f"query/{names[number % len(names)]}",
            kind=kind,
        )
        exchange = Exchange(request=case.request, response=Response(status=status))
        customs.hear(Answered(case=case, verdict=Verdict(exchange=exchange, operation=case.operation)))
    return [(one.case.operation, [finding.rule for finding in one.findings]) for one in customs.outliers()]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([400, 400, 400, 400, 200], ["list4"]),
        ([200, 400, 404, 422, 400, 400, 400, 400, 400, 400], ["list0"]),
        ([400, 400, 400, 200], []),  # too few
        ([400, 400, 400, 400, 200, 200], []),  # no custom
        ([200] * 12, []),
        ([400] * 12, []),
        ([400, 400, 400, 400, 500], []),  # that is another matter
    ],
    ids=str,
)
def test_one_of_many_is_told(statuses: list[int], expected: list[str]) -> None:
    assert told(statuses) == [(name, ["inconsistent-error"]) for name in expected]


def test_parameters_of_other_names_are_another_matter() -> None:
    """An id that is below 0 is of nothing, an offset below 0 is none."""
    assert told([400, 400, 400, 400, 400, 200], names=("offset",) * 5 + ("status",)) == []


def test_what_is_not_in_a_list_is_compared_whatever_the_name() -> None:
    assert told([400, 400, 400, 400, 200], "not-listed", names=NAMES) == [("list4", ["inconsistent-error"])]


def test_what_is_odd_and_not_wrong_may_be_taken() -> None:
    assert told([400, 400, 400, 400, 200], "empty") == []


def test_where_something_is_promised_the_promise_counts() -> None:
    promising = contract(**{"x-fault-responses": {"invalid-query": {"status": 400}}})
    assert told([400, 400, 400, 400, 200], of=promising) == []
