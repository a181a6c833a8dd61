"""Defect: one named way in which the sandbox misbehaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.sandbox.seams import Seams

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
SEQUENCE: Final = "sequence"
GENERAL: Final = "general"

FAULTS: Final = (
    *(MALFORMED_JSON, MISSING_PARAMETER, WRONG_TYPE, INVALID_VALUE, UNKNOWN_REFERENCE, UNKNOWN_RESOURCE),
    *(NO_CREDENTIALS, BAD_CREDENTIALS, RATE_LIMITED, UNSUPPORTED_METHOD, UNSUPPORTED_MEDIA_TYPE, INVALID_QUERY),
    *(VALID, SEQUENCE, GENERAL),
)
"""What brings defects to light: a fault; a sound request; several requests in a row; or nearly anything at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A name, what is wrong in a sentence, and how it must be found.

    `fault` is what brings the defect to light, `rules` are the rules any of which must then be found broken.
    `difficulty`: 1, nearly any request with the fault shows it; 2, one kind of breakage, of value or of place does;
    3, one operation, one member or one method does; 4, it takes several requests, or two things at once.
    `sew` makes the seams for one sandbox: what a defect remembers is remembered there.
    """

    name: str
    summary: str
    fault: str
    rules: tuple[str, ...]
    difficulty: int
    sew: Callable[[], Seams]


def plain(name: str, summary: str, difficulty: int, seams: Seams, *, fault: str, rules: tuple[str, ...]) -> Defect:
    """A defect that remembers nothing: all sandboxes may share its seams."""
    return Defect(name=name, summary=summary, fault=fault, rules=rules, difficulty=difficulty, sew=lambda: seams)
