"""YAML, bounded: values are built straight from the parser's events, with caps on depth and on expanded size.

PyYAML's loaders compose first and look later: deep nesting kills the process, aliases expand without end (HAZARDS of
PyYAML 6). Scalars have JSON's types, as in YAML 1.2's core schema: `NO`, `12:30:45` and `2024-01-01` are strings.
Member names are always strings.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from validator.errors import Obstacle

MAX_DEPTH: Final = 500
MAX_NODES: Final = 20_000_000
"""Scalars, sequences and mappings, each alias counted with all that it stands for."""

_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,4000}")
_NUMBER: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS: Final = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_TAG: Final = "tag:yaml.org,2002:"
_MERGE: Final = object()
_PLAIN_START: Final = frozenset("0123456789+-.~ntfNTF")


@dataclass(slots=True)
class _Open:
    """A sequence or mapping whose end has not come yet; `size` counts the nodes in it, expanded."""

    value: Any
    anchor: str | None
    size: int = 1
    key: Any = None
    has_key: bool = False
    merged: list[dict[str, Any]] = field(default_factory=list)


class _Reader:
    """One pass over the events of one document."""

    def __init__(  # noqa: PLR0913 - the bounds and the wishes of one reading
        self,
        fail: Callable[[str, Any], Obstacle],
        *,
        unique_keys: bool,
        binary: bool,
        max_depth: int,
        max_nodes: int,
    ) -> None:
        self._fail = fail
        self._unique_keys = unique_keys
        self._binary = binary
        self._max_depth = max_depth
        self._max_nodes = max_nodes
        self._nodes = 0
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._pending_anchors: set[str] = set()
        self.result: Any = None

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            value = self._scalar(event)
            if event.anchor:
                self._anchors[event.anchor] = (value, 1)
            self._place(value, 1, event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self._begin(event, {} if kind is yaml.MappingStartEvent else [])
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._end(event)
        elif kind is yaml.AliasEvent:
            self._alias(event)

    def _begin(self, event: Any, value: Any) -> None:
        if event.tag not in (None, "!", _TAG + ("map" if isinstance(value, dict) else "seq")):
            raise self._fail(f"the tag {_short(event.tag)}; only plain YAML is read, no objects of a language", event)
        if len(self._open) >= self._max_depth:
            raise self._fail(f"nested deeper than {self._max_depth} levels", event)
        if event.anchor:
            self._pending_anchors.add(event.anchor)
        self._open.append(_Open(value, event.anchor))

    def _end(self, event: Any) -> None:
        done = self._open.pop()
        value = done.value
        if done.merged:
            # A member of its own wins over a merged one, an earlier merged one over a later (YAML merge key, 1.1).
            for other in done.merged:
                for name, member in other.items():
                    value.setdefault(name, member)
        if done.anchor:
            self._pending_anchors.discard(done.anchor)
            self._anchors[done.anchor] = (value, done.size)
        self._place(value, done.size, event)

    def _alias(self, event: Any) -> None:
        if event.anchor in self._pending_anchors:
            raise self._fail(f"the alias *{_short(event.anchor)} stands inside what it stands for", event)
        if event.anchor not in self._anchors:
            raise self._fail(f"the alias *{_short(event.anchor)} stands for nothing", event)
        self._place(*self._anchors[event.anchor], event)

    def _place(self, value: Any, size: int, event: Any) -> None:
        """Put a finished value where it belongs."""
        self._nodes += 1
        if not self._open:
            self.result = value
            return
        into = self._open[-1]
        into.size += size
        if into.size > self._max_nodes or self._nodes > self._max_nodes:
            raise self._fail(f"more than {self._max_nodes:,} values, aliases counted for what they stand for", event)
        if isinstance(into.value, list):
            into.value.append(value)
        elif not into.has_key:
            into.key, into.has_key = self._key(value, event), True
        else:
            into.has_key = False
            if into.key is _MERGE:
                self._merge(into, value, event)
            else:
                into.value[into.key] = value

    def _key(self, value: Any, event: Any) -> Any:
        if isinstance(event, yaml.ScalarEvent) and event.value == "<<" and not event.style:
            return _MERGE
        if isinstance(event, yaml.ScalarEvent) and not isinstance(value, bytes):
            name = event.value
        elif isinstance(value, str):
            name = value
        else:
            raise self._fail("a member name that is not a plain word", event)
        if self._unique_keys and name in self._open[-1].value:
            raise self._fail(f"the member {_short(name)} comes twice", event)
        return name

    def _merge(self, into: _Open, value: Any, event: Any) -> None:
        others = value if isinstance(value, list) else [value]
        if not all(isinstance(other, dict) for other in others):
            raise self._fail("a merge (<<) of what is no mapping", event)
        into.merged.extend(others)

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        tag = event.tag
        if tag is None or (tag == "!" and event.implicit[0]):
            return _resolved(text) if event.implicit[0] else text
        match tag.removeprefix(_TAG) if tag.startswith(_TAG) else tag:
            case "str" | "!":
                return text
            case "binary" if self._binary:
                try:
                    return base64.b64decode(text, validate=False)
                except (binascii.Error, ValueError):
                    raise self._fail("!!binary that is not base64", event) from None
            case "int" | "float" | "bool" | "null":
                return _resolved(text)
        raise self._fail(f"the tag {_short(tag)}; only plain YAML is read, no objects of a language", event)


def read_yaml(  # noqa: PLR0913 - the bounds and the wishes of one reading
    data: bytes,
    *,
    place: str,
    error: type[Obstacle],
    unique_keys: bool = False,
    binary: bool = False,
    max_depth: int = MAX_DEPTH,
    max_nodes: int = MAX_NODES,
) -> Any:
    """The value of one YAML document, with JSON's types (and bytes for `!!binary` where `binary` allows it).

    Raises `error` with line and column. With `unique_keys`, a member that comes twice is refused; else the last counts.
    """

    def fail(reason: str, event: Any) -> Obstacle:
        mark = event.start_mark
        return error(reason, place=f"{place}: line {mark.line + 1}, column {mark.column + 1}")

    reader = _Reader(fail, unique_keys=unique_keys, binary=binary, max_depth=max_depth, max_nodes=max_nodes)
    take = reader.take
    documents = 0
    try:
        for event in yaml.parse(data, Loader=yaml.CSafeLoader):
            if type(event) is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise fail("a second document (---); one is read", event)
            take(event)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        at = f"{place}: line {mark.line + 1}, column {mark.column + 1}" if mark is not None else place
        raise error(f"not YAML: {problem.problem or problem.context}", place=at) from None
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise error(f"not YAML: {str(problem).splitlines()[0]}", place=place) from None
    return reader.result


def _resolved(text: str) -> Any:
    """A plain scalar with the type that YAML 1.2's core schema (JSON's) gives it."""
    if text and text[0] not in _PLAIN_START:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        value = float(text)
        return value if value not in (float("inf"), float("-inf")) else text
    return text


def _short(text: Any) -> str:
    text = str(text)
    return text if len(text) <= 60 else f"{text[:60]}…"  # noqa: PLR2004 - a name, not a paragraph
