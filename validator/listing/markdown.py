"""What a contract holds, as Markdown tables: for a README or a wiki."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validator.listing.words import NO_CODES, NO_TAG, WEBHOOKS, heading, where
from validator.reports.characters import for_encoding, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from validator.contract.overview import Listed, Overview


def render(shown: Overview, stream: TextIO, *, errors_only: bool) -> None:
    """Write it. `errors_only`: the one table of error codes, without a heading, to be put into a page."""
    lines = _errors(shown) if errors_only else _everything(shown)
    stream.write(for_encoding("".join(f"{line}\n" for line in lines), stream.encoding))


def _everything(shown: Overview) -> Iterator[str]:
    yield f"# {_cell(heading(shown))}"
    for resource in shown.resources:
        yield from ("", f"## {_cell(resource.name or NO_TAG)}", "")
        if resource.description:
            yield from (_cell(resource.description), "")
        yield from _operations(resource.operations)
    if shown.webhooks:
        yield from ("", f"## {WEBHOOKS}", "")
        yield from _operations(shown.webhooks, "name")
    yield from ("", "## error codes", "")
    yield from _errors(shown)


def _operations(operations: Iterable[Listed], path: str = "path") -> Iterator[str]:
    yield from _row("method", path, "operation", "success", "error")
    yield from _row(*["---"] * 5)
    for listed in operations:
        operation = listed.operation
        yield from _row(
            operation.method,
            _code(operation.path),
            _code(operation.id),
            " ".join(listed.successes),
            " ".join(listed.errors),
        )


def _errors(shown: Overview) -> Iterator[str]:
    if shown.error_codes is None:
        yield NO_CODES
        return
    yield from _row("code", "meaning", "statuses", "where")
    yield from _row(*["---"] * 4)
    for code in shown.error_codes:
        yield from _row(
            _cell(str(code.code)),
            _cell(code.meaning),
            " ".join(code.statuses),
            where(code, len(shown.operations), _code),
        )


def _row(*cells: str) -> Iterator[str]:
    yield f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """Text that ends no cell and no line, and is no markup."""
    escaped = visible(text)
    for char in ("\\", "|", "<", "`", "*", "_"):
        escaped = escaped.replace(char, f"\\{char}")
    return escaped


def _code(text: str) -> str:
    """Text as code; a bar would end the cell even there, and a backtick the code."""
    shown = visible(text).replace("|", "\\|")
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"
