"""Defects with the rate limit; they show only where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.sandbox.defects.defect import RATE_LIMITED, Defect, plain
from fuzz.sandbox.defects.replies import refusing, with_members, with_status
from fuzz.sandbox.model import Reply
from fuzz.sandbox.problems import RATE_LIMITED as LIMITED_CODE
from fuzz.sandbox.seams import Seams

if TYPE_CHECKING:
    from fuzz.sandbox.defects.replies import Change
    from fuzz.sandbox.model import Operation


def _answers(name: str, summary: str, rules: tuple[str, ...], change: Change) -> Defect:
    seams = refusing(change, lambda problem: problem.code == LIMITED_CODE)
    return plain(name, summary, 1, seams, fault=RATE_LIMITED, rules=rules)


def _admits(name: str, summary: str, difficulty: int, method: str = "") -> Defect:
    def admit(operation: Operation, *, left: bool) -> bool:
        return left or method in {"", operation.method}

    return plain(
        name,
        summary,
        difficulty,
        Seams(admit=admit),
        fault=RATE_LIMITED,
        rules=("fault-accepted", "fault-wrong-status"),
    )


DEFECTS: Final = (
    _admits("limit-never-reached", "The rate limit is told, and not kept", 1),
    _admits("reads-are-not-limited", "The rate limit is not kept for GET", 3, "GET"),
    _answers(
        "limited-is-503",
        "Too many requests get status 503",
        ("server-failure", "undocumented-status"),
        with_status(503),
    ),
    _answers(
        "limited-without-body",
        "Too many requests get 429 without a body",
        ("missing-body", "fault-wrong-body"),
        lambda _: Reply(value=b"", status=429),
    ),
    _answers(
        "limited-is-code-5",
        "Too many requests get code 5 in place of 28",
        ("fault-wrong-body", "error-code-not-for-status"),
        with_members(error_code=5),
    ),
)
