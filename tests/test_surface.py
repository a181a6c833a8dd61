"""The public face, pinned: what stands here is promised to users."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

import validator
from validator import rules
from validator.judges import JUDGES
from validator.reports import FORMATS


def test_the_face_is_these_eight_names() -> None:
    assert validator.__all__ == [
        "Contract",
        "Exchange",
        "Finding",
        "Request",
        "Response",
        "Verdict",
        "judge",
        "read_recording",
    ]
    assert all(getattr(validator, name).__name__ == name for name in validator.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Judge'"):
        validator.Judge  # noqa: B018 - the access is the test


def test_the_rule_ids_are_these() -> None:
    """A user has them in --ignore and in scripts: one may be added, none may go or change."""
    assert [rule.id for rule in rules.RULES] == [
        "unknown-server",
        "unknown-path",
        "unknown-method",
        "unknown-webhook",
        "undocumented-status",
        "undocumented-content-type",
        "missing-content-type",
        "malformed-content-type",
        "missing-body",
        "unexpected-body",
        "unreadable-body",
        "invalid-json",
        "nesting-too-deep",
        "schema-violation",
        "undocumented-error-code",
        "error-code-not-for-status",
        "error-on-success",
        "missing-header",
        "invalid-header",
        "undocumented-property",
        "duplicate-key",
        "fault-accepted",
        "fault-wrong-status",
        "fault-wrong-body",
        "server-failure",
        "valid-refused",
        "inconsistent-error",
        "internals-leaked",
        "slow-answer",
        "lost-write",
        "still-there",
        "wrong-list",
    ]


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.id)
def test_a_rule_is_kebab_case_and_told_in_full(rule: rules.Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.id)
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")
    assert rule.mend
    assert rules.BY_ID[rule.id] is rule


def test_each_rule_is_used_by_a_judge_or_the_oracle() -> None:
    """A rule that nothing reports is a promise that nobody keeps."""
    root = Path(validator.__file__).parents[1]
    source = "".join(
        path.read_text()
        for folder in ("validator", "fuzz")
        for path in (root / folder).rglob("*.py")
        if path.name != "rules.py"
    )
    names = {name: value for name, value in vars(rules).items() if isinstance(value, str) and value in rules.BY_ID}
    assert {value for name, value in names.items() if re.search(rf"\brules\.{name}\b", source)} == set(rules.BY_ID)


def test_the_judges_and_the_report_formats_are_these() -> None:
    assert JUDGES == ("compiled", "reference")
    assert {"text", "json", "junit", "markdown"} <= set(FORMATS)


@pytest.mark.parametrize("command", ["validator.cli", "fuzz.cli"])
def test_the_console_scripts_have_their_entry_points(command: str) -> None:
    assert callable(importlib.import_module(command).entry_point)
