"""Writes the table of error codes in the README anew: `python -m tests.rewrite_readme`. Look at the difference."""

from __future__ import annotations

import io
import re
from pathlib import Path

from validator.contract import Contract
from validator.contract.overview import overview
from validator.listing import write_listing

README = Path(__file__).parents[1] / "README.md"

if __name__ == "__main__":
    table = io.StringIO()
    write_listing(overview(Contract.load()), "markdown", table, errors_only=True)
    text = README.read_text(encoding="utf-8")
    anew = re.sub(r"(<!-- errors:.*-->\n)[\s\S]*?(<!-- /errors -->)", lambda at: at[1] + table.getvalue() + at[2], text)
    README.write_text(anew, encoding="utf-8")
