"""The JUnit report, parsed back as a CI server would, and what XML cannot hold."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped

from tests.reports.samples import contract, elsewhere, exchange, invalid, obstacle, of_everything, valid, violation
from validator.findings import Severity, Verdict
from validator.reports import FORMATS, Report, Tally
from validator.reports.gathering import MAX_ALIKE, MAX_QUIET_CASES

EXPECTED = Path(__file__).parent / "expected" / "everything.xml"


def xml_of(report: Report) -> str:
    stream = io.StringIO()
    FORMATS["junit"].render(report, stream)
    return stream.getvalue()


def cases_of(*verdicts: Verdict, fail_on: Severity | None = Severity.ERROR) -> list:
    tally = Tally(contract(), fail_on=fail_on)
    for verdict in verdicts:
        tally.add(verdict)
    return [case for suite in JUnitXml.fromstring(xml_of(tally.report(seconds=0)).encode()) for case in suite]


def test_a_report_of_everything_reads_as_expected():
    assert xml_of(of_everything()) == EXPECTED.read_text(encoding="utf-8")


def test_counts_are_those_of_the_cases():
    """A stranger counts again; CI servers believe what the attributes say."""
    told = JUnitXml.fromstring(xml_of(of_everything()).encode())
    counted = JUnitXml.fromstring(xml_of(of_everything()).encode())
    counted.update_statistics()
    numbers = ("tests", "failures", "errors", "skipped")
    assert [getattr(told, name) for name in numbers] == [getattr(counted, name) for name in numbers] == [10, 4, 1, 2]
    for suite in told:
        before = [getattr(suite, name) for name in numbers]
        suite.update_statistics()
        assert before == [getattr(suite, name) for name in numbers]


def test_a_suite_is_a_recording_and_a_case_an_exchange():
    parsed = JUnitXml.fromstring(xml_of(of_everything()).encode())
    assert [suite.name for suite in parsed] == ["session.har", "other.ndjson"]
    first = next(iter(next(iter(parsed))))
    assert (first.classname, first.name) == ("listOrders", "GET https://shop.example/api/orders 200 (session.har[0])")


def test_every_suite_tells_the_contract_and_the_coverage_of_the_run():
    parsed = JUnitXml.fromstring(xml_of(of_everything()).encode())
    told = [{known.name: known.value for known in suite.properties()} for suite in parsed]
    assert (
        told
        == [
            {
                "contract": "Shop 1.2 (<mapping>)",
                "coverage.operations": "1 of 2",
                "coverage.responses": "2 of 4",
                "coverage.error-codes": "1 of 4",
                "coverage.undocumented-statuses": "listOrders 418: 1",
            }
        ]
        * 2
    )


def test_undocumented_codes_are_named_up_to_a_bound():
    refused = [valid(at, status=400, body=b'{"error_code": %d}' % (100 + at)) for at in range(25)]
    tally = Tally(contract())
    for verdict in refused:
        tally.add(verdict)
    (suite,) = JUnitXml.fromstring(xml_of(tally.report(seconds=0)).encode())
    told = {known.name: known.value for known in suite.properties()}["coverage.undocumented-error-codes"]
    assert told.startswith("100: 1, 101: 1, ")
    assert told.endswith(", 119: 1 and 5 more")


def test_one_failure_tells_all_findings():
    (case,) = cases_of(invalid(0, violation("/0/id", severity=Severity.WARNING), violation("/0/name")))
    (failure,) = case.result
    assert isinstance(failure, Failure)
    assert failure.type == "schema-violation"
    assert failure.message == "expected integer, got string (1 character) (and 1 more)"
    assert "body: /0/id" in failure.text
    assert "body: /0/name" in failure.text


@pytest.mark.parametrize(
    ("severity", "fail_on", "fails"),
    [
        (Severity.ERROR, Severity.ERROR, True),
        (Severity.WARNING, Severity.ERROR, False),
        (Severity.WARNING, Severity.WARNING, True),
        (Severity.INFO, Severity.WARNING, False),
        (Severity.ERROR, None, False),
    ],
)
def test_an_exchange_fails_as_the_build_does(severity, fail_on, fails):
    (case,) = cases_of(invalid(0, violation(severity=severity)), fail_on=fail_on)
    assert case.is_failure is fails
    assert fails or "schema-violation" in case.system_out


def test_skipped_exchanges_are_skipped():
    (case,) = cases_of(elsewhere())
    assert isinstance(case.result[0], Skipped)
    assert case.result[0].message == "skipped: another host: https://fonts.example"


def test_an_obstacle_is_an_error():
    tally = Tally(contract())
    tally.add_obstacle(obstacle())
    (suite,) = JUnitXml.fromstring(xml_of(tally.report(seconds=0)).encode())
    (case,) = suite
    assert suite.name == "picqer-contract"
    assert isinstance(case.result[0], Error)
    assert case.result[0].type == "EntryError"
    assert case.name == "session.har: log.entries[9].response.status"


def test_many_exchanges_are_gathered_in_one_case():
    verdicts = [valid(at) for at in range(MAX_QUIET_CASES + 7)]
    *_, last = cases = cases_of(*verdicts)
    assert len(cases) == MAX_QUIET_CASES + 1
    assert last.name == "further exchanges (valid)"
    assert last.system_out == "7 further exchanges are valid; they are not listed one by one"


def test_many_failures_are_gathered_in_one_case_that_fails():
    *_, last = cases_of(*(invalid(at) for at in range(MAX_ALIKE + 3)))
    assert last.name == "further exchanges (failed)"
    assert last.is_failure


@pytest.mark.property
@given(st.text(alphabet=st.characters(codec=None), max_size=30))
def test_any_text_of_a_recording_gives_well_formed_xml(text):
    """XML 1.0, section 2.2: most control characters cannot stand in a document, not even escaped."""
    tally = Tally(contract())
    tally.add(
        Verdict(
            exchange=exchange(method=text, url=f"https://shop.example/{text}", source=text),
            findings=(violation(f"/{text}", received=text),),
        )
    )
    tally.add_obstacle(obstacle(), source=text)
    ET.fromstring(xml_of(tally.report(seconds=0)).encode("utf-8"))  # noqa: S314 - we wrote it


def test_a_narrow_encoding_gets_character_references():
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="iso-8859-1") as stream:
        FORMATS["junit"].render(of_everything(), stream)
        stream.flush()
        written = raw.getvalue()
    assert b"email=&#8230;" in written
    ET.fromstring(written)  # noqa: S314 - we wrote it
