"""The places where a defect may be sewn in, from the door to the answer.

The sandbox without a defect runs through the same seams, with the functions below; no other code knows of defects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from fuzz.sandbox.credentials import user_of
from fuzz.sandbox.json_reader import read_json
from fuzz.sandbox.model import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.sandbox.model import Asked, Operation
    from fuzz.sandbox.problems import Missing, Problem
    from fuzz.sandbox.shapes import Shape
    from fuzz.sandbox.state import State

    Body: TypeAlias = Mapping[str, Any]
    Exists: TypeAlias = Callable[[str, Any], bool]
    Proceed: TypeAlias = Callable[[Asked], Reply]


class Answered(Exception):  # noqa: N818 - says what happened
    """A seam has an answer of its own, past all checks that are still to come."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply)
        self.reply = reply


def serve(asked: Asked, _state: State, proceed: Proceed) -> Reply:
    """What the rest of the sandbox answers."""
    return proceed(asked)


def authorized(asked: Asked, api_key: str) -> bool:
    """The key is the user name of Basic credentials."""
    return user_of(asked.authorization) == api_key


def admit(_operation: Operation, *, left: bool) -> bool:
    """As long as the limit leaves something."""
    return left


def read(_operation: Operation, raw: bytes) -> Any:
    """To the letter of RFC 8259."""
    return read_json(raw)


def find_missing(_operation: Operation, _body: Body, missing: tuple[Missing, ...]) -> tuple[Missing, ...]:
    """All that is missing."""
    return missing


def check(_operation: Operation, shape: Shape, body: Body) -> Body:
    """The body as it came, once every value in it is one that its member can have."""
    shape.check(body)
    return body


def resolve(_operation: Operation, shape: Shape, body: Body, exists: Exists) -> Body:
    """The body as it came, once everything that it refers to exists."""
    shape.resolve(body, exists)
    return body


def refuse(_operation: Operation | None, problem: Problem) -> Reply:
    """The documented error object under the problem's status."""
    return Reply(value=problem.body, status=problem.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seams:
    """One function per seam. Each may raise `Answered`."""

    serve: Callable[[Asked, State, Proceed], Reply] = serve
    """All of it: what comes in before anything is checked, what goes out, and what was done to the state meanwhile."""
    authorized: Callable[[Asked, str], bool] = authorized
    """Whether the credentials are those of the API key; may raise a `Problem` of its own."""
    admit: Callable[..., bool] = admit
    """Whether the operation is let in, given whether the rate limit leaves something (`left`)."""
    read: Callable[[Operation, bytes], Any] = read
    """The JSON value of a request body; raises `NotJson`."""
    find_missing: Callable[[Operation, Body, tuple[Missing, ...]], tuple[Missing, ...]] = find_missing
    """Which of the members that are missing are reported; none: the request goes on."""
    check: Callable[[Operation, Shape, Body], Body] = check
    """The body as the handler gets it; raises the `Problem` of a value that cannot be used."""
    resolve: Callable[[Operation, Shape, Body, Exists], Body] = resolve
    """The same once more; raises the `Problem` of a reference to nothing. `exists` takes a collection and an id."""
    refuse: Callable[[Operation | None, Problem], Reply] = refuse
    """The answer to a refused request; no operation where there is none of that address."""
