"""The JUnit report: what GitLab, Jenkins and their like show beside a build.

A test suite is a recording, a test case is an exchange: its class is the operation, its name the request and its place.
An exchange fails the way the build does, from the report's threshold on; a finding below it is told as output. A case
has one failure at most, since some viewers show only the first: it tells all findings.

The properties of a suite name the contract and tell the coverage. It is that of the whole run, in every suite, since CI
servers show suites one by one, and the root has no properties in the schemas that they check against.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from validator.findings import Outcome
from validator.reports.characters import for_xml, is_utf8
from validator.rules import BY_ID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from validator.coverage import Coverage
    from validator.reports.report import Case, Report, ReportedFinding, ReportedObstacle

NO_OPERATION: Final = "(no operation)"
NO_SOURCE: Final = "picqer-contract"

_NOT_JUDGED: Final = frozenset({Outcome.SKIPPED, Outcome.UNDECIDED})
_SHOWN: Final = 20
"""Undocumented statuses and codes are named up to so many, since every suite names them."""

_COUNTED: Final = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def render(report: Report, stream: TextIO) -> None:
    """Write the report as XML; in ASCII, by character references, where the stream is not UTF-8."""
    root = _document(report)
    ET.indent(root)
    xml = ET.tostring(root, encoding="unicode")
    stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    stream.write(xml if is_utf8(stream.encoding) else xml.encode("ascii", "xmlcharrefreplace").decode("ascii"))
    stream.write("\n")


def _document(report: Report) -> ET.Element:
    properties = dict(_properties(report))
    suites: dict[str, ET.Element] = {}
    for source, case in _cases(report):
        if source not in suites:
            suites[source] = suite = _element("testsuite", name=source or NO_SOURCE)
            told = ET.SubElement(suite, "properties")
            told.extend(_element("property", name=name, value=value) for name, value in properties.items())
        suites[source].append(case)
    root = _element("testsuites", name="picqer-contract")
    root.extend(suites.values())
    for element in (*suites.values(), root):
        element.set("tests", str(sum(1 for _ in element.iter("testcase"))))
        for attribute, tag in _COUNTED.items():
            element.set(attribute, str(sum(1 for _ in element.iter(tag))))
    root.set("time", f"{report.seconds:.3f}")
    return root


def _cases(report: Report) -> Iterator[tuple[str, ET.Element]]:
    """Every test case, with the recording that it belongs to."""
    for case in report.cases:
        yield case.exchange.source, _of_exchange(case, report)
    further: Counter[tuple[str, str | None, Outcome, bool]] = Counter()
    for rest in report.remainders:
        further[rest.source, rest.operation, rest.outcome, report.fails(rest.worst)] += rest.count
    for (source, operation, outcome, failed), count in further.items():
        yield source, _of_further(operation, outcome, count, failed=failed)
    for met in report.obstacles:
        yield met.source, _of_obstacle(met)


def _properties(report: Report) -> Iterator[tuple[str, str]]:
    yield "contract", f"{report.contract.title} {report.contract.version} ({report.contract.source})"
    coverage = report.coverage
    for name, covered in coverage.measures.items():
        if covered.documented:
            yield f"coverage.{name}", f"{covered.seen} of {covered.documented}"
    yield from _undocumented(coverage)


def _undocumented(coverage: Coverage) -> Iterator[tuple[str, str]]:
    statuses = [f"{operation} {status}: {times}" for operation, status, times in coverage.undocumented_statuses]
    codes = [f"{code}: {times}" for code, times in coverage.undocumented_codes]
    for name, told in (("statuses", statuses), ("error-codes", codes)):
        if told:
            more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
            yield f"coverage.undocumented-{name}", ", ".join(told[:_SHOWN]) + more


def _of_exchange(case: Case, report: Report) -> ET.Element:
    exchange = case.exchange
    built = _element(
        "testcase",
        classname=case.operation or NO_OPERATION,
        name=f"{exchange.method} {exchange.url} {exchange.answer} ({exchange.place})",
    )
    if case.outcome in _NOT_JUDGED:
        built.append(_element("skipped", message=f"{case.outcome}: {case.reason}"))
    elif case.findings:
        told = "\n\n".join(_told(finding, report.contract.source) for finding in case.findings)
        if report.fails(case.worst):
            heaviest = max(case.findings, key=lambda finding: finding.severity.rank)
            more = f" (and {len(case.findings) - 1} more)" if len(case.findings) > 1 else ""
            built.append(_element("failure", told, type=heaviest.rule, message=f"{heaviest.message}{more}"))
        else:
            built.append(_element("system-out", told))
    return built


def _told(finding: ReportedFinding, document: str) -> str:
    lines = [f"{finding.severity} {finding.rule}: {finding.message}"]
    if finding.instance:
        lines.append(f"body: {finding.instance}")
    if finding.documented is not None:
        lines.append(f"document: {document}#{finding.documented}")
    lines.append(f"mend: {BY_ID[finding.rule].mend}")
    return "\n".join(lines)


def _of_further(operation: str | None, outcome: Outcome, count: int, *, failed: bool) -> ET.Element:
    """One case for many; its name bears no count, so that viewers can compare it between builds."""
    verdict = "failed" if failed else outcome.value
    built = _element("testcase", classname=operation or NO_OPERATION, name=f"further exchanges ({verdict})")
    told = f"{count} further exchanges are {verdict}; they are not listed one by one"
    if failed:
        built.append(_element("failure", type="further-exchanges", message=told))
    elif outcome in _NOT_JUDGED:
        built.append(_element("skipped", message=told))
    else:
        built.append(_element("system-out", told))
    return built


def _of_obstacle(met: ReportedObstacle) -> ET.Element:
    built = _element("testcase", classname="obstacle", name=met.place or met.kind)
    told = f"{met}\nmend: {met.mend}" if met.mend else str(met)
    built.append(_element("error", told, type=met.kind, message=met.reason))
    return built


def _element(tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    """The one way to make an element here: what XML cannot hold is spelt out before it gets in."""
    element = ET.Element(tag, {name: for_xml(value) for name, value in attributes.items()})
    element.text = None if text is None else for_xml(text)
    return element
