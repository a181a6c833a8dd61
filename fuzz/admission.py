"""Admission: whether the server looks at what is sent, or lets nobody in; and the obstacles where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.faults import RATE_LIMITED, UNKNOWN_RESOURCE, UNSUPPORTED_METHOD
from fuzz.oracle import TOO_MANY_REQUESTS
from fuzz.pace import LONGEST_WAIT
from validator.errors import NothingJudged, TargetError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from fuzz.case import Case

SILENCE: Final = 120.0
"""So many seconds are waited in vain, in all; a server that hangs on one case in ten would keep us for hours."""

DOORS: Final = frozenset({401, 403, TOO_MANY_REQUESTS})
"""Answers that may say nothing of the request: who knocks was not let in."""

DAY: Final = 86_400.0
"""Seconds; of a longer wait nobody wants to know how many they are, or the header was none of seconds."""

KNOCKS: Final = 20
"""After so many such answers the rest is not tried."""

NOT_HERE: Final = frozenset({404, 405, 501})
"""What servers answer where they have no such path, or no such method there."""

MUTE: Final = (
    frozenset({0}),  # no answer at all
    frozenset({301, 302, 303, 307, 308}),
    NOT_HERE,
    frozenset({502, 503, 504}),
)
"""Where all answers are of one of these kinds, they say that the address is wrong, or the server is not up."""

MUTE_MOST: Final = 30
"""After so many such answers, and no others, the rest is not tried."""

_FINE: Final = 200


class Admission:
    """What the answers so far say of the door.

    Those to spoilt credentials say nothing, for they are to be refused; nor do those to a method that a path has not,
    which a router may refuse before anybody is asked who he is.
    """

    def __init__(self) -> None:
        self.last = 0
        """The last status that a case with good credentials got."""
        self.let_in_case: Case | None = None
        """A request that only reads, and was let in."""
        self._is_open = False
        self._knocks = 0
        self._silence = 0.0
        self._statuses: Final[set[int]] = set()
        """All that came, but for those that may be the right answer to an address of nothing."""
        self._mute = 0

    @property
    def let_in(self) -> bool:
        """Whether the server has looked at anything that was sent."""
        return self._is_open and not self.is_mute

    @property
    def is_mute(self) -> bool:
        """Whether something came, and all of it says that the address is wrong, or the server is not up."""
        return bool(self._statuses) and any(self._statuses <= kind for kind in MUTE)

    @property
    def mute(self) -> TargetError:
        """Why answers of one such kind, and no others, show nothing."""
        return mute(self._statuses)

    def note(self, case: Case, status: int, seconds: float) -> None:
        """An answer came, or none. Raises TargetError where it makes no sense to go on."""
        if status == 0:
            self._silence += seconds
            if self._silence >= SILENCE:
                raise silent(self._silence)
        self._hear(case, status)
        if not speaks_of_door(case):
            return
        self.last = status
        if status not in DOORS:
            self._is_open, self._knocks = True, 0
            if case.method == "GET" and status == _FINE:
                self.let_in_case = case
        elif not self.let_in:
            self._knocks += 1
        if self._knocks >= KNOCKS:
            raise not_let_in(status)

    def _hear(self, case: Case, status: int) -> None:
        """Whether any answer is unlike the others. Raises TargetError where so many are not."""
        if status in NOT_HERE and case.fault in {UNKNOWN_RESOURCE, UNSUPPORTED_METHOD}:
            return
        self._statuses.add(status)
        # A server may have a part of the operations only, and none of the lists that are looked up at first.
        self._mute += status not in NOT_HERE or bool(case.fault)
        if self._mute >= MUTE_MOST and self.is_mute:
            raise self.mute


def speaks_of_door(case: Case) -> bool:
    """Whether the answer says something of whether we are let in: then it was not the case that asked to be refused."""
    return not case.credentials and case.fault not in {UNSUPPORTED_METHOD, RATE_LIMITED}


def not_let_in(status: int) -> TargetError:
    """Why answers with one of these statuses, and no others, show nothing."""
    if status == TOO_MANY_REQUESTS:
        return TargetError(
            f"the server answers {status} to every request: it wants fewer of them",
            mend="wait a minute, then run with --rate, a number of requests in a second",
        )
    return TargetError(
        f"the server answers {status} to every request: nothing of what was sent was looked at",
        mend="give a key that it knows, in PICQER_API_KEY or with --api-key-file",
    )


def wants_no_more(asked: float, *, let_in: bool) -> TargetError:
    """Why a run ends that is put off for too long, or again and again."""
    if asked <= LONGEST_WAIT:
        told = f"still, after the {LONGEST_WAIT:.0f} seconds that are waited in a row"
    else:
        bound = f"more than {LONGEST_WAIT:.0f} seconds are waited only where --time-budget has room for it"
        told = f"and asks to wait for {'more than a day' if asked > DAY else f'{asked:,.0f} seconds'}: {bound}"
    return TargetError(
        f"the server answers {TOO_MANY_REQUESTS} {told}" + ("; the rest is not tried" if let_in else ""),
        mend="run again later, or with --rate, a number of requests in a second",
    )


def mute(statuses: AbstractSet[int]) -> TargetError:
    """Why answers with these statuses, of one kind, and no others, show nothing."""
    told = " or ".join(str(status) for status in sorted(statuses))
    return TargetError(
        f"the server answers {told} to every request" if statuses != {0} else "the server answers no request at all",
        mend="see whether the address is right, its path too, and whether the server is up",
    )


def took_nothing(operation: str) -> TargetError:
    """Why a run shows little in which broken requests were refused, and sound ones, to this operation or more, too."""
    return TargetError(
        "the server took no request that the document allows: that it refuses broken ones shows little",
        mend=f"see what {operation} wants, and let the document say it",
    )


def let_in_no_more(status: int) -> TargetError:
    """Why a run ends early whose key was good at its start."""
    return TargetError(
        f"the server answers {status} to a request that it let in before; the rest is not tried",
        mend="see whether the key has expired or was locked out, and run again",
    )


def silent(seconds: float) -> TargetError:
    """Why a server that hangs is left alone."""
    return TargetError(
        f"the server left requests without an answer, for {seconds:.0f} seconds in all; the rest is not tried",
        mend="see what it does with those that are reported, or start it again",
    )


def nothing_tried(spent: str, *, has_operations: bool) -> NothingJudged:
    """Why a run without a single broken request shows nothing."""
    if not has_operations:
        return NothingJudged(
            "the document has no operations: nothing can be sent",
            mend="give one that has some, in `paths`; what comes as webhooks is judged by picqer-contract check",
        )
    if spent:
        return NothingJudged(
            f"{spent} ended the run before its first broken request", mend="give more: the ids in paths are asked first"
        )
    return NothingJudged("no operation can be broken so", mend="name another --operation or --fault")
