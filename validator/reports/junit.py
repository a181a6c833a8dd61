"""The JUnit report: what GitLab, Jenkins and their like show beside a build.

A test suite is a recording, a test case is an exchange: its class is the operation, its name the request and its place.
An exchange fails the way the build does, from the report's threshold on; a finding below it is told as output. A case
has one failure at most, since some viewers show only the first: it tells all findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from validator.findings import Outcome
from validator.reports.characters import for_xml, is_utf8
from validator.rules import BY_ID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from validator.reports.report import Case, Remainder, Report, ReportedFinding, ReportedObstacle

NO_OPERATION: Final = "(no operation)"
NO_SOURCE: Final = "picqer-contract"

_NOT_JUDGED: Final = frozenset({Outcome.SKIPPED, Outcome.UNDECIDED})
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
    contract = f"{report.contract.title} {report.contract.version} ({report.contract.source})"
    suites: dict[str, ET.Element] = {}
    for source, case in _cases(report):
        if source not in suites:
            suites[source] = suite = _element("testsuite", name=source or NO_SOURCE)
            ET.SubElement(suite, "properties").append(_element("property", name="contract", value=contract))
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
        yield case.exchange.source, _of_exchange(case, report.contract.source)
    for remainder in report.remainders:
        yield remainder.source, _of_remainder(remainder)
    for met in report.obstacles:
        yield met.source, _of_obstacle(met)


def _of_exchange(case: Case, document: str) -> ET.Element:
    exchange = case.exchange
    built = _element(
        "testcase",
        classname=case.operation or NO_OPERATION,
        name=f"{exchange.method} {exchange.url} {exchange.answer} ({exchange.place})",
    )
    if case.outcome in _NOT_JUDGED:
        built.append(_element("skipped", message=f"{case.outcome}: {case.reason}"))
    elif case.findings:
        told = "\n\n".join(_told(finding, document) for finding in case.findings)
        if case.failed:
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


def _of_remainder(remainder: Remainder) -> ET.Element:
    """One case for many; its name bears no count, so that viewers can compare it between builds."""
    verdict = "failed" if remainder.failed else remainder.outcome.value
    built = _element("testcase", classname=remainder.operation or NO_OPERATION, name=f"further exchanges ({verdict})")
    told = f"{remainder.count} further exchanges are {verdict}; they are not listed one by one"
    if remainder.failed:
        built.append(_element("failure", type="further-exchanges", message=told))
    elif remainder.outcome in _NOT_JUDGED:
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
