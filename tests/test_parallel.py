"""Several processes judge, and nobody can tell from the report."""

from __future__ import annotations

import gzip
import io
import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.samples import DOCUMENT, SERVER, contract
from validator import parallel
from validator.check import STDIN, Setup, Trouble, judge_recordings
from validator.cli import main
from validator.door import FINDINGS, INTERRUPTED, OBSTACLE
from validator.errors import WorkerError
from validator.parallel import Sum, Worker, Workers, jobs
from validator.reports import FORMATS, Tally, gathering
from validator.reports.gathering import Full

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTRACT = contract()
SETUP = Setup(document=CONTRACT.document)
ERROR = '{"error": true, "error_code": %s, "error_message": "no"}'


def line(url: str = f"{SERVER}/orders", status: int = 200, body: str | None = None, method: str = "GET") -> str:
    response: dict[str, Any] = {"status": status, "headers": {"content-type": "application/json"}}
    return json.dumps(
        {"request": {"method": method, "url": url}, "response": response | ({"body": body} if body else {})}
    )


LINES = st.one_of(
    st.just(line()),
    st.builds(
        line, st.sampled_from([f"{SERVER}/orders?a=1", f"{SERVER}/other/1", f"{SERVER}/other/2", "https://a.nl/"])
    ),
    st.builds(lambda code: line(status=400, body=ERROR % code), st.sampled_from([1, 2, 99, '"LATE"'])),
    st.builds(lambda status: line(status=status), st.sampled_from([0, 418, 500])),
    st.builds(lambda body: line(status=400, body=body), st.sampled_from(["{", "[]", '{"error": 1}'])),
    st.sampled_from(["", "{", "{}"]),
)
FILES = st.lists(st.lists(LINES, max_size=12), min_size=1, max_size=3)


def written(tally: Tally, form: str) -> str:
    stream = io.StringIO()
    FORMATS[form].render(tally.report(seconds=0, coverage_in_full=True), stream)
    return stream.getvalue()


@pytest.mark.property
@given(
    files=FILES,
    size=st.integers(1, 500),
    deal=st.lists(st.integers(0, 2), min_size=1, max_size=8),
    bounds=st.tuples(*[st.integers(1, 6)] * 3),
)
def test_the_report_of_the_parts_is_the_report_of_the_whole_past_every_bound(
    files: list[list[str]], size: int, deal: list[int], bounds: tuple[int, int, int], tmp_path_factory: Any
) -> None:
    folder = tmp_path_factory.mktemp("recordings")
    for index, lines in enumerate(files):
        (folder / f"{index}.ndjson").write_text("\n".join(lines))
    with pytest.MonkeyPatch.context() as patch:
        for name, bound in zip(("MAX_FINDINGS", "MAX_ALIKE", "MAX_QUIET_CASES"), bounds, strict=True):
            patch.setattr(gathering, name, bound)
        whole, parts = Tally(CONTRACT), Tally(CONTRACT)
        passed_over = judge_recordings([str(folder)], io.BytesIO(), SETUP.checker(CONTRACT, whole))
        workers = [Worker(SETUP) for _ in range(3)]
        total = Sum(parts)
        for index, job in enumerate(jobs([str(folder)], io.BytesIO(), size)):
            turn = deal[index % len(deal)]
            answer = job if isinstance(job, Trouble) else workers[turn].do(job, parts.full() if turn else Full())
            total.add(index, answer)
            assert total.added == index + 1
        assert total.passed_over == passed_over
        for form in FORMATS:
            assert written(parts, form) == written(whole, form)


