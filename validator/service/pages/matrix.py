"""The coverage matrix of a contract: its operations by statuses; what was seen, what never, what is not documented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from validator.contract.overview import Listed, Overview
    from validator.service.store import Seen

MOST_UNDOCUMENTED: Final = 16
"""Columns for statuses that no operation documents: a hostile recording could bring any number of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """`kind` is `seen`, `never`, `undocumented`, or `none`: neither documented nor seen."""

    kind: str
    times: int = 0
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An operation, with a cell for each column."""

    operation: Listed
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The operations of one resource; None where they have no tag."""

    resource: str | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The whole; `left_out` are undocumented statuses for which there is no column."""

    statuses: tuple[str, ...]
    blocks: tuple[Block, ...]
    seen: int
    documented: int
    undocumented: int
    left_out: int


def matrix(shown: Overview, answers: Iterable[Seen]) -> Matrix:
    """The matrix of a contract over the answers that some runs had."""
    came: dict[tuple[str, str], Seen] = {}
    for answer in answers:
        if answer.operation is not None and answer.status is not None:
            key = answer.operation, answer.status
            before = came.get(key)  # of two versions of a contract, only one may document it
            if before is None or before.last_seen < answer.last_seen:
                came[key] = answer
    operations = [listed for resource in shown.resources for listed in resource.operations]
    documented = {response.status for listed in operations for response in listed.operation.responses}
    names = {listed.operation.id for listed in operations}
    others = sorted({status for operation, status in came if operation in names} - documented)
    statuses = tuple(sorted({*documented, *others[:MOST_UNDOCUMENTED]}, key=lambda name: (name == "default", name)))
    blocks = tuple(
        Block(
            resource=resource.name,
            rows=tuple(Row(operation=listed, cells=_cells(listed, statuses, came)) for listed in resource.operations),
        )
        for resource in shown.resources
    )
    kinds = [cell.kind for block in blocks for row in block.rows for cell in row.cells]
    return Matrix(
        statuses=statuses,
        blocks=blocks,
        seen=kinds.count("seen"),
        documented=kinds.count("seen") + kinds.count("never"),
        undocumented=kinds.count("undocumented"),
        left_out=len(others[MOST_UNDOCUMENTED:]),
    )


def _cells(listed: Listed, statuses: Sequence[str], came: dict[tuple[str, str], Seen]) -> tuple[Cell, ...]:
    documented = {response.status for response in listed.operation.responses}
    cells = []
    for status in statuses:
        seen = came.get((listed.operation.id, status))
        if seen is None:
            cells.append(Cell(kind="never" if status in documented else "none"))
        else:
            kind = "seen" if status in documented else "undocumented"
            cells.append(Cell(kind=kind, times=seen.times, last_seen=seen.last_seen))
    return tuple(cells)
