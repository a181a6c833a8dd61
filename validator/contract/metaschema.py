"""JSON Schema's schema of itself, for documents that refer to it: the one address that every tool knows unasked."""

from __future__ import annotations

from typing import Any, Final

from validator.contract.names import by_place, resolve
from validator.pointer import walk

METASCHEMA: Final = "https://json-schema.org/draft/2020-12/schema"


def metaschema(tokens: tuple[str, ...]) -> dict[str, Any]:
    """The schema of draft 2020-12 and its vocabularies as one schema, to stand at the place that the tokens name.

    It is asked for as itself, and so its dynamic references lead to itself.
    """
    from jsonschema_specifications import (  # type: ignore[import-untyped]  # noqa: PLC0415 - hardly ever needed
        REGISTRY,
    )

    schema = _static(REGISTRY.contents(METASCHEMA))
    vocabularies = [part["$ref"] for part in schema["allOf"]]
    schema["$defs"] = {name: _static(REGISTRY.contents(resolve(METASCHEMA, name))) for name in vocabularies}
    root: Any = schema
    for token in reversed(tokens):
        root = {token: root}
    found: dict[str, Any] = walk(by_place(root), tokens)
    return found


def _static(node: Any) -> Any:
    """A copy whose dynamic references are plain ones to the whole."""
    if isinstance(node, list):
        return [_static(item) for item in node]
    if not isinstance(node, dict):
        return node
    copied = {key: _static(value) for key, value in node.items() if key not in ("$dynamicRef", "$dynamicAnchor")}
    return {**copied, "$ref": METASCHEMA} if node.get("$dynamicRef") == "#meta" else copied
