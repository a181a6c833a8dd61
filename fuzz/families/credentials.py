"""The families `no-credentials` and `bad-credentials`: a sound request, with everything but the right key.

Operations that ask for no key, or take one or none, have no ways. The request is sound in all else, its body too, so
that there is one reason to refuse it, and a server that looks at the body first is not blamed for it. In one kind the
body is no JSON: where the contract promises an answer to who has no key, and another to such a body, the first is due,
for whoever is not let in is not read either.

A server that lets such a request in may keep what it brings, as with any broken request; what it would delete or set in
motion by its address alone is therefore an id that nothing has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from fuzz.breakage import Breakage, Way
from fuzz.credentials import asked
from fuzz.families.strange_path import acts_by_address, strange_path
from fuzz.faults import MALFORMED_JSON, NO_CREDENTIALS
from fuzz.request_body import json_body
from fuzz.samples import sound_bodies
from fuzz.spoiling import ABSENT, spoilings

if TYPE_CHECKING:
    from fuzz.knowledge import Knowledge
    from validator.contract import Contract, Operation


AND_NO_JSON: Final = "absent-and-no-json"
"""The kind without a key whose body is no JSON: who reads first lets strangers talk to his parser."""

_NO_JSON: Final = b'{"a": '


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
        names = [name for name, one in spoilings(scheme).items() if one.fault == self._fault and one.like not in good]
        if ABSENT in names and _is_read_later(contract, operation):
            names.append(AND_NO_JSON)
        return tuple(Way(kind=name, schema=pointer) for name in names)

    def broken(
        self, contract: Contract, operation: Operation, way: Way | None, knowledge: Knowledge
    ) -> st.SearchStrategy[Breakage]:
        """Sound requests without the right key."""
        ways = self.ways(contract, operation) if way is None else (way,)
        known = spoilings(asked(contract, operation).schemes[0][0])
        path = strange_path(contract, operation) if acts_by_address(operation) else ()

        def made(kind: str, body: bytes | None) -> Breakage:
            name = ABSENT if kind == AND_NO_JSON else kind
            return Breakage(
                fault=self._fault,
                variant=kind,
                described=known[name].told + (", and a body that is no JSON" if kind == AND_NO_JSON else ""),
                also=known[name].also,
                body=_NO_JSON if kind == AND_NO_JSON else body,
                path=path,
                credentials=name,
            )

        return st.builds(
            made, st.sampled_from([way.kind for way in ways]), sound_bodies(contract, operation, knowledge)
        )


def _is_read_later(contract: Contract, operation: Operation) -> bool:
    """Whether the contract tells by the status who has no key from whose body is no JSON."""
    closed, broken = (contract.promise(operation, fault) for fault in (NO_CREDENTIALS, MALFORMED_JSON))
    has_body = json_body(operation) is not None
    return has_body and closed is not None and broken is not None and not set(closed.statuses) & set(broken.statuses)
