"""YAML, bounded: values are built straight from the parser's events, with caps on depth and on expanded size.

PyYAML's loaders build first and look later: deep nesting kills the process, aliases and merge keys expand without end.
Here a node is counted before it is kept, an alias for all that it stands for, and nothing recurses.

Scalars have JSON's types, so `NO`, `12:30:45`, `2024-01-01`, `0o17`, `007` and `.inf` are strings. A number that JSON's
readers would refuse or bend (an integer of more than 4,000 digits, 1e999) is left a string as well. Member names are
the text that stands there: an unquoted `200:` is "200".
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from validator.errors import Obstacle

MAX_DEPTH: Final = 500
MAX_NODES: Final = 10_000_000
"""Scalars, sequences and mappings, aliases counted for what they stand for; 10 MB of OpenAPI has under a million."""
CHARACTERS_PER_NODE: Final = 64
"""A long scalar counts for more than one: an alias repeats its text for whoever writes the value out."""
MAX_MERGED: Final = 1_000_000
"""Members copied by merge keys. An alias costs a reference, a merge a copy: this bounds the memory."""

_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,3999})")
_NUMBER: Final = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NUMBER_OF_PYYAML: Final = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)\.[0-9]*)(?:[eE][-+][0-9]+)?")
"""`12e34` is a string to PyYAML, which writes it without quotes: in a cassette, the id of a request may look so."""
_WORDS: Final = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_STARTS_OF_TYPED: Final = frozenset("0123456789+-.~ntfNTF")
_TAG: Final = "tag:yaml.org,2002:"
_TYPED: Final = frozenset({"int", "float", "bool", "null"})
_STRINGS_OF_PYTHON_2: Final = frozenset({"python/str", "python/unicode"})
_INFINITE: Final = (float("inf"), float("-inf"))
_SHOWN: Final = 60


def read_yaml(
    data: bytes,
    *,
    place: str,
    error: type[Obstacle],
    unique_keys: bool = False,
    pyyaml: bool = False,
    max_depth: int = MAX_DEPTH,
    max_nodes: int = MAX_NODES,
) -> Any:
    """The value of one YAML document, with JSON's types.

    Raises `error` with line and column. With `unique_keys` a member that comes twice is refused; else the last counts.
    With `pyyaml`, it is read as PyYAML writes: `!!binary` gives bytes, what Python 2 wrote as `!!python/unicode` and
    `!!python/str` gives text, and so does `12e34`.
    What an alias stands for is shared, not copied: don't change the value.
    """
    reader = _Reader(place, error, unique_keys=unique_keys, pyyaml=pyyaml, max_depth=max_depth, max_nodes=max_nodes)
    try:
        return reader.read(data)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        at = f"{place}: line {mark.line + 1}, column {mark.column + 1}" if mark is not None else place
        raise error(f"not YAML: {problem.problem or problem.context}", place=at) from None
    except yaml.YAMLError as problem:  # bytes that are not text
        raise error(f"not YAML: {str(problem).splitlines()[0]}", place=place) from None


class _Open:
    """A sequence or mapping whose end has not come yet."""

    __slots__ = ("anchor", "counted", "key", "merged", "value")

    def __init__(self, value: Any, anchor: str | None, counted: int) -> None:
        self.value = value
        self.anchor = anchor
        self.counted = counted  # nodes before it: what has been added at its end is its size
        self.key: Any = None  # of a mapping: the member whose value comes next
        self.merged: list[dict[str, Any]] = []


_MERGE: Final = object()
_UNFINISHED: Final = object()


class _Reader:
    """One pass over the events of one document."""

    def __init__(
        self,
        place: str,
        error: type[Obstacle],
        *,
        unique_keys: bool,
        pyyaml: bool,
        max_depth: int,
        max_nodes: int,
    ) -> None:
        self._source = place
        self._error = error
        self._unique_keys = unique_keys
        self._pyyaml = pyyaml
        self._number = _NUMBER_OF_PYYAML if pyyaml else _NUMBER
        self._max_depth = max_depth
        self._max_nodes = max_nodes
        self._count = 0
        self._merged = 0
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._documents = 0
        self._result: Any = None

    def read(self, data: bytes) -> Any:
        takers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._begin,
            yaml.SequenceStartEvent: self._begin,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        next_event = yaml.CSafeLoader(data).get_event
        while (event := next_event()) is not None:  # after the end of the stream
            take = takers.get(type(event))
            if take is not None:
                take(event)
        return self._result

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise self._refusal("expected one YAML document, got a second (---)", event)

    def _scalar(self, event: Any) -> None:
        top = self._open[-1] if self._open else None
        is_name = top is not None and top.key is None and type(top.value) is dict
        tag = event.tag
        if tag is None and is_name:
            value: Any = event.value
            if value == "<<" and event.implicit[0]:  # not quoted
                value = _MERGE
        elif tag is None:
            value = self._resolved(event.value) if event.implicit[0] else event.value
        else:
            value = self._tagged(tag, event)
            if is_name and not isinstance(value, bytes):
                value = event.value
        size = 1 + len(event.value) // CHARACTERS_PER_NODE
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, size)
        self._put(value, size, event)

    def _begin(self, event: Any) -> None:
        value: dict[str, Any] | list[Any] = {} if type(event) is yaml.MappingStartEvent else []
        tag = event.tag
        if tag is not None and tag not in ("!", _TAG + ("map" if isinstance(value, dict) else "seq")):
            raise self._unknown_tag(tag, event)
        if len(self._open) >= self._max_depth:
            raise self._refusal(f"nested deeper than {self._max_depth} levels", event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (_UNFINISHED, 0)
        self._open.append(_Open(value, event.anchor, self._count))

    def _end(self, event: Any) -> None:
        done = self._open.pop()
        for other in done.merged:
            # A member of its own wins over a merged one, an earlier merged one over a later (YAML merge key, 1.1).
            for name, member in other.items():
                done.value.setdefault(name, member)
        if done.anchor is not None:
            self._anchors[done.anchor] = (done.value, self._count - done.counted + 1)
        self._put(done.value, 1, event)

    def _alias(self, event: Any) -> None:
        value, size = self._anchors.get(event.anchor, (None, 0))
        if value is _UNFINISHED:
            raise self._refusal(f"the alias *{_short(event.anchor)} stands inside what it stands for", event)
        if not size:
            raise self._refusal(f"the alias *{_short(event.anchor)} stands for nothing before it", event)
        self._put(value, size, event)

    def _put(self, value: Any, size: int, event: Any) -> None:
        """Put a finished value where it belongs."""
        self._count += size
        if self._count > self._max_nodes:
            reason = f"expected at most {self._max_nodes:,} values, aliases counted for what they stand for, got more"
            raise self._refusal(reason, event)
        if not self._open:
            self._result = value
            return
        top = self._open[-1]
        if type(top.value) is list:
            top.value.append(value)
        elif top.key is None:
            top.key = self._name(value, event)
        elif top.key is _MERGE:
            top.key = None
            self._merge(top, value, event)
        else:
            top.value[top.key] = value
            top.key = None

    def _name(self, value: Any, event: Any) -> Any:
        if value is _MERGE:
            return value
        if not isinstance(value, str):
            raise self._refusal("expected the name of a member, got a value that is no word", event)
        if self._unique_keys and value in self._open[-1].value:
            raise self._refusal(f"the member {_short(value)} comes twice", event)
        return value

    def _merge(self, into: _Open, value: Any, event: Any) -> None:
        others = value if isinstance(value, list) else [value]
        for other in others:
            if not isinstance(other, dict):
                raise self._refusal("expected a mapping to merge (<<), got something else", event)
            self._merged += len(other)
        if self._merged > MAX_MERGED:
            raise self._refusal(f"expected at most {MAX_MERGED:,} members merged (<<), got more", event)
        into.merged.extend(others)

    def _tagged(self, tag: str, event: Any) -> Any:
        name = tag.removeprefix(_TAG)
        if name in ("!", "str"):
            return event.value
        if name in _STRINGS_OF_PYTHON_2 and self._pyyaml:
            return event.value
        if name in _TYPED:
            return self._resolved(event.value)
        if name == "binary" and self._pyyaml:
            try:
                return base64.b64decode("".join(event.value.split()), validate=True)
            except (binascii.Error, ValueError):
                raise self._refusal("expected base64 after !!binary", event) from None
        raise self._unknown_tag(tag, event)

    def _resolved(self, text: str) -> Any:
        """A plain scalar with JSON's type."""
        if text and text[0] not in _STARTS_OF_TYPED:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        if self._number.fullmatch(text):
            number = float(text)
            return text if number in _INFINITE else number
        return text

    def _unknown_tag(self, tag: str, event: Any) -> Obstacle:
        shown = tag.replace(_TAG, "!!", 1) if tag.startswith(_TAG) else tag
        return self._refusal(f"expected plain YAML, got the tag {_short(shown)}", event)

    def _refusal(self, reason: str, event: Any) -> Obstacle:
        mark = event.start_mark
        return self._error(reason, place=f"{self._source}: line {mark.line + 1}, column {mark.column + 1}")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
