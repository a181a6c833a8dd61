"""Bytes as words of a shell, for commands that a person may run."""

from __future__ import annotations

import shlex
from typing import Final

_ESCAPES: Final = {0x07: r"\a", 0x08: r"\b", 0x09: r"\t", 0x0A: r"\n", 0x0D: r"\r", 0x27: r"\'", 0x5C: r"\\"}
_PRINTABLE: Final = range(0x20, 0x7F)


def quoted(body: bytes) -> str:
    """Bytes as one word of bash or zsh: in quotes where they print, in `$'...'` where they do not."""
    if all(byte in _PRINTABLE for byte in body):
        return shlex.quote(body.decode("ascii"))
    return "$'" + "".join(_escaped(byte) for byte in body) + "'"


def octal(text: bytes) -> str:
    """Bytes as the format of printf, to stand in single quotes; octal is what every printf reads."""
    return "".join(chr(byte) if _is_plain(byte) else f"\\{byte:03o}" for byte in text)


def _escaped(byte: int) -> str:
    if byte in _ESCAPES:
        return _ESCAPES[byte]
    return chr(byte) if byte in _PRINTABLE else f"\\x{byte:02x}"


def _is_plain(byte: int) -> bool:
    """Whether printf takes the byte as it is, inside single quotes."""
    return byte in _PRINTABLE and chr(byte) not in "'\\%"
