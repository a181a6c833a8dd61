"""Texts that are allowed wherever a schema sets no bounds, and that servers stumble over."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fuzz.written import Written

if TYPE_CHECKING:
    from collections.abc import Mapping

LONG: Final = "a" * 100_000
"""Longer than anybody wants a name to be: for schemas that set a bound."""

LONE_SURROGATE: Final = Written('"\\ud800"', "\ufffd")
"""In the grammar of JSON (RFC 8259, section 8.2), though no UTF-8 can hold it: a server may refuse it."""

MIXED: Final = "O'N\u00e9\U0001f600 \"<&amp;%s{0}\\/`$1"
"""Odd in several ways at once, and short; the most usual ones come first, for the end may be cut off."""

ODD_TEXTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "empty": ("", " ", "\n"),
        "quotes": ('it\'s "a" `b` \\', "O'Neill", "'", '"', "`", "\\", "\\'"),
        "markup": ("<i>a</i> &amp; </script>", "<b>", "&amp;", "<?php", "<!--"),
        "placeholder": ("%s %n %00 {0} ${x} {{x}} $1; --", "%s", "%n", "{0}", "${x}", "{{x}}", "$1", "%00"),
        "not-ascii": ("Zo\u00eb \u00df \u03a9", "\u00e9", "\u65e5\u672c\u8a9e"),
        "beyond-16-bits": ("a\U0001f600b", "\U0001d4b3", "\U0001f469\u200d\U0001f469\u200d\U0001f467"),
        "combining": ("e\u0301", "a\u0335\u0336"),
        "right-to-left": ("\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627", "\u202eabc", "\u200fabc"),
        "unseen": ("a\u200b\u00a0\u00adb", "\ufeffa", "\u200b"),
        "control-character": ("a\x01b\tc\r\nd\x1b[31m\x7f", "\x01", "\t", "\r\n", "\x7f"),
        "null-character": ("a\0b", "\0"),
        "word-of-a-language": ("null", "undefined", "true", "NaN", "0", "-1", "1e9", "None"),
        "path": ("../../etc/passwd", "C:\\", "/dev/null"),
        "long": ("lorem ipsum " * 25, "a" * 5000),
    }
)
"""By what is odd about them; the first of each kind is odd in most ways at once."""
