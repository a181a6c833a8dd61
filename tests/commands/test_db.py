"""`picqer-contract db`, as a user opens it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.test_cli import run
from validator.commands.db import database_address
from validator.contract import Contract
from validator.door import FINE, OBSTACLE
from validator.reports import Tally
from validator.service.store import Filters, NewRun, Store

if TYPE_CHECKING:
    from pathlib import Path

SMALL = {"openapi": "3.1.0", "info": {"title": "Small", "version": "1"}, "paths": {}}


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'runs.db'}"


def test_upgrade_makes_the_tables_and_says_so(url: str) -> None:
    done = run("db", "upgrade", "--database", url)
    assert (done.code, done.out) == (FINE, f"{url} is at version 0002 now\n")
    (audit,) = map(json.loads, done.err.splitlines())
    assert (audit["log"], audit["action"], audit["before"], audit["target"]) == (
        "audit",
        "upgradeDatabase",
        None,
        "0002",
    )
    again = run("db", "upgrade", "--database", url)
    assert (again.out, again.err) == (f"{url} is at version 0002 already\n", "")


def test_prune_deletes_what_is_too_old(url: str) -> None:
    run("db", "upgrade", "--database", url)
    store = Store(url)
    report = Tally(Contract.from_dict(SMALL)).report(seconds=0)
    for _ in range(3):
        store.add_run(NewRun(report=report, contract=None, document=None))
    done = run("db", "prune", "--database", url, "--keep-runs", 1, "--keep-days", 30)
    assert (done.code, done.out) == (FINE, f"2 runs deleted from {url}\n")
    (audit,) = map(json.loads, done.err.splitlines())
    assert (audit["log"], audit["action"], audit["runs"]) == ("audit", "deleteOldRuns", 2)
    assert f"(uid {os.getuid()})" in audit["who"]
    again = run("db", "prune", "--database", url, "--keep-runs", 1)
    assert (again.out, again.err) == (f"0 runs deleted from {url}\n", "")
    assert len(store.runs.page(Filters(), limit=9)) == 1
    store.database.close()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("prune",), "--keep-days, --keep-runs or both"),
        (("prune", "--keep-runs", "0"), "--keep-runs"),
        (("prune", "--keep-runs", "1"), "cannot be reached, or does not work"),
        (("upgrade", "--database", "mysql://me:hunter2@db.test/a"), "expected the address of a database"),
        (("upgrade", "--database", "postgresql://me:hunter2@/a?host=/nowhere"), "cannot be reached"),
    ],
)
def test_what_cannot_be_done_is_an_obstacle(url: str, options: tuple[str, ...], told: str) -> None:
    command, *rest = options
    done = run("db", command, *(rest if "--database" in rest else (*rest, "--database", url)))
    assert (done.code, done.out) == (OBSTACLE, "")
    assert told in done.err
    assert "hunter2" not in done.err


def test_prune_of_a_database_without_tables_says_what_to_do(url: str) -> None:
    store = Store(url)
    store.database.prepare()
    done = run("db", "prune", "--keep-runs", 1, "--database", url)
    assert done.code == OBSTACLE
    assert "picqer-contract db upgrade" in done.err


def test_the_address_is_the_option_or_the_environment_or_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/d")
    assert database_address(None) == "sqlite:////d/picqer-contract/runs.db"
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@db.test/a")
    assert database_address(None) == "postgresql://me@db.test/a"
    assert database_address("sqlite:///b") == "sqlite:///b"
