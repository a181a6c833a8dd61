"""Events: what a run tells of itself, one by one. Who wants to show or keep something listens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.case import Case
    from fuzz.failures import Failure
    from validator.errors import Obstacle
    from validator.findings import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The plan stands: so many operations, pairs of operation and fault, and cases."""

    operations: int
    pairs: int
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A case that would be sent, were this not a dry run."""

    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A case was answered, after so many seconds, and judged.

    `shrinking` where it was sent only to find a smaller one, `again` where only to see whether the answer is the same,
    `lookup` where to learn what the server has.
    """

    case: Case
    verdict: Verdict
    seconds: float = 0.0
    shrinking: bool = False
    again: bool = False
    lookup: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GaveUp:
    """No thing of a kind could be made: the operation refused what it got, at last with this status, and code if any.

    It may have taken other bodies, at another time. Without a status there was no body to send.
    """

    operation: str
    status: int | None
    code: str | int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What became of the things that the run made: how many are gone, and the addresses of those that are not.

    `owed` are requests, by method and address, that put back what was changed, and could not be sent or were refused.
    `sent` are the requests that it took. `unanswered` are requests, by method and address, that may have made
    something: the run was cut short before the answer. `kept` counts those that no operation of the contract deletes.
    """

    sent: int = 0
    removed: int = 0
    left: tuple[str, ...] = ()
    owed: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    kept: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A failure of a new cause, as small as it got.

    `late` where the answer was told before, and what is wrong with it showed only by others.
    """

    failure: Failure
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """An obstacle: part of the work, or the rest of it, could not be done."""

    obstacle: Obstacle


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The run is over; `spent` names what ended it, and is empty where all was done.

    `lookups` are the sound requests that learnt the ids in the paths; they count as requests, and break nothing.
    `throttled` are the requests that were put off with 429 and sent again; they count, too. `absent` are the operations
    that the server seems not to have, with the statuses that say so. `mute` is a run whose answers all say that the
    address is wrong, or the server not up. `provoking` are requests that were sent to reach the rate limit: only the
    last of them is told of.
    """

    spent: str = ""
    lookups: int = 0
    throttled: int = 0
    absent: Mapping[str, frozenset[int]] = field(default_factory=dict)
    mute: bool = False
    provoking: int = 0


Event: TypeAlias = Planned | Drawn | Answered | GaveUp | Failed | Met | Cleaned | Ended
