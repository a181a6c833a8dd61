"""`picqer-contract merge`, as a user opens it: JSON reports in, a report and an exit code out."""

from __future__ import annotations

import json

import pytest

from tests.reports.samples import DOCUMENT
from tests.test_cli import BAD_ENTRY, BROKEN, DOUBLED, ELSEWHERE, REFUSED, VALID, Run, run
from validator.door import FINDINGS, FINE, OBSTACLE


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(DOCUMENT))
    return path


@pytest.fixture
def checked(tmp_path, spec):
    """`checked(name, text, *options)`: the JSON report on a recording with this text, in a file of this name."""

    def written(name: str, text: str, *options: object) -> str:
        recording = tmp_path / "session.ndjson"
        recording.write_text(text)
        path = tmp_path / name
        run("check", "--spec", spec, recording, "--format", f"json:{path}", *options)
        return str(path)

    return written


def without_seconds(report: str) -> str:
    told = json.loads(report)
    del told["summary"]["seconds"]
    return json.dumps(told)


def test_two_halves_give_the_report_of_the_whole(checked, tmp_path, spec):
    """One recording in two halves, but for the places in it, which count from the start of each."""
    first, second = checked("a.json", BROKEN + VALID), checked("b.json", REFUSED)
    whole = json.loads((tmp_path / "whole.json").read_text()) if checked("whole.json", BROKEN + VALID + REFUSED) else {}
    merged = json.loads(run("merge", first, second, "--format", "json").out)
    for report in (whole, merged):
        report["summary"].pop("seconds")
        for exchange in report["exchanges"]:
            exchange.pop("index")
    assert merged == whole


def test_merging_one_report_gives_the_same_report(checked, tmp_path):
    path = checked("a.json", BROKEN + VALID + ELSEWHERE + BAD_ENTRY)
    assert run("merge", path, "--format", "json").out == (tmp_path / "a.json").read_text()


@pytest.mark.parametrize(
    ("texts", "made_with", "options", "code"),
    [
        ([VALID, REFUSED], [], [], FINE),
        ([VALID, BROKEN], [], [], FINDINGS),
        ([VALID, BROKEN], [], ["--fail-on", "never"], FINE),
        ([VALID, BROKEN], ["--fail-on", "never"], [], FINE),
        ([VALID, BROKEN], ["--fail-on", "never"], ["--fail-on", "error"], FINDINGS),
        ([VALID, DOUBLED], ["--strict"], [], FINDINGS),
        ([VALID, BAD_ENTRY], [], [], OBSTACLE),
        ([VALID, ELSEWHERE], [], [], OBSTACLE),
        ([VALID, REFUSED], [], ["--fail-under", "50"], FINE),
        ([VALID, REFUSED], [], ["--fail-under", "51"], FINDINGS),
        ([VALID, REFUSED], [], ["--fail-under", "responses=50", "--fail-under", "error-codes=25"], FINE),
        ([VALID], [], ["--fail-under", "responses=50"], FINDINGS),
    ],
)
def test_the_exit_code_tells(checked, texts, made_with, options, code):
    paths = [checked(f"{at}.json", text, *made_with) for at, text in enumerate(texts)]
    assert run("merge", *paths, *options).code == code


def test_every_format_is_written(checked, tmp_path):
    path = checked("a.json", BROKEN + VALID)
    done = run("merge", path, "--format", "text", "--format", f"junit:{tmp_path}/r.xml")
    assert done.out.startswith("✗ 1 of 2 exchanges breaks the contract  Shop 1.2 (shop.json)")
    assert "error undocumented-status in listOrders" in done.out
    assert 'failures="1"' in (tmp_path / "r.xml").read_text()


def test_coverage_can_be_shown_in_full(checked):
    path = checked("a.json", VALID)
    assert "    createOrder  -  201:- 4XX:-\n" in run("merge", path, "--coverage").out
    assert "createOrder" not in run("merge", path).out


def test_a_report_can_come_on_standard_input(checked, tmp_path):
    first, second = checked("a.json", VALID), checked("b.json", BROKEN)
    text = (tmp_path / "b.json").read_bytes()
    done = run("merge", first, "-", "--format", "json", stdin=text)
    assert without_seconds(done.out) == without_seconds(run("merge", first, second, "--format", "json").out)


class TestRefused:
    """What cannot be merged is told with its place, and nothing is written."""

    @pytest.mark.parametrize(
        ("argv", "told"),
        [
            ([], "Missing argument 'REPORT.json...'"),
            (["/no/such.json"], "/no/such.json: cannot be read: No such file or directory"),
            (["/"], "/: cannot be read: Is a directory (name the reports themselves)"),
            (["a.json", "./a.json"], "./a.json is named twice"),
            (["-", "-"], "standard input is named twice"),
            (["-"], "<stdin>: expected a JSON report, got nothing"),
            (["-", "--fail-under", "101"], "expected a percentage from 0 to 100, got '101'"),
            (["-", "--fail-on", "info"], "'info' is not one of 'error', 'warning', 'never'"),
            (["-", "--format", "json:/no/such/folder/x"], "there is no folder /no/such/folder"),
        ],
    )
    def test_a_slip_on_the_command_line(self, argv, told):
        done = run("merge", *argv)
        assert (done.code, done.out) == (OBSTACLE, "")
        assert told in done.err.replace("\n", " ")

    def refused(self, *paths: object) -> Run:
        done = run("merge", *paths)
        assert (done.code, done.out) == (OBSTACLE, "")
        assert done.err.count("\n") == 1
        return done

    def test_a_file_that_is_no_report(self, checked, tmp_path):
        (tmp_path / "recording.json").write_text(VALID)
        told = self.refused(checked("a.json", VALID), tmp_path / "recording.json").err
        assert f"{tmp_path}/recording.json: not a report: object missing required field `contract`" in told

    def test_reports_on_different_contracts(self, checked, tmp_path, spec):
        first = checked("a.json", VALID)
        spec.write_text(json.dumps({**DOCUMENT, "info": {"title": "Shop", "version": "2.0"}}))
        told = self.refused(first, checked("b.json", VALID)).err
        assert f"{tmp_path}/b.json: is about another contract than {tmp_path}/a.json: Shop 2.0" in told
        assert "(merge the reports of one contract at a time)" in told

    def test_coverage_of_what_the_contract_has_none_of(self, checked):
        done = run("merge", checked("a.json", VALID), "--fail-under", "webhooks=1")
        assert (done.code, done.out) == (OBSTACLE, "")
        assert "--fail-under webhooks=...: the contract documents no webhooks" in done.err
