"""The door `picqer-contract`, as a user opens it: arguments and streams in, reports and an exit code out."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple
from xml.etree import ElementTree as ET

import pytest

from tests.reports.samples import DOCUMENT, SERVER
from validator.cli import main
from validator.door import FINDINGS, FINE, INTERRUPTED, OBSTACLE
from validator.judges import JUDGES
from validator.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable


class Run(NamedTuple):
    code: int
    out: str
    err: str


def run(*argv: object, stdin: bytes = b"") -> Run:
    out, err = io.StringIO(), io.StringIO()
    code = main([str(argument) for argument in argv], stdin=io.BytesIO(stdin), stdout=out, stderr=err)
    return Run(code, out.getvalue(), err.getvalue())


def line(status: int = 200, *, url: str = f"{SERVER}/orders", method: str = "GET", body: object = None) -> str:
    response = {"status": status, "headers": {"content-type": "application/json"}}
    response |= {"body": ""} if body is None else {"json": body}
    return json.dumps({"request": {"method": method, "url": url}, "response": response}) + "\n"


VALID = line()
BROKEN = line(418)
REFUSED = line(400, body={"error": True, "error_code": 2, "error_message": "Missing"})
UNKNOWN_CODE = line(400, body={"error": True, "error_code": 99, "error_message": "?"})
ELSEWHERE = line(url="https://fonts.example/a.css")
DOUBLED = line(400, body={"error": True, "error_code": 2, "error_message": "Missing", "more": 1})
BAD_ENTRY = '{"request": {"method": "GET"}}\n'


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(DOCUMENT))
    return path


@pytest.fixture
def check(spec: Path, tmp_path: Path) -> Callable[..., Run]:
    """`check(text, *options)`: the command on one recording with this text."""

    def checked(text: str, *options: object) -> Run:
        recording = tmp_path / "session.ndjson"
        recording.write_text(text)
        return run("check", "--spec", spec, recording, *options)

    return checked


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (VALID, [], FINE),
        (VALID + REFUSED, [], FINE),
        (VALID + BROKEN, [], FINDINGS),
        (VALID + BROKEN, ["--fail-on", "never"], FINE),
        (VALID + BROKEN, ["--ignore", "undocumented-status"], FINE),
        (VALID + BROKEN, ["--ignore", "unknown-path"], FINDINGS),
        (BROKEN + UNKNOWN_CODE, ["--ignore", "undocumented-status"], FINDINGS),
        (BROKEN + UNKNOWN_CODE, ["--ignore", "undocumented-status", "--ignore", "undocumented-error-code"], FINE),
        (DOUBLED, [], FINE),
        (DOUBLED, ["--drift"], FINE),
        (DOUBLED, ["--strict"], FINDINGS),
        (DOUBLED, ["--drift", "--fail-on", "warning"], FINE),
        (VALID + ELSEWHERE, [], FINE),
        (ELSEWHERE, [], OBSTACLE),
        (ELSEWHERE, ["--server", "https://fonts.example"], FINDINGS),
        (ELSEWHERE, ["--fail-on", "never"], OBSTACLE),
        (VALID + BAD_ENTRY, [], OBSTACLE),
        (BROKEN + BAD_ENTRY, [], OBSTACLE),
        ("", [], OBSTACLE),
        ("no recording at all", [], OBSTACLE),
        (VALID, ["--judge", "reference"], FINE),
        (BROKEN, ["--judge", "reference"], FINDINGS),
    ],
)
def test_the_exit_code_tells(check, text, options, code):
    assert check(text, *options).code == code


class TestDeliveries:
    """What the API sends of itself needs no option."""

    WHOLE: ClassVar = {"id": 7, "event": "orders.created", "data": {"idorder": 1}}

    @pytest.fixture
    def spec(self, tmp_path: Path) -> Path:
        body = {
            "required": ["id", "event", "data"],
            "properties": {
                "event": {"const": "orders.created"},
                "data": {"required": ["idorder"], "properties": {"idorder": {"type": "integer"}}},
            },
        }
        webhook = {
            "operationId": "onOrderCreated",
            "requestBody": {"content": {"application/json": {"schema": body}}},
            "responses": {"200": {"description": "received"}},
        }
        path = tmp_path / "shop.json"
        path.write_text(json.dumps({**DOCUMENT, "webhooks": {"orders.created": {"post": webhook}}}))
        return path

    def delivered(self, *, status: int = 200, **members: object) -> str:
        sent = {"content-type": "application/json", "X-Picqer-Signature": "c2VjcmV0"}
        request = {
            "method": "POST",
            "url": "https://me.example/hook",
            "headers": sent,
            "json": {**self.WHOLE, **members},
        }
        return json.dumps({"request": request, "response": {"status": status, "body": "thank you"}}) + "\n"

    def test_that_keep_the_contract_are_judged_and_valid(self, check):
        done = check(self.delivered())
        assert done.code == FINE
        assert done.out.startswith("✓ 1 exchange keeps the contract")

    @pytest.mark.parametrize("judge", JUDGES)
    def test_that_break_it_say_that_the_place_is_in_what_was_delivered(self, check, judge):
        done = check(self.delivered(data={"idorder": "55120"}), "--judge", judge)
        assert done.code == FINDINGS
        assert "error schema-violation in onOrderCreated\n" in done.out
        assert (
            "    expected integer, got string (5 characters) in the delivery\n    body      /data/idorder\n" in done.out
        )
        assert "[0] POST https://me.example/hook 200" in done.out

    def test_of_an_unknown_event_are_errors_that_can_be_ignored(self, check):
        text = self.delivered(event="orders.archived")
        done = check(text)
        assert done.code == FINDINGS
        assert 'expected one of "orders.created", got "orders.archived" in the delivery' in done.out
        assert check(text, "--ignore", "unknown-webhook").code == FINE

    def test_that_the_subscriber_refused_are_errors(self, check):
        done = check(self.delivered(status=500))
        assert done.code == FINDINGS
        assert (
            "error undocumented-status in onOrderCreated\n    expected one of the statuses 200, got 500\n" in done.out
        )


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["check"], "Missing argument 'PATH...'"),
        (["chek"], "No such command 'chek'"),
        (["check", "x", "--format", "jsno"], "there is no format 'jsno', did you mean 'json'?; expected one of"),
        (["check", "x", "--format", "json:"], "expected a file after 'json:'"),
        (["check", "x", "--format", "json", "--format", "text"], "two reports cannot both go to standard output"),
        (["check", "x", "--format", "json:a", "--format", "junit:./a"], "two reports cannot both go to a"),
        (["check", "x", "--ignore", "unknown-pth"], "there is no rule 'unknown-pth', did you mean 'unknown-path'?"),
        (["check", "x", "--server", "localhost:8080"], "did you mean http://localhost:8080?"),
        (["check", "x", "--server", "http://[::1"], "is not an address"),
        (["check", "x", "--fail-under", "101"], "expected a percentage from 0 to 100, got '101'"),
        (["check", "x", "--fail-under", "-5"], "expected a percentage such as 80, got '-5'"),
        (["check", "x", "--fail-under", "1e1"], "expected a percentage such as 80, got '1e1'"),
        (["check", "x", "--fail-under", "nan"], "expected a percentage such as 80, got 'nan'"),
        (["check", "x", "--fail-under", ""], "expected a percentage such as 80, got ''"),
        (["check", "x", "--fail-under", "=5"], "there is no coverage of ''; expected one of operations, responses"),
        (["check", "x", "--fail-under", "codes=5"], "there is no coverage of 'codes', did you mean 'error-codes'?"),
        (["check", "x", "--fail-under", "5", "--fail-under", "operations=6"], "operations is given twice"),
        (["check", "x", "--fail-on", "info"], "'info' is not one of 'error', 'warning', 'never'"),
        (["check", "x", "--format", "json:/no/such/folder/x"], "there is no folder /no/such/folder"),
        (["check", "x", "--spec", "/no/such/file.yaml"], "/no/such/file.yaml"),
        (["serve", "--port", "70000"], "70000 is not in the range"),
    ],
)
def test_a_slip_on_the_command_line_is_told(argv, told):
    done = run(*argv)
    assert done.code == OBSTACLE
    assert told in done.err.replace("\n", " ")
    assert done.out == ""


def test_one_bad_entry_does_not_lose_the_others(check):
    done = check(VALID + BAD_ENTRY + BROKEN, "--format", "json")
    report = json.loads(done.out)
    assert (report["summary"]["valid"], report["summary"]["invalid"], report["summary"]["obstacles"]) == (1, 1, 1)
    assert "session.ndjson" in done.err
    assert report["obstacles"][0]["kind"] == "EntryError"


def test_one_bad_file_does_not_lose_the_others(spec, tmp_path):
    good, bad = tmp_path / "good.ndjson", tmp_path / "bad.har"
    good.write_text(VALID)
    bad.write_text("{")
    done = run("check", "--spec", spec, bad, good, tmp_path / "missing.har", "--format", "json")
    report = json.loads(done.out)
    assert done.code == OBSTACLE
    assert report["summary"]["valid"] == 1
    assert [met["source"] for met in report["obstacles"]] == [str(bad), str(tmp_path / "missing.har")]


def test_standard_input_is_a_recording_too(spec):
    done = run("check", "--spec", spec, "-", "--format", "json", stdin=(VALID + BROKEN).encode())
    assert done.code == FINDINGS
    assert json.loads(done.out)["findings"][0]["exchange"]["source"] == "<stdin>"


def test_several_reports_at_once(check, tmp_path):
    done = check(
        VALID + BROKEN, "--format", "text", "--format", f"json:{tmp_path}/r.json", "--format", f"junit:{tmp_path}/r.xml"
    )
    assert done.out.startswith("✗ 1 of 2 exchanges breaks the contract")
    assert json.loads((tmp_path / "r.json").read_text())["summary"]["invalid"] == 1
    assert ET.parse(tmp_path / "r.xml").getroot().get("failures") == "1"  # noqa: S314 - we wrote it


def test_a_report_only_into_a_file_leaves_standard_output_empty(check, tmp_path):
    assert check(VALID, "--format", f"json:{tmp_path}/r.json").out == ""


def test_where_nothing_was_judged_the_way_out_is_told(check):
    done = check(ELSEWHERE * 2)
    assert "coverage" not in done.out, "that nothing was exercised goes without saying"
    assert done.err == (
        "picqer-contract: nothing was judged: all 2 exchanges were skipped"
        " (if https://fonts.example serves the contract, say so: --server https://fonts.example/api)\n"
    )
    assert done.out.startswith("✗ nothing was judged")


def test_one_exchange_that_was_skipped_is_told_as_one(check):
    assert "nothing was judged: the only exchange was skipped" in check(ELSEWHERE).err


def test_the_way_out_is_told_even_beside_a_bad_entry(check):
    done = check(ELSEWHERE + BAD_ENTRY)
    assert len(done.err.splitlines()) == 2
    assert "--server https://fonts.example" in done.err


def test_values_are_shown_only_on_request(check):
    text = line(400, body={"error": True, "error_code": 2, "error_message": ["someone@example.org"]})
    assert "someone@example.org" not in check(text).out
    assert "someone@example.org" in check(text, "--show-values").out


def test_max_findings_cuts_the_text(check):
    text = check(BROKEN + UNKNOWN_CODE, "--max-findings", "1").out
    assert "and 1 more cause: --max-findings shows more" in text


def test_a_schema_that_cannot_be_used_does_not_lose_the_others(tmp_path):
    document = json.loads(json.dumps(DOCUMENT))
    document["paths"]["/bad"] = {
        "get": {
            "operationId": "bad",
            "responses": {
                "200": {
                    "description": "refused by the compiler of patterns",
                    "content": {"application/json": {"schema": {"type": "string", "pattern": "((a{1000}){1000}){10}"}}},
                }
            },
        }
    }
    spec, recording = tmp_path / "spec.json", tmp_path / "session.ndjson"
    spec.write_text(json.dumps(document))
    recording.write_text(line(url=f"{SERVER}/bad", body="x") * 2 + VALID)
    done = run("check", "--spec", spec, recording, "--format", "json")
    report = json.loads(done.out)
    assert done.code == OBSTACLE
    assert report["summary"]["valid"] == 1
    assert [met["kind"] for met in report["obstacles"]] == ["DocumentError"]


def test_the_picqer_contract_is_the_default():
    answer = line(404, url="https://shop.picqer.com/api/v1/orders/1", body={"error": True})
    assert "Picqer" in run("check", "-", stdin=answer.encode()).out.splitlines()[0]


@pytest.mark.parametrize(
    "argv",
    [
        ["--help"],
        ["-h"],
        ["check", "-h"],
        ["contract", "-h"],
        ["merge", "-h"],
        ["rules", "--help"],
        ["serve", "-h"],
        ["db", "-h"],
        ["db", "upgrade", "-h"],
        ["db", "prune", "-h"],
        ["token", "-h"],
        ["token", "create", "-h"],
        ["token", "list", "-h"],
        ["token", "revoke", "-h"],
    ],
)
def test_help_is_short_and_in_ascii(argv):
    done = run(*argv)
    assert done.code == FINE
    assert done.out.isascii()
    assert len(done.out.splitlines()) <= 50


def test_the_commands_are_pinned():
    listed = run("--help").out.partition("Commands:\n")[2]
    assert [told.split()[0] for told in listed.splitlines()] == [
        "check", "contract", "db", "merge", "rules", "serve", "token",
    ]  # fmt: skip


def test_the_version_is_told():
    assert run("--version").out.startswith("picqer-contract 0.")


def test_rules_are_listed():
    lines = run("rules").out.splitlines()
    assert [told.split()[0] for told in lines] == [rule.id for rule in RULES]
    assert json.loads(run("rules", "--format", "json").out)[0].keys() == {
        "id", "severity", "title", "mend", "on_request",
    }  # fmt: skip


def test_an_interrupt_ends_quietly(spec):
    class Interrupted(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise KeyboardInterrupt

        readline = readinto = read1 = read

    out, err = io.StringIO(), io.StringIO()
    code = main(["check", "--spec", str(spec), "-"], stdin=Interrupted(), stdout=out, stderr=err)
    assert (code, out.getvalue()) == (INTERRUPTED, "")
    assert err.getvalue() == "picqer-contract: interrupted; no report was written\n"


@pytest.mark.end_to_end
class TestProcess:
    """What only a real process shows: pipes, locales, exit codes."""

    def command(self, *argv: object, **how: object) -> subprocess.CompletedProcess[bytes]:
        environment = os.environ | {"NO_COLOR": "1"} | how.pop("env", {})
        command = [sys.executable, "-m", "validator", *map(str, argv)]
        return subprocess.run(command, capture_output=True, env=environment, timeout=60, check=False, **how)

    def test_the_exit_code_reaches_the_shell(self, spec):
        done = self.command("check", "--spec", spec, "-", input=BROKEN.encode())
        assert (done.returncode, done.stderr) == (FINDINGS, b"")

    def test_a_reader_that_leaves_early_is_no_error(self, spec):
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "wb") as closed:
            done = subprocess.run(
                [sys.executable, "-m", "validator", "check", "--spec", str(spec), "-"],
                input=BROKEN.encode(), stdout=closed, stderr=subprocess.PIPE, timeout=60, check=False,
            )  # fmt: skip
        assert (done.returncode, done.stderr) == (FINDINGS, b"")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
    def test_a_full_disk_is_an_obstacle(self, spec):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "validator", "check", "--spec", str(spec), "-"],
                input=VALID.encode(), stdout=full, stderr=subprocess.PIPE, timeout=60, check=False,
            )  # fmt: skip
        assert done.returncode == OBSTACLE
        assert b"standard output: cannot be written: No space left" in done.stderr
        assert b"Traceback" not in done.stderr

    @pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
    @pytest.mark.parametrize("form", ["text", "json", "junit"])
    def test_an_odd_locale_is_no_error(self, spec, encoding, form):
        text = line(418, url=f"{SERVER}/orders?q=caf\u00e9\ud800", method="G\u20acT")
        done = self.command(
            "check", "--spec", spec, "-", "--format", form, input=text.encode(), env={"PYTHONIOENCODING": encoding}
        )
        assert done.returncode == FINDINGS
        assert done.stderr == b""
        done.stdout.decode(encoding)

    def test_a_named_pipe_is_read(self, spec):
        """A shell's `<(...)` gives the name of a pipe."""
        reading, writing = os.pipe()
        os.write(writing, BROKEN.encode())
        os.close(writing)
        done = self.command("check", "--spec", spec, f"/dev/fd/{reading}", pass_fds=[reading])
        os.close(reading)
        assert (done.returncode, done.stderr) == (FINDINGS, b"")

    def test_file_names_of_any_bytes_are_told(self, spec, tmp_path):
        strange = os.fsencode(tmp_path) + b"/caf\xe9\x1b.har"
        Path(os.fsdecode(strange)).write_text("{")
        done = self.command("check", "--spec", spec, tmp_path / os.fsdecode(b"caf\xe9\x1b.har"))
        assert done.returncode == OBSTACLE
        assert b"Traceback" not in done.stderr
        assert b"\x1b" not in done.stdout + done.stderr
