"""Text out of a recording, made fit to be shown: no lone surrogates, nothing that a terminal or XML would trip over."""

from __future__ import annotations

import re
from typing import Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def whole(text: str) -> str:
    """The text with lone surrogates replaced: what is left has a UTF-8 form."""
    return _LONE_SURROGATE.sub(REPLACEMENT, text)


def visible(text: str) -> str:
    r"""The text on one line, with all that does not print spelt out: ESC as `\x1b`, a direction mark as `\u202e`.

    What a recording holds must not move the cursor, colour the terminal, or pass for something else.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _spelt(char) for char in text)


def for_xml(text: str) -> str:
    """The text with characters that XML 1.0 cannot hold, even escaped, spelt out (section 2.2, production 2)."""
    return _NOT_XML.sub(lambda found: _spelt(found.group()), text)


def is_utf8(encoding: str | None) -> bool:
    """Whether a stream of this encoding takes every character; one without an encoding (io.StringIO) does."""
    return encoding is None or encoding.lower().replace("_", "-") in {"utf-8", "utf8", "utf-8-sig"}


def for_encoding(text: str, encoding: str | None) -> str:
    """The text as a stream of this encoding can take it: our own marks in ASCII, anything else spelt out."""
    if encoding is None or is_utf8(encoding):
        return whole(text)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_IN_ASCII).encode(encoding, "backslashreplace").decode(encoding)
    return text


_IN_ASCII: Final = str.maketrans({"✓": "ok:", "✗": "FAIL:", "…": "..."})


def _spelt(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
