"""The one table of faults: named ways to break a request. The names are promised (docs/design.md); titles are not."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MALFORMED_JSON: Final = "malformed-json"
MISSING_PARAMETER: Final = "missing-parameter"
WRONG_TYPE: Final = "wrong-type"
INVALID_VALUE: Final = "invalid-value"
UNKNOWN_REFERENCE: Final = "unknown-reference"
UNKNOWN_RESOURCE: Final = "unknown-resource"
NO_CREDENTIALS: Final = "no-credentials"
BAD_CREDENTIALS: Final = "bad-credentials"
RATE_LIMITED: Final = "rate-limited"
UNSUPPORTED_METHOD: Final = "unsupported-method"
UNSUPPORTED_MEDIA_TYPE: Final = "unsupported-media-type"
INVALID_QUERY: Final = "invalid-query"
VALID: Final = "valid"
"""No fault at all: what the contract allows must not be refused as malformed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A named way to break a request; `title` says it in words, to follow "a request with"."""

    name: str
    title: str


_TABLE: Final = (
    Fault(name=MALFORMED_JSON, title="a body that is not JSON"),
    Fault(name=MISSING_PARAMETER, title="a required member or parameter left out"),
    Fault(name=WRONG_TYPE, title="a member of a wrong type"),
    Fault(name=INVALID_VALUE, title="a member of the right type with a value that is not allowed"),
    Fault(name=UNKNOWN_REFERENCE, title="an id in the body that does not exist"),
    Fault(name=UNKNOWN_RESOURCE, title="an id, or another value, in the path that does not exist"),
    Fault(name=NO_CREDENTIALS, title="no credentials"),
    Fault(name=BAD_CREDENTIALS, title="credentials that are not right"),
    Fault(name=RATE_LIMITED, title="more requests before it than are allowed"),
    Fault(name=UNSUPPORTED_METHOD, title="a method that the path does not have"),
    Fault(name=UNSUPPORTED_MEDIA_TYPE, title="a body of another content type"),
    Fault(name=INVALID_QUERY, title="a parameter of the query, or a header, with a value that is not allowed"),
    Fault(name=VALID, title="nothing wrong with it"),
)

FAULTS: Final[Mapping[str, Fault]] = MappingProxyType({fault.name: fault for fault in _TABLE})
"""Every fault that `x-fault-responses` may speak of, by its name."""

IN_BODY: Final = frozenset({MALFORMED_JSON, MISSING_PARAMETER, WRONG_TYPE, INVALID_VALUE, UNKNOWN_REFERENCE})
"""Faults of a body of JSON, or of what stands in it."""

MADE: Final = (
    MALFORMED_JSON,
    MISSING_PARAMETER,
    WRONG_TYPE,
    INVALID_VALUE,
    UNKNOWN_REFERENCE,
    UNKNOWN_RESOURCE,
    NO_CREDENTIALS,
    BAD_CREDENTIALS,
    UNSUPPORTED_METHOD,
    UNSUPPORTED_MEDIA_TYPE,
    INVALID_QUERY,
    VALID,
)
"""The faults that `fuzz.families` can make, in the order in which they are tried."""
