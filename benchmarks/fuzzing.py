"""What picqer-fuzz finds in the sandbox, defect by defect, next to Schemathesis: same sandbox, same budget of requests.

Each defect gets a sandbox of its own, over HTTP on loopback, and each tool its run. A defect counts as found where a
tool tells of something that it does not tell of in the sandbox without defects: a rule and an operation, or a check and
an operation. What the tools tell of there is listed first: these are their false alarms.

Schemathesis comes from PyPI, into an environment of its own that is thrown away at the end. It gets the contract
without the header User-Agent, which the sandbox does not insist on and half of its requests would go into; all its
phases but `coverage`, which alone spends several budgets on the first operations; all its checks but those that raise
false alarms by their nature here. Its run ends when the budget is spent, and what it has reported until then counts.

Hours are spent on it: `--results FILE` keeps each run as it ends, and what is in the file already is not run again.
"""

from __future__ import annotations

import argparse
import bisect
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import msgspec

from fuzz.sandbox import DEFECTS, SandboxServer
from fuzz.sandbox.defects import FAULTS
from validator.contract import Contract

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from fuzz.sandbox import Defect

ROOT = Path(__file__).parents[1]
SCHEMATHESIS = "schemathesis==4.32.5"
PHASES = "examples,fuzzing,stateful"
EXAMPLES = 5
"""So many that its runs last until the budget is spent."""
FALSE_BY_NATURE = "positive_data_acceptance,missing_required_header,unsupported_method"
"""A refusal because of the state of things, a header nobody insists on, and 405, which the contract does not have."""

RATE_LIMITED = "rate-limited"
LIMIT = 1000
"""Requests in a minute, where the defect is one of the rate limit: fewer than the budget."""

PATIENCE = 900.0
"""Seconds that a run may take."""

WANTED = ("--allow-writes", "--provoke-rate-limit", "--slow")
"""Options of picqer-fuzz that are used where it has them."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a tool told of: by which rule or check, in which operation, first after so many requests."""

    by: str
    operation: str
    after: int
    seconds: float

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same as in another sandbox."""
        return self.by, self.operation


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a tool: what it told of."""

    tool: str
    sandbox: str
    seed: int
    budget: int
    told: tuple[Told, ...]
    requests: int
    trouble: str = ""

    @property
    def settings(self) -> tuple[object, ...]:
        """By this a run is known."""
        return self.tool, self.sandbox, self.seed, self.budget

    def found(self, known: Collection[tuple[str, str]]) -> Told | None:
        """What was told of first that is not known from the sandbox without defects."""
        return min((one for one in self.told if one.key not in known), key=lambda one: one.after, default=None)


class Results:
    """The runs that were made, a JSON line each, in a file or nowhere."""

    def __init__(self, file: Path | None, *, complete: bool = False) -> None:
        """`complete`: no more are to be made."""
        self._file, self.complete = file, complete
        lines = file.read_bytes().splitlines() if file is not None and file.exists() else ()
        self._runs = {one.settings: one for one in (msgspec.json.decode(line, type=Run) for line in lines)}

    def get(self, tool: Tool, sandbox: str, seed: int) -> Run | None:
        """The one with these settings, if it was made."""
        return self._runs.get((tool.name, sandbox, seed, tool.budget))

    def keep(self, made: Run) -> None:
        """Keep it; one that went wrong is to be made again."""
        if self._file is not None and not made.trouble:
            with self._file.open("ab") as out:
                out.write(msgspec.json.encode(made) + b"\n")


@dataclass(slots=True)
class Row:
    """What became of a defect with one tool, a run for each seed."""

    runs: list[Told | None] = field(default_factory=list)

    @property
    def hits(self) -> list[Told]:
        return [one for one in self.runs if one is not None]

    @property
    def cells(self) -> tuple[str, str, str]:
        if not self.runs:
            return "not run", "", ""
        if not self.hits:
            return "no", "", ""
        share = "yes" if len(self.hits) == len(self.runs) else f"{len(self.hits)} of {len(self.runs)}"
        after, seconds = middle(one.after for one in self.hits), middle(one.seconds for one in self.hits)
        return share, f"{after:.0f}", f"{seconds:.1f}"


