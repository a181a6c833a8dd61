"""Writes the expected reports anew: `python -m tests.reports.rewrite`. Look at the difference before you keep it."""

from __future__ import annotations

from pathlib import Path

from tests.reports.samples import of_everything
from validator.reports import FORMATS

ENDINGS = {"text": "txt", "json": "json", "junit": "xml", "markdown": "md"}

if __name__ == "__main__":
    for name, ending in ENDINGS.items():
        path = Path(__file__).parent / "expected" / f"everything.{ending}"
        with path.open("w", encoding="utf-8") as stream:
            FORMATS[name].render(of_everything(), stream)
