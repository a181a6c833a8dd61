"""Which format a recording has, seen from its first bytes; its name says nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN: Final = 5
"""So many member names are told of what is no recording."""

_TOKEN: Final = re.compile(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)(?:"(\s*:)?)?|[{}\[\]]', re.DOTALL)
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff", b"{\0", b"\0{", b"[\0", b"\0[")
"""Byte order marks, and how JSON begins without one."""

_YAML_MEMBER: Final = re.compile(rb"""^(?:\{\s*)?(['"]?)([A-Za-z_][\w-]*)\1\s*:(?=\s|$)""", re.MULTILINE)
_YAML_ITEM: Final = re.compile(rb"^- (['\"]?)([A-Za-z_][\w-]*)\1\s*:(?=\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the first bytes show: the kind of text, and the names of the members (in a list: of its items)."""

    kind: str
    members: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.members:
            return self.kind
        more = ", …" if len(self.members) > SHOWN else ""
        noun = "member" if len(self.members) == 1 else "members"
        return f"{self.kind} with the {noun} {', '.join(self.members[:SHOWN])}{more}"


EMPTY: Final = "nothing"
UTF_16: Final = "UTF-16 text"
BINARY: Final = "binary data"
OBJECT: Final = "a JSON object"
NO_MEMBERS: Final = "an empty or broken JSON object"
ARRAY: Final = "a JSON array"
MAPPING: Final = "YAML"
SEQUENCE: Final = "a YAML list"
TEXT: Final = "text"


def look(head: bytes) -> Look:
    """What the first bytes of a recording, without a byte order mark, show."""
    if head.startswith(_UTF_16):
        return Look(kind=UTF_16)
    begin = head.lstrip()
    if not begin:
        return Look(kind=EMPTY)
    if begin.startswith(b"["):
        return Look(kind=ARRAY, members=_named(_json_members(begin, depth=2)))
    if begin.startswith(b"{") and (members := _named(_json_members(begin, depth=1))):
        return Look(kind=OBJECT, members=members)
    if begin.startswith(b"{") and (members := _of_later_line(begin)):
        return Look(kind=OBJECT, members=members)
    if b"\0" in head:
        return Look(kind=BINARY)
    if members := _named(found[2] for found in _YAML_MEMBER.finditer(begin)):
        return Look(kind=MAPPING, members=members)
    if members := _named(found[2] for found in _YAML_ITEM.finditer(begin)):
        return Look(kind=SEQUENCE, members=members)
    return Look(kind=NO_MEMBERS if begin.startswith(b"{") else TEXT)


def _of_later_line(text: bytes) -> tuple[str, ...]:
    """The members of the first line after a broken one that is a JSON object: one bad line does not lose the others."""
    for line in text.split(b"\n")[1:]:
        if line.startswith(b"{") and (members := _named(_json_members(line, depth=1))):
            return members
    return ()


def _json_members(text: bytes, *, depth: int) -> Iterator[bytes]:
    """The names of members so many brackets deep; no more is asked of the text than that its strings end."""
    at = 0
    for token in _TOKEN.finditer(text):
        first = token[0][:1]
        if first in b"{[":
            at += 1
        elif first in b"}]":
            at -= 1
        elif at == depth and token[2] is not None:
            yield token[1]


def _named(names: Iterator[bytes]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.decode(errors="replace") for name in names))
