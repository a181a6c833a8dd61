"""Admission: whether the server looks at what is sent, or lets nobody in; and the obstacles where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.faults import RATE_LIMITED, UNSUPPORTED_METHOD
from fuzz.oracle import TOO_MANY_REQUESTS
from validator.errors import NothingJudged, TargetError

if TYPE_CHECKING:
    from fuzz.case import Case

SILENCE: Final = 120.0
"""So many seconds are waited in vain, in all; a server that hangs on one case in ten would keep us for hours."""

DOORS: Final = frozenset({401, 403, TOO_MANY_REQUESTS})
"""Answers that may say nothing of the request: who knocks was not let in."""

KNOCKS: Final = 20
"""After so many such answers the rest is not tried."""


_FINE: Final = 200


class Admission:
    """What the answers so far say of the door.

    Those to spoilt credentials say nothing, for they are to be refused; nor do those to a method that a path has not,
    which a router may refuse before anybody is asked who he is.
    """

    def __init__(self) -> None:
        self.let_in = False
        self.last = 0
        """The last status that a case with good credentials got."""
        self.let_in_case: Case | None = None
        """A request that only reads, and was let in."""
        self._knocks = 0
        self._silence = 0.0

    def note(self, case: Case, status: int, seconds: float) -> None:
        """An answer came, or none. Raises TargetError where it makes no sense to go on."""
        if status == 0:
            self._silence += seconds
            if self._silence >= SILENCE:
                raise silent(self._silence)
        if not speaks_of_door(case):
            return
        self.last = status
        if status not in DOORS:
            self.let_in, self._knocks = True, 0
            if case.method == "GET" and status == _FINE:
                self.let_in_case = case
        elif not self.let_in:
            self._knocks += 1
        if self._knocks >= KNOCKS:
            raise not_let_in(status)


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


def nothing_tried(spent: str) -> NothingJudged:
    """Why a run without a single broken request shows nothing."""
    if spent:
        return NothingJudged(
            f"{spent} ended the run before its first broken request", mend="give more: the ids in paths are asked first"
        )
    return NothingJudged("no operation can be broken so", mend="name another --operation or --fault")
