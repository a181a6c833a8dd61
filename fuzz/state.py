"""State: what a scheduled run keeps for the next one, in a folder.

`state.json` says which ways were tried in which run, so that nights with a small budget try different ones, and which
seeds there were. `failing.ndjson` holds what failed, as `picqer-fuzz replay` reads it, without the answers: it is sent
first next time, however the contract and Hypothesis have changed since. `examples` is Hypothesis' own database, of the
sequences that it chose: those that failed, and those that brought the rarest answers.

The same seed and the same state send the same requests. Neither key nor answer is in it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from fuzz.case import Tried
from fuzz.keeping import read_kept, write_kept
from fuzz.replay import Recorded, read_cases, write_case
from validator.errors import RecordingError, ReportError
from validator.exchange import Exchange, Response

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from fuzz.failures import Failure
    from fuzz.replay import Origin

RUNS: Final = 100
"""So many runs are remembered by their seed."""

EXAMPLES: Final = "examples"
"""The folder, in that of the state, of Hypothesis' database."""

CASES: Final = 500
"""So many failing cases are kept, the smallest: they take the budget of the next run before anything else."""


_NO_ANSWER: Final = Response(status=0)


class Night(msgspec.Struct, frozen=True, kw_only=True):
    """A run that was: its number, its seed, how many ways it tried and how many failures it found."""

    number: int
    seed: int
    ways: int
    failures: int


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    format: Literal["picqer-fuzz state 1"]
    contract: str
    runs: list[Night]
    covered: dict[str, dict[str, dict[str, int]]]
    """By operation, fault and way: the number of the last run that tried it."""


class State:
    """What the runs before have left, and what this one leaves."""

    def __init__(self, folder: Path, title: str, kept: _Kept | None, failing: Iterable[Recorded]) -> None:
        self.failing: Final = tuple(failing)
        """What failed, to be looked at again."""
        self.covered: Final[Mapping[Tried, int]] = _flat(kept.covered) if kept is not None else {}
        """The number of the last run that tried a way."""
        self.runs: Final = tuple(kept.runs) if kept is not None else ()
        self.folder: Final = folder
        self.examples: Final = folder / EXAMPLES
        self._title: Final = title

    @classmethod
    def open(cls, folder: Path, title: str) -> State:
        """The state in a folder, of the contract with this title; the folder is made where there is none.

        That of the examples is Hypothesis' to make; where it cannot, it keeps nothing and says nothing.

        Raises ReportError where what is there is damaged, of another contract, or not ours.
        """
        _make(folder)
        path = folder / "state.json"
        kept = read_kept(path, _Kept, "a state of picqer-fuzz")
        if kept is not None and kept.contract != title:
            reason = f"is of the contract {kept.contract!r}, not {title!r}"
            raise ReportError(reason, place=str(path), mend="give each contract a --state of its own")
        state = cls(folder, title, kept, _failing(folder / "failing.ndjson"))
        if state.examples.exists():
            _make(state.examples)
        return state

    @property
    def number(self) -> int:
        """The number of the run that is to come."""
        return max((run.number for run in self.runs), default=0) + 1

    def leave(
        self,
        *,
        seed: int,
        tried: Collection[Tried],
        failures: Collection[Failure],
        waiting: Iterable[Recorded],
        origin: Origin,
    ) -> None:
        """Write what the next run should know. What failed before and still waits to be looked at stays.

        Raises ReportError.
        """
        covered: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
        for one, number in sorted({**self.covered, **dict.fromkeys(tried, self.number)}.items()):
            covered[one.operation][one.fault][one.way] = number
        night = Night(number=self.number, seed=seed, ways=len(tried), failures=len(failures))
        kept = _Kept(
            format="picqer-fuzz state 1",
            contract=self._title,
            runs=[*self.runs, night][-RUNS:],
            covered={name: dict(by_fault) for name, by_fault in covered.items()},
        )
        by_size = sorted(failures, key=lambda one: one.size, reverse=True)
        smallest = {(one.case.tried, one.marks): Recorded(case=one.case, origin=origin) for one in by_size}
        cases = [*reversed(smallest.values()), *waiting]
        lines = [write_case(one, Exchange(request=one.case.request, response=_NO_ANSWER)) for one in cases]
        write_kept(self.folder / "failing.ndjson", b"".join(lines[:CASES]))
        write_kept(self.folder / "state.json", msgspec.json.format(msgspec.json.encode(kept), indent=1) + b"\n")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        mend = "move it away, or name another place"
        raise ReportError(f"no folder: {error.strerror}", place=str(folder), mend=mend) from None


def _flat(covered: Mapping[str, Mapping[str, Mapping[str, int]]]) -> dict[Tried, int]:
    return {
        Tried(operation, fault, way): number
        for operation, by_fault in covered.items()
        for fault, by_way in by_fault.items()
        for way, number in by_way.items()
    }


def _failing(path: Path) -> list[Recorded]:
    try:
        return read_cases(path) if path.is_file() and path.stat().st_size else []
    except RecordingError as error:
        mend = "move it away; what failed before is then not looked at first"
        raise ReportError(error.reason, place=error.place, mend=mend) from None
    except OSError as error:
        raise ReportError(f"cannot be read: {error.strerror}", place=str(path)) from None