class Watch:
    """Counts the requests of a sandbox while a tool runs, and ends the tool when they are spent."""

    def __init__(self, server: SandboxServer, *, limit: int | None) -> None:
        self._server, self._limit = server, limit
        self.moments: list[float] = []
        self.spent = False

    def wait(self, process: subprocess.Popen[str]) -> None:
        started = time.monotonic()
        while process.poll() is None:
            now = time.monotonic() - started
            self.moments += [now] * (self._server.requests - len(self.moments))
            if now > PATIENCE or (self._limit is not None and len(self.moments) >= self._limit):
                self.spent = True
                end(process)
            time.sleep(0.005)
        self.moments += [time.monotonic() - started] * (self._server.requests - len(self.moments))

    def told(self, first: dict[tuple[str, str], int]) -> tuple[Told, ...]:
        """What a tool told of, each with the number of the request that showed it first."""
        return tuple(
            Told(by=by, operation=operation, after=number, seconds=round(self._moment(number), 2))
            for (by, operation), number in first.items()
        )

    def _moment(self, number: int) -> float:
        return self.moments[min(number, len(self.moments)) - 1] if self.moments else 0.0


def end(process: subprocess.Popen[str]) -> None:
    """End a tool and all that it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sandbox: with a defect, or without one; and how many requests in a minute it lets through."""

    defect: str | None
    limit: int | None

    @classmethod
    def of(cls, defect: Defect) -> Kind:
        return cls(defect.name, LIMIT if defect.fault == RATE_LIMITED else None)

    def __str__(self) -> str:
        return self.defect or ("none, with a rate limit" if self.limit else "none")


class PicqerFuzz:
    """Ours: `picqer-fuzz run`, in a process of its own."""

    name = "picqer-fuzz"

    def __init__(self, budget: int) -> None:
        command = [sys.executable, "-m", "fuzz", "run", "--help"]
        text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=environment()).stdout
        self._options = {name for name in WANTED if name in text}
        self.budget = budget

    def __call__(self, server: SandboxServer, kind: Kind, seed: int, folder: Path) -> tuple[tuple[Told, ...], str]:
        """What it told of, and what went wrong. Its first failure is enough, where there should be one."""
        report = folder / "report.json"
        command = [sys.executable, "-m", "fuzz", "run", "--base-url", server.url, "--seed", str(seed)]
        command += ["--max-requests", str(self.budget), "--format", f"json:{report}"]
        command += ["--allow-writes"] if "--allow-writes" in self._options else []
        command += ["--slow", "1"] if "--slow" in self._options else []
        command += ["--max-failures", "1"] if kind.defect else []
        if kind.limit and "--provoke-rate-limit" in self._options:
            command.append("--provoke-rate-limit")
        watch, code, said = started(command, server, folder, environment(PICQER_API_KEY=server.api_key), limit=None)
        told: dict[tuple[str, str], int] = {}
        for finding in json.loads(report.read_text())["findings"] if report.exists() else ():
            if finding["severity"] == "error":
                key = (finding["rule"], finding["operation"] or "")
                told[key] = min(told.get(key, sys.maxsize), finding["exchange"]["index"] + 1)
        trouble = "" if code in {0, 1} else f"exit code {code}: {said.strip().splitlines()[-1:]}"
        return watch.told(told if code == 1 else {}), trouble


class Schemathesis:
    """The other: `schemathesis run` out of an environment of its own."""

    name = "Schemathesis"

    def __init__(self, budget: int, folder: Path, *, program: str | None, phases: str, examples: int) -> None:
        self._folder, self._lock = folder, Lock()
        self._program = program
        self.budget, self._phases, self._examples = budget, phases, examples
        self._contract = folder / "contract.json"
        self._contract.write_text(json.dumps(without_user_agent(Contract.load().document.root)))

    def __call__(self, server: SandboxServer, _kind: Kind, seed: int, folder: Path) -> tuple[tuple[Told, ...], str]:
        """What it told of, and what went wrong. It tells of much in any sandbox: its run is a whole one."""
        events = folder / "events.ndjson"
        with self._lock:
            self._program = self._program or installed(self._folder)
        command = [self._program, "run", str(self._contract), "--url", server.url, "--auth", f"{server.api_key}:x"]
        command += ["--phases", self._phases, "--max-examples", str(self._examples), "--seed", str(seed)]
        command += ["--checks", "all", "--exclude-checks", FALSE_BY_NATURE, "--max-response-time", "1"]
        command += ["--continue-on-failure", "--generation-database", "none", "--no-color"]
        command += ["--report", "ndjson", "--report-ndjson-path", str(events)]
        watch, code, said = started(command, server, folder, environment(), limit=self.budget)
        trouble = "" if watch.spent or code in {0, 1} else f"exit code {code}: {said.strip().splitlines()[-1:]}"
        return watch.told(failures(events)), trouble


