"""The recordings in the repository show what they say they show, to either judge; the demo leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from validator import Contract, judge, read_recording
from validator.findings import Outcome
from validator.judges import JUDGES

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "recordings"
CONTRACT = Contract.load()


def rules_of(name: str, by: str) -> list[list[str]]:
    return [
        [finding.rule for finding in verdict.findings]
        for verdict in judge(CONTRACT, read_recording(FOLDER / name), judge=by)
    ]


@pytest.mark.parametrize("by", JUDGES)
@pytest.mark.parametrize(("name", "exchanges"), [("webshop-order.har", 8), ("documented-errors.ndjson", 7)])
def test_what_keeps_the_contract_is_valid(name: str, exchanges: int, by: str) -> None:
    assert rules_of(name, by) == [[]] * exchanges


@pytest.mark.parametrize("by", JUDGES)
def test_each_broken_promise_breaks_the_rule_that_its_line_names(by: str) -> None:
    shown = [json.loads(line)["shows"] for line in (FOLDER / "broken-promises.ndjson").read_bytes().splitlines()]
    assert rules_of("broken-promises.ndjson", by) == [[rule] for rule in shown]


@pytest.mark.parametrize("by", JUDGES)
def test_the_cassette_has_one_member_of_the_wrong_type(by: str) -> None:
    assert rules_of("stock-sync.yaml", by) == [[], [], [], ["schema-violation"], []]


def test_every_exchange_is_for_the_contract() -> None:
    for file in FOLDER.iterdir():
        if file.suffix != ".md":
            for verdict in judge(CONTRACT, read_recording(file)):
                assert verdict.outcome in {Outcome.VALID, Outcome.INVALID}


@pytest.mark.parametrize("file", sorted(FOLDER.iterdir()), ids=lambda file: file.name)
def test_each_file_is_named_with_what_it_shows(file: Path) -> None:
    assert file.name == "README.md" or f"`{file.name}`" in (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", sorted(FOLDER.iterdir()), ids=lambda file: file.name)
def test_no_file_holds_a_credential(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "Basic " not in text.replace("Basic REDACTED", "")


@pytest.mark.end_to_end
def test_the_demo_leaves_nothing_behind(tmp_path: Path) -> None:
    """Not in the folder of the user, where `serve` keeps its runs else, nor among the temporary files."""
    script = Path(sys.executable).parent
    if not (script / "picqer-contract").exists() or shutil.which("curl") is None:
        pytest.skip("needs curl, and the commands beside the interpreter")
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DATABASE_URL"))}
    done = subprocess.run(
        ["sh", str(ROOT / "examples" / "demo.sh")],
        env={**kept, "HOME": str(home), "TMPDIR": str(temporary), "PATH": f"{script}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Judging recordings at http://127.0.0.1:" in done.stdout
    assert list(home.rglob("*")) == list(temporary.rglob("*")) == []
