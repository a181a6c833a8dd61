"""What a reference leads to is what its place asks for: a response for a response, not a string or a schema.

The check of the whole document (checks.py) sees each object where it stands. It does not follow references, and knows
nothing of bundled files; this one does.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from validator.errors import DocumentError
from validator.pointer import split

if TYPE_CHECKING:
    from validator.contract.document import Document


class Kind(Enum):
    """An object of OpenAPI that may be referred to: its name, where it lives, its schemas in 3.1 and in 3.0."""

    PATH_ITEM = ("path item", "pathItems", "path-item", "PathItem")
    PARAMETER = ("parameter", "parameters", "parameter", "Parameter")
    REQUEST_BODY = ("request body", "requestBodies", "request-body", "RequestBody")
    RESPONSE = ("response", "responses", "response", "Response")
    HEADER = ("header", "headers", "header", "Header")


def follow_to(document: Document, pointer: str, kind: Kind) -> str:
    """The pointer at the end of the references that start at `pointer`. Raises DocumentError for another kind."""
    target = document.follow(pointer)
    node = document.at(target)
    name, home, *_ = kind.value
    is_home = [*split(target)[:2], ""][:2] == ["components", home] and isinstance(node, dict)
    wrong = ""
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        wrong = "a reference that only schemas have"  # `#`, `#anchor`
    elif target != pointer and not is_home:
        error = next(iter(_validator(kind, document.version).iter_errors(node)), None)
        wrong = "" if error is None else f"{target}: {error.message:.300}"
    if wrong:
        raise DocumentError(
            f"expected a {name} at the end of the reference, got {wrong}",
            place=f"{document.source}: {pointer}",
            mend=f"let it refer to a {name}, such as those under /components/{home}",
        )
    return target


@cache
def _validator(kind: Kind, version: tuple[int, int]) -> Any:
    """The schema that the OpenAPI Initiative publishes of the kind, compiled."""
    from validator.contract.checks import published  # noqa: PLC0415 - it reads operations, which are read by us

    schema = published(version)
    _, _, newer, older = kind.value
    if version == (3, 0):
        return jsonschema_rs.Draft4Validator({"definitions": schema["definitions"], "$ref": f"#/definitions/{older}"})
    return jsonschema_rs.Draft202012Validator({"$defs": schema["$defs"], "$ref": f"#/$defs/{newer}"})