def started(
    command: list[str], server: SandboxServer, folder: Path, variables: dict[str, str], *, limit: int | None
) -> tuple[Watch, int, str]:
    """Run a tool against a sandbox: what was seen of it, its exit code, and what it said.

    It runs in a folder of its own: Schemathesis keeps there what failed, and would begin its next run with that.
    """
    watch = Watch(server, limit=limit)
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            command, cwd=folder, env=variables, stdout=said, stderr=said, text=True, start_new_session=True
        )
        try:
            watch.wait(process)
        finally:
            end(process)
        said.seek(0)
        return watch, process.returncode, said.read()


def environment(**more: str) -> dict[str, str]:
    """What a tool gets of ours."""
    return os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "120"} | more


def installed(folder: Path) -> str:
    """Schemathesis, out of PyPI, in an environment of its own."""
    print(f"installing {SCHEMATHESIS} ...", file=sys.stderr)
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", SCHEMATHESIS], check=True)
    return str(python.with_name("schemathesis"))


def without_user_agent(value: Any) -> Any:
    """The document without the parameter that the sandbox does not insist on."""
    if isinstance(value, list):
        return [without_user_agent(item) for item in value if not is_user_agent(item)]
    if isinstance(value, dict):
        return {name: without_user_agent(item) for name, item in value.items() if not is_user_agent(item)}
    return value


def is_user_agent(value: Any) -> bool:
    return isinstance(value, dict) and (
        str(value.get("$ref", "")).endswith("/parameters/User-Agent")
        or (value.get("in") == "header" and value.get("name") == "User-Agent")
    )


def failures(events: Path) -> dict[tuple[str, str], int]:
    """Which check failed for which operation, and the number of the request that it failed for first."""
    sent: list[float] = []
    failed: list[tuple[float, tuple[str, str]]] = []
    for recorder in recorded(events):
        moments = {case: one.get("timestamp", 0.0) for case, one in recorder["interactions"].items()}
        sent += moments.values()
        for case, checks in recorder["checks"].items():
            for check in checks:
                if check["status"] == "failure":
                    failure = check["failure_info"]["failure"]
                    failed.append((moments.get(case, 0.0), (check["name"], failure["operation"])))
    sent.sort()
    told: dict[tuple[str, str], int] = {}
    for moment, key in sorted(failed):
        told.setdefault(key, bisect.bisect_left(sent, moment) + 1)
    return told


def recorded(events: Path) -> Iterator[dict[str, Any]]:
    for line in events.read_text("utf-8", "replace").splitlines() if events.exists() else ():
        with contextlib.suppress(ValueError):  # a run that was ended may leave half a line
            finished = json.loads(line).get("ScenarioFinished")
            if finished and "interactions" in finished["recorder"]:
                yield finished["recorder"]


Tool = PicqerFuzz | Schemathesis
TOOLS = (PicqerFuzz.name, Schemathesis.name)


def run(tool: Tool, kind: Kind, seed: int, results: Results) -> Run | None:
    """One run of a tool on a sandbox of its own, if it was not made before; None where no more are to be made."""
    before = results.get(tool, str(kind), seed)
    if before is not None or results.complete:
        return before
    with (
        tempfile.TemporaryDirectory() as folder,
        SandboxServer(defect=kind.defect, rate_limit=kind.limit, seed=seed) as server,
    ):
        told, trouble = tool(server, kind, seed, Path(folder))
        requests = server.requests
    made = Run(
        tool=tool.name,
        sandbox=str(kind),
        seed=seed,
        budget=tool.budget,
        told=told,
        requests=requests,
        trouble=trouble,
    )
    results.keep(made)
    trouble = f" TROUBLE: {trouble}" if trouble else ""
    print(f"{tool.name:<12} {kind}, seed {seed}: {requests} requests{trouble}", file=sys.stderr)
    return made


def compare(tools: list[Tool], defects: list[Defect], seeds: list[int], jobs: int, results: Results) -> None:
    """Run all, and print the tables."""
    kinds = {one.name: Kind.of(one) for one in defects}
    sound = sorted({Kind(None, one.limit) for one in kinds.values()}, key=str)
    with ThreadPoolExecutor(jobs) as pool:
        clean = {
            tool.name: [pool.submit(run, tool, kind, seed, results) for kind in sound for seed in seeds]
            for tool in tools
        }
        submitted = {
            (tool.name, name): [pool.submit(run, tool, kind, seed, results) for seed in seeds]
            for name, kind in kinds.items()
            for tool in tools
        }
        made = {name: [future.result() for future in futures] for name, futures in clean.items()}
        alarms = {name: [one for one in runs if one is not None] for name, runs in made.items()}
        print_false_alarms(alarms)
        known = {name: {told.key for one in runs for told in one.told} for name, runs in alarms.items()}
        rows = {
            (tool, name): Row([made.found(known[tool]) for future in futures if (made := future.result()) is not None])
            for (tool, name), futures in submitted.items()
        }
    names = [tool.name for tool in tools]
    print_defects(names, defects, rows)
    print_totals(names, defects, rows, "class", lambda one: one.fault)
    print_totals(names, defects, rows, "difficulty", lambda one: str(one.difficulty))


