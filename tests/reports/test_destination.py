"""A report file is written whole or not at all."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from tests.reports.samples import of_everything
from validator.errors import ReportError
from validator.reports import FORMATS, Format
from validator.reports.destination import make_sure, write

FULL = Path("/dev/full")
AS_JSON = FORMATS["json"]
BROKEN = Format(name="broken", media_type="text/plain", module="tests.reports.test_destination")


def render(report, stream):
    """A format that fails half way."""
    stream.write("half of")
    raise RuntimeError


def test_a_report_replaces_the_one_before(tmp_path):
    path = tmp_path / "report.json"
    path.write_text("old")
    write(of_everything(), AS_JSON, path)
    assert path.read_text().startswith("{")
    assert [left.name for left in tmp_path.iterdir()] == ["report.json"]


def test_half_a_report_is_never_seen(tmp_path):
    path = tmp_path / "report.json"
    path.write_text("old")
    with pytest.raises(RuntimeError):
        write(of_everything(), BROKEN, path)
    assert path.read_text() == "old"
    assert [left.name for left in tmp_path.iterdir()] == ["report.json"]


def test_the_umask_counts(tmp_path):
    path = tmp_path / "report.json"
    before = os.umask(0o027)
    try:
        write(of_everything(), AS_JSON, path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path):
    goal, link = tmp_path / "goal.json", tmp_path / "link.json"
    goal.write_text("old")
    link.symlink_to(goal)
    write(of_everything(), AS_JSON, link)
    assert link.is_symlink()
    assert goal.read_text().startswith("{")


def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    make_sure(pipe)
    write(of_everything(), AS_JSON, pipe)
    reader.join(10)
    assert read[0].startswith("{")
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.skipif(not FULL.exists(), reason="/dev/full is Linux's")
def test_a_full_disk_is_an_obstacle():
    make_sure(FULL)
    with pytest.raises(ReportError, match="/dev/full: cannot be written: No space left"):
        write(of_everything(), AS_JSON, FULL)


@pytest.mark.parametrize(("name", "reason"), [("missing/report.json", "there is no folder"), ("", "is a folder")])
def test_a_bad_place_is_found_before_the_work(tmp_path, name, reason):
    with pytest.raises(ReportError, match=reason):
        make_sure(tmp_path / name)
