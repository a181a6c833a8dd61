"""What a defect makes of an answer: changes, the conditions under which they are made, and the seam that makes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from fuzz.sandbox import seams as sound
from fuzz.sandbox.defects.defect import plain
from fuzz.sandbox.model import Reply
from fuzz.sandbox.problems import Problem
from fuzz.sandbox.seams import Seams

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.sandbox.defects.defect import Defect
    from fuzz.sandbox.model import Asked, Operation
    from fuzz.sandbox.seams import Proceed
    from fuzz.sandbox.state import State

    Change: TypeAlias = Callable[[Reply], Reply]
    When: TypeAlias = Callable[[Asked, Reply], bool]

_HTML: Final = b"<!doctype html><title>500</title><h1>Internal Server Error</h1>"
_SUCCESS: Final = range(200, 300)


def served(
    name: str,
    summary: str,
    difficulty: int,
    change: Change,
    *,
    fault: str,
    rules: tuple[str, ...],
    when: When = lambda _asked, _reply: True,
) -> Defect:
    """A defect that changes the answers for which `when` holds, whatever else was done."""

    def serve(asked: Asked, _state: State, proceed: Proceed) -> Reply:
        reply = proceed(asked)
        return change(reply) if when(asked, reply) else reply

    return plain(name, summary, difficulty, Seams(serve=serve), fault=fault, rules=rules)


def refusing(change: Change, when: Callable[[Problem], bool]) -> Seams:
    """The seam of a defect that changes the answers to problems for which `when` holds."""

    def refuse(operation: Operation | None, problem: Problem) -> Reply:
        reply = sound.refuse(operation, problem)
        return change(reply) if when(problem) else reply

    return Seams(refuse=refuse)


def crash(_reply: Reply | None = None) -> Reply:
    """The server's own page for what nobody has foreseen."""
    return Reply(value=_HTML, status=500, content_type="text/html; charset=utf-8")


def as_problem(code: int) -> Change:
    """The refusal for another reason."""

    def change(_reply: Reply) -> Reply:
        return sound.refuse(None, Problem(code))

    return change


def with_status(status: int) -> Change:
    """The same body under another status."""
    return lambda reply: replace(reply, status=status)


def with_members(**members: Any) -> Change:
    """Members added, or changed."""
    return lambda reply: replace(reply, value=reply.value | members)


def without_member(name: str) -> Change:
    """One member less, in the object or in each of a list."""

    def strip(value: Any) -> Any:
        if isinstance(value, list):
            return [strip(item) for item in value]
        return {key: kept for key, kept in value.items() if key != name}

    return lambda reply: replace(reply, value=strip(reply.value))


def each_member(change: Callable[[str, Any], Any]) -> Change:
    """Each member, in whatever object of the body, as `change` makes it from name and value."""

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, dict):
            return {name: change(name, walk(item)) for name, item in value.items()}
        return value

    return lambda reply: replace(reply, value=walk(reply.value))


def succeeded(_asked: Asked, reply: Reply) -> bool:
    """2xx."""
    return reply.status in _SUCCESS


def told(*codes: int) -> When:
    """One of these error codes."""
    return lambda _, reply: isinstance(reply.value, dict) and reply.value.get("error_code") in codes


def on(*names: str) -> When:
    """One of these operations: `POST /tags`."""
    return lambda asked, _: asked.name in names


def by(*methods: str) -> When:
    """One of these methods."""
    return lambda asked, _: asked.method in methods


def every(*conditions: When) -> When:
    """All of these."""
    return lambda asked, reply: all(condition(asked, reply) for condition in conditions)
