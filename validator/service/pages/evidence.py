"""The findings of a report in groups, by rule and operation, each beside the place of the document that it broke."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from validator.rules import BY_ID
from validator.service.pages.excerpt import excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from validator.service.pages.excerpt import Excerpt

MOST_CAUSES: Final = 100
"""So many causes are shown; the reports to download have more."""

MOST_PLACES: Final = 5
"""So many exchanges are named for each cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Findings of one fingerprint: what was expected, what came, where, how often."""

    severity: str
    expected: str
    came: str
    instance: str
    documented: str | None
    times: int
    places: tuple[Mapping[str, Any], ...]
    excerpt: Excerpt | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationGroup:
    """The causes of one rule in one operation; None: in none."""

    operation: str | None
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """What was found by one rule."""

    rule: str
    title: str
    mend: str
    times: int
    operations: tuple[OperationGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All groups, the rule that was broken most first; and how many causes are not shown."""

    rules: tuple[RuleGroup, ...]
    left_out: int


def evidence(report: Mapping[str, Any], root: Mapping[str, Any] | None) -> Evidence:
    """The findings of a JSON report. `root` is the document that it is about; None where it is not known."""
    counts: Mapping[str, int] = report["summary"]["by_fingerprint"]
    found: dict[str, list[Mapping[str, Any]]] = {}
    for finding in report["findings"]:
        found.setdefault(finding["fingerprint"], []).append(finding)
    shown = dict(list(found.items())[:MOST_CAUSES])
    grouped: dict[str, dict[str | None, list[Cause]]] = {}
    for fingerprint, findings in shown.items():
        first = findings[0]
        times = max(counts.get(fingerprint, 0), len(findings))
        cause = _cause(findings, times, root)
        grouped.setdefault(first["rule"], {}).setdefault(first["operation"], []).append(cause)
    by_rule: Mapping[str, int] = report["summary"]["by_rule"]
    return Evidence(
        rules=tuple(sorted(_rules(grouped, by_rule), key=lambda group: -group.times)),
        left_out=max(len(counts), len(found)) - len(shown),
    )


def _rules(
    grouped: Mapping[str, Mapping[str | None, Sequence[Cause]]], by_rule: Mapping[str, int]
) -> Iterator[RuleGroup]:
    for rule, operations in grouped.items():
        known = BY_ID.get(rule)
        yield RuleGroup(
            rule=rule,
            title=known.title if known else "",
            mend=known.mend if known else "",
            times=by_rule.get(rule, 0),
            operations=tuple(
                OperationGroup(operation=operation, causes=tuple(causes)) for operation, causes in operations.items()
            ),
        )


def _cause(findings: Sequence[Mapping[str, Any]], times: int, root: Mapping[str, Any] | None) -> Cause:
    first = findings[0]
    documented: str | None = first["documented"]
    expected, came = _told(first["message"])
    return Cause(
        severity=first["severity"],
        expected=expected,
        came=came,
        instance=first["instance"],
        documented=documented,
        times=times,
        places=tuple(finding["exchange"] for finding in findings[:MOST_PLACES]),
        excerpt=None if root is None or documented is None else excerpt(root, documented),
    )


def _told(message: str) -> tuple[str, str]:
    """What was expected, and what came, in the words of a message."""
    expected, parted, came = message.rpartition(", got ")
    return (expected.removeprefix("expected "), came) if parted else (message, "")
