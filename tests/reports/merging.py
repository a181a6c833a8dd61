"""Verdicts as Hypothesis draws them, and reports that have been written as JSON and read back."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.reports.samples import contract, elsewhere, exchange, invalid, obstacle, undecided, valid, violation
from validator.errors import Obstacle
from validator.findings import Finding, Severity, Verdict
from validator.redaction import Safe
from validator.reports import FORMATS, Report, Tally
from validator.reports.merging import merge, strictest
from validator.reports.reading import read_report

if TYPE_CHECKING:
    from collections.abc import Iterable

CONTRACT = contract()

REFUSED = '{"error": true, "error_code": %s, "error_message": "no"}'

SOURCES = st.sampled_from(["a.har", "b.ndjson", ""])
INDEXES = st.integers(0, 3)
FINDINGS = st.lists(
    st.one_of(
        st.builds(
            violation,
            st.sampled_from(["/0/id", "/1/id", "/name"]),
            st.sampled_from(["x", 5]),
            st.sampled_from(list(Severity)),
        ),
        st.builds(
            lambda status: Finding(
                rule="undocumented-status", severity=Severity.ERROR, expected="one of 200", received=Safe(status)
            ),
            st.sampled_from(["418", "\x1b[31m"]),
        ),
    ),
    min_size=1,
    max_size=3,
)
VERDICTS = st.one_of(
    st.builds(valid, INDEXES, source=SOURCES, status=st.sampled_from([200, 400, 418])),
    st.builds(
        lambda index, code: valid(index, status=400, body=(REFUSED % code).encode()),
        INDEXES,
        st.sampled_from(["1", "2", "99", '"LATE"']),
    ),
    st.builds(
        lambda index, findings, source, url: invalid(index, *findings, source=source, url=url),
        INDEXES,
        FINDINGS,
        SOURCES,
        st.sampled_from(["https://shop.example/api/orders", "https://shop.example/api/orders?a=b", "https://[/x"]),
    ),
    st.builds(elsewhere, INDEXES, st.sampled_from(["https://one.example", "https://two.example"])),
    st.builds(undecided, INDEXES, st.sampled_from(["too costly", "no body"])),
    st.builds(
        lambda index, findings: Verdict(
            exchange=exchange(index), operation="createOrder", findings=tuple(findings), undecided="too costly"
        ),
        INDEXES,
        FINDINGS,
    ),
)
EVENTS = st.lists(st.one_of(VERDICTS, st.builds(obstacle)), max_size=12)
"""What a run may meet: verdicts, and obstacles between them."""


def report_of(events: Iterable[Verdict | Obstacle], fail_on: Severity | None = Severity.ERROR) -> Report:
    tally = Tally(CONTRACT, fail_on=fail_on)
    for event in events:
        if isinstance(event, Obstacle):
            tally.add_obstacle(event, source="a.har")
        else:
            tally.add(event)
    return tally.report(seconds=0.0)


def written(report: Report, form: str = "json") -> str:
    stream = io.StringIO()
    FORMATS[form].render(report, stream)
    return stream.getvalue()


def read(text: str, name: str = "report.json") -> Report:
    return read_report(io.BytesIO(text.encode()), name)


def merged(*reports: Report) -> Report:
    """The reports, written as JSON, read back and merged, as `picqer-contract merge` does."""
    named = [(f"{index}.json", read(written(report))) for index, report in enumerate(reports)]
    return merge(named, fail_on=strictest([report for _, report in named]))
