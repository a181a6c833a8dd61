"""The work of `picqer-contract check`: recordings in, a full tally out. Knows no terminal and no command line."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from msgspec.structs import replace

from validator.errors import DocumentError, RecordingError
from validator.recordings import UnknownFormat, read_recording, read_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from validator.errors import Obstacle
    from validator.exchange import Exchange
    from validator.findings import Verdict
    from validator.judges import Judge
    from validator.reports import Tally

STDIN: Final = "-"
STDIN_NAME: Final = "<stdin>"


def judge_recordings(
    paths: Iterable[str], stdin: BinaryIO, *, judge: Judge, tally: Tally, ignored: frozenset[str] = frozenset()
) -> list[str]:
    """Judge all that is recorded at these paths. Returns the files that were passed over, since they are no recordings.

    A bad entry, file or schema does not lose the others: it is an obstacle in the tally.
    """
    passed_over: list[str] = []
    unusable: set[str] = set()
    for exchange in _exchanges(paths, stdin, tally, passed_over):
        try:
            verdict = judge(exchange)
        except DocumentError as obstacle:  # one schema of the document; exchanges that do not need it can be judged
            if str(obstacle) not in unusable:
                unusable.add(str(obstacle))
                tally.add_obstacle(obstacle)
        else:
            tally.add(_without(verdict, ignored))
    return passed_over


def _without(verdict: Verdict, ignored: frozenset[str]) -> Verdict:
    if not ignored or not verdict.findings:
        return verdict
    return replace(verdict, findings=tuple(found for found in verdict.findings if found.rule not in ignored))


def _exchanges(paths: Iterable[str], stdin: BinaryIO, tally: Tally, passed_over: list[str]) -> Iterator[Exchange]:
    """What is recorded at the paths, in order. A file that was found in a folder need not be a recording."""
    for path in paths:
        if path == STDIN:
            yield from _read(partial(read_stream, stdin, source=STDIN_NAME), STDIN_NAME, tally)
        elif not Path(path).is_dir():
            yield from _read(partial(read_recording, path), path, tally)
        else:
            for found in _files(Path(path), tally):
                yield from _read(partial(read_recording, found), str(found), tally, passed_over)


def _read(
    read: Callable[..., Iterable[Exchange]], source: str, tally: Tally, passed_over: list[str] | None = None
) -> Iterator[Exchange]:
    def obstacle_met(obstacle: Obstacle) -> None:
        tally.add_obstacle(obstacle, source=source)

    try:
        yield from read(on_obstacle=obstacle_met)
    except RecordingError as obstacle:
        if passed_over is not None and isinstance(obstacle, UnknownFormat):
            passed_over.append(source)
        else:
            obstacle_met(obstacle)


def _files(folder: Path, tally: Tally) -> Iterator[Path]:
    """The files in the folder and below, in the order of their names. Hidden ones are not ours to read."""
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        if path.is_file():
            yield path
        elif path == folder or (path.is_dir() and not path.is_symlink()):  # a link may lead round in a circle
            try:
                inside = sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
            except OSError as error:
                unreadable = RecordingError(f"cannot be read: {error.strerror}", place=str(path))
                tally.add_obstacle(unreadable, source=str(path))
            else:
                waiting.extend(reversed(inside))
