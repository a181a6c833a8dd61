"""What the server takes: for each operation, the fullest body that it accepted in this run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from fuzz.sequences import acts
from fuzz.sequences.answers import succeeded

if TYPE_CHECKING:
    from fuzz.case import Case
    from validator.exchange import Exchange


class Taken:
    """Bodies that things were made of, or changed by."""

    def __init__(self) -> None:
        self._bodies: Final[dict[str, bytes]] = {}

    def note(self, case: Case, exchange: Exchange) -> None:
        """Keep the body of a step, if it was taken, and none that has more is known."""
        known = self._bodies.get(case.operation, b"")
        if case.act in {acts.CREATE, acts.UPDATE} and succeeded(exchange) and len(case.body) > len(known):
            self._bodies[case.operation] = case.body

    def __contains__(self, operation: str) -> bool:
        return operation in self._bodies

    def body(self, operation: str) -> Any:
        """The fullest body that the operation took; None where none is known."""
        taken = self._bodies.get(operation)
        return None if taken is None else orjson.loads(taken)
