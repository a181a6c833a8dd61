"""Where the schemas of a document are, and that none of them asks without end about one value."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from validator.errors import DocumentError
from validator.pointer import join, of_reference, split, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

IN_LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
IN_MAPS: Final = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
ALONE: Final = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
)

MOST_ASKED: Final = 1_000_000
"""Schemas that one schema may ask about one value, all on the way counted as often as they are met."""

SAME_VALUE: Final = ("not", "if", "then", "else")
"""Alone, and about the value itself, not a part of it; so are `allOf`, `anyOf`, `oneOf` and `dependentSchemas`."""


def schema_places(root: Mapping[str, Any]) -> Iterator[str]:
    """The pointer of every schema of the document: those that stand in it, and those that they refer to."""
    seen: set[str] = set()
    pending = [(place, walk(root, split(place))) for place in entrances(root)]
    while pending:
        place, node = pending.pop()
        if place in seen:
            continue
        seen.add(place)
        yield place
        if not isinstance(node, dict):
            continue
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/"):
            target = of_reference(reference)
            if target not in seen:
                with suppress(KeyError):  # a reference relative to an `$id`
                    pending.append((target, walk(root, split(target))))
        pending.extend(_children(node, place))


def children(schema: Mapping[str, Any], place: str) -> Iterator[str]:
    """The pointers of the schemas right inside a schema."""
    return (child for child, _ in _children(schema, place))


def _children(schema: Mapping[str, Any], place: str) -> Iterator[tuple[str, Any]]:
    """The schemas right inside a schema, each with its pointer."""
    for keyword in ALONE:
        if isinstance(schema.get(keyword), dict | bool):
            yield join(place, keyword), schema[keyword]
    for keyword in IN_LISTS:
        if isinstance(schema.get(keyword), list):
            yield from ((join(place, keyword, index), inner) for index, inner in enumerate(schema[keyword]))
    for keyword in IN_MAPS:
        if isinstance(schema.get(keyword), dict):
            yield from ((join(place, keyword, name), inner) for name, inner in schema[keyword].items())


def entrances(node: Any, place: str = "") -> Iterator[str]:
    """Where schemas begin: the member `schema` of parameters, headers and media types, and components/schemas."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from entrances(item, join(place, index))
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "schema" and isinstance(value, dict | bool):
                yield join(place, key)
            elif key == "schemas" and place.endswith("/components") and isinstance(value, dict):
                yield from (join(place, key, name) for name in value)
            elif key not in ("example", "examples"):
                yield from entrances(value, join(place, key))


def check_ends(root: Mapping[str, Any]) -> None:
    """Refuse a schema that asks itself about the same value: there is no answer (JSON Schema 2020-12, section 9.4.1).

    The libraries below us would look for one until the stack is full. Refused, too, is one that asks so many others
    that no answer would come: 40 schemas, each a choice between the next and the next, are a billion. Raises
    DocumentError.
    """
    done: dict[str, int] = {}
    for start in schema_places(root):
        # Depth first, by hand: a document may be deeper than Python's own stack. A place on `path` is being visited.
        path: dict[str, Iterator[str]] = {}
        pending: str | None = start if start not in done else None
        while pending is not None or path:
            if pending is not None:
                path[pending] = about_same_value(root, pending)
            place = next(reversed(path))
            pending = next((one for one in path[place] if one not in done), None)
            if pending is None:
                done[place] = 1 + sum(done[asked] for asked in about_same_value(root, place))
                del path[place]
                if done[place] > MOST_ASKED:
                    raise DocumentError(
                        f"a schema that asks more than {MOST_ASKED:,} others about one value",
                        place=place,
                        mend="choose between fewer schemas, or not within choices",
                    )
            elif pending in path:
                raise DocumentError(
                    "a schema that refers to itself in a circle, without looking at a part of the value",
                    place=pending,
                    mend="let a schema refer to itself only below properties or items",
                )


def about_same_value(root: Mapping[str, Any], place: str) -> Iterator[str]:
    """The schemas that a schema asks about the same value."""
    try:
        node = walk(root, split(place))
    except KeyError:
        return
    if not isinstance(node, dict):
        return
    if isinstance(node.get("$ref"), str) and node["$ref"].startswith("#/"):
        yield of_reference(node["$ref"])
    yield from (join(place, keyword) for keyword in SAME_VALUE if isinstance(node.get(keyword), dict))
    for keyword in ("allOf", "anyOf", "oneOf"):
        if isinstance(node.get(keyword), list):
            yield from (join(place, keyword, index) for index in range(len(node[keyword])))
    if isinstance(node.get("dependentSchemas"), dict):
        yield from (join(place, "dependentSchemas", name) for name in node["dependentSchemas"])
