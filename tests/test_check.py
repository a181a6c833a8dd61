"""The work of `check`, without its door: which files are read, and what is done with those that cannot be."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.reports.samples import SERVER, contract
from validator.check import Checker, judge_recordings
from validator.judges import make_judge
from validator.reports import Report, Tally

CONTRACT = contract()


class Checked(NamedTuple):
    report: Report
    passed_over: list[str]

    @property
    def sources(self) -> list[str]:
        return [Path(case.exchange.source).name for case in self.report.cases]


def line(status: int = 200) -> str:
    return json.dumps({"request": {"method": "GET", "url": f"{SERVER}/orders"}, "response": {"status": status}}) + "\n"


def checked(*paths: object, stdin: bytes = b"", ignored: frozenset[str] = frozenset()) -> Checked:
    tally = Tally(CONTRACT)
    checker = Checker(make_judge(CONTRACT), tally, ignored)
    passed_over = judge_recordings(map(str, paths), io.BytesIO(stdin), checker)
    return Checked(tally.report(seconds=0), passed_over)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    (folder / "b").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "c.ndjson").write_text(line())
    (folder / "b" / "deep.txt").write_text(line())  # a recording by its content, not by its name
    (folder / "a.ndjson").write_text(line())
    (folder / ".hidden.ndjson").write_text(line())
    (folder / ".git" / "x.ndjson").write_text(line())
    return folder


def test_a_folder_is_read_in_order_with_what_is_below_it_and_without_what_is_hidden(folder):
    done = checked(folder)
    assert done.sources == ["a.ndjson", "deep.txt", "c.ndjson"]
    assert done.passed_over == []
    assert done.report.obstacles_met == 0


def test_other_files_in_a_folder_are_passed_over(folder):
    (folder / "notes.md").write_text("# Notes\n")
    (folder / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    (folder / "empty").write_bytes(b"")
    done = checked(folder)
    assert done.passed_over == [str(folder / name) for name in ("empty", "logo.png", "notes.md")]
    assert done.report.obstacles_met == 0


def test_a_file_that_is_named_is_never_passed_over(folder):
    (folder / "notes.md").write_text("# Notes\n")
    done = checked(folder / "notes.md")
    assert done.passed_over == []
    assert done.report.obstacles_met == 1


def test_a_hidden_file_that_is_named_is_read(folder):
    assert checked(folder / ".hidden.ndjson", folder / ".git").sources == [".hidden.ndjson", "x.ndjson"]


def test_links_to_folders_are_followed_only_where_they_are_named(folder, tmp_path):
    (folder / "loop").symlink_to(folder)
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert checked(folder).sources == checked(link).sources == ["a.ndjson", "deep.txt", "c.ndjson"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_an_obstacle(folder):
    (folder / "b").chmod(0)
    done = checked(folder)
    (folder / "b").chmod(0o755)
    assert done.sources == ["a.ndjson", "c.ndjson"]
    assert done.report.obstacles[0].reason == "cannot be read: Permission denied"


def test_a_broken_recording_does_not_lose_the_others(folder):
    (folder / "a.ndjson").write_text(line() + '{"request": {"method": "GET"}}\n' + line())
    done = checked(folder, folder / "missing.har")
    assert done.sources == ["a.ndjson", "a.ndjson", "deep.txt", "c.ndjson"]
    assert [met.kind for met in done.report.obstacles] == ["EntryError", "RecordingError"]
    assert [Path(met.source).name for met in done.report.obstacles] == ["a.ndjson", "missing.har"]


def test_standard_input_is_a_recording_too():
    assert checked("-", stdin=line().encode()).sources == ["<stdin>"]


def test_an_ignored_rule_leaves_the_exchange_valid(folder):
    (folder / "a.ndjson").write_text(line(418))
    assert checked(folder / "a.ndjson").report.by_rule == {"undocumented-status": 1}
    assert checked(folder / "a.ndjson", ignored=frozenset({"undocumented-status"})).report.by_rule == {}