def print_false_alarms(alarms: dict[str, list[Run]]) -> None:
    print_head("on the sandbox without defects", ["runs", "requests (median)", "false alarms"])
    for name, runs in alarms.items():
        counts = Counter(told.by for one in runs for told in one.told)
        told = ", ".join(f"{rule} {count}" for rule, count in sorted(counts.items())) or "none"
        requests = f"{middle(one.requests for one in runs):.0f}" if runs else ""
        print_line(name, [str(len(runs)), requests, told])


def print_defects(names: list[str], defects: list[Defect], rows: dict[tuple[str, str], Row]) -> None:
    columns = [f"{name}: {what}" for name in names for what in ("found", "requests", "seconds")]
    print_head("defect", ["class", "difficulty", *columns])
    for one in defects:
        cells = chain.from_iterable(rows[name, one.name].cells for name in names)
        print_line(one.name, [one.fault, str(one.difficulty), *cells])


def print_totals(
    names: list[str],
    defects: list[Defect],
    rows: dict[tuple[str, str], Row],
    title: str,
    key: Callable[[Defect], str],
) -> None:
    columns = [f"{name}: {what}" for name in names for what in ("found", "requests (median)", "seconds (median)")]
    print_head(title, columns)
    groups = {name: [one for one in defects if key(one) == name] for name in sorted(set(map(key, defects)))}
    groups["all"] = defects
    for group, members in groups.items():
        cells: list[str] = []
        for name in names:
            runs = list(chain.from_iterable(rows[name, one.name].runs for one in members))
            hits = [one for one in runs if one is not None]
            share = f" ({100 * len(hits) / len(runs):.0f}%)" if runs else ""
            cells.append(f"{len(hits)} of {len(runs)}{share}")
            cells += (
                [f"{middle(one.after for one in hits):.0f}", f"{middle(one.seconds for one in hits):.1f}"]
                if hits
                else ["", ""]
            )
        print_line(group, cells)


def print_head(first: str, columns: list[str]) -> None:
    print()
    print_line(first, columns)
    print_line("---", ["--:" if column not in {"class", "false alarms"} else "---" for column in columns])


def print_line(first: str, cells: list[str]) -> None:
    print(f"| {' | '.join([first, *cells])} |")


def middle(values: Iterable[float]) -> float:
    return statistics.median(values)


def chosen(only: list[str], faults: list[str]) -> list[Defect]:
    """The defects that were asked for; all, where none was."""
    unknown = set(only) - DEFECTS.keys()
    if unknown:
        sys.exit(f"there is no defect named {', '.join(sorted(unknown))}; see picqer-fuzz sandbox --list")
    return [one for one in DEFECTS.values() if (not only and not faults) or one.name in only or one.fault in faults]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="only this defect; repeatable")
    parser.add_argument("--fault", action="append", default=[], choices=FAULTS, help="only this class; repeatable")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="so many runs of each, each with its seed")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the first of the seeds")
    parser.add_argument("--max-requests", type=int, default=2000, metavar="N", help="the budget of a run")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="so many runs at a time")
    parser.add_argument("--tool", action="append", choices=TOOLS, help="only this one (default: both)")
    parser.add_argument("--print", action="store_true", help="run nothing: the tables of what is in --results")
    parser.add_argument("--results", type=Path, metavar="FILE", help="keep runs here; what is in it is not run again")
    parser.add_argument("--schemathesis", metavar="FILE", help="this program, in place of one out of PyPI")
    parser.add_argument("--phases", default=PHASES, help=f"phases of Schemathesis (default: {PHASES})")
    parser.add_argument("--max-examples", type=int, default=EXAMPLES, metavar="N", help="of Schemathesis, an operation")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tools: list[Tool] = [
            PicqerFuzz(wanted.max_requests),
            Schemathesis(
                wanted.max_requests,
                Path(folder),
                program=wanted.schemathesis,
                phases=wanted.phases,
                examples=wanted.max_examples,
            ),
        ]
        tools = [tool for tool in tools if tool.name in (wanted.tool or TOOLS)]
        seeds = [wanted.seed + number for number in range(wanted.runs)]
        compare(
            tools, chosen(wanted.only, wanted.fault), seeds, wanted.jobs, Results(wanted.results, complete=wanted.print)
        )


if __name__ == "__main__":
    main()
