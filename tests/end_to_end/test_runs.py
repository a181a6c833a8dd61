"""Runs of a service as people run it: several workers, killed at any moment, and `check` that posts to it."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from tests import databases
from tests.end_to_end.test_service import EXCHANGE, SHOP

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.end_to_end

RUNS = 500
KILLS = 5

BROKEN = {"request": EXCHANGE["request"], "response": {**EXCHANGE["response"], "body": "{}"}}  # type: ignore[dict-item]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with its tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('data') / 'runs.db'}"
        return
    if databases.programs() is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with databases.postgresql() as server:
        upgrade = [sys.executable, "-m", "validator", "db", "upgrade"]
        subprocess.run(upgrade, check=True, env={**os.environ, "DATABASE_URL": server.url}, stdout=subprocess.DEVNULL)
        yield server.url


@contextlib.contextmanager
def served(folder: Path, address: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A service with two workers, in a process group of its own: its address, and the process."""
    spec = folder / "shop.json"
    spec.write_text(json.dumps(SHOP))
    process = subprocess.Popen(
        [sys.executable, "-m", "validator", "serve", "--spec", str(spec), "--port", "0", "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        env={**os.environ, "DATABASE_URL": address},
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[3], process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=20)


@dataclass
class Clients:
    """Clients that post run after run, each under a key of its own, until the service is gone."""

    url: str
    round: int
    wanted: int
    acknowledged: dict[str, str] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def post(self, number: int, most: int) -> None:
        with urllib3.PoolManager(retries=False, timeout=20) as pool:
            for count in range(most):
                key = f"{self.round}-{number}-{count}"
                try:
                    self.acknowledged[key] = post(pool, self.url, key)
                except urllib3.exceptions.HTTPError:
                    self.unanswered.append(key)
                    return
                if len(self.acknowledged) >= self.wanted:
                    self.enough.set()


def post(pool: urllib3.PoolManager, url: str, key: str) -> str:
    """Store a run with a finding; its id."""
    came = pool.request("POST", f"{url}/v1/runs", json=[EXCHANGE, BROKEN], headers={"Idempotency-Key": key})
    assert came.status in {200, 201}, came.data
    return str(came.json()["id"])


def all_runs(pool: urllib3.PoolManager, url: str) -> list[dict[str, Any]]:
    runs, cursor = [], ""
    while True:
        page = pool.request("GET", f"{url}/v1/runs?limit=200{cursor}").json()
        runs += page["runs"]
        if page["next"] is None:
            return runs
        cursor = f"&cursor={page['next']}"


def test_what_was_acknowledged_is_there_however_the_service_dies(address: str, tmp_path: Path) -> None:
    """Killed at random moments, again and again, until so many runs are stored."""
    acknowledged: dict[str, str] = {}
    unanswered: list[str] = []
    for number in itertools.count():
        if len(acknowledged) >= RUNS and number >= KILLS:
            break
        with served(tmp_path, address) as (url, process):
            clients = Clients(url=url, round=number, wanted=random.randint(1, 2 * RUNS // KILLS))  # noqa: S311
            threads = [threading.Thread(target=clients.post, args=(one, RUNS)) for one in range(4)]
            for thread in threads:
                thread.start()
            assert clients.enough.wait(30)
            threading.Event().wait(random.random() / 10)  # noqa: S311 - at any moment
            os.killpg(process.pid, signal.SIGKILL)
            for thread in threads:
                thread.join(30)
            acknowledged |= clients.acknowledged
            unanswered += clients.unanswered
    with served(tmp_path, address) as (url, _), urllib3.PoolManager(retries=False, timeout=20) as pool:
        runs = {run["id"]: run for run in all_runs(pool, url)}
        assert set(acknowledged.values()) <= set(runs)
        # What was not answered may be there or not; sent again, it is there, once.
        repeated = {key: post(pool, url, key) for key in unanswered}
        runs = {run["id"]: run for run in all_runs(pool, url)}
        assert sorted(runs) == sorted({**acknowledged, **repeated}.values())
        for run in runs:
            told = pool.request("GET", f"{url}/v1/runs/{run}").json()
            assert (told["summary"]["findings"], len(told["findings"])) == (1, 1)


def test_check_has_its_report_stored(address: str, tmp_path: Path) -> None:
    recording = tmp_path / "session.ndjson"
    recording.write_text(json.dumps(EXCHANGE))
    with served(tmp_path, address) as (url, _):
        check = [sys.executable, "-m", "validator", "check", str(recording), "--spec", str(tmp_path / "shop.json")]
        done = subprocess.run(
            [*check, "--post-to", url, "--label", "ci", "--commit", "abc"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        run = done.stderr.split()[-1]
        told = urllib3.request("GET", run, headers={"Accept": "application/json"}).json()
        assert (told["run"]["label"], told["run"]["commit"], told["run"]["outcome"]) == ("ci", "abc", "passed")
        assert told["run"]["contract"]["name"] == "default"
