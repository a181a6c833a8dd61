r"""Hiding: takes out of an answer what must not be seen, in whatever spelling the server repeats it.

Few servers repeat a key letter by letter: PHP writes its `/` as `\/`, a page its `"` as `&quot;`, a header its blanks
as `%20`, and a log may have the base64 of it beside other things. So a text is searched as it stands and as it reads
without its escapes, layer by layer; and what is searched for is the secret, its hex and its base64.
"""

from __future__ import annotations

import base64
import html
import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from validator.exchange import Headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from validator.exchange import Response

HIDDEN: Final = "(hidden)"
"""Stands in an answer where the secret stood."""

SHORTEST: Final = 4
"""A shorter secret would be found by chance, in words that have nothing to do with it."""

DEPTH: Final = 3
"""So many escapes within each other are taken off: JSON within JSON, say, with a part of an address in it."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What nothing may show: texts, in any code, and what shows them in one already, as it was `sent`.

    Both are of characters of latin-1; each stands for itself, or for a byte.
    """

    texts: frozenset[str] = frozenset()
    sent: frozenset[str] = frozenset()

    def hidden_in(self, response: Response) -> Response:
        """The answer without them."""
        if not _spellings(self):
            return response
        body, damage, headers = response.body, response.damage, response.headers
        lines = "\n".join(text for line in headers for text in line)
        if self.hidden(lines) != lines:
            headers = Headers((self.hidden(name), self.hidden(value)) for name, value in headers)
        if body and damage is not None and headers.get("content-encoding"):
            body = HIDDEN.encode()  # it could not be decoded, so nobody knows what somebody else gets out of it
        return replace(
            response,
            headers=headers,
            body=body and self._hidden(body),
            damage=damage and self.hidden(damage),
        )

    def hidden(self, text: str) -> str:
        """A text without them."""
        try:
            raw, coding = text.encode("latin-1"), "latin-1"  # how headers are read: they may be UTF-8 all the same
        except UnicodeEncodeError:
            raw, coding = text.encode("utf-8", "surrogatepass"), "utf-8"
        hidden = self._hidden(raw)
        return text if hidden is raw else hidden.decode(coding, "replace")

    def _hidden(self, raw: bytes) -> bytes:
        spans = sorted(_spans(raw, _spellings(self), DEPTH))
        if not spans:
            return raw
        kept, done = bytearray(), -1
        for start, end in spans:
            if start > done:
                kept += raw[max(done, 0) : start]
                kept += HIDDEN.encode()
            done = max(done, end)
        return bytes(kept + raw[done:])


class _Spelling(NamedTuple):
    """Bytes that show a secret. So many characters of base64 `before` and `after` them hold some bits of it, too."""

    shown: bytes
    before: int = 0
    after: int = 0


@lru_cache(maxsize=256)
def _spellings(secrets: Secrets) -> tuple[_Spelling, ...]:
    """All that is searched for; escapes are another matter."""
    found: set[_Spelling] = set()
    for text in secrets.texts | secrets.sent:
        for raw in {text.encode(), text.encode("latin-1")} if len(text) >= SHORTEST else ():
            found |= {_Spelling(raw), _Spelling(raw.replace(b" ", b"+"))}  # a blank in a query
            if text in secrets.texts:
                found |= {_Spelling(raw.hex().encode()), _Spelling(raw.hex().upper().encode()), *_in_base64(raw)}
    return tuple(found)


def _in_base64(raw: bytes) -> Iterator[_Spelling]:
    """The middle of its base64, which is the same whatever stands around it, for each place in three bytes."""
    for offset in range(3):
        first, last = offset * 8, (offset + len(raw)) * 8
        middle = base64.b64encode(bytes(offset) + raw)[-(-first // 6) : last // 6]
        for shown in (middle, middle.translate(_URL_SAFE)):
            yield _Spelling(shown, bool(first % 6), bool(last % 6))


_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
_BASE64: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")


def _spans(text: bytes, spellings: tuple[_Spelling, ...], depth: int) -> Iterator[tuple[int, int]]:
    """Where the text shows a secret: from which byte to which."""
    for shown, before, after in spellings:
        at = text.find(shown)
        while at >= 0:
            end = at + len(shown)
            start = at - before if at and text[at - 1] in _BASE64 else at
            yield start, end + after if end < len(text) and text[end] in _BASE64 else end
            at = text.find(shown, end)
    for mark, pattern, meant in _ESCAPES if depth else ():
        if mark not in text:
            continue
        plain = pattern.sub(meant, text)
        found = list(_spans(plain, spellings, depth - 1)) if plain != text else []
        if found:
            places = _Places(text, pattern, meant)
            yield from (places.span(*span) for span in found)


class _Places:
    """Where in a text stand the bytes of what it reads without its escapes."""

    def __init__(self, text: bytes, pattern: re.Pattern[bytes], meant: Callable[[re.Match[bytes]], bytes]) -> None:
        # Of each escape, what it means begins and ends here in the text without ...
        self._starts, self._ends = array("q"), array("q")
        # ... and it itself here in the text with escapes.
        self._from, self._to = array("q"), array("q")
        shorter = 0
        for escape in pattern.finditer(text):
            start, end = escape.span()
            self._from.append(start)
            self._to.append(end)
            self._starts.append(start - shorter)
            self._ends.append(start - shorter + len(meant(escape)))
            shorter = end - self._ends[-1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place of a span."""
        return self._place(start)[0], self._place(end - 1)[1]

    def _place(self, at: int) -> tuple[int, int]:
        """The place of a byte, or of the whole escape that it comes of."""
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return at, at + 1
        if at < self._ends[index]:
            return self._from[index], self._to[index]
        there = self._to[index] + at - self._ends[index]
        return there, there + 1


def _of_backslash(escape: re.Match[bytes]) -> bytes:
    """JSON, and what programming languages have beside."""
    if number := escape[1] or escape[2]:
        return chr(int(number, 16)).encode()
    return escape[3] or escape[4][::2]


def _of_percent(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape[1], 16)])


def _of_ampersand(escape: re.Match[bytes]) -> bytes:
    text = html.unescape(escape[0].decode("ascii"))
    return (_NUL if _OF_NUL.fullmatch(escape[0]) else text).encode("utf-8", "surrogatepass")


_OF_NUL: Final = re.compile(rb"&#(?:0+|[xX]0+);")
_NUL: Final = "\0"
"""What a page means by it is U+FFFD; what wrote the page meant this."""


_ESCAPES: Final = (
    (b"\\", re.compile(rb"\\(?:u00([0-9a-fA-F]{2})|x([0-9a-fA-F]{2})|([!-/:-@\[\]-`{-~]))|((?:\\\\)+)"), _of_backslash),
    (b"%", re.compile(rb"%([0-9a-fA-F]{2})"), _of_percent),
    (b"&", re.compile(rb"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,10});"), _of_ampersand),
)
"""What begins an escape, all of it, and what it means; those of characters that no secret has are left alone."""
