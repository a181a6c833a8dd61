"""The one table of faults: named ways to break a request. The names are promised (docs/design.md); titles are not."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MALFORMED_JSON: Final = "malformed-json"
MISSING_PARAMETER: Final = "missing-parameter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A named way to break a request; `title` says it in words, to follow "a request with"."""

    name: str
    title: str


_TABLE: Final = (
    Fault(name=MALFORMED_JSON, title="a body that is not JSON"),
    Fault(name=MISSING_PARAMETER, title="a body without a required member"),
    Fault(name="wrong-type", title="a member of a wrong type"),
    Fault(name="invalid-value", title="a member of the right type with a value that is not allowed"),
    Fault(name="unknown-reference", title="an id in the body that does not exist"),
    Fault(name="unknown-resource", title="an id in the path that does not exist"),
    Fault(name="no-credentials", title="no credentials"),
    Fault(name="bad-credentials", title="credentials that are not right"),
    Fault(name="rate-limited", title="more requests before it than are allowed"),
)

FAULTS: Final[Mapping[str, Fault]] = MappingProxyType({fault.name: fault for fault in _TABLE})
"""Every fault that `x-fault-responses` may speak of, by its name."""

MADE: Final = (MALFORMED_JSON, MISSING_PARAMETER)
"""The faults that `fuzz.mutations` can make."""
