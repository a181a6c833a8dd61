"""Defect: one named way in which the sandbox misbehaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fuzz.sandbox.seams import Seams

MALFORMED_JSON: Final = "malformed-json"
MISSING_PARAMETER: Final = "missing-parameter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A name, what is wrong in a sentence, and how it must be found.

    `fault` is the way to break a request that brings the defect to light, `rules` are the rules any of which must
    then be found broken. `difficulty`: 1, nearly any request with the fault shows it; 2, one kind of breakage or one
    kind of place does; 3, one kind of breakage in one kind of place.
    """

    name: str
    summary: str
    fault: str
    rules: tuple[str, ...]
    difficulty: int
    seams: Seams
