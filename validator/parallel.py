"""The work of `picqer-contract check --workers N`: several processes judge, the report is that of one.

One process finds the recordings and deals them out, exchange lines in parts that end where a line ends. A part of a
plain file goes out as its place in the file, which is lent open with it; what comes by a stream, or packed, as bytes.
Each worker answers with the report of what it was given, and these are added up in the order of the recording, by the
same sums that `picqer-contract merge` is made of. So much only is under way that memory stays bounded.
"""

from __future__ import annotations

import gc
import io
import multiprocessing
import os
import signal
import traceback
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import connection, reduction, resource_tracker
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Self, cast

from validator.check import STDIN, STDIN_NAME, Found, Setup, Trouble, find
from validator.contract import Contract
from validator.errors import Obstacle, RecordingError, WorkerError
from validator.recordings import (
    EXCHANGE_LINES,
    LineCounter,
    Part,
    Source,
    Stretch,
    format_of,
    opened,
    read_part,
    read_recording,
    read_stream,
    split,
)
from validator.reports import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkContext, ForkProcess, SpawnContext, SpawnProcess
    from typing import TypeAlias

    from validator.reports import Report
    from validator.reports.gathering import Full

PART: Final = 4 * 1024 * 1024
"""So many bytes of exchange lines are handed out at once."""

AHEAD: Final = 32
"""So many answers per worker may wait for an earlier one."""

_ASKS: Final = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
"""What asks a program to end (validator/interruption.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A recording that came by a stream, and cannot be judged in parts."""

    data: bytes
    source: str


Job: TypeAlias = "Part | Found | Whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A worker's answer. What it was given continues a recording, or begins one; it had so many entries."""

    report: Report
    passed_over: tuple[str, ...]
    continues: bool
    entries: int


def jobs(paths: Iterable[str], stdin: BinaryIO, size: int) -> Iterator[Job | Trouble]:
    """What there is to judge, in the order of the recording."""
    for found in find(paths):
        if isinstance(found, Trouble):
            yield found
            continue
        name = STDIN_NAME if found.path == STDIN else found.path
        try:
            if found.path == STDIN:
                yield from _of(Source(stdin, STDIN_NAME), None, size)
            else:
                with opened(found.path) as source:
                    yield from _of(source, found, size)
        except RecordingError as obstacle:
            yield Trouble(obstacle=obstacle, source=name)


def _of(source: Source, found: Found | None, size: int) -> Iterator[Job]:
    if format_of(source.head) is EXCHANGE_LINES:
        yield from split(source, size)
    elif found is not None and Path(found.path).is_file():
        yield found
    else:  # a pipe cannot be opened again
        yield Whole(data=source.whole(), source=source.name)


class Sum:
    """Adds up answers in the order of the recordings, whatever the order that they come in."""

    def __init__(self, tally: Tally) -> None:
        self.added = 0
        """So many are added up: all before the first that is still missing."""
        self.passed_over: Final[list[str]] = []
        self._tally: Final = tally
        self._waiting: Final[dict[int, Judged | Trouble]] = {}
        self._entries = 0
        """Of the recording that the last one was of, so far."""

    def add(self, number: int, answer: Judged | Trouble) -> None:
        """Add the answer to job `number`, counted from 0, and those that waited for it."""
        self._waiting[number] = answer
        while (following := self._waiting.pop(self.added, None)) is not None:
            self._add(following)
            self.added += 1

    def _add(self, answer: Judged | Trouble) -> None:
        if isinstance(answer, Trouble):
            self._tally.add_obstacle(answer.obstacle, source=answer.source)
            return
        before = self._entries if answer.continues else 0
        self._tally.include(answer.report, entries_before=before)
        self._entries = before + answer.entries
        self.passed_over.extend(answer.passed_over)


class Worker:
    """Does one job after the other, each with an answer of its own."""

    def __init__(self, setup: Setup, contract: Contract | None = None) -> None:
        """`contract` is that of the setup, where it is there already."""
        contract = contract or Contract(setup.document, servers=setup.servers)
        self._tally: Final = Tally(contract, show_values=setup.show_values)
        self._checker: Final = setup.checker(contract, self._tally)
        self._counter: Final = LineCounter()

    def do(self, job: Job, full: Full) -> Judged:
        """Judge what there is to judge; `full` tells what need not be listed of it any more."""
        self._tally.heed(full)
        if isinstance(job, Part):
            entries = self._checker.take(partial(read_part, job, self._counter), job.source)
        elif isinstance(job, Whole):
            entries = self._checker.take(partial(read_stream, io.BytesIO(job.data), source=job.source), job.source)
        else:
            entries = self._checker.take(partial(read_recording, job.path), job.path, in_folder=job.in_folder)
        passed_over = tuple(self._checker.passed_over)
        self._checker.passed_over.clear()
        continues = isinstance(job, Part) and job.number > 0
        return Judged(report=self._tally.take(), passed_over=passed_over, continues=continues, entries=entries)


