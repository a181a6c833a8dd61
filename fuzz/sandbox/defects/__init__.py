"""The one table of defects, joined from a file per kind. A new defect is a line in its file."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fuzz.sandbox.defects import answering, overlooking, reading
from fuzz.sandbox.defects.defect import Defect

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEFECTS", "Defect"]

DEFECTS: Final[Mapping[str, Defect]] = MappingProxyType(
    {defect.name: defect for defect in (*reading.DEFECTS, *answering.DEFECTS, *overlooking.DEFECTS)}
)
