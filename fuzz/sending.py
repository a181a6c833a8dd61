"""Sending: one request at its turn, and again where the server puts it off; counted, and with its place in the run."""

from __future__ import annotations

import time
from contextlib import nullcontext, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec

from fuzz.admission import DOORS, Admission, let_in_no_more, wants_no_more
from fuzz.answers import error_code
from fuzz.faults import RATE_LIMITED
from fuzz.oracle import TOO_MANY_REQUESTS
from fuzz.pace import Spent
from fuzz.required import with_own_key
from validator.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from fuzz.case import Case
    from fuzz.pace import Pace
    from fuzz.presence import Presence
    from fuzz.sequences.created import Created
    from fuzz.transport import Transport
    from validator.exchange import Exchange

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that ask for no change (RFC 9110, section 9.2.1)."""


class Sending:
    """Sends the cases of a run, and lets `created` note what they make.

    `send` and `look_up` give the exchange, and the seconds that it took. They raise Spent, or TargetError where nobody
    lets us in.
    """

    def __init__(
        self,
        transport: Transport,
        pace: Pace,
        created: Created,
        presence: Presence,
        seed: int,
        held: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self.pace: Final = pace
        self.admission: Final = Admission()
        self.presence: Final = presence
        self.tried = 0
        """Requests that were sent to see how they are answered; all others are look-ups."""
        self._transport: Final = transport
        self._created: Final = created
        self._seed: Final = seed
        self._held: Final = held
        self._seen: Final[set[tuple[object, ...]]] = set()

    @property
    def lookups(self) -> int:
        """Sound requests that were sent to learn something."""
        return self.pace.sent - self.tried - self.pace.throttled

    def is_fresh(self, case: Case) -> bool:
        """Whether the same request was not sent before; it counts as sent from now on."""
        seen = (case.method, case.url, case.headers, case.body, case.credentials)
        if seen in self._seen:
            return False
        self._seen.add(seen)
        return True

    def send(self, case: Case) -> tuple[Exchange, float]:
        """Send a case that is tried."""
        sent = self.look_up(case)
        self.tried += 1
        return sent

    def look_up(self, case: Case) -> tuple[Exchange, float]:
        """Send a sound request that should teach something."""
        exchange, seconds = self.deliver(case, self.pace)
        self.pace.heed(exchange.response.headers)
        self.admission.note(case, exchange.response.status, seconds)
        self.presence.note(case, exchange.response.status, error_code(exchange.response))
        placed = msgspec.structs.replace(exchange, source=f"seed {self._seed}", index=self.pace.sent - 1)
        self._ask_for_nothing(case)
        return placed, seconds

    def _ask_for_nothing(self, case: Case) -> None:
        """Where several lists answered alike, see whether an address that nothing has is answered so, too."""
        nowhere = self.presence.address_of_nothing(case)
        # What ends the run here ends it at the next request, too: the answer that has come is not to be lost.
        with suppress(Spent, TargetError):
            if nowhere is not None:
                response = self.deliver(replace(case, url=nowhere), self.pace)[0].response
                self.presence.note_nothing(response.status, error_code(response))

    def check_door(self) -> None:
        """Send again what was let in before. Raises TargetError where it is no more: then answers say nothing."""
        known = self.admission.let_in_case
        if known is not None and (status := self.look_up(known)[0].response.status) in DOORS:
            raise let_in_no_more(status)

    def deliver(self, case: Case, pace: Pace) -> tuple[Exchange, float]:
        """Send a case when it is its turn by this pace, whoever is let in."""
        while True:
            pace.turn()
            sent_at = time.monotonic()
            # What an interrupted request has made nobody would know of: such a one is waited for.
            with self._held() if case.method not in _SAFE else nullcontext():
                exchange = self._exchange(case)
            seconds = time.monotonic() - sent_at
            response = exchange.response
            if response.status != TOO_MANY_REQUESTS or case.fault == RATE_LIMITED:
                break
            if not pace.put_off(response.headers):
                raise wants_no_more(pace.asked, let_in=self.admission.let_in)
        return exchange, seconds

    def _exchange(self, case: Case) -> Exchange:
        try:
            exchange = self._transport(with_own_key(case))
        except TargetError:  # it was not sent
            raise
        except BaseException:
            self._created.note_unanswered(case)
            raise
        self._created.note(case, exchange)
        return exchange
