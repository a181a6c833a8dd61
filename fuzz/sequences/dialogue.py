"""The dialogue of a sequence: each request is made with all that went before it, sent, and its answer judged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack

import msgspec
import orjson

from fuzz.breakage import Breakage
from fuzz.events import Answered
from fuzz.faults import VALID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from fuzz.addresses import Addresses
    from fuzz.case import Case
    from fuzz.sequences.bodies import Bodies
    from validator.contract import Contract, Operation
    from validator.exchange import Exchange
    from validator.findings import Finding, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What it takes to play: `ask` sends a case, `judge` judges the answer."""

    contract: Contract
    addresses: Addresses
    bodies: Bodies
    ask: Callable[[Case], Exchange]
    judge: Callable[[Case, Exchange], Verdict]
    is_absent: Callable[[str], bool] = lambda _: False
    """Whether the server seems not to have an operation: then no other body is worth a try."""


class More(TypedDict, total=False):
    """What else a request may be made of: another `method` than the operation's own, and parameters of the `query`."""

    method: str
    query: tuple[tuple[str, str], ...]


class Dialogue:
    """What was sent so far, in order, and what is next."""

    def __init__(self, means: Means) -> None:
        self._means: Final = means
        self.cases: Final[list[Case]] = []

    def case(self, act: str, operation: Operation, ids: Mapping[str, str], body: Any, **more: Unpack[More]) -> Case:
        """The next case, of an act of the operation, with these ids in its path."""
        taken = [*(case.act for case in self.cases), act]
        breakage = Breakage(
            fault=VALID,
            variant=", ".join(taken),
            described=f"{act}, after {', '.join(taken[:-1])}" if taken[1:] else act,
            body=None if body is None else orjson.dumps(body),
            path=tuple(ids.items()),
            method=more.get("method"),
            query=more.get("query", ()),
        )
        return replace(self._means.addresses.case(operation, breakage), act=act, before=tuple(self.cases))

    def send(
        self, act: str, operation: Operation, ids: Mapping[str, str], body: Any, **more: Unpack[More]
    ) -> tuple[Exchange, Case]:
        """Send it; the exchange, and the case for whoever judges it."""
        case = self.case(act, operation, ids, body, **more)
        self.cases.append(replace(case, before=()))
        return self._means.ask(case), case

    def judged(self, case: Case, exchange: Exchange, findings: Iterable[Finding] = ()) -> Answered:
        """The answer, judged, with what only the sequence shows."""
        return with_more(Answered(case=case, verdict=self._means.judge(case, exchange)), findings)

    def take(self, act: str, operation: Operation, ids: Mapping[str, str], body: Any) -> Answered:
        """Send what the contract allows, and judge the answer."""
        exchange, case = self.send(act, operation, ids, body)
        return self.judged(case, exchange)


def with_more(answered: Answered, findings: Iterable[Finding]) -> Answered:
    """The answer, with more findings."""
    verdict = answered.verdict
    return replace(answered, verdict=msgspec.structs.replace(verdict, findings=(*findings, *verdict.findings)))
