"""Wishes: what a run is asked for, and what it may send because of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.faults import INVALID_QUERY, VALID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.case import Tried
    from fuzz.pace import Budget
    from validator.contract import Contract, Operation

WRITING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
"""Methods of requests that change what the server has, where they succeed."""

MAY_SUCCEED: Final = frozenset({VALID, INVALID_QUERY})
"""Faults that a server may let pass, with all that the request does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """All that a run is told by whoever starts it; no operations stand for all of them."""

    contract: Contract
    base_url: str
    budget: Budget
    seed: int
    operations: frozenset[str]
    faults: tuple[str, ...]
    allow_writes: bool
    dry_run: bool
    provoke_rate_limit: bool
    patience: float
    """Seconds after which an answer is slow."""
    covered: Mapping[Tried, int]
    """What earlier runs tried, with the number of the last one that did."""

    @property
    def sequences(self) -> bool:
        """Whether sequences are played: those that write, for who allows it, work on things of their own."""
        return not self.dry_run and VALID in self.faults

    def chose(self, operation: str) -> bool:
        """Whether the operation is among those to be tried."""
        return not self.operations or operation in self.operations

    def want(self, operation: Operation, fault: str) -> bool:
        """Whether the operation is to be tried with this fault, and may be."""
        return self.chose(operation.id) and fault in self.faults and self.may(operation, fault)

    def may(self, operation: Operation, fault: str) -> bool:
        """What may succeed and write is for those who allow it; and nobody allows us to delete what is not ours."""
        if not may_write(operation, fault):
            return True
        return self.allow_writes and operation.method != "DELETE"


def may_write(operation: Operation, fault: str) -> bool:
    """Whether a request of the operation with this fault may change what the server has."""
    return fault in MAY_SUCCEED and operation.method in WRITING