class Workers:
    """Processes that judge. On leaving, all of them end, whatever they are at."""

    def __init__(self, number: int, setup: Setup, contract: Contract) -> None:
        """`contract` is that of the setup."""
        self._number: Final = number
        self._setup: Final = setup
        self._contract: Final = contract
        self._processes: Final[dict[Connection, SpawnProcess | ForkProcess]] = {}
        self._idle: Final[list[Connection]] = []
        """Who waits for a job."""
        self._busy: Final[dict[Connection, int]] = {}
        """Who is at work, and at which job."""

    def __enter__(self) -> Self:
        context = _context()
        try:
            for _ in range(self._number):
                self._start(context)
            if context.get_start_method() != "fork":
                for pipe in self._idle:
                    self._send(pipe, self._setup)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes.values():
            process.kill()  # they hold nothing that must be put away
        for pipe, process in self._processes.items():
            process.join()
            pipe.close()

    def judge_recordings(self, paths: Iterable[str], stdin: BinaryIO, tally: Tally) -> list[str]:
        """The same as `check.judge_recordings`; to be called once. Raises WorkerError where one of them dies."""
        done = Sum(tally)
        for number, job in enumerate(jobs(paths, stdin, PART)):
            if isinstance(job, Trouble):
                done.add(number, job)
                continue
            while not self._idle or number - done.added >= AHEAD * len(self._processes):
                self._add_answers(done)
            self._give(number, job, tally.full())
        while self._busy:
            self._add_answers(done)
        return done.passed_over

    def _give(self, number: int, job: Job, full: Full) -> None:
        """Hand a job to a worker that has none."""
        pipe = self._idle.pop()
        self._busy[pipe] = number
        self._send(pipe, (job, full))
        if (stretch := _stretch_of(job)) is not None:
            self._lend(pipe, stretch)

    def _send(self, pipe: Connection, what: Setup | tuple[Job, Full]) -> None:
        try:
            pipe.send(what)
        except OSError:
            raise self._died(pipe) from None

    def _lend(self, pipe: Connection, stretch: Stretch) -> None:
        """Let the worker read in the file that we have open: what its name stands for may have changed meanwhile."""
        try:
            reduction.send_handle(pipe, stretch.descriptor, self._processes[pipe].pid)
        except OSError:
            raise self._died(pipe) from None

    def _add_answers(self, done: Sum) -> None:
        """Wait until somebody has an answer; add those that are there then."""
        for pipe in cast("list[Connection]", connection.wait(list(self._busy))):
            try:
                answer = pipe.recv()
            except (EOFError, OSError):
                raise self._died(pipe) from None
            if isinstance(answer, BaseException):
                raise answer
            self._idle.append(pipe)
            done.add(self._busy.pop(pipe), answer)

    def _start(self, context: SpawnContext | ForkContext) -> None:
        here, there = context.Pipe()
        if context.get_start_method() == "fork":
            process = context.Process(
                target=_work_on, args=(there, (*self._processes, here), self._setup, self._contract), daemon=True
            )
        else:
            process = context.Process(target=_work, args=(there,), daemon=True)
            resource_tracker.ensure_running()  # or it is started below, and lets signals in again
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _ASKS)
        try:
            process.start()  # it inherits what is blocked: who asks for the end is for us to hear
            self._processes[here] = process
        except OSError as error:
            told = f"a worker process cannot be started: {error.strerror}"
            raise WorkerError(told, mend="take fewer --workers") from None
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            there.close()
        self._idle.append(here)

    def _died(self, pipe: Connection) -> WorkerError:
        process = self._processes[pipe]
        process.join(5)
        code = process.exitcode or 0
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return WorkerError(
            f"a worker process {how}; no report was written", mend="if memory was short, take fewer --workers"
        )


def _stretch_of(job: Job) -> Stretch | None:
    return job.data if isinstance(job, Part) and isinstance(job.data, Stretch) else None


def _context() -> SpawnContext | ForkContext:
    """How a worker process starts.

    A fork is there at once, with all that is imported, but copies whatever other threads are at. So it is taken only
    where the system tells that there are none.
    """
    tasks = Path("/proc/self/task")
    if tasks.is_dir() and len(list(tasks.iterdir())) == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def _work_on(pipe: Connection, inherited: Iterable[Connection], setup: Setup, contract: Contract) -> None:
    """What a forked process does.

    `inherited` are pipes that must not stay open here: others would not hear that the process we work for has gone.
    """
    for other in inherited:
        other.close()
    _work(pipe, setup, contract)


def _work(pipe: Connection, setup: Setup | None = None, contract: Contract | None = None) -> None:
    """What a worker process does, until nobody asks it any more; without a setup, it comes first through the pipe."""
    try:
        worker = Worker(setup or pipe.recv(), contract)
        gc.freeze()  # what is there now will stay: no need to look at it again
        while True:
            job, full = pipe.recv()
            if (stretch := _stretch_of(job)) is None:
                pipe.send(worker.do(job, full))
                continue
            descriptor = reduction.recv_handle(pipe)
            try:
                pipe.send(worker.do(replace(job, data=replace(stretch, descriptor=descriptor)), full))
            finally:
                os.close(descriptor)
    except (EOFError, BrokenPipeError, ConnectionResetError):  # the process that we work for has gone
        return
    except Obstacle as obstacle:
        pipe.send(obstacle)
    except Exception:  # noqa: BLE001 - a bug of ours is told by the one process that can tell it
        pipe.send(RuntimeError(f"in a worker:\n{traceback.format_exc()}"))