def test_answers_are_added_up_in_the_order_of_the_recording() -> None:
    worker = Worker(SETUP)
    answers = {
        index: worker.do(job, Full())
        for index, job in enumerate(jobs([STDIN], io.BytesIO("\n".join([line(status=418)] * 4).encode()), 1))
        if not isinstance(job, Trouble)
    }
    assert len(answers) > 1
    tally, last = Tally(CONTRACT), len(answers) - 1
    total = Sum(tally)
    total.add(last, answers.pop(last))
    assert total.added == tally.exchanges == 0
    for index, answer in answers.items():
        total.add(index, answer)
    assert total.added == last + 1
    assert [case.exchange.index for case in tally.report(seconds=0).cases] == [0, 1, 2, 3]


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all sorts of recordings, good and bad."""
    folder = tmp_path_factory.mktemp("recordings")
    (folder / "openapi.json").write_text(json.dumps(DOCUMENT))
    inside = folder / "recordings"
    (inside / "deep").mkdir(parents=True)
    kinds = [
        line(),
        line(status=418),
        "",
        line(f"{SERVER}/other"),
        line(status=400, body=ERROR % 99),
        "{",
        line(status=0),
    ]
    lines = "\n".join(kinds * 300)
    (inside / "a.ndjson").write_text(lines)
    (inside / "b.ndjson.gz").write_bytes(gzip.compress(lines.encode()))
    (inside / "cut.ndjson.gz").write_bytes(gzip.compress(lines.encode())[:-200])
    (inside / "deep" / "notes.md").write_text("# no recording")
    (inside / "deep" / "one.json").write_text(json.dumps(json.loads(line(status=418)), indent=1))
    (inside / "many.json").write_text(f"[{line()}, {line(status=418)}]")
    entry = json.loads(line(status=418))
    (inside / "session.har").write_text(json.dumps({"log": {"entries": [{**entry, "response": {"status": 418}}, {}]}}))
    (inside / "vcr.yaml").write_text(
        f"interactions:\n- request: {{method: GET, uri: '{SERVER}/orders'}}\n  response: {{status: {{code: 418}}}}\n"
    )
    return folder


def check(folder: Path, *argv: object, stdin: bytes = b"") -> tuple[int, dict[str, str], str]:
    """Exit code, reports, standard error."""
    out, err = io.StringIO(), io.StringIO()
    forms = [f"--format={name}:{folder / name}" for name in FORMATS]
    spec = folder / "openapi.json"
    code = main(
        ["check", "--spec", str(spec), *forms, *map(str, argv)], stdin=io.BytesIO(stdin), stdout=out, stderr=err
    )
    assert out.getvalue() == ""
    reports = {name: re.sub(r'"seconds": [\d.]+|time="[\d.]+"', "", (folder / name).read_text()) for name in FORMATS}
    return code, reports, err.getvalue()


@pytest.fixture(params=["spawn", None])
def start(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How a worker process starts: anew, or as it does of itself."""
    if request.param:
        monkeypatch.setattr(parallel, "_context", lambda: multiprocessing.get_context(request.param))


@pytest.mark.end_to_end
@pytest.mark.usefixtures("start")
@pytest.mark.parametrize(
    ("start", "argv"),
    [
        (None, []),
        ("spawn", []),
        (None, ["--ignore", "undocumented-status", "--server", "http://other.example", "--fail-under", "90"]),
        (None, ["--strict", "--fail-on", "never", "--show-values", "--max-findings", "1", "--judge", "reference"]),
    ],
    indirect=["start"],
)
def test_nobody_can_tell_how_many_processes_judged(
    recordings: Path, argv: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "PART", 20_000)
    given = (recordings / "recordings", recordings / "missing", "-", *argv)
    stdin = (recordings / "recordings" / "a.ndjson").read_bytes()[:30_000]
    alone = check(recordings, *given, stdin=stdin)
    assert alone[0] == OBSTACLE
    assert check(recordings, *given, "--workers", 3, stdin=stdin) == alone


@pytest.mark.end_to_end
def test_what_comes_by_a_stream_and_has_no_lines_is_judged_too(recordings: Path) -> None:
    stdin = (recordings / "recordings" / "many.json").read_bytes()
    alone = check(recordings, "-", stdin=stdin)
    assert alone[0] == FINDINGS
    assert check(recordings, "-", "--workers", 2, stdin=stdin) == alone
    pipe = recordings / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cp", recordings / "recordings" / "session.har", pipe]):
        code, reports, _ = check(recordings, pipe, "--workers", 2)
    assert code == OBSTACLE
    assert json.loads(reports["json"].replace(",\n    \n", "\n"))["summary"]["by_rule"] == {"undocumented-status": 1}


@pytest.mark.end_to_end
def test_what_is_wrong_with_the_document_is_told_once(tmp_path: Path) -> None:
    document = json.loads(json.dumps(DOCUMENT))
    document["components"]["schemas"]["Error"]["properties"]["error_message"]["pattern"] = "((a{1000}){1000}){10}"
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.ndjson").write_text("\n".join([line(status=400, body=ERROR % 1), line()] * 3))
    paths = [tmp_path / f"{name}.ndjson" for name in ("a", "b", "c")]
    alone = check(tmp_path, *paths)
    assert alone[0] == OBSTACLE
    assert alone[2].count("a schema cannot be compiled") == 1
    assert check(tmp_path, *paths, "--workers", 3) == alone


