"""The service fuzzed by our own fuzzer, against its own document, with tokens: clean."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.test_operation import running, token

pytestmark = pytest.mark.end_to_end

SPEC = Path(__file__).parents[2] / "validator/service/openapi.yaml"


def test_the_service_is_clean(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'runs.db'}"
    key = token(database, "admin", "fuzz")
    with running(tmp_path, database, "--workers", "1") as service:
        fuzz = [sys.executable, "-m", "fuzz", "run", "--spec", str(SPEC), "--base-url", service.url, "--allow-writes"]
        done = subprocess.run(
            [*fuzz, "--max-requests", "400", "--seed", "1", "--format", "json"],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            env={**os.environ, "PICQER_API_KEY": key, "XDG_DATA_HOME": str(tmp_path)},
        )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["findings"] == []
    statuses = [line["status"] for line in service.lines if line["log"] == "request"]
    assert len(statuses) > 300
    assert {401, 422, 200} <= set(statuses)
    assert max(statuses) < 500
