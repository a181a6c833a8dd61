"""Of what breaks too much a part is told, in bounded time and memory; of all else nothing is left out."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.judges.test_agreement import contract_of, exchange, told
from tests.strategies import VALUES, document, documents
from validator.contract import Contract
from validator.findings import Outcome
from validator.judges import common, extent, make_judge

if TYPE_CHECKING:
    from validator.findings import Verdict

MANY = 200_000
HOUR_GLASS = 9
"""Choices within choices: two to the power of this many, of which none holds."""


def judged(schema: dict[str, Any], body: bytes, schemas: dict[str, Any] | None = None) -> Verdict:
    return make_judge(Contract.from_dict(document(schema, schemas or {})))(exchange(body))


def broken(value: Any) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "array", "items": {"type": "integer"}}, ["x"] * MANY),
        ({"type": "array", "items": {"properties": {"a": {"type": "integer"}}}}, [{"a": "x"}] * MANY),
        ({"type": "object", "properties": {"all": {"items": {"type": "integer"}}}}, {"all": ["x"] * MANY}),
        ({"allOf": [{"type": "array"}, {"items": {"type": "integer"}}]}, ["x"] * MANY),
        ({"additionalProperties": {"type": "integer"}}, {str(number): "x" for number in range(MANY)}),
        ({"prefixItems": [{"type": "integer"}], "items": False}, ["x"] * MANY),
    ],
)
def test_of_many_findings_the_first_are_told_and_that_there_are_more(schema: dict[str, Any], value: Any) -> None:
    started = time.perf_counter()
    verdict = judged(schema, broken(value))
    assert verdict.outcome is Outcome.INVALID
    assert 1 <= len(verdict.findings) <= common.MOST_FINDINGS
    assert verdict.undecided == common.TOO_MANY
    assert time.perf_counter() - started < 10  # it was twenty times that on a slow machine


def test_the_reference_judge_leaves_large_bodies_to_the_compiled_one() -> None:
    judge = make_judge(Contract.from_dict(document({"type": "array", "items": {"type": "integer"}})), "reference")
    verdict = judge(exchange(broken(["x"] * MANY)))
    assert verdict.outcome is Outcome.UNDECIDED
    assert "compiled judge" in str(verdict.undecided)
    assert judge(exchange(broken(["x"] * 100))).outcome is Outcome.INVALID


def test_the_words_about_a_part_lead_to_it() -> None:
    schema = {"type": "object", "properties": {"all": {"items": {"$ref": "#/components/schemas/Id"}}}}
    verdict = judged(schema, broken({"all": [1, *["x"] * MANY]}), {"Id": {"type": "integer"}})
    first = verdict.findings[0]
    assert (first.instance, first.documented) == ("/all/1", "/components/schemas/Id/type")
    assert len(verdict.findings) == common.MOST_FINDINGS


def test_a_choice_that_is_too_large_is_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extent, "MOST", 300)
    chain = {
        f"S{number}": {"properties": {"a": {"anyOf": [{"$ref": f"#/components/schemas/S{number + 1}"}] * 2}}}
        for number in range(HOUR_GLASS)
    }
    value: Any = "x"
    for _ in range(HOUR_GLASS):
        value = {"a": value}
    schemas = {**chain, f"S{HOUR_GLASS}": {"type": "integer"}}
    deep = judged({"$ref": "#/components/schemas/S0"}, broken([value] * 50), schemas)
    assert deep.valid, "a list is none of its business"
    verdict = judged({"items": {"$ref": "#/components/schemas/S0"}}, broken([value] * 50), schemas)
    places = {(finding.instance, finding.documented) for finding in verdict.findings}
    assert ("/0/a", "/components/schemas/S0/properties/a/anyOf") in places
    assert len(places) > 5


def test_of_a_map_with_too_many_members_nothing_is_made_up() -> None:
    """What need not hold is not told as broken."""
    schema = {"patternProperties": {"[0-9]": {"type": "integer"}}}
    verdict = judged(schema, broken({str(number): "x" for number in range(MANY)}))
    assert (verdict.findings, verdict.undecided, verdict.outcome) == ((), common.TOO_MANY, Outcome.UNDECIDED)


@pytest.mark.property
@example(
    document=document({"properties": {"a": False}, "propertyNames": {"type": ["integer", "object"]}}),
    values=[{"a": None}],
    most=1,
)
@given(document=documents(), values=st.lists(VALUES, min_size=1, max_size=3), most=st.integers(1, 6))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_told_of_too_much_is_part_of_all(document: dict[str, Any], values: list[Any], most: int) -> None:
    contract = contract_of(document)
    for value in values:
        sent = exchange(broken(value))
        everything = make_judge(contract)(sent)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(extent, "MOST", most)
            patch.setattr(extent, "SHORT", 0)
            some = make_judge(contract)(sent)
        if everything.outcome is Outcome.INVALID:
            # A value of the wrong type is told of nothing else; where that is left out, the rest may be told.
            mistyped = {instance for _, instance, documented in told(everything) if str(documented).endswith("/type")}
            assert {one for one in told(some) if one[1] not in mistyped} <= told(everything)
            assert some.outcome in {Outcome.INVALID, Outcome.UNDECIDED}
        elif everything.undecided is None:
            assert some.outcome is everything.outcome
