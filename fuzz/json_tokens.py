"""A valid JSON text, cut into its tokens: the places at which it can be broken.

Only for texts that we have written ourselves: it does not look for mistakes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st

_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_UNIT: Final = re.compile(rb"\\u[0-9a-fA-F]{4}|\\.|[\x00-\x7f]|[\xc0-\xff][\x80-\xbf]+", re.DOTALL)

OPENING: Final = (b"{", b"[")
CLOSING: Final = (b"}", b"]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token of a JSON text; `is_key` and `is_value` say which part a string, number or word plays."""

    start: int
    text: bytes
    is_key: bool = False
    is_value: bool = False

    @property
    def end(self) -> int:
        """Where it ends: the place after its last byte."""
        return self.start + len(self.text)

    @property
    def is_string(self) -> bool:
        """Whether it is a string, key or value."""
        return self.text.startswith(b'"')

    def gaps(self) -> list[int]:
        """The places between the characters of a string, where another may be put in."""
        return [self.start + 1, *(self.start + 1 + unit.end() for unit in _UNIT.finditer(self.text[1:-1]))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A JSON text, the value that it stands for, and its tokens."""

    value: Any
    raw: bytes
    tokens: tuple[Token, ...]

    def replaced(self, token: Token, by: bytes) -> bytes:
        """The text with other bytes in place of a token."""
        return self.raw[: token.start] + by + self.raw[token.end :]

    def with_put_in(self, place: int, more: bytes) -> bytes:
        """The text with more bytes at a place."""
        return self.raw[:place] + more + self.raw[place:]

    def all(self, *texts: bytes) -> list[Token]:
        """The tokens that read so."""
        return [token for token in self.tokens if token.text in texts]

    @property
    def strings(self) -> list[Token]:
        """Keys, and values that are strings."""
        return [token for token in self.tokens if token.is_string]

    @property
    def keys(self) -> list[Token]:
        """The names of members."""
        return [token for token in self.tokens if token.is_key]

    @property
    def scalars(self) -> list[Token]:
        """Values without parts: strings, numbers, true, false, null."""
        return [token for token in self.tokens if token.is_value]


def read(value: Any, raw: bytes) -> Text:
    """Cut a JSON text into its tokens."""
    found = [(match.start(), match[0]) for match in _TOKEN.finditer(raw)]
    following = [text for _, text in found[1:]] + [b""]
    tokens = []
    for (start, text), after in zip(found, following, strict=True):
        is_key = text.startswith(b'"') and after == b":"
        is_value = not is_key and text not in (*OPENING, *CLOSING, b",", b":")
        tokens.append(Token(start=start, text=text, is_key=is_key, is_value=is_value))
    return Text(value=value, raw=raw, tokens=tuple(tokens))


def texts_of(value: Any) -> st.SearchStrategy[Text]:
    """The ways to write a value down: tight, with spaces, on lines; with characters as they are, or as escapes."""
    return st.builds(
        lambda separators, indent, ascii_only: read(
            value, json.dumps(value, separators=separators, indent=indent, ensure_ascii=ascii_only).encode()
        ),
        st.sampled_from([(",", ":"), (", ", ": ")]),
        st.sampled_from([None, 2]),
        st.booleans(),
    )
