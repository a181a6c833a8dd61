"""Load and hostility, by the commands of benchmarks/, with smaller numbers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.end_to_end

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def run(name: str, *argv: str) -> str:
    if not Path("/proc/self/status").exists():
        pytest.skip("needs /proc")
    command = [sys.executable, str(BENCHMARKS / name), *argv]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_hostile_requests_leave_the_service_up() -> None:
    assert "300 hostile requests in" in run("hostile.py", "--requests", "300", "--seed", "7")


def test_many_clients_at_once_get_their_answers() -> None:
    told = run("load.py", "--clients", "64", "--seconds", "4")
    assert "p99" in told
    assert told.endswith("0 errors\n")
