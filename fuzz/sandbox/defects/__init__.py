"""The one table of defects, joined from a file per kind. A new defect is a line in its file."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fuzz.sandbox.defects import (
    answering,
    credentials,
    general,
    invalid_values,
    limits,
    lists,
    overlooking,
    protocol,
    queries,
    reading,
    references,
    refusals,
    resources,
    sequences,
    successes,
    wrong_types,
)
from fuzz.sandbox.defects.defect import FAULTS, Defect

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEFECTS", "FAULTS", "Defect"]

_TABLES: Final = (
    *(reading, answering, overlooking, wrong_types, invalid_values, references, resources, credentials, limits),
    *(protocol, queries, refusals, successes, sequences, lists, general),
)

DEFECTS: Final[Mapping[str, Defect]] = MappingProxyType(
    {defect.name: defect for table in _TABLES for defect in table.DEFECTS}
)
