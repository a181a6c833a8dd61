"""The table of families: for each fault, the one that makes it. A new family is a file here and a line below."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

from fuzz.doubts import with_doubts
from fuzz.families.credentials import Credentials
from fuzz.families.invalid_query import InvalidQuery
from fuzz.families.malformed import Malformed
from fuzz.families.missing import Missing
from fuzz.families.unknown_reference import UnknownReference
from fuzz.families.unknown_resource import UnknownResource
from fuzz.families.unsupported_media_type import UnsupportedMediaType
from fuzz.families.unsupported_method import UnsupportedMethod
from fuzz.families.valid import Valid
from fuzz.families.values import Values
from fuzz.faults import (
    BAD_CREDENTIALS,
    INVALID_QUERY,
    INVALID_VALUE,
    MADE,
    MALFORMED_JSON,
    MISSING_PARAMETER,
    NO_CREDENTIALS,
    UNKNOWN_REFERENCE,
    UNKNOWN_RESOURCE,
    UNSUPPORTED_MEDIA_TYPE,
    UNSUPPORTED_METHOD,
    VALID,
    WRONG_TYPE,
)
from fuzz.knowledge import NOTHING_KNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hypothesis import strategies as st

    from fuzz.breakage import Breakage, Way
    from fuzz.knowledge import Knowledge
    from validator.contract import Contract, Operation


class Family(Protocol):
    """Makes one fault in the requests of an operation."""

    def ways(self, contract: Contract, operation: Operation) -> tuple[Way, ...]:
        """The ways of making it, each of which a plan should cover once; there may be none."""
        ...

    def broken(
        self, contract: Contract, operation: Operation, way: Way | None, knowledge: Knowledge
    ) -> st.SearchStrategy[Breakage]:
        """Requests of the operation, each broken by the fault in that way, or in any."""
        ...


FAMILIES: Final[Mapping[str, Family]] = MappingProxyType(
    {
        MALFORMED_JSON: Malformed(),
        MISSING_PARAMETER: Missing(),
        WRONG_TYPE: Values(WRONG_TYPE),
        INVALID_VALUE: Values(INVALID_VALUE),
        UNKNOWN_REFERENCE: UnknownReference(),
        UNKNOWN_RESOURCE: UnknownResource(),
        NO_CREDENTIALS: Credentials(NO_CREDENTIALS),
        BAD_CREDENTIALS: Credentials(BAD_CREDENTIALS),
        UNSUPPORTED_METHOD: UnsupportedMethod(),
        UNSUPPORTED_MEDIA_TYPE: UnsupportedMediaType(),
        INVALID_QUERY: InvalidQuery(),
        VALID: Valid(),
    }
)
"""By the name of the fault."""


def ways(contract: Contract, operation: Operation, fault: str) -> tuple[Way, ...]:
    """The ways of making a fault in an operation; there may be none. Raises ValueError for a fault without a family."""
    return _family(fault).ways(contract, operation)


def broken(
    contract: Contract,
    operation: Operation,
    fault: str,
    way: Way | None = None,
    knowledge: Knowledge = NOTHING_KNOWN,
    *,
    taken: Any = None,
) -> st.SearchStrategy[Breakage]:
    """Requests of the operation, each broken by the fault; with `way`, in that way only.

    `taken` is a body that the server took, to be broken rather than others.

    Ask `ways` first: where it has none, or not this one, there is a ValueError.
    """
    known = ways(contract, operation, fault)
    if not known or (way is not None and way not in known):
        raise ValueError(
            f"{operation.id} cannot be broken by {fault} ({way.name if way else 'in any way'});"
            f" known: {', '.join(one.name for one in known)}"
        )
    near = knowledge.at(contract, operation)
    near = near if taken is None else near.taking(taken)
    made = _family(fault).broken(contract, operation, way, near)
    return made.map(lambda breakage: with_doubts(contract, operation, breakage, near))


def _family(fault: str) -> Family:
    if fault not in FAMILIES:
        raise ValueError(f"no way to make the fault {fault!r}; known: {', '.join(MADE)}")
    return FAMILIES[fault]
