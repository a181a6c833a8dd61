"""The JSON report: its shape is a promise (docs/design.md, section 6)."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.samples import contract, exchange, of_everything, valid, violation
from validator.findings import Verdict
from validator.reports import FORMATS, Tally

EXPECTED = Path(__file__).parent / "expected" / "everything.json"


def json_of(report) -> str:
    stream = io.StringIO()
    FORMATS["json"].render(report, stream)
    return stream.getvalue()


def test_a_report_of_everything_reads_as_expected():
    assert json_of(of_everything()) == EXPECTED.read_text(encoding="utf-8")


def test_the_promised_keys_are_there():
    report = json.loads(json_of(of_everything()))
    assert {"contract", "summary", "findings", "coverage"} <= report.keys()
    assert {"exchanges", "valid", "invalid", "by_rule"} <= report["summary"].keys()
    for finding in report["findings"]:
        assert finding.keys() == {
            "rule", "severity", "message", "fingerprint", "operation", "instance", "documented", "exchange",
        }  # fmt: skip
        assert finding["exchange"].keys() == {"source", "index", "method", "url", "status"}


def test_outcomes_add_up():
    summary = json.loads(json_of(of_everything()))["summary"]
    assert summary["exchanges"] == sum(summary[outcome] for outcome in ("valid", "invalid", "skipped", "undecided"))
    assert summary["findings"] == sum(summary["by_rule"].values()) == sum(summary["by_severity"].values())


def test_a_report_without_findings_has_the_same_keys():
    tally = Tally(contract(), fail_on=None)
    tally.add(valid())
    clean = json.loads(json_of(tally.report(seconds=0)))
    full = json.loads(json_of(of_everything()))
    assert clean.keys() == full.keys()
    assert clean["summary"].keys() == full["summary"].keys()
    assert clean["summary"]["fail_on"] == "never"


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1"])
def test_a_narrow_encoding_gets_the_same_values(encoding):
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding=encoding) as stream:
        FORMATS["json"].render(of_everything(), stream)
        stream.flush()
        written = raw.getvalue()
    assert json.loads(written) == json.loads(json_of(of_everything()))


@pytest.mark.property
@given(st.text(alphabet=st.characters(codec=None), max_size=30))
def test_any_text_of_a_recording_gives_json_in_utf8(text):
    tally = Tally(contract())
    tally.add(
        Verdict(
            exchange=exchange(method=text, url=f"https://shop.example/{text}", source=text),
            findings=(violation(f"/{text}", received=text),),
        )
    )
    json.loads(json_of(tally.report(seconds=0)).encode("utf-8"))
