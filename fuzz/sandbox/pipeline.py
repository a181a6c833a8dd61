"""From a routed request to its reply, in the order in which the API checks: syntax, missing, form, path, meaning.

The id in the path comes late: broken JSON for an order that does not exist is broken JSON. Meaning is what depends on
what there is: references, and values that have the right form and are still of no use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.json_reader import NotJson
from fuzz.sandbox.model import Call
from fuzz.sandbox.problems import MISSING_PARAMETER, NO_VALID_JSON, NOT_FOUND, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.sandbox.model import Asked, Operation, Reply
    from fuzz.sandbox.seams import Seams
    from fuzz.sandbox.shapes import Shape
    from fuzz.sandbox.state import State

_DIGITS: Final = 18


def answer(asked: Asked, operation: Operation, seams: Seams, state: State) -> Reply:
    """The reply to a request; raises the Problem that refuses it. The caller holds the lock of the state."""
    body = _body(operation, seams, asked.raw)
    ids = {name: number_of(text) for name, text in asked.path.items()}
    if operation.shape is not None:
        body = seams.check(operation, operation.shape, body)
        try:
            body = _understood(operation, operation.shape, seams, state, body)
        except Problem:
            if not all(state.knows(name, number) for name, number in ids.items()):
                raise Problem(NOT_FOUND) from None
            raise
    return operation.run(Call(state=state, ids=ids, query=asked.query, body=body, path=asked.path))


def _understood(
    operation: Operation, shape: Shape, seams: Seams, state: State, body: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The body, once what it refers to exists and its values can be used."""
    body = seams.resolve(operation, shape, body, lambda name, number: state.find(name, number) is not None)
    shape.use(body)
    return body


def _body(operation: Operation, seams: Seams, raw: bytes | None) -> Mapping[str, Any]:
    """The object of the body, nothing missing from it; an empty one where there need not be a body."""
    shape = operation.shape
    if raw is None:
        raise Problem(NO_VALID_JSON)
    if shape is None or not (raw or operation.demands):
        return {}
    try:
        value = seams.read(operation, raw)
    except NotJson:
        raise Problem(NO_VALID_JSON) from None
    if not isinstance(value, dict):
        # JSON, but no object: every member that the operation needs is missing, and the documentation has no better
        # word for operations that need none.
        raise Problem(MISSING_PARAMETER, missing=tuple(shape.missing({})))
    missing = seams.find_missing(operation, value, tuple(shape.missing(value)))
    if missing:
        raise Problem(missing[0].code, missing=missing)
    return value


def number_of(text: str) -> int | None:
    """The id in a path segment; None, which no record has, for what is no positive number."""
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        return int(text) or None
    return None
