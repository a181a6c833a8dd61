"""Texts that are allowed wherever a schema sets no bounds, and that servers stumble over."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fuzz.written import Written

if TYPE_CHECKING:
    from collections.abc import Mapping

LONG: Final = "a" * 100_000
LONE_SURROGATE: Final = Written('"\\ud800"', "\ufffd")
"""In the grammar of JSON (RFC 8259, section 8.2), though no UTF-8 can hold it."""

ODD_TEXTS: Final[Mapping[str, tuple[str | Written, ...]]] = MappingProxyType(
    {
        "empty": ("", " ", "\n"),
        "quotes": ("'", '"', "`", "O'Neill", "\\", "\\'"),
        "markup": ("<b>", "&amp;", "</script>", "<?php", "<!--"),
        "placeholder": ("%s", "%n", "{0}", "${x}", "{{x}}", "$1", "%00"),
        "not-ascii": ("\u00e9", "\u00df", "\u65e5\u672c\u8a9e", "\u03a9"),
        "beyond-16-bits": ("\U0001f600", "\U0001d4b3", "\U0001f469\u200d\U0001f469\u200d\U0001f467"),
        "combining": ("e\u0301", "a\u0335\u0336"),
        "right-to-left": ("\u202eabc", "\u200fabc", "\u05e9\u05dc\u05d5\u05dd"),
        "unseen": ("\u200b", "\ufeff", "\u00a0", "a\u00adb"),
        "control-character": ("\x01", "\t", "\r\n", "\x1b[31m", "\x7f"),
        "null-character": ("\0", "a\0b"),
        "lone-surrogate": (LONE_SURROGATE, Written('"a\\udc00b"', "a\ufffdb")),
        "word-of-a-language": ("null", "undefined", "true", "NaN", "0", "-1", "1e9", "None"),
        "path": ("../../etc/passwd", "C:\\", "/dev/null"),
        "long": ("a" * 256, "a" * 65_536, LONG),
    }
)
"""By what is odd about them. All are valid JSON; what is `Written` has to be written as it says."""
