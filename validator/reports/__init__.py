"""Reports: one file per format, and the one table of them.

`Tally` folds verdicts into a `Report`; a format writes it to a stream. A format is imported when it is asked for, so
that a JSON report does not wait for the terminal's library.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from validator.reports.report import Report
from validator.reports.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TextIO

__all__ = ["FORMATS", "Format", "Report", "Tally"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One way to write a report: its name on the command line, its media type, the module whose `render` writes it."""

    name: str
    media_type: str
    module: str

    def render(self, report: Report, stream: TextIO) -> None:
        """Write the report; what the stream's encoding cannot take is escaped."""
        render: Callable[[Report, TextIO], None] = import_module(self.module).render
        render(report, stream)


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        listed.name: listed
        for listed in (
            Format(name="text", media_type="text/plain", module="validator.reports.text"),
            Format(name="json", media_type="application/json", module="validator.reports.json"),
            Format(name="junit", media_type="application/xml", module="validator.reports.junit"),
            Format(name="markdown", media_type="text/markdown", module="validator.reports.markdown"),
        )
    }
)
