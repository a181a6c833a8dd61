"""`$ref`: what a document may point at, checked before any library sees it.

A document is taken as one file, or as a file with others in its own folder: these are bundled under
`x-bundled-files`, so that what is judged, shown and pointed into is one document. An address (`http:`, `file:`) or a
path that leaves the folder is refused: the libraries below us would follow it, to local files and inside hosts.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from validator.contract.metaschema import METASCHEMA, metaschema
from validator.contract.names import BASE, DATA, MAPS_BY_NAME, base_of, by_place, has_names, resolve
from validator.errors import DocumentError
from validator.pointer import join, split, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BUNDLE: Final = "x-bundled-files"


def bundle(root: dict[str, Any], read_file: Callable[[str], Any] | None, *, name: str = "") -> dict[str, Any]:
    """The document with every file that it refers to inside it; each reference checked, and said by place (names.py).

    `read_file` reads a file of the document's own folder by its relative path, or raises DocumentError; None where
    the document has no folder. `name` is that of the document itself: other files may refer back to it.
    """
    bundler = _Bundler(name, read_file)
    bundled = bundler.take(root, "")
    if bundler.files:
        bundled[BUNDLE] = bundler.files
    if has_names(bundled):
        bundled = by_place(bundled)
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
        own_ids = embedded_ids(document) if has_names(document) else set()

        def rewrite(node: Any, place: str, base: str, *, named: bool) -> Any:
            if isinstance(node, list):
                return [rewrite(item, join(place, index), base, named=False) for index, item in enumerate(node)]
            if not isinstance(node, dict):
                return node
            if not named:
                base = base_of(node, base)
            copied = {}
            for key, value in node.items():
                if key in DATA and not named:
                    copied[key] = value
                elif key == "$ref" and isinstance(value, str) and not named:
                    copied[key] = refer(value, place, base)
                else:
                    copied[key] = rewrite(value, join(place, key), base, named=key in MAPS_BY_NAME and not named)
            return copied

        def refer(reference: str, place: str, base: str) -> str:
            address, _, fragment = reference.partition("#")
            outside = base == BASE
            target = resolve(base, address)
            if target in own_ids or (not address and (not outside or not here)):
                return reference
            if target == METASCHEMA:
                return f"{'' if outside else BASE}#{self._metaschema()}{fragment}"
            if not outside and (self._read_file is None or _is_remote(address)):
                return reference  # to nothing, as will be seen
            return f"{'' if outside else BASE}#{self._place(address, here, place)}{fragment}"

        copied: dict[str, Any] = rewrite(document, "", BASE, named=False)
        return copied

    def _metaschema(self) -> str:
        """Where in the bundle the schema of schemas stands."""
        if METASCHEMA not in self.files:
            self.files[METASCHEMA] = metaschema((BUNDLE, METASCHEMA))
        return join("", BUNDLE, METASCHEMA)

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


def _is_remote(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.scheme or parts.netloc)


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


def embedded_ids(node: Any, base: str = BASE, *, named: bool = False) -> set[str]:
    """The addresses of the schemas inside the document that have one: references to them stay inside."""
    found: set[str] = set()
    if isinstance(node, list):
        for item in node:
            found |= embedded_ids(item, base)
    elif isinstance(node, dict):
        if not named:
            own = base_of(node, base)
            if own != base:
                found.add(own)
            base = own
        for key, value in node.items():
            if named or key not in DATA:
                found |= embedded_ids(value, base, named=key in MAPS_BY_NAME and not named)
    return found


def references(node: Any, place: str = "", *, named: bool = False) -> Iterator[tuple[str, str]]:
    """Each `$ref` of the document, with the place it stands at."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from references(item, join(place, index))
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str) and not named:
                yield place, value
            elif named or key not in DATA:
                yield from references(value, join(place, key), named=key in MAPS_BY_NAME and not named)


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
        if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
            return
        reference = node["$ref"]
