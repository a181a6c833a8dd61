"""The work of `picqer-contract check`: recordings in, a full tally out. Knows no terminal and no command line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from validator.errors import DocumentError, RecordingError
from validator.findings import Verdict
from validator.judges import make_judge
from validator.recordings import UnknownFormat, read_recording, read_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from validator.contract import Contract, Document
    from validator.errors import Obstacle
    from validator.exchange import Exchange
    from validator.judges import Judge
    from validator.reports import Tally

STDIN: Final = "-"
STDIN_NAME: Final = "<stdin>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file that was named, or found in a folder: such a one need not be a recording."""

    path: str
    in_folder: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What cannot be read, and why."""

    obstacle: Obstacle
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How to judge: all that another process must know to do it as well."""

    document: Document
    servers: tuple[str, ...] = ()
    judge: str = "compiled"
    strict: bool = False
    drift: bool = False
    show_values: bool = False
    ignored: frozenset[str] = frozenset()

    def checker(self, contract: Contract, tally: Tally) -> Checker:
        """Who judges against the contract, into the tally."""
        return Checker(make_judge(contract, self.judge, strict=self.strict, drift=self.drift), tally, self.ignored)


def judge_recordings(paths: Iterable[str], stdin: BinaryIO, checker: Checker) -> list[str]:
    """Judge all that is recorded at these paths. Returns the files that were passed over, since they are no recordings.

    A bad entry, file or schema does not lose the others: it is an obstacle in the tally.
    """
    for found in find(paths):
        if isinstance(found, Trouble):
            checker.tally.add_obstacle(found.obstacle, source=found.source)
        elif found.path == STDIN:
            checker.take(partial(read_stream, stdin, source=STDIN_NAME), STDIN_NAME)
        else:
            checker.take(partial(read_recording, found.path), found.path, in_folder=found.in_folder)
    return checker.passed_over


class Checker:
    """Judges recordings into a tally, one after the other."""

    def __init__(self, judge: Judge, tally: Tally, ignored: frozenset[str] = frozenset()) -> None:
        self._judge: Final = judge
        self.tally: Final = tally
        self._ignored: Final = ignored
        self.passed_over: Final[list[str]] = []
        """Files that were found in folders, and are no recordings."""

    def take(self, read: Callable[..., Iterable[Exchange]], source: str, *, in_folder: bool = False) -> int:
        """Judge all that `read` gives; how many entries that was. Whatever goes wrong with it is an obstacle."""
        read_well = unreadable = 0

        def met(obstacle: Obstacle) -> None:
            nonlocal unreadable
            unreadable += 1
            self.tally.add_obstacle(obstacle, source=source)

        try:
            for read_well, exchange in enumerate(read(on_obstacle=met), 1):  # noqa: B007 - how many in the end
                self._take(exchange)
        except RecordingError as obstacle:
            if in_folder and isinstance(obstacle, UnknownFormat):
                self.passed_over.append(source)
            else:
                self.tally.add_obstacle(obstacle, source=source)
        return read_well + unreadable

    def _take(self, exchange: Exchange) -> None:
        try:
            verdict = self._judge(exchange)
        except DocumentError as obstacle:  # one schema of the document; exchanges that do not need it can be judged
            self.tally.add_obstacle(obstacle)
        else:
            self.tally.add(_without(verdict, self._ignored))


def _without(verdict: Verdict, ignored: frozenset[str]) -> Verdict:
    if not ignored or not verdict.findings:
        return verdict
    return Verdict(
        exchange=verdict.exchange,
        operation=verdict.operation,
        findings=tuple(found for found in verdict.findings if found.rule not in ignored),
        skipped=verdict.skipped,
        undecided=verdict.undecided,
    )


def find(paths: Iterable[str]) -> Iterator[Found | Trouble]:
    """The files at the paths, in order; standard input is `STDIN`."""
    for path in paths:
        if path == STDIN or not Path(path).is_dir():
            yield Found(path=path)
        else:
            yield from _inside(Path(path))


def _inside(folder: Path) -> Iterator[Found | Trouble]:
    """The files in the folder and below, in the order of their names. Hidden ones are not ours to read."""
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        if path.is_file():
            yield Found(path=str(path), in_folder=True)
        elif path == folder or (path.is_dir() and not path.is_symlink()):  # a link may lead round in a circle
            try:
                inside = sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
            except OSError as error:
                unreadable = RecordingError(f"cannot be read: {error.strerror}", place=str(path))
                yield Trouble(obstacle=unreadable, source=str(path))
            else:
                waiting.extend(reversed(inside))
