"""A disk that is really full, under either database: 503 as long as it lasts, then on without being started again."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import urllib3

from tests import databases
from tests.end_to_end.test_runs import all_runs, served
from tests.end_to_end.test_service import EXCHANGE

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.end_to_end

MIB = {"sqlite": 1, "postgresql": 14}
"""What the database needs to begin with, and a little."""


@contextlib.contextmanager
def file_system(folder: Path, mebibytes: int) -> Iterator[Path]:
    """A file system in memory, that is full soon. Who may not mount one is passed over."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder)]
    mount = shutil.which("mount")
    if mount is None or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        pytest.skip("needs to mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextlib.contextmanager
def database(kind: str, disk: Path) -> Iterator[str]:
    """The address of a database whose tables are on the disk."""
    if kind == "sqlite":
        yield f"sqlite:///{disk / 'runs.db'}"
        return
    if databases.programs() is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with databases.postgresql() as server:
        if os.geteuid() == 0:
            for folder in (disk.parent, disk):
                shutil.chown(folder, server.user)
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
            connection.execute("CREATE DATABASE runs TABLESPACE small")
        url = server.url.replace("/postgres?", "/runs?")
        upgrade = [sys.executable, "-m", "validator", "db", "upgrade", "--database", url]
        subprocess.run(upgrade, check=True, capture_output=True)
        yield url


def fill(file: Path) -> None:
    """Write until there is no room for another byte."""
    with file.open("wb", 0) as stream:
        for size in (4096, 1):
            with contextlib.suppress(OSError):  # no space left
                while True:
                    stream.write(bytes(size))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_was_acknowledged_is_kept_while_the_disk_is_full(kind: str, tmp_path: Path) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="disk-") as home,  # pytest's own folder nobody else may enter
        file_system(Path(home) / "disk", MIB[kind]) as disk,
        database(kind, disk) as address,
        served(tmp_path, address) as (url, _),
        urllib3.PoolManager(retries=False, timeout=20) as pool,
    ):

        def post() -> urllib3.BaseHTTPResponse:
            return pool.request("POST", f"{url}/v1/runs?label={'x' * 200}", json=[EXCHANGE])

        answers = [post()]
        fill(disk / "filler")
        while answers[-1].status == 201:
            answers.append(post())
        for refused in (answers[-1], post()):
            assert (refused.status, refused.json()["type"]) == (503, "/problems/store-unavailable")
            assert refused.json()["detail"] == "the disk of the database is full"
            assert int(refused.headers["Retry-After"]) > 0
        assert pool.request("POST", f"{url}/v1/validate", json=EXCHANGE).status == 200
        (disk / "filler").unlink()
        answers.append(post())
        assert answers[-1].status == 201
        stored = sorted(answer.json()["id"] for answer in answers if answer.status == 201)
        assert sorted(run["id"] for run in all_runs(pool, url)) == stored
