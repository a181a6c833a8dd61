"""What a contract holds, for a terminal: as wide as it is, or 100 columns where there is none.

An operation takes one line, or two where its path is too long. What every operation documents is said once, above.
"""

from __future__ import annotations

import io
from shutil import get_terminal_size
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.text import Text

from validator.listing.words import NO_CODES, NO_TAG, WEBHOOKS, heading, where
from validator.reports.characters import for_encoding, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from validator.contract.overview import Listed, ListedCode, Overview

WIDTH: Final = 100
NARROWEST: Final = 60
WIDEST: Final = 140

_METHOD: Final = 7


def render(shown: Overview, stream: TextIO, *, errors_only: bool) -> None:
    """Write it. `errors_only`: the table of error codes."""
    terminal = stream.isatty()
    width = max(NARROWEST, min(WIDEST, get_terminal_size((WIDTH, 24)).columns)) if terminal else WIDTH
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        force_terminal=terminal or None,  # None: rich looks at FORCE_COLOR by itself
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
    )
    for line in _lines(shown, width, errors_only=errors_only):
        console.print(line)
    stream.write(for_encoding(buffer.getvalue(), stream.encoding))


def _lines(shown: Overview, width: int, *, errors_only: bool) -> Iterator[Text]:
    yield Text(visible(heading(shown)), style="bold")
    if not errors_only:
        yield from _operations(shown, width)
    yield Text()
    if shown.error_codes is None:
        yield Text(NO_CODES)
    elif shown.error_codes:
        yield from _errors(shown.error_codes, len(shown.operations), width)
    else:
        yield Text("no error codes")


def _operations(shown: Overview, width: int) -> Iterator[Text]:
    if shown.everywhere:
        yield Text(f"errors of every operation, not repeated below: {visible(' '.join(shown.everywhere))}")
    for resource in shown.resources:
        yield Text()
        name = visible(resource.name or NO_TAG)
        about = visible(resource.description)
        room = width - len(name) - 2
        yield Text.assemble((name, "bold"), f"  {shorten(about, max(room, 20), placeholder=' …')}" if about else "")
        yield from _table(resource.operations, shown.everywhere, width)
    if shown.webhooks:
        yield Text()
        yield Text(WEBHOOKS, style="bold")
        yield from _table(shown.webhooks, (), width)


def _table(listed: Sequence[Listed], everywhere: Sequence[str], width: int) -> Iterator[Text]:
    """Method, path, id, statuses. A path too long for its column has a line of its own."""
    rows = [
        (
            one.operation.method,
            visible(one.operation.path),
            visible(one.operation.id),
            visible(" ".join(one.successes)),
            visible(" ".join(status for status in one.errors if status not in everywhere)),
        )
        for one in listed
    ]
    longest = [max(len(row[column]) for row in rows) for column in range(5)]
    identity = max(longest[2], 1)
    room = width - 2 - _METHOD - 1 - identity - 2 - longest[3] - 2 - longest[4] - 2
    path_width = min(longest[1], max(room, 20))
    for method, path, name, successes, errors in rows:
        start = Text(f"  {method:<{_METHOD}} ")
        if len(path) > path_width:
            yield start.append(path)
            start, path = Text(" " * (2 + _METHOD + 1)), ""  # noqa: PLW2901 - the rest goes below it
        line = start.append(f"{path:<{path_width}}  ").append(f"{name:<{identity}}", style="cyan")
        line.append(f"  {successes:<{longest[3]}}", style="green").append(f"  {errors}", style="yellow")
        line.rstrip()
        yield line


def _errors(codes: Sequence[ListedCode], operations: int, width: int) -> Iterator[Text]:
    head = ("code", "meaning", "statuses", "where")
    rows = [
        (visible(str(code.code)), visible(code.meaning), " ".join(code.statuses), visible(where(code, operations)))
        for code in codes
    ]
    longest = [max(len(row[column]) for row in (head, *rows)) for column in range(4)]
    first, third = min(longest[0], 20), min(longest[2], 16)
    room = width - first - third - 6
    last = min(longest[3], max(room // 2, room - longest[1]))
    widths = (first, min(longest[1], room - last), third, last)
    yield from _cells(head, widths, style="bold")
    for row in rows:
        yield from _cells(row, widths)


def _cells(row: Sequence[str], widths: Sequence[int], style: str = "") -> Iterator[Text]:
    """A row of a table, each cell wrapped in its column."""
    wrapped = [wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
    wrapped[0] = [part.rjust(widths[0]) for part in wrapped[0]]
    for index in range(max(map(len, wrapped))):
        parts = [cell[index] if index < len(cell) else "" for cell in wrapped]
        line = "  ".join(f"{part:<{width}}" for part, width in zip(parts, widths, strict=True))
        yield Text(line.rstrip(), style=style)
