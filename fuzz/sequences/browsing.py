"""Browsing: a list as it is, and then by one parameter of its query after another; reads only.

An answer that is wrong counts if the list is the same before and after it: others may be at work on the server.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec

from fuzz.breakage import Breakage
from fuzz.events import Answered
from fuzz.faults import VALID
from fuzz.knowledge import prefixes
from fuzz.sequences import acts, answers
from fuzz.sequences.expectations import lacking
from fuzz.sequences.questions import in_address, questions
from validator import rules
from validator.redaction import Safe

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from fuzz.case import Case
    from fuzz.sequences.bounds import Items
    from fuzz.sequences.dialogue import Means
    from fuzz.sequences.questions import Question
    from validator.contract import Operation
    from validator.exchange import Exchange
    from validator.findings import Finding

_PLAIN: Final = Breakage(fault=VALID, variant=acts.LIST, described=acts.LIST)


class Browsing:
    """Asks one server for its lists."""

    def __init__(self, means: Means) -> None:
        self._contract: Final = means.contract
        self._addresses: Final = means.addresses
        self._ask: Final = means.ask
        self._judge: Final = means.judge
        self._is_absent: Final = means.is_absent

    def lists(self) -> Iterator[Operation]:
        """The operations that may be asked in more than one way, of things that are there."""
        for operation in self._contract.operations:
            by = [one for one in operation.parameters if one.location == "query" and not one.required]
            known = self._addresses.knowledge.path(operation.path)
            names = [prefix.rpartition("{")[2].rstrip("}") for prefix in prefixes(operation.path)]
            if operation.method == "GET" and by and all(name in known for name in names):
                yield operation

    def browse(self, operation: Operation, only: str = "") -> Iterator[Answered]:
        """The list, and what can be asked of it: all, or by one parameter."""
        if self._is_absent(operation.id):
            return
        plain, case = self._sent(operation, _PLAIN, acts.LIST)
        yield self._judged(case, plain)
        items = _items(plain)
        wrong: set[str] = set()
        for question in questions(self._contract, operation, items, self._addresses.knowledge):
            if only in {"", question.name} and wrong.isdisjoint(question.parts):
                is_wrong = yield from self._asked(operation, question, items, case)
                wrong |= {question.name} if is_wrong else set()

    def _asked(
        self, operation: Operation, question: Question, items: Items, before: Case
    ) -> Generator[Answered, None, bool]:
        act = f"{acts.LIST_BY}{question.name}"
        breakage = Breakage(fault=VALID, variant=f"{acts.LIST}, {act}", described=act, query=in_address(question.query))
        exchange, case = self._sent(operation, breakage, act)
        case = replace(case, before=(before,))
        wrong = question.wrong(items, _items(exchange)) if answers.succeeded(exchange) else None
        if wrong is not None:
            again, case_again = self._sent(operation, _PLAIN, acts.LIST)
            yield self._judged(case_again, again)
            wrong = wrong if _items(again) == items else None
        if wrong is None:
            yield self._judged(case, exchange)
            return False
        expected, received = wrong
        yield self._judged(case, exchange, lacking(rules.WRONG_LIST, operation, expected, Safe(received)))
        return True

    def _sent(self, operation: Operation, breakage: Breakage, act: str) -> tuple[Exchange, Case]:
        case = replace(self._addresses.case(operation, breakage), act=act)
        return self._ask(case), case

    def _judged(self, case: Case, exchange: Exchange, *findings: Finding) -> Answered:
        verdict = self._judge(case, exchange)
        return Answered(case=case, verdict=msgspec.structs.replace(verdict, findings=(*findings, *verdict.findings)))


def _items(exchange: Exchange) -> Items:
    return answers.things_in(answers.value_of(exchange)) or []
