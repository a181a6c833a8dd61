"""From a routed request to its reply, in the order in which the API checks: syntax, missing, form, path, meaning.

The id in the path comes late: broken JSON for an order that does not exist is broken JSON. Meaning is what depends on
what there is: references, and values that have the right form and are still of no use.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.json_reader import NotJson
from fuzz.sandbox.model import Call
from fuzz.sandbox.problems import MISSING_PARAMETER, NO_VALID_JSON, NOT_FOUND, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.sandbox.model import Asked, Operation, Reply
    from fuzz.sandbox.problems import Missing
    from fuzz.sandbox.seams import Seams
    from fuzz.sandbox.shapes import Shape
    from fuzz.sandbox.state import State

_DIGITS: Final = 18


def answer(asked: Asked, operation: Operation, seams: Seams, state: State) -> Reply:
    """The reply to a request; raises the Problem that refuses it. The caller holds the lock of the state."""
    bodies = _bodies(operation, seams, asked.raw)
    ids = {name: number_of(text) for name, text in asked.path.items()}
    if operation.shape is not None:
        bodies = tuple(seams.check(operation, operation.shape, body) for body in bodies)
        try:
            bodies = tuple(_understood(operation, operation.shape, seams, state, body) for body in bodies)
        except Problem:
            if not all(state.knows(name, number) for name, number in ids.items()):
                raise Problem(NOT_FOUND) from None
            raise
    return operation.run(Call(state=state, ids=ids, query=asked.query, body=bodies[0], bodies=bodies, path=asked.path))


def _understood(
    operation: Operation, shape: Shape, seams: Seams, state: State, body: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The body, once what it refers to exists and its values can be used."""
    body = seams.resolve(operation, shape, body, lambda name, number: state.find(name, number) is not None)
    shape.use(body)
    return body


def _bodies(operation: Operation, seams: Seams, raw: bytes | None) -> tuple[Mapping[str, Any], ...]:
    """The objects of the body, nothing missing from them: one, except where an operation takes lists."""
    shape = operation.shape
    if raw is None:
        raise Problem(NO_VALID_JSON)
    if shape is None or not (raw or operation.demands):
        return ({},)
    try:
        value = seams.read(operation, raw)
    except NotJson:
        raise Problem(NO_VALID_JSON) from None
    objects = value if operation.listed and isinstance(value, list) else [value]
    if not objects or not all(isinstance(item, dict) for item in objects):
        # JSON, but no object: every member that the operation needs is missing, and the documentation has no better
        # word for operations that need none.
        raise Problem(MISSING_PARAMETER, missing=tuple(shape.missing({})))
    for position, item in enumerate(objects):
        missing = seams.find_missing(operation, item, _missing(shape, item, position, listed=objects is value))
        if missing:
            raise Problem(missing[0].code, missing=missing)
    return tuple(objects)


def _missing(shape: Shape, item: dict[str, Any], position: int, *, listed: bool) -> tuple[Missing, ...]:
    found = shape.missing(item)
    if not listed:
        return tuple(found)
    return tuple(replace(missing, place=(position, *missing.place)) for missing in found)


def number_of(text: str) -> int | None:
    """The id in a path segment; None, which no record has, for what is no positive number."""
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        return int(text) or None
    return None
