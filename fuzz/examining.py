"""Examining: what an answer shows, asked again where that may show more, made small where it fails, and told once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Final

import msgspec

from fuzz.admission import DOORS
from fuzz.answers import error_code
from fuzz.events import Answered, Failed
from fuzz.failures import failure
from fuzz.oracles.consistency import inconsistent
from fuzz.oracles.customs import Customs
from fuzz.oracles.slowness import slow
from fuzz.oracles.uniformity import Uniformity
from fuzz.repeats import Repeats
from fuzz.shrinking import OF_TWO, Shrinks
from fuzz.steering import Steering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.case import Case
    from fuzz.drawing import Sample
    from fuzz.events import Event
    from fuzz.failures import Cause, Failure
    from fuzz.oracle import Oracle
    from fuzz.sending import Sending
    from fuzz.wishes import Wishes
    from validator.contract import Operation
    from validator.findings import Verdict


class Examining:
    """Sends the samples of a run, and tells of the answers."""

    def __init__(self, wishes: Wishes, sending: Sending, oracle: Oracle) -> None:
        self.steering: Final = Steering()
        self._patience: Final = wishes.patience
        self._contract: Final = wishes.contract
        self._sending: Final = sending
        self._oracle: Final = oracle
        self._shrinks: Final = Shrinks(wishes.budget.max_requests)
        self._repeats: Final = Repeats(wishes.budget.max_requests)
        self._uniformity: Final = Uniformity(wishes.contract)
        self._customs: Final = Customs(wishes.contract)
        self._causes: Final[set[Cause]] = set()
        self._unsure: Final[dict[str, list[tuple[Case, Verdict]]]] = defaultdict(list)
        """What was wrong with the 404 of operations, if they are there at all."""

    def examine(self, sample: Sample) -> Iterator[Event]:
        """Send a request, again where that may show more; tell of the answers, and make small what fails anew."""
        answered = self._try(sample.case)
        case, response = answered.case, answered.verdict.exchange.response
        self.steering.learn(case.operation, case.fault, sample.kind, response)
        self._uniformity.hear(answered, sample.kind)
        self._customs.hear(answered)
        found = failure(case, answered.verdict)
        failing = found is not None and found.cause not in self._causes
        if failing and response.status in DOORS and not case.credentials:
            self._sending.check_door()
        yield answered
        if self._sending.presence.is_there(case.operation):
            yield from self._wrong_after_all(case.operation)
        is_slow = answered.seconds > self._patience
        if self._repeats.wants(case, sample.kind, response.status, failing=failing or is_slow):
            again = self._again(sample.operation, answered)
            yield again
            found = _both(found, failure(case, again.verdict))
        if found is None or not self.is_new(found):
            return
        # Where nothing but 404 came so far, all that could be sent gets it.
        is_there = self._sending.presence.is_there(case.operation)
        smallest, most = found, self._shrinks.allowance(found) if is_there else 0
        if most and sample.shrink is not None:
            attempt = sample.shrink(found, most, partial(self._try, shrinking=True))
            self._shrinks.spend(len(attempt.tried))
            yield from attempt.tried
            smallest = attempt.smallest
        if smallest.cause == found.cause or self.is_new(smallest):
            yield Failed(failure=smallest)

    def told(self, answered: Answered) -> Iterator[Event]:
        """An answer that is not looked into any further, unless it took long; and what fails in it, if that is new."""
        yield answered
        found = failure(answered.case, answered.verdict)
        if answered.seconds > self._patience:
            again = self._again(self._contract.operation(answered.case.operation), answered)
            yield again
            found = _both(found, failure(again.case, again.verdict))
        if found is not None and self.is_new(found):
            yield Failed(failure=found)

    def outliers(self) -> Iterator[Failed]:
        """What only all the answers together show."""
        found = chain(self._uniformity.outliers(), self._customs.outliers())
        return (Failed(failure=one, late=True) for one in found if self.is_new(one))

    def _wrong_after_all(self, operation: str) -> Iterator[Failed]:
        """What was wrong with answers of an operation that is there, as it turns out."""
        for case, verdict in self._unsure.pop(operation, ()):
            found = failure(case, verdict)
            if found is not None and self.is_new(found):
                yield Failed(failure=found, late=True)

    def is_new(self, found: Failure) -> bool:
        """Whether a failure is the first of its cause; it is known from now on."""
        if found.cause in self._causes:
            return False
        self._causes.add(found.cause)
        return True

    def _again(self, operation: Operation, first: Answered) -> Answered:
        """The answer to the same request, with what only two answers can show."""
        again = self._try(first.case, again=True)
        one, other = first.verdict.exchange.response, again.verdict.exchange.response
        found = [
            inconsistent(operation, one, other),
            slow(operation, min(first.seconds, again.seconds), self._patience),
        ]
        verdict = again.verdict
        findings = (*verdict.findings, *(finding for finding in found if finding is not None))
        return replace(again, verdict=msgspec.structs.replace(verdict, findings=findings))

    def _try(self, case: Case, *, shrinking: bool = False, again: bool = False) -> Answered:
        exchange, seconds = self._sending.send(case)
        verdict = self._oracle(case, exchange)
        if verdict.findings and not self._sending.presence.is_there(case.operation):
            # Until the operation has answered anything else, 404 may say that the server does not have it.
            lenient = self._oracle(replace(case, guessed=True), exchange)
            response = exchange.response
            if self._sending.presence.says_absent(response.status, error_code(response)):
                lenient = msgspec.structs.replace(lenient, findings=())
            if not lenient.findings:
                self._unsure[case.operation].append((case, verdict))
                verdict = lenient
        return Answered(case=case, verdict=verdict, seconds=seconds, shrinking=shrinking, again=again)


def _both(first: Failure | None, second: Failure | None) -> Failure | None:
    """One failure of two answers to the same request: what failed first, and what only the second shows."""
    if first is None or second is None:
        return first or second
    of_two = tuple(one for one in second.findings if one.rule in OF_TWO)
    return replace(first, findings=(*first.findings, *of_two))
