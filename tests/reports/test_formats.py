"""The table of formats."""

from __future__ import annotations

from pathlib import Path

import pytest

import validator.reports
from tests.reports.samples import of_everything
from validator.reports import FORMATS

NOT_FORMATS = {
    "__init__", "characters", "coverage_text", "destination", "gathering", "merging", "reading", "report", "tally",
    "writing",
}  # fmt: skip


def test_the_names_are_pinned():
    assert list(FORMATS) == ["text", "json", "junit", "markdown"]


def test_every_file_with_a_format_is_in_the_table():
    folder = Path(validator.reports.__file__).parent
    files = {file.stem for file in folder.glob("*.py")} - NOT_FORMATS
    assert {f"validator.reports.{name}" for name in files} == {form.module for form in FORMATS.values()}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_written_to_a_file(name, tmp_path):
    path = tmp_path / "report"
    with path.open("w", encoding="utf-8") as stream:
        FORMATS[name].render(of_everything(), stream)
    assert path.read_text(encoding="utf-8").endswith("\n")