@pytest.mark.end_to_end
@pytest.mark.usefixtures("start")
def test_a_bug_in_a_worker_is_told() -> None:
    setup = Setup(document=CONTRACT.document, judge="no such judge")
    with (
        pytest.raises(RuntimeError, match=r"in a worker:\n[\s\S]*expected one of the judges"),
        Workers(1, setup, CONTRACT) as workers,
    ):
        workers.judge_recordings([STDIN], io.BytesIO(line().encode()), Tally(CONTRACT))


def children(pid: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            if f"\nPPid:\t{pid}\n" in status.read_text():
                found.append(int(status.parent.name))
    return found


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


THREADED = """
import threading, time
threading.Thread(target=time.sleep, args=(99,), daemon=True).start()
from validator.cli import entry_point
entry_point()
"""
"""The door, in a process that must not be forked."""


@pytest.fixture(params=[("-m", "validator"), ("-c", THREADED)], ids=["alone", "threaded"])
def running(recordings: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    """A check that goes on until its standard input ends, in a process group of its own."""
    command = ["check", "-", "--spec", str(recordings / "openapi.json"), "--workers", "2", "--format", "json"]
    # Where the tests run in the background Ctrl-C is ignored, and a process inherits that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        [sys.executable, *request.param, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdin is not None
        process.stdin.write((line() + "\n").encode() * 200_000)
        process.stdin.flush()
        yield process
        process.kill()
    signal.signal(signal.SIGINT, before)


def workers_of(process: subprocess.Popen[bytes]) -> list[int]:
    """Its workers, once they are there."""
    for _ in range(200):
        threaded = THREADED in command_of(process.pid)
        found = [child for child in children(process.pid) if threaded == ("spawn_main" in command_of(child))]
        if len(found) == 2:
            return found
        time.sleep(0.05)
    raise AssertionError("no workers")


def are_gone(pids: list[int]) -> bool:
    for _ in range(100):
        if not any(map(command_of, pids)):  # one that has ended has none
            return True
        time.sleep(0.05)
    return False


@pytest.mark.end_to_end
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
class TestProcesses:
    """How the processes end."""

    def test_ctrl_c_ends_all_of_them_at_once(self, running: subprocess.Popen[bytes]) -> None:
        workers = workers_of(running)
        os.killpg(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=20)
        assert (running.returncode, out) == (INTERRUPTED, b"")
        assert err == b"picqer-contract: interrupted; no report was written\n"
        assert are_gone(workers)

    def test_a_worker_that_is_killed_is_an_obstacle(self, running: subprocess.Popen[bytes]) -> None:
        workers = workers_of(running)
        os.kill(workers[0], signal.SIGKILL)
        out, err = running.communicate((line() + "\n").encode() * 200_000, timeout=20)
        assert (running.returncode, out) == (OBSTACLE, b"")
        assert b"a worker process was killed by signal 9; no report was written (if memory was short" in err
        assert are_gone(workers)

    def test_no_worker_outlives_the_process_that_it_works_for(self, running: subprocess.Popen[bytes]) -> None:
        workers = workers_of(running)
        running.kill()
        running.wait(timeout=20)
        assert are_gone(workers)


@pytest.mark.usefixtures("start")
def test_a_worker_that_ends_of_itself_is_an_obstacle_too() -> None:
    class Unwilling(Setup):
        __slots__ = ()

        def __reduce__(self) -> Any:  # a process that is not forked makes it anew
            return os._exit, (7,)

        def checker(self, *_: object) -> Any:
            os._exit(7)

    setup = Unwilling(document=CONTRACT.document)
    with (
        pytest.raises(WorkerError, match="a worker process ended with exit code 7"),
        Workers(2, setup, CONTRACT) as workers,
    ):
        workers.judge_recordings([STDIN], io.BytesIO(line().encode()), Tally(CONTRACT))


def test_a_worker_that_cannot_be_started_is_an_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(BaseProcess, "start", refuse)
    with (
        pytest.raises(WorkerError, match="cannot be started: Resource temporarily unavailable"),
        Workers(2, SETUP, CONTRACT),
    ):
        pass
