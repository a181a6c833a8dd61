"""The baseline: what is known by it, what is new, what is gone, and the file that people keep under version control."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from fuzz.baseline import Baseline, Entry
from fuzz.case import Tried
from tests.fuzz.test_state import CASE, failed
from validator.errors import ReportError
from validator.findings import Finding, Severity

if TYPE_CHECKING:
    from pathlib import Path

    from fuzz.failures import Mark

TRIED = CASE.tried
KNOWN = '{"format": "picqer-fuzz baseline 1", "known": [%s]}'
ENTRY = Entry(operation="updateOrder", fault="malformed-json", rule="fault-accepted", kind="trailing-comma")
EVERYWHERE = Entry(operation="*", fault="malformed-json", rule="fault-accepted", kind="trailing-comma")


VALUE = replace(
    CASE, fault="wrong-type", variant="/rows/0/x text-for-integer", place="/rows/*/x", kind="text-for-integer"
)
KNOWN_VALUE = Entry(operation="updateOrder", fault="wrong-type", place="/rows/*/x", rule="fault-accepted", kind="other")


@pytest.mark.parametrize(
    ("entry", "known"),
    [
        (ENTRY, True),
        (EVERYWHERE, True),
        (structs.replace(ENTRY, operation="createOrder"), False),
        (structs.replace(ENTRY, fault="missing-parameter"), False),
        (structs.replace(ENTRY, kind="nan"), True),
        (structs.replace(ENTRY, kind=""), True),
        (structs.replace(ENTRY, place="/rows"), False),
        (structs.replace(ENTRY, rule="server-failure"), False),
        (structs.replace(ENTRY, at="/a"), False),
    ],
)
def test_a_failure_is_known_by_rule_operation_fault_and_places(entry: Entry, known: bool) -> None:
    assert Baseline([entry]).knows(failed()) == known


def test_another_wrong_value_at_a_place_is_no_other_cause() -> None:
    assert Baseline([KNOWN_VALUE]).knows(failed(VALUE))
    assert not Baseline([KNOWN_VALUE]).knows(failed(replace(VALUE, place="/rows/*/y")))
    other = replace(VALUE, variant="/rows/1/x null-for-integer", kind="null-for-integer")
    (entry,) = Baseline().updated([], [failed(VALUE), failed(other)]).entries
    assert (entry.place, entry.tried) in {("/rows/*/x", VALUE.tried), ("/rows/*/x", other.tried)}


def test_a_step_of_a_sequence_is_known_by_what_is_done() -> None:
    step = replace(CASE, fault="valid", variant="read", kind="", act="read")
    (entry,) = Baseline().updated([], [failed(step)]).entries
    assert entry == Entry(operation="updateOrder", fault="valid", place="read", rule="fault-accepted")
    assert entry.tried == step.tried


def test_what_was_drawn_does_not_count() -> None:
    other = replace(CASE, body=b"[1,]", url="http://other.example/", seed=99, described="a trailing comma at byte 2")
    assert Baseline([ENTRY]).knows(failed(other))


def test_what_is_only_partly_known_is_new() -> None:
    more = Finding(rule="server-failure", severity=Severity.ERROR, expected="no 5xx")
    both = replace(failed(), findings=(*failed().findings, more))
    assert not Baseline([ENTRY]).knows(both)


@pytest.mark.parametrize(
    ("entry", "tried", "seen", "gone"),
    [
        (ENTRY, {TRIED}, set(), True),
        (ENTRY, {TRIED}, {ENTRY.mark}, False),
        (ENTRY, set(), set(), False),
        (ENTRY, {Tried("createOrder", TRIED.fault, TRIED.way)}, set(), False),
        (EVERYWHERE, {TRIED}, set(), True),
        (EVERYWHERE, {TRIED}, {ENTRY.mark}, False),
        (EVERYWHERE, set(), set(), False),
        # That another text was refused says nothing of the one that was not.
        (ENTRY, {Tried("updateOrder", TRIED.fault, "nan")}, set(), False),
        (EVERYWHERE, {Tried("updateOrder", TRIED.fault, "nan")}, set(), False),
        (KNOWN_VALUE, {VALUE.tried}, set(), False),
        (structs.replace(KNOWN_VALUE, kind=VALUE.kind), {VALUE.tried}, set(), True),
        # What showed it was refused, and something else shows the same.
        (ENTRY, {TRIED, Tried("updateOrder", TRIED.fault, "nan")}, {ENTRY.mark}, False),
        # Not every request is sent twice: that the second answer did not differ says nothing.
        (structs.replace(ENTRY, rule="inconsistent-error"), {TRIED}, set(), False),
    ],
)
def test_gone_is_only_what_was_looked_for(entry: Entry, tried: set[Tried], seen: set[Mark], gone: bool) -> None:
    assert Baseline([entry]).gone(tried, seen) == ((entry,) if gone else ())


def test_an_update_adds_what_is_new_drops_what_is_gone_and_keeps_reasons() -> None:
    old = Entry(operation="b", fault="valid", rule="valid-refused", reason="ticket 7")
    gone = Entry(operation="a", fault="valid", rule="valid-refused")
    updated = Baseline([old, gone]).updated([gone], [failed()])
    assert updated.entries == (old, ENTRY)
    assert Baseline([EVERYWHERE]).updated([], [failed()]).entries == (EVERYWHERE,)


def test_the_file_is_sorted_and_for_people(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    entries = [ENTRY, Entry(operation="addTag", fault="valid", rule="valid-refused", at="/x", reason="ticket 7")]
    Baseline(entries).write(path)
    first = path.read_text()
    assert json.loads(first)["known"] == [
        {"operation": "addTag", "fault": "valid", "rule": "valid-refused", "at": "/x", "reason": "ticket 7"},
        {"operation": "updateOrder", "fault": "malformed-json", "rule": "fault-accepted", "kind": "trailing-comma"},
    ]
    assert first.endswith("}\n")
    Baseline(reversed(entries)).write(path)
    assert path.read_text() == first
    assert Baseline.read(path).entries == Baseline(entries).entries
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is not a baseline"),
        ("[]", "is not a baseline"),
        ('{"format": "picqer-fuzz baseline 2", "known": []}', "is not a baseline"),
        (KNOWN % '{"rule": "fault-accepted"}', r"operation.*\$.known\[0\]"),
        (KNOWN % '{"operation": "a", "fault": "b", "rule": "c", "raeson": "d"}', "raeson"),
    ],
)
def test_what_is_no_baseline_is_refused_with_its_place(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "known.json"
    path.write_text(content)
    with pytest.raises(ReportError, match=told):
        Baseline.read(path)


def test_a_baseline_that_is_not_there_is_an_obstacle_unless_it_is_to_be_made(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="--update-baseline makes it"):
        Baseline.read(tmp_path / "known.json")
    assert Baseline.read(tmp_path / "known.json", needed=False).entries == ()


def test_a_place_that_cannot_be_written_is_an_obstacle(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="cannot be written"):
        Baseline().write(tmp_path / "no" / "known.json")
