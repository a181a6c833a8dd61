"""What ships: the wheel, installed alone, does the main job without the sources."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.end_to_end


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what is in the wheel, and nothing else of the project."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", *arguments],
        cwd=site.parent,
        env={**os.environ, "PYTHONPATH": str(site), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_wheel_holds_the_contract_and_the_types_and_no_tests(site: Path) -> None:
    for name in (
        "validator/spec/openapi.yaml",
        "validator/service/openapi.yaml",
        "validator/service/store/migrations/env.py",
        "validator/py.typed",
        "fuzz/py.typed",
    ):
        assert (site / name).is_file(), name
    assert not (site / "tests").exists()


def test_the_bundled_contract_of_the_wheel_judges_recordings(site: Path) -> None:
    done = run(site, "validator", "check", str(ROOT / "examples" / "recordings"), "--format", "json")
    assert done.returncode == 1, done.stderr
    assert '"invalid": 12' in done.stdout


def test_the_fuzzer_of_the_wheel_fuzzes_its_sandbox(site: Path) -> None:
    done = run(site, "fuzz", "run", "--seed", "1", "--max-requests", "30", "--operation", "createTag")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_wheel_makes_the_tables_of_the_service(site: Path, tmp_path: Path) -> None:
    done = run(site, "validator", "db", "upgrade", "--database", f"sqlite:///{tmp_path}/runs.db")
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["log"] for line in done.stderr.splitlines()] == ["audit"]
    assert "is at version" in done.stdout
