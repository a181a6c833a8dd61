"""Databases to test with: a file for SQLite, and a PostgreSQL server of our own where it is installed."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator


def programs() -> Path | None:
    """The folder of PostgreSQL's programs; Debian does not put it on the path."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgreSql:
    """A server in a folder of its own, that is reached by a socket in it."""

    folder: Path
    programs: Path
    user: str

    @property
    def url(self) -> str:
        return f"postgresql://{self.user}@/postgres?host={self.folder}"

    def start(self) -> None:
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -F"
        self._run("pg_ctl", "--wait", "--log", str(self.folder / "log"), "--options", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "--wait", "--mode", "fast", "stop")

    def make(self) -> None:
        """Make the files of the server."""
        self._run("initdb", "--no-sync", "--auth", "trust", "--encoding", "UTF8", "--locale", "C")

    def empty(self) -> None:
        """Drop all that is there."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")

    def truncate(self) -> None:
        """Empty every table but that of the version: faster than to make them anew."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            names = ", ".join(name for (name,) in tables if name != "alembic_version")
            connection.execute(f"TRUNCATE {names} RESTART IDENTITY")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self.programs / program), "--pgdata", str(self.folder / "data"), *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # what is started keeps it open
            stderr=subprocess.DEVNULL,
            timeout=60,
            cwd=self.folder,
            user=self.user if os.geteuid() == 0 else None,
        )


@contextlib.contextmanager
def postgresql() -> Iterator[PostgreSql]:
    """A server of our own. It refuses to run as root: then it runs as the user that Debian has for it."""
    folder = programs()
    assert folder is not None
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    # Not in pytest's folder, which nobody else may enter; and the name of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="pg-") as home:
        if os.geteuid() == 0:
            shutil.chown(home, user)
        server = PostgreSql(folder=Path(home), programs=folder, user=user)
        server.make()
        server.start()
        try:
            yield server
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):  # a test may have stopped it
                server.stop()
