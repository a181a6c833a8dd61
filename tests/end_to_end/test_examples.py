"""The recordings in the repository show what they say they show, to either judge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from validator import Contract, judge, read_recording
from validator.findings import Outcome
from validator.judges import JUDGES

FOLDER = Path(__file__).parents[2] / "examples" / "recordings"
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
