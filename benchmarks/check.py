"""`picqer-contract check` as a whole process: two workers against one, start-up, and memory.

    python benchmarks/check.py [--exchanges 1000000] [--rounds 3] [--broken 0.05]

Every run is a process of its own; the two sides of a ratio take turns. What checked documents are remembered by is
put into a folder of this run, and so is what Python compiles: nothing of the user's is read or written, and the second
start-up is warm, as it is where the package is installed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from measure import heading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[1]
RECORDINGS = ROOT / "examples" / "recordings"
CHECK = (sys.executable, "-m", "validator", "check", "--fail-on", "never", "--format", "json")
OPENAPI_CORE = (sys.executable, "-c", "import openapi_core")
MIB = 1024 * 1024


class Bench:
    """Runs processes, and tells how long they took and how much memory they had."""

    def __init__(self, folder: Path, rounds: int) -> None:
        self.folder = folder
        self._rounds = rounds
        own = {"XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
        self._environment = {**os.environ, **own, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}

    def run(self, *command: object, environment: Mapping[str, str] | None = None) -> tuple[float, float]:
        """Seconds, and the peak of memory in MiB (of a process and those that it started, the biggest)."""
        began = time.perf_counter()
        with (self.folder / "out").open("wb") as out:
            process = subprocess.Popen(
                [str(word) for word in command], stdout=out, env={**self._environment, **(environment or {})}
            )
            _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, command
        unit = 1 if sys.platform == "darwin" else 1024
        return time.perf_counter() - began, used.ru_maxrss * unit / MIB

    def ratio(self, name: str, one: tuple[object, ...], other: tuple[object, ...], **how: Mapping[str, str]) -> None:
        """Print how many times longer `one` takes than `other`."""
        pairs = sorted(self.run(*one, **how)[0] / self.run(*other)[0] for _ in range(self._rounds))
        print(f"{name:<58} {pairs[0]:8.2f} {statistics.median(pairs):8.2f} {pairs[-1]:8.2f}")


def small_lines(number: int, broken: float) -> Iterator[str]:
    """Exchanges of some 280 bytes; of each it is known whether it keeps the contract."""
    chance = random.Random(7)
    good = [
        ("GET", "/tags/{}", 404, _error(20, "Item not found")),
        ("GET", "/products/{}", 404, _error(20, "Item not found")),
        ("POST", "/orders", 400, _error(22, "No valid JSON")),
        ("GET", "/orders?offset={}", 401, _error(40, "Invalid credentials")),
        ("DELETE", "/tags/{}", 204, ""),
    ]
    bad = [
        ("GET", "/tags/{}", 404, _error(22, "Item not found")),
        ("GET", "/orders", 418, "{}"),
        ("POST", "/orders", 400, "{"),
    ]
    for _ in range(number):
        method, path, status, body = chance.choice(bad if chance.random() < broken else good)
        url = f"https://example.picqer.com/api/v1{path.format(chance.randrange(1_000_000))}"
        response = {"status": status, "headers": {"content-type": "application/json"}, "body": body}
        yield json.dumps({"request": {"method": method, "url": url}, "response": response}) + "\n"


def _error(code: int, message: str) -> str:
    return json.dumps({"error": True, "error_code": code, "error_message": message})


def write_lines(path: Path, number: int, broken: float) -> Path:
    with path.open("w", encoding="utf-8") as out:
        out.writelines(small_lines(number, broken))
    return path


def write_har(path: Path, megabytes: int) -> Path:
    """A HAR of so many MiB: always the same entries. Written piece by piece, since what we hold counts as theirs."""
    entries = json.loads((RECORDINGS / "webshop-order.har").read_bytes())["log"]["entries"]
    text = ", ".join(map(json.dumps, entries))
    with path.open("w", encoding="utf-8") as out:
        out.write(f'{{"log": {{"version": "1.2", "entries": [{text}')
        for _ in range(megabytes * MIB // len(text)):
            out.write(f", {text}")
        out.write("]}}")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exchanges", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--broken", type=float, default=0.05)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), asked.rounds)
        one = write_lines(bench.folder / "one.ndjson", 1, 0)
        few = write_lines(bench.folder / "few.ndjson", 10_000, asked.broken)
        many = write_lines(bench.folder / "many.ndjson", asked.exchanges, asked.broken)
        har = write_har(bench.folder / "big.har", 100)

        heading()
        cassette = RECORDINGS / "stock-sync.yaml"
        bench.run(*OPENAPI_CORE)
        bench.run(*CHECK, one)
        bench.ratio("start-up: one exchange / import openapi_core", (*CHECK, one), OPENAPI_CORE)
        bench.ratio("start-up: a small cassette / import openapi_core", (*CHECK, cassette), OPENAPI_CORE)
        cold = {"XDG_CACHE_HOME": os.devnull}
        bench.ratio("the same, a document not seen before", (*CHECK, one), OPENAPI_CORE, environment=cold)
        told = f"{asked.exchanges:,} small exchanges: one worker / two workers"
        bench.ratio(told, (*CHECK, many), (*CHECK, many, "--workers", 2))

        print(f"\n{'peak memory of one worker':<58} {'MiB':>8}")
        for name, path in ((f"{10_000:,} small exchanges", few), (f"{asked.exchanges:,} small exchanges", many)):
            print(f"{name:<58} {bench.run(*CHECK, path)[1]:8.0f}")
        size, peak = har.stat().st_size / MIB, bench.run(*CHECK, har)[1]
        print(f"{f'a HAR of {size:.0f} MiB ({peak / size:.2f} times its size)':<58} {peak:8.0f}")


if __name__ == "__main__":
    main()
