"""The places where a defect may be sewn in: how a body is read, what counts as missing, how a refusal is answered.

The sandbox without a defect runs through the same seams, with the functions below; no other code knows of defects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fuzz.sandbox.json_reader import read_json
from fuzz.sandbox.model import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.sandbox.model import Operation
    from fuzz.sandbox.problems import Missing, Problem


def read(_operation: Operation, raw: bytes) -> Any:
    """To the letter of RFC 8259."""
    return read_json(raw)


def find_missing(_operation: Operation, _body: Mapping[str, Any], missing: tuple[Missing, ...]) -> tuple[Missing, ...]:
    """All that is missing."""
    return missing


def refuse(_operation: Operation | None, problem: Problem) -> Reply:
    """The documented error object under the problem's status."""
    return Reply(value=problem.body, status=problem.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seams:
    """One function per seam."""

    read: Callable[[Operation, bytes], Any] = read
    """The JSON value of a request body; raises `NotJson`."""
    find_missing: Callable[[Operation, Mapping[str, Any], tuple[Missing, ...]], tuple[Missing, ...]] = find_missing
    """Which of the members that are missing are reported; none: the request goes on."""
    refuse: Callable[[Operation | None, Problem], Reply] = refuse
    """The answer to a refused request; no operation where there is none of that address."""
