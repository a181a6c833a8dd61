"""Bytes in, checked document out: the one place where an OpenAPI document is read.

The order is the guard: bounded parse, references (references.py), and only then the libraries that know what OpenAPI
means (checks.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from validator.contract.checks import check_openapi
from validator.contract.places import check_ends
from validator.contract.references import bundle
from validator.contract.remembered import key_of, recall, remember
from validator.depth import is_deeper
from validator.errors import DocumentError
from validator.pointer import of_reference, split, walk
from validator.redaction import shape

if TYPE_CHECKING:
    import os

MAX_BYTES: Final = 128 * 1024 * 1024
MAX_DEPTH: Final = 200
SUPPORTED: Final = ((3, 0), (3, 1))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Document:
    """An OpenAPI document, checked. `root` is as its author wrote it: string keys, references kept, JSON's types."""

    root: Mapping[str, Any]
    version: tuple[int, int]
    source: str
    sha256: str

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Document:
        """Read and check a file (YAML or JSON), with the files of its own folder that it refers to.

        What was checked before is not checked again (remembered.py). Raises DocumentError.
        """
        file = Path(path)
        data = _read(file, str(path))
        key = key_of(data, file.name)
        root = None if key is None else _recalled(key)
        if root is not None:
            return cls._of(root, data, str(path))
        folder = file.resolve().parent
        siblings: list[str] = []

        def read_sibling(name: str) -> Any:
            siblings.append(name)
            sibling = (folder / name).resolve()
            if not sibling.is_relative_to(folder):
                raise DocumentError(
                    "a reference to a file outside the document's own folder", place=name, mend="put it there"
                )
            return _parsed(_read(sibling, name), name)

        document = cls._checked(_parsed(data, str(path)), data, str(path), read_sibling, name=file.name)
        if key is not None and not siblings:  # these may change, and the key would not
            remember(key, document.root)
        return document

    @classmethod
    def from_bytes(cls, data: bytes, source: str) -> Document:
        """Read and check a text (YAML or JSON) that has no folder: it refers to no other file. Raises DocumentError."""
        return cls._checked(_parsed(data, source), data, source, None)

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> Document:
        """Check a document that is already parsed. Keys become strings, as JSON has them. Raises DocumentError."""
        try:
            root = plain(mapping)
        except (TypeError, RecursionError) as error:
            raise DocumentError(f"not a JSON value: {error}", place="<mapping>") from None
        return cls._checked(root, json.dumps(root, sort_keys=True).encode(), "<mapping>", None)

    @classmethod
    def _checked(cls, parsed: Any, data: bytes, source: str, read_sibling: Any, *, name: str = "") -> Document:
        version = _version(parsed, source)
        _bound_depth(parsed, source)
        try:
            root = bundle(parsed, read_sibling, name=name)
            check_openapi(root, version)
            check_ends(root)
        except DocumentError as error:
            raise error.within(source) from None
        except RecursionError:
            raise DocumentError(
                "nested too deep, or a schema that refers to itself in a circle",
                place=source,
                mend="let a schema refer to itself only below properties or items",
            ) from None
        return cls._of(root, data, source)

    @classmethod
    def _of(cls, root: Any, data: bytes, source: str) -> Document:
        """`root` was checked; `data` is the text of it."""
        return cls(root=root, version=_version(root, source), source=source, sha256=hashlib.sha256(data).hexdigest())

    def at(self, pointer: str) -> Any:
        """The node that a JSON Pointer names. KeyError where there is none."""
        return walk(self.root, split(pointer))

    def follow(self, pointer: str) -> str:
        """The pointer at the end of the chain of references that starts at `pointer`."""
        node = self.at(pointer)
        while isinstance(node, dict) and isinstance(node.get("$ref"), str) and node["$ref"].startswith("#/"):
            pointer = of_reference(node["$ref"])
            node = self.at(pointer)
        return pointer


def _recalled(key: str) -> Any:
    """The document that is remembered; None where there is none, or what is remembered is no document at all."""
    root = recall(key)
    try:
        _version(root, "")
        _bound_depth(root, "")
    except DocumentError:
        return None
    return root


def plain(value: Any) -> Any:
    """A copy with JSON's types: keys are strings, sequences are lists. TypeError for what JSON does not have."""
    if isinstance(value, Mapping):
        return {_key(name): plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"a value of type {type(value).__name__}")


def _bound_depth(value: Any, source: str) -> None:
    """What follows recurses, ours and the libraries' own. YAML is bounded as it is read; JSON and mappings here."""
    if is_deeper(value, MAX_DEPTH):
        raise DocumentError(
            f"nested deeper than {MAX_DEPTH} levels", place=source, mend="put inner schemas in components"
        )


def _key(name: Any) -> str:
    """A member name; YAML reads an unquoted `200:` as a number and `on:` as a boolean."""
    if isinstance(name, bool) or name is None:
        return json.dumps(name)
    return str(name)


def _read(file: Path, name: str) -> bytes:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", place=name, mend="give the path of a file") from None
    if len(data) > MAX_BYTES:
        raise DocumentError(f"larger than {MAX_BYTES // 1024 // 1024} MiB", place=name)
    return data


def _parsed(data: bytes, name: str) -> Any:
    """The document's value: JSON where the text is JSON, else YAML, which has the better error messages."""
    if data.lstrip()[:1] in (b"{", b"["):
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError:
            pass
        else:
            _bound_depth(value, name)
            json.loads(data, object_pairs_hook=partial(_each_once, name))
            return value
    from validator.yaml_reader import read_yaml  # noqa: PLC0415 - a JSON document has no need of it

    return read_yaml(data, place=name, unique_keys=True, max_depth=MAX_DEPTH, error=DocumentError)


def _each_once(source: str, members: list[tuple[str, Any]]) -> None:
    """Refuse an object that has a member twice: of two operations with one path, one would not be judged."""
    names = [name for name, _ in members]
    if len(set(names)) != len(names):
        twice = next(name for index, name in enumerate(names) if name in names[:index])
        raise DocumentError(f"the member {json.dumps(twice)} comes twice", place=source, mend="keep one of them")


def _version(root: Any, source: str) -> tuple[int, int]:
    if not isinstance(root, dict):
        raise DocumentError(
            f"expected a mapping with the member `openapi`, got {shape(root)}",
            place=source,
            mend="give an OpenAPI 3.0 or 3.1 document",
        )
    declared = root.get("openapi")
    if declared is None:
        came = "a Swagger 2.0 document" if "swagger" in root else "no member `openapi`"
        raise DocumentError(
            f"expected an OpenAPI 3.0 or 3.1 document, got {came}", place=source, mend="convert it to OpenAPI 3"
        )
    for major, minor in SUPPORTED:
        if isinstance(declared, str) and (declared + ".").startswith(f"{major}.{minor}."):
            return major, minor
    raise DocumentError(f'expected openapi "3.0.x" or "3.1.x", got {declared!r}', place=f"{source}: openapi")
