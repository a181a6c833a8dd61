"""Reading JSON reports back: what is none is refused with its place, whatever it holds."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.merging import EVENTS, read, report_of, written
from tests.reports.samples import of_everything
from validator.errors import ReportError
from validator.pointer import split
from validator.reports import FORMATS
from validator.reports.merging import merge
from validator.reports.reading import read_report

EVERYTHING = json.loads(written(of_everything()))


def changed(pointer: str, to: Any) -> str:
    told = json.loads(json.dumps(EVERYTHING))
    node: Any = told
    *above, last = (int(token) if token.isdigit() else token for token in split(pointer))
    for token in above:
        node = node[token]
    node[last] = to
    return json.dumps(told)


def without(pointer: str) -> str:
    told = json.loads(json.dumps(EVERYTHING))
    node: Any = told
    *above, last = split(pointer)
    for token in above:
        node = node[token]
    del node[last]
    return json.dumps(told)


@pytest.mark.property
@given(EVENTS)
def test_what_is_read_is_what_was_written(events):
    report = report_of(events)
    again = read(written(report))
    for member in ("contract", "fail_on", "outcomes", "worst", "by_rule", "cases", "remainders", "skips", "obstacles"):
        assert getattr(again, member) == getattr(report, member)
    assert again.coverage == report.coverage
    assert again.groups == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "r.json: expected a JSON report, got nothing"),
        (" \n", "r.json: expected a JSON report, got nothing"),
        ("{", "r.json: not a report: not JSON: it ends before its end"),
        ("not json", "r.json: not a report: not JSON"),
        ("[]", "r.json: not a report: expected an object, got an array"),
        ("{}", "r.json: not a report: object missing required field `contract`"),
        ("[" * 5000, "r.json: not a report: "),
        ('{"contract": ' * 5000, "r.json"),
        (without("/exchanges"), "r.json: not a report: object missing required field `exchanges`"),
        (without("/summary/by_worst"), "r.json: summary: not a report: object missing required field `by_worst`"),
        (changed("/summary/valid", "2"), "r.json: summary.valid: not a report: expected an integer, got a string"),
        (changed("/summary/valid", -1), "r.json: summary.valid: not a report: expected an integer >= 0"),
        (changed("/summary/valid", 10**400), "r.json"),
        (changed("/summary/seconds", -0.5), "r.json: summary.seconds: not a report: expected a number >= 0.0"),
        (changed("/summary/by_worst", {"fatal": 1}), "r.json: summary.by_worst: not a report: "),
        (changed("/summary/fail_on", "fatal"), "r.json: summary.fail_on: expected a severity or never, got 'fatal'"),
        (changed("/summary/by_rule", {"no-rule": 1}), "r.json: summary.by_rule: there is no rule 'no-rule'"),
        (changed("/findings/0/rule", "no-rule"), "r.json: findings: there is no rule 'no-rule'"),
        (changed("/findings/0/severity", "fatal"), "r.json: findings[0].severity: not a report: invalid enum value"),
        (changed("/findings", []), "r.json: findings: 0 are listed, but the exchanges have 7"),
        (changed("/exchanges/1/findings", 2**53), "r.json: findings: 7 are listed, but the exchanges have"),
        (changed("/exchanges/1/outcome", "x"), "r.json: exchanges[1].outcome: not a report: "),
        (changed("/coverage/by_error_code/0/code", None), "r.json: coverage.by_error_code[0].code: not a report: "),
        (
            changed("/coverage/by_operation/0/undocumented", {"x": 1}),
            "r.json: coverage.by_operation[0].undocumented: not a report: a member name: expected an integer",
        ),
    ],
)
def test_what_is_no_report_is_refused_at_its_place(text, told):
    with pytest.raises(ReportError) as refused:
        read(text, "r.json")
    assert str(refused.value).startswith(told)
    assert refused.value.mend == "give a report that `--format json` of this version wrote"


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(ReportError, match="not UTF-8"):
        read_report(io.BytesIO(written(of_everything()).encode().replace(b"Shop", b"\xff")), "r.json")


def test_members_of_later_versions_are_passed_over():
    later = {**EVERYTHING, "read": {"bytes": 5, "exchanges": 9}, "trend": []}
    assert read(json.dumps(later)) == read(json.dumps(EVERYTHING))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def _pointers(node: Any, place: str = "") -> list[str]:
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [found for name, value in members for found in (f"{place}/{name}", *_pointers(value, f"{place}/{name}"))]


POINTERS = [pointer for pointer in _pointers(EVERYTHING) if "~" not in pointer]


@pytest.mark.property
@given(st.sampled_from(POINTERS), JSON)
def test_any_value_in_any_place_is_read_or_refused(pointer, value):
    with suppress(ReportError):
        report = read(changed(pointer, value))
        for form in FORMATS:
            written(merge([("report.json", report)]), form)
