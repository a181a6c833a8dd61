"""`$ref`: what a document may point at, checked before any library sees it.

A document is taken as one file, or as a file with others in its own folder: these are bundled under
`x-bundled-files`, so that what is judged, shown and pointed into is one document. An address (`http:`, `file:`) or a
path that leaves the folder is refused: the libraries below us would follow it, to local files and inside hosts.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from validator.errors import DocumentError
from validator.pointer import join, split, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BUNDLE: Final = "x-bundled-files"

_DATA: Final = frozenset({"example", "examples", "default", "enum", "const"})
"""Members that hold data, not OpenAPI: a `$ref` in there is a string like any other."""

_MAPS_BY_NAME: Final = frozenset(
    {
        *("properties", "patternProperties", "$defs", "definitions", "schemas", "dependentSchemas"),
        *("responses", "headers", "parameters", "requestBodies", "callbacks", "links", "pathItems"),
    }
)
"""Members whose own members are named by the author, or by a status: `default` among them is a name."""


def bundle(root: dict[str, Any], read_file: Callable[[str], Any] | None, *, name: str = "") -> dict[str, Any]:
    """The document with every file that it refers to inside it; each reference checked.

    `read_file` reads a file of the document's own folder by its relative path, or raises DocumentError; None where
    the document has no folder. `name` is that of the document itself: other files may refer back to it.
    """
    bundler = _Bundler(name, read_file)
    bundled = bundler.take(root, "")
    if bundler.files:
        bundled[BUNDLE] = bundler.files
    for place, reference in references(bundled):
        _check(bundled, place, reference)
    return bundled


class _Bundler:
    """Copies documents, and turns their references into other files into references into the bundle."""

    def __init__(self, root_name: str, read_file: Callable[[str], Any] | None) -> None:
        self._root_name: Final = root_name
        self._read_file: Final = read_file
        self.files: Final[dict[str, Any]] = {}

    def take(self, document: dict[str, Any], here: str) -> dict[str, Any]:
        """A copy of the document at `here` (a file of the bundle; empty for the root)."""
        own_ids = embedded_ids(document)

        def rewrite(node: Any, place: str, *, named: bool) -> Any:
            if isinstance(node, list):
                return [rewrite(item, join(place, index), named=False) for index, item in enumerate(node)]
            if not isinstance(node, dict):
                return node
            copied = {}
            for key, value in node.items():
                if key in _DATA and not named:
                    copied[key] = value
                elif key == "$ref" and isinstance(value, str) and not named:
                    address, _, fragment = value.partition("#")
                    inside = address in own_ids or (not address and not here)
                    copied[key] = value if inside else f"#{self._place(address, here, place)}{fragment}"
                else:
                    copied[key] = rewrite(value, join(place, key), named=key in _MAPS_BY_NAME and not named)
            return copied

        copied: dict[str, Any] = rewrite(document, "", named=False)
        return copied

    def _place(self, address: str, here: str, place: str) -> str:
        """Where in the bundle a file stands that is referred to from `here`."""
        name = _file_name(address, here, place) if address else here
        if name == self._root_name:
            return ""
        if name not in self.files:
            if self._read_file is None:
                raise DocumentError(
                    f"a reference to another file ({address}), but this document has no folder",
                    place=join(place, "$ref"),
                    mend="give the document as one file, or load it from its folder",
                )
            self.files[name] = {}  # known from here on: files may refer to each other
            self.files[name] = self.take(_mapping(self._read_file(name), name), name)
        return join("", BUNDLE, name)


def _mapping(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DocumentError(f"expected a mapping, got {type(value).__name__}", place=name)
    return value


def _file_name(address: str, here: str, place: str) -> str:
    """The path of another file, relative to the document's folder."""
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise DocumentError(
            f"a reference that is no address ({error})", place=join(place, "$ref"), mend="mend the reference"
        ) from None
    if parts.scheme or parts.netloc:
        raise DocumentError(
            f"a reference to an address ({address}); references must stay in the document's own folder",
            place=join(place, "$ref"),
            mend="put what it refers to into the document, under components",
        )
    name = posixpath.normpath(posixpath.join(posixpath.dirname(here), unquote(parts.path)))
    if name.startswith(("..", "/")) or "\0" in name or "\\" in name:
        raise DocumentError(
            f"a reference that leaves the document's own folder ({address})",
            place=join(place, "$ref"),
            mend="put the file beside the document",
        )
    return name


def embedded_ids(node: Any) -> set[str]:
    """The `$id`s of schemas inside the document: references to them stay inside."""
    found: set[str] = set()
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            if isinstance(node.get("$id"), str):
                found.add(node["$id"].partition("#")[0])
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    return found


def references(node: Any, place: str = "", *, named: bool = False) -> Iterator[tuple[str, str]]:
    """Each `$ref` of the document, with the place it stands at; not those of a schema with an `$id` of its own.

    Those are relative to that schema (JSON Schema 2020-12, section 8.2.1), and leave it only by an address.
    """
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from references(item, join(place, index))
    elif isinstance(node, dict) and (named or "$id" not in node):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str) and not named:
                yield place, value
            elif named or key not in _DATA:
                yield from references(value, join(place, key), named=key in _MAPS_BY_NAME and not named)


def _check(root: dict[str, Any], place: str, reference: str) -> None:
    """A reference by pointer must lead somewhere, and not in a circle of references only."""
    seen = {place}
    while True:
        if not reference.startswith("#/"):
            return
        tokens = split(unquote(reference[1:]))
        try:
            node = walk(root, tokens)
        except KeyError:
            raise DocumentError(
                f"a reference to nothing ({reference})", place=join(place, "$ref"), mend="mend the reference"
            ) from None
        here = join("", *tokens)
        if here in seen:
            raise DocumentError(f"a circle of references ({reference})", place=join(place, "$ref"))
        seen.add(here)
        if not isinstance(node, dict) or not isinstance(node.get("$ref"), str) or "$id" in node:
            return
        reference = node["$ref"]
