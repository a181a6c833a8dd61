"""A broken keyword in words: what was promised, and by which place in the document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.judges.test_agreement import exchange
from tests.strategies import document
from validator.contract import Contract
from validator.judges import JUDGES, make_judge


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"type": "integer"}, "x", "expected integer, got string (1 character)"),
        ({"type": ["integer", "null"]}, {}, "expected integer or null, got object (0 members)"),
        ({"required": ["a"]}, {}, 'expected the member "a", got nothing'),
        ({"enum": ["a", 1]}, "b", 'expected one of "a", 1, got string (1 character)'),
        ({"enum": list(range(20))}, 21, f"expected one of {', '.join(map(str, range(12)))} or 8 more, got integer"),
        ({"const": {"a": 1}}, 1, 'expected {"a":1}, got integer'),
        ({"minimum": 3}, 2, "expected at least 3, got integer"),
        ({"exclusiveMaximum": 3}, 3, "expected less than 3, got integer"),
        ({"multipleOf": 0.5}, 0.7, "expected a multiple of 0.5, got number"),
        ({"pattern": "^a$"}, "b", "expected text that matches ^a$, got string (1 character)"),
        ({"format": "date"}, "2026-02-30", "expected format date, got string (10 characters)"),
        ({"format": "int32"}, 2**40, "expected format int32, got integer"),
        ({"minItems": 1}, [], "expected at least 1 item, got array (0 items)"),
        ({"uniqueItems": True}, [1, 1], "expected no item twice, got array (2 items)"),
        ({"additionalProperties": False}, {"a": 1}, "expected no members but those documented, got object (1 member)"),
        ({"not": {"type": "integer"}}, 1, "expected not what the schema excludes, got integer"),
        ({"oneOf": [{"const": 1}, {"const": 2}]}, 3, "expected one of 1, 2, got integer"),
        (
            {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/S"}, {"required": ["a"]}]},
            {},
            'expected one of 3 alternatives (string; S; with "a"), got object (0 members)',
        ),
        (
            {"dependentRequired": {"a": ["b"]}},
            {"a": 1},
            "expected the members that others of it need, got object (1 member)",
        ),
        (False, 1, "expected nothing: the schema is false, got integer"),
    ],
)
def test_a_message_says_what_was_promised_and_what_came(judge: str, schema: Any, value: Any, message: str) -> None:
    contract = Contract.from_dict(document(schema, {"S": {"type": "array"}}))
    (finding,) = make_judge(contract, judge)(exchange(json.dumps(value).encode())).findings
    assert finding.message == message


def test_each_missing_member_is_a_finding_of_its_own() -> None:
    contract = Contract.from_dict(document({"required": ["a", "b", "c"]}))
    findings = make_judge(contract)(exchange(b'{"b": 1}')).findings
    assert [finding.documented.rpartition("/")[2] for finding in findings if finding.documented] == ["0", "2"]
    assert len({finding.fingerprint for finding in findings}) == 2


def test_a_value_of_the_wrong_type_is_told_for_its_type_alone() -> None:
    contract = Contract.from_dict(document({"type": "integer", "minimum": 3, "enum": [3, 4], "multipleOf": 3}))
    assert [finding.message for finding in make_judge(contract)(exchange(b'"x"')).findings] == [
        "expected integer, got string (1 character)"
    ]


def test_findings_stand_in_the_order_of_the_body() -> None:
    contract = Contract.from_dict(document({"items": {"type": "integer"}}))
    findings = make_judge(contract)(exchange(json.dumps(["x"] * 12).encode())).findings
    assert [finding.instance for finding in findings] == [f"/{index}" for index in range(12)]
