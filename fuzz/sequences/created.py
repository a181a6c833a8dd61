"""Created: all that a run made, so that it can be deleted at its end, the newest first."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import orjson

from fuzz.breakage import Breakage
from fuzz.events import Cleaned
from fuzz.faults import VALID
from fuzz.pace import Spent
from fuzz.sequences import answers
from fuzz.sequences.kinds import Kind, kinds
from validator.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from fuzz.addresses import Addresses
    from fuzz.case import Case
    from validator.contract import Contract
    from validator.exchange import Exchange

MOST_KEPT: Final = 12
"""So many things of a kind that cannot be deleted again are made in a run."""

SECONDS: Final = 30.0
"""So long the cleaning up may take."""

_NAME: Final = re.compile(r"\\?\{([^{}\\]+)\\?\}")


class Created:
    """A registry: `note` every exchange, and `clean_up` at the end."""

    def __init__(self, contract: Contract, addresses: Addresses) -> None:
        self._contract: Final = contract
        self._addresses: Final = addresses
        self._by_create: Final[dict[str, Kind]] = {
            kind.create.id: kind for kind in kinds(contract) if kind.create is not None
        }
        self._things: Final[dict[str, Case]] = {}
        self._expected: Final[dict[str, Case]] = {}
        """By the address of what is not there: what deletes it, should a PUT make it."""
        self._kept: Final[Counter[str]] = Counter()
        self._unanswered: Final[list[str]] = []

    def __bool__(self) -> bool:
        """Whether the run made anything that is there still."""
        return bool(self._things) or self._kept.total() > 0

    def allows(self, operation: str) -> bool:
        """Whether more may be made by the operation: what cannot be deleted again is made a few times at most."""
        kind = self._by_create.get(operation)
        return kind is None or kind.delete is not None or self._kept[operation] < MOST_KEPT

    def note(self, case: Case, exchange: Exchange) -> None:
        """Remember what an answer says was made, and forget what it says is deleted."""
        if not answers.succeeded(exchange) and not (
            case.method == "DELETE" and exchange.response.status in answers.GONE
        ):
            return
        if case.method == "DELETE":
            self._things.pop(case.url, None)
            return
        unmade = self._expected.get(case.url.partition("?")[0])
        if case.method == "PUT" and unmade is not None:
            self._things[unmade.url] = unmade
        kind = self._made_by(case)
        if kind is None:
            return
        above = self._above(kind, case.url)
        number = answers.id_of(kind, exchange, _value(case.body), list(above.values()))
        if kind.delete is None or number is None:
            self._kept[case.operation] += kind.delete is None
            return
        path = tuple((above | {kind.parameter: number}).items())
        deletion = Breakage(fault=VALID, variant="cleaning up", described="deletes what the run made", path=path)
        delete = self._addresses.case(kind.delete, deletion)
        self._things[delete.url] = delete

    def note_unanswered(self, case: Case) -> None:
        """Remember a request that may have made something, and that nothing came back to."""
        if self._made_by(case) is not None:
            self._unanswered.append(f"{case.method} {case.url}")

    def expect(self, url: str, deletion: Case) -> None:
        """There is nothing at an address, but a PUT may make something there: then it has to be deleted."""
        self._expected[url.partition("?")[0]] = deletion

    def owe(self, case: Case) -> None:
        """A request that has to be sent at the end, if it is not `paid` before: it puts back what was changed."""
        self._things[f"{case.method} {case.url}"] = case

    def paid(self, case: Case) -> None:
        """What was owed is done."""
        self._things.pop(f"{case.method} {case.url}", None)

    @property
    def things(self) -> frozenset[str]:
        """The addresses of what is there, to be kept from a cleaning up."""
        return frozenset(self._things)

    def clean_up(
        self, send: Callable[[Case], Exchange], seconds: float = SECONDS, keep: Collection[str] = ()
    ) -> Cleaned:
        """Delete it all, the newest first, as far as the time goes; what is refused is tried once more at the end."""
        until = time.monotonic() + seconds
        removed = 0
        for _ in range(2):
            for url, case in reversed([one for one in self._things.items() if one[0] not in keep]):
                if time.monotonic() >= until:
                    break
                try:
                    exchange = send(case)
                except (TargetError, Spent):  # nobody is there any more, or the time is over
                    return replace(self.left, removed=removed)
                if answers.succeeded(exchange) or exchange.response.status in answers.GONE:
                    self._things.pop(url, None)
                    removed += case.method == "DELETE"
        return replace(self.left, removed=removed)

    @property
    def left(self) -> Cleaned:
        """What is there still."""
        return Cleaned(
            left=tuple(case.url for case in self._things.values() if case.method == "DELETE"),
            owed=tuple(f"{case.method} {case.url}" for case in self._things.values() if case.method != "DELETE"),
            unanswered=tuple(self._unanswered),
            kept=self._kept.total(),
        )

    def _made_by(self, case: Case) -> Kind | None:
        """The kind of what the request makes, if it makes anything."""
        kind = self._by_create.get(case.operation)
        return None if kind is None or kind.create is None or case.method != kind.create.method else kind

    def _above(self, kind: Kind, url: str) -> dict[str, str]:
        """The ids in the path that a thing was made at."""
        template = re.escape(kind.collection)
        found = re.search(_NAME.sub(r"([^/]+)", template) + "/?$", urlsplit(url).path)
        names: Iterator[str] = (one[1] for one in _NAME.finditer(kind.collection))
        return {} if found is None else dict(zip(names, map(unquote, found.groups()), strict=True))


def _value(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
