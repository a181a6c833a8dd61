"""The families `no-credentials` and `bad-credentials`: a sound request, with everything but the right key.

Operations that ask for no key, or take one or none, have no ways. The request is sound in all else, its body too, so
that there is one reason to refuse it, and a server that looks at the body first is not blamed for it. A server that
lets such a request in may keep what it brings, as with any broken request; what it would delete or set in motion by its
address alone is therefore an id that nothing has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from fuzz.breakage import Breakage, Way
from fuzz.credentials import asked
from fuzz.families.strange_path import strange_path
from fuzz.samples import sound_bodies
from fuzz.spoiling import spoilings
from fuzz.strategies import json_body

if TYPE_CHECKING:
    from fuzz.knowledge import Knowledge
    from validator.contract import Contract, Operation


class Credentials:
    """Both families; `fault` says which."""

    def __init__(self, fault: str) -> None:
        self._fault = fault

    def ways(self, contract: Contract, operation: Operation) -> tuple[Way, ...]:
        """Every way to spoil the scheme that is used, but for those that another scheme of the operation takes."""
        wanted = asked(contract, operation)
        if wanted.optional or not wanted.schemes:
            return ()
        scheme, pointer = wanted.schemes[0]
        good = {one.kind for one, _ in wanted.schemes}
        return tuple(
            Way(kind=name, schema=pointer)
            for name, one in spoilings(scheme).items()
            if one.fault == self._fault and one.like not in good
        )

    def broken(
        self, contract: Contract, operation: Operation, way: Way | None, knowledge: Knowledge
    ) -> st.SearchStrategy[Breakage]:
        """Sound requests without the right key."""
        ways = self.ways(contract, operation) if way is None else (way,)
        known = spoilings(asked(contract, operation).schemes[0][0])
        path = strange_path(contract, operation) if _acts_by_address(operation) else ()
        return st.builds(
            lambda one, body: Breakage(
                fault=self._fault,
                variant=one.kind,
                described=known[one.kind].told,
                also=known[one.kind].also,
                body=body,
                path=path,
                credentials=one.kind,
            ),
            st.sampled_from(ways),
            sound_bodies(contract, operation, knowledge),
        )


def _acts_by_address(operation: Operation) -> bool:
    """Whether the address alone makes the server do something."""
    return operation.method not in {"GET", "HEAD"} and json_body(operation) is None
