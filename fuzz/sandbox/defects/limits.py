"""Defects with the rate limit; they show only where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.sandbox import seams as sound
from fuzz.sandbox.defects.defect import RATE_LIMITED, Defect
from fuzz.sandbox.defects.replies import with_members, with_status
from fuzz.sandbox.model import Reply
from fuzz.sandbox.problems import RATE_LIMITED as LIMITED_CODE
from fuzz.sandbox.problems import Problem
from fuzz.sandbox.seams import Seams

if TYPE_CHECKING:
    from fuzz.sandbox.defects.replies import Change
    from fuzz.sandbox.model import Operation


def _answers(name: str, summary: str, rules: tuple[str, ...], change: Change) -> Defect:
    def refuse(operation: Operation | None, problem: Problem) -> Reply:
        reply = sound.refuse(operation, problem)
        return change(reply) if problem.code == LIMITED_CODE else reply

    return _defect(name, summary, 1, rules, Seams(refuse=refuse))


def _admits(name: str, summary: str, difficulty: int, method: str = "") -> Defect:
    def admit(operation: Operation, *, left: bool) -> bool:
        return left or method in {"", operation.method}

    return _defect(name, summary, difficulty, ("fault-accepted", "fault-wrong-status"), Seams(admit=admit))


def _defect(name: str, summary: str, difficulty: int, rules: tuple[str, ...], seams: Seams) -> Defect:
    return Defect(name=name, summary=summary, fault=RATE_LIMITED, rules=rules, difficulty=difficulty, sew=lambda: seams)


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
