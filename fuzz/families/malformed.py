"""The family `malformed-json`: valid bodies whose text is no JSON any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from fuzz.bodies_like import bodies_like
from fuzz.breakage import Breakage, Way
from fuzz.faults import MALFORMED_JSON
from fuzz.malformed_json import BREAKAGES, malformed
from fuzz.request_body import json_body
from fuzz.strategies import bodies

if TYPE_CHECKING:
    from fuzz.knowledge import Knowledge
    from validator.contract import Contract, Operation


_LIKELY: Final = frozenset(
    {
        *("empty", "white-space-only", "unclosed", "truncated", "trailing-garbage", "two-values", "trailing-comma"),
        *("single-quotes-throughout", "unquoted-key", "nan", "comment", "line-comment", "control-character", "latin-1"),
    }
)
"""What lenient readers take, of which an operation may have one of its own."""


class Malformed:
    """The family `malformed-json`."""

    def ways(self, _contract: Contract, operation: Operation) -> tuple[Way, ...]:
        """Every slip in the table; where no body is required, an empty one is none at all."""
        if json_body(operation) is None:
            return ()
        return tuple(
            Way(kind=name, likely=name in _LIKELY)
            for name in BREAKAGES
            if name != "empty" or operation.request_body_required
        )

    def broken(
        self, contract: Contract, operation: Operation, way: Way | None, knowledge: Knowledge
    ) -> st.SearchStrategy[Breakage]:
        """Valid bodies, broken by that slip, or by any."""
        if knowledge.taken is None:
            valid = bodies(contract, operation).map(knowledge.sound)
        else:
            valid = bodies_like(contract, operation, knowledge)
        names = [one.kind for one in self.ways(contract, operation)] if way is None else [way.kind]
        return st.sampled_from(names).flatmap(
            lambda name: malformed(valid, name).map(
                lambda made: Breakage(fault=MALFORMED_JSON, variant=name, body=made[0], described=made[1])
            )
        )
