"""In how many ways a schema looks at a part of a value, and how deep a value may be for it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.judges.test_agreement import exchange
from tests.strategies import document
from validator.contract import Contract
from validator.findings import Outcome
from validator.judges import common, make_judge
from validator.judges.ways import Ways

SCHEMA = "/paths/~1things/get/responses/200/content/application~1json/schema"
TREE = {"$ref": "#/components/schemas/Tree"}


def ways_of(schema: dict[str, Any], schemas: dict[str, Any]) -> Ways:
    return Ways(Contract.from_dict(document(schema, schemas)).schemas())


def test_what_asks_the_same_member_twice_on_each_level_has_so_many_levels() -> None:
    tree = {"anyOf": [{"properties": {"a": TREE}}, {"required": ["a"], "properties": {"a": TREE}}]}
    ways = ways_of(TREE, {"Tree": tree})
    assert ways.levels(SCHEMA) == 18  # two to the power of it, times the four schemas that speak of each
    judge = make_judge(Contract.from_dict(document(TREE, {"Tree": tree})))
    value: Any = {}
    for depth in range(1, 100):
        value = {"a": value}
        if depth in {10, 99}:
            started = time.perf_counter()
            verdict = judge(exchange(json.dumps(value).encode()))
            assert time.perf_counter() - started < 10
            assert verdict.outcome is (Outcome.VALID if depth == 10 else Outcome.UNDECIDED)
    assert verdict.undecided == common.TOO_MANY_WAYS


@pytest.mark.parametrize(
    "tree",
    [
        {"properties": {"a": TREE, "b": TREE}, "items": TREE},
        {"allOf": [{"properties": {"a": TREE}}, {"properties": {"b": TREE}}]},
        {"anyOf": [{"type": "null"}, {"items": TREE}]},
        {"oneOf": [{"properties": {"and": {"items": TREE}}}, {"properties": {"or": {"items": TREE}}}]},
        {"additionalProperties": TREE},
    ],
)
def test_what_looks_at_each_part_once_has_any_number(tree: dict[str, Any]) -> None:
    ways = ways_of(TREE, {"Tree": tree})
    assert ways.levels(SCHEMA) is None
    assert ways.most(SCHEMA) <= 10


def test_the_picqer_contract_looks_at_everything_in_few_ways() -> None:
    contract = Contract.load()
    ways = Ways(contract.schemas())
    schemas = {
        media_type.schema
        for operation in contract.operations
        for response in operation.responses
        for media_type in response.content
        if media_type.schema is not None
    }
    assert {ways.levels(schema) for schema in schemas} == {None}
