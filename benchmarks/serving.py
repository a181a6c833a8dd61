"""A service of our own to be measured: real workers, an empty database, and how much memory the workers have."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

GRACE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A running service."""

    host: str
    port: int
    master: int
    log: Path

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()
        return sorted(map(int, children))

    @property
    def memory(self) -> float:
        """What the workers have in memory now, in MiB, all together."""
        total = 0
        for worker in self.workers:
            status = Path(f"/proc/{worker}/status").read_text()
            total += int(status.partition("VmRSS:")[2].split()[0])
        return total / 1024


@contextlib.contextmanager
def service(*options: str, workers: int = 2) -> Iterator[Service]:
    """Start it on a free port; stop it at the end, and see that it ended well."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        database = f"sqlite:///{folder}/runs.db"
        argv = ["-m", "validator", "serve", "--port", "0", "--workers", str(workers), "--database", database]
        with log.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, *argv, *options], stdout=subprocess.PIPE, stderr=stderr, text=True
            )
        try:
            host, _, port = process.stdout.readline().split()[3].removeprefix("http://").partition(":")
            found = Service(host=host, port=int(port), master=process.pid, log=log)
            while len(found.workers) < workers:
                time.sleep(0.01)
            yield found
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=GRACE)
        assert process.returncode == 0, process.returncode
