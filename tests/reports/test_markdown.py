"""The Markdown summary: short, and nothing of a recording gets out of its code span."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.shop import DOCUMENT
from tests.reports.samples import of_everything
from validator.contract import Contract
from validator.errors import RecordingError
from validator.exchange import Exchange, Request, Response
from validator.findings import Finding, Severity, Verdict
from validator.reports import FORMATS, Tally
from validator.reports.markdown import LONGEST, MOST, code

CONTRACT = Contract.from_dict(DOCUMENT)


def verdict(*findings: Finding) -> Verdict:
    request = Request(method="GET", url="http://shop.example/v1/orders")
    exchange = Exchange(request=request, response=Response(status=200), source="x.har", index=3)
    return Verdict(exchange=exchange, operation="listOrders", findings=findings)


def finding(instance: str = "/a", operation: str = "listOrders", severity: Severity = Severity.ERROR) -> Finding:
    return Finding(
        rule="schema-violation", severity=severity, expected="a string", operation=operation, instance=instance
    )


def rendered(*verdicts: Verdict, obstacles: int = 0) -> str:
    tally = Tally(CONTRACT)
    for one in verdicts:
        tally.add(one)
    for number in range(obstacles):
        tally.add_obstacle(RecordingError(f"obstacle {number}", place="x.har"))
    out = io.StringIO()
    FORMATS["markdown"].render(tally.report(seconds=1), out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        ([], "**✗ nothing was judged**"),
        ([verdict()], "**✓ 1 exchange keeps the contract**"),
        ([verdict(), verdict(finding())], "**✗ 1 of 2 exchanges breaks the contract**"),
        (
            [verdict(finding(severity=Severity.WARNING))],
            "**! 1 of 1 exchange with a warning, none breaks the contract**",
        ),
    ],
)
def test_the_verdict_stands_first(verdicts: list[Verdict], told: str) -> None:
    assert rendered(*verdicts).splitlines()[0] == told


def test_the_report_of_everything_reads_so() -> None:
    """Where it has changed on purpose: `python -m tests.reports.rewrite`."""
    out = io.StringIO()
    FORMATS["markdown"].render(of_everything(), out)
    assert out.getvalue() == (Path(__file__).parent / "expected" / "everything.md").read_text(encoding="utf-8")


def test_a_finding_is_told_with_operation_place_and_where_it_was_seen() -> None:
    text = rendered(verdict(finding()))
    assert "- **error schema-violation** in `listOrders`: The body is not what the schema documents\n" in text
    assert "  - `expected a string, got nothing` at `/a`\n" in text
    assert "  - seen: `x.har[3] GET http://shop.example/v1/orders 200`\n" in text
    assert "Coverage: 1 of 2 operations" in text


def test_what_does_not_fit_in_is_counted() -> None:
    text = rendered(*(verdict(finding(f"/member{number}x")) for number in range(100)), obstacles=9)
    assert len(text) <= MOST
    shown = text.count("**error")
    assert 0 < shown < 100
    assert f"and {100 - shown} more, cut here" in text
    assert "Further obstacles: 4" in text


HOSTILE = st.text(st.sampled_from("`*_[]()<>|#\\\n\r@!~ ab\u202e\x1b"), max_size=2 * LONGEST)


@pytest.mark.property
@given(HOSTILE)
def test_a_code_span_holds_whatever_it_is_given(text: str) -> None:
    """CommonMark, section 6.1: a span ends with the first run of as many backticks as it began with."""
    span = code(text)
    assert span.splitlines() == [span]
    fence = re.match("`+", span)
    assert fence is not None
    runs = [len(run) for run in re.findall("`+", span)]
    assert runs.count(len(fence[0])) == 2
    assert span.endswith(fence[0])
    assert len(span) <= 3 * LONGEST


@pytest.mark.property
@given(st.lists(HOSTILE, max_size=30))
def test_no_report_is_longer_than_a_message(places: list[str]) -> None:
    assert len(rendered(*(verdict(finding(f"/{place}", operation=place)) for place in places))) <= MOST
