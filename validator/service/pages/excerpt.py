"""A few lines of a document around a place in it, as indented JSON in which the place is marked.

Bounded, whatever the document: what is far from the place is folded to `{…}`, what is long is cut, and what is too much
is counted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from validator.pointer import join, split, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_LINES: Final = 14
"""Of the marked member itself."""

AROUND: Final = 5
"""So many members before it and after it are shown, on a line each."""

MOST_DEPTH: Final = 4
MOST_CHARACTERS: Final = 160

INDENT: Final = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line; `is_marked` where the place begins."""

    text: str
    is_marked: bool = False

    @property
    def indent(self) -> str:
        """The spaces that it begins with."""
        return " " * (len(self.text) - len(self.text.lstrip(" ")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The lines, and where in the document the value stands that they show."""

    pointer: str
    lines: tuple[Line, ...]


def excerpt(root: Mapping[str, Any], pointer: str) -> Excerpt | None:
    """What stands around a place; None where the document has no such place."""
    tokens = split(pointer)
    try:
        node = walk(root, tokens)
        around = walk(root, tokens[:-1])
    except (KeyError, TypeError):
        return None
    if not tokens:
        return Excerpt(pointer="/", lines=tuple(_marked(_lines(None, node, 0))))
    parent = join("", *tokens[:-1]) or "/"
    return Excerpt(pointer=parent, lines=tuple(_members("".join(tokens[-2:-1]) or None, around, tokens[-1])))


def _members(key: str | None, around: Any, token: str) -> Iterator[Line]:
    """The members of an object, or the items of a list, with one of them in full; `key` is what it is called."""
    is_list = isinstance(around, list)
    members = [(str(name), value) for name, value in (enumerate(around) if is_list else around.items())]
    place = next(index for index, (name, _) in enumerate(members) if name == token)
    first, last = max(0, place - AROUND), place + AROUND + 1
    yield Line(text=f"{_key(key)}{'[' if is_list else '{'}")
    if first:
        yield Line(text=f"{INDENT}… {first} before")
    for index, (name, value) in enumerate(members[first:last], start=first):
        own = None if is_list else name
        if index == place:
            yield from _marked(_lines(own, value, 1))
        else:
            yield Line(text=INDENT + _folded(own, value))
    if len(members) > last:
        yield Line(text=f"{INDENT}… {len(members) - last} more")
    yield Line(text="]" if is_list else "}")


def _marked(texts: Iterator[str]) -> Iterator[Line]:
    for count, text in enumerate(texts):
        if count == MOST_LINES:
            yield Line(text=f"{INDENT}{INDENT}…")
            return
        yield Line(text=text, is_marked=not count)


def _lines(key: str | None, value: Any, depth: int) -> Iterator[str]:
    """A value over several lines."""
    indent = INDENT * depth
    if not isinstance(value, dict | list) or not value or depth > MOST_DEPTH or _is_short(value):
        yield indent + _folded(key, value)
        return
    yield f"{indent}{_key(key)}{'[' if isinstance(value, list) else '{'}"
    if isinstance(value, list):
        for item in value:
            yield from _lines(None, item, depth + 1)
    else:
        for name, member in value.items():
            yield from _lines(name, member, depth + 1)
    yield f"{indent}{']' if isinstance(value, list) else '}'}"


def _folded(key: str | None, value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict) and value and not _is_short(value):
        text = "{…}"
    elif isinstance(value, list) and value and not _is_short(value):
        text = f"[… {len(value)}]"
    else:
        text = _cut(json.dumps(value, ensure_ascii=False))
    return f"{_key(key)}{text}"


def _is_short(value: Any) -> bool:
    """Whether a list or an object reads well on one line: a reference, or a few plain values."""
    members = value.values() if isinstance(value, dict) else value
    few = 1 if isinstance(value, dict) else 12
    return len(value) <= few and all(
        not isinstance(member, dict | list) and len(str(member)) < MOST_CHARACTERS // 2 for member in members
    )


def _key(key: str | None) -> str:
    return "" if key is None else f"{_cut(json.dumps(key, ensure_ascii=False))}: "


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
