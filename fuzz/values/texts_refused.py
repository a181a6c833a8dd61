"""Texts that a format, a pattern, or a length refuses, some of them near to a sound one."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from fuzz.odd_texts import LONE_SURROGATE, LONG
from fuzz.values.kind import Asked, Kind, fixed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DATES: Final = ("2026-02-31", "2025-02-29", "2026-04-31")
_ARABIC_DIGITS: Final = {0x30 + digit: 0x660 + digit for digit in range(10)}

BY_FORMAT: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "date": {
            "impossible-date": _DATES,
            "impossible-month": ("2026-13-01", "2026-00-10", "2026-01-00", "0000-00-00"),
            "other-order": ("31-12-2026", "12/31/2026", "2026/12/31", "20261231"),
            "with-time": ("2026-12-31T00:00:00Z", "2026-12-31 00:00:00"),
            "no-such-text": ("tomorrow", "now", "1767139200", "26-12-31"),
        },
        "date-time": {
            "impossible-date": tuple(f"{date}T10:00:00Z" for date in _DATES),
            "impossible-month": ("2026-13-01T10:00:00Z", "2026-00-10T10:00:00Z"),
            "impossible-time": ("2026-12-31T25:00:00Z", "2026-12-31T10:61:00Z"),
            "no-zone": ("2026-12-31T10:00:00", "2026-12-31 10:00:00", "2026-12-31"),
            "other-order": ("31-12-2026T10:00:00Z", "12/31/2026 10:00"),
            "no-such-text": ("tomorrow", "now", "1767139200"),
        },
        "time": {"impossible-time": ("25:00:00Z", "10:61:00Z", "-1:00:00Z"), "no-such-text": ("noon", "10", "10 am")},
        "duration": {"no-such-text": ("1 day", "P", "1D", "24:00")},
        "email": {"no-such-text": ("abc", "a@", "@b.example", "a b@c.example")},
        "hostname": {"no-such-text": ("a b", "-a.example", "a..b", "http://a.example")},
        "ipv4": {"no-such-text": ("256.0.0.1", "1.2.3", "1.2.3.4.5", "::1", "localhost")},
        "ipv6": {"no-such-text": ("g::1", ":::", "12345::", "1.2.3.4")},
        "uri": {"no-such-text": ("abc", "/relative", "a b", "http:// a")},
        "uri-reference": {"no-such-text": ("a b", "http:// a", "%zz")},
        "uri-template": {"no-such-text": ("{", "{a", "}", "{a}}")},
        "uuid": {
            "no-such-text": ("abc", "123e4567-e89b-12d3-a456-42661417400", "123e4567-e89b-12d3-a456-42661417400g"),
            "other-form": ("123e4567e89b12d3a456426614174000", "{123e4567-e89b-12d3-a456-426614174000}"),
        },
        "json-pointer": {"no-such-text": ("a", "/~", "/~2", "#/a")},
        "relative-json-pointer": {"no-such-text": ("a", "-1", "01", "/a")},
        "regex": {"no-such-text": ("(", "[", "*", "a{2,1}", "\\")},
        "byte": {"no-such-text": ("a", "abc", "a===", "ab-_", "@@@@")},
    }
)
"""By format, texts that are none, by the name of what is wrong with them."""

_ALIKE: Final = MappingProxyType(
    {
        "idn-email": "email",
        "idn-hostname": "hostname",
        "iri": "uri",
        "iri-reference": "uri-reference",
    }
)

_LOOSE: Final = frozenset({"email", "hostname", "uri", "uri-reference", "uri-template"})
"""Formats that sound servers read each in their own way: only what is far from them is sure to be refused."""


def broken_format(asked: Asked) -> Iterator[Kind]:
    """For `format`."""
    name = _ALIKE.get(asked.words["format"], asked.words["format"])
    for kind, texts in BY_FORMAT.get(name, {}).items():
        yield fixed(kind, *texts)
    yield from _refused(exactly=name not in _LOOSE)


def broken_pattern(_: Asked) -> Iterator[Kind]:
    """For `pattern`."""
    yield from _refused()


def too_short(asked: Asked) -> Iterator[Kind]:
    """For `minLength`."""
    least = int(asked.words["minLength"])
    yield fixed("empty", "")
    if least > 1:
        yield Kind(name="too-short", make=lambda value: (str(value)[: least - 1], "a" * (least - 1)))


def too_long(asked: Asked) -> Iterator[Kind]:
    """For `maxLength`."""
    most = int(asked.words["maxLength"])

    def longer(value: Any) -> tuple[str, ...]:
        text = value if isinstance(value, str) and value else "a"
        return text + text[-1] * (most + 1 - len(text)), "a" * (most + 1), "é" * (most + 1), " " * (most + 1)

    if most < len(LONG):
        yield Kind(name="too-long", make=longer)
    yield Kind(name="far-too-long", make=lambda _: (LONG, LONG * (1 + most // len(LONG)))[most >= len(LONG) :])


def _refused(*, exactly: bool = True) -> Iterator[Kind]:
    """Texts that look nothing like a sound one, and those that are near to it, where it can be told exactly."""
    yield fixed("other-text", "abc", "12", "x", "!", "a b", "1.5")
    yield fixed("empty", "")
    if exactly:
        yield from _near()
    yield fixed("lone-surrogate", LONE_SURROGATE)
    yield fixed("far-too-long", LONG)


def _near() -> Iterator[Kind]:
    """Texts that are off by one character, or by something that cannot be seen."""
    yield _near_to("other-case", lambda text: (text.lower(), text.upper(), text.swapcase()))
    yield _near_to("cut", lambda text: (text[:-1], text[1:], text[: len(text) // 2]))
    yield _near_to("more-behind", lambda text: (f"{text}x", f"{text}0", text + text))
    yield _near_to("line-feed-behind", lambda text: (f"{text}\n", f"{text}\r\n"))
    yield _near_to("more-before", lambda text: (f"x{text}", f"0{text}", f" {text}", f"\n{text}", f"x\n{text}"))
    yield _near_to("other-character", _with_another)
    yield _near_to("other-digits", lambda text: (text.translate(_ARABIC_DIGITS),))
    yield _near_to("null-character", lambda text: (f"{text}\0", f"\0{text}"))
    yield _near_to("unseen-character", lambda text: (f"{text}\u200f", f"\ufeff{text}", f"{text}\u200b"))
    yield _near_to("beyond-16-bits", lambda text: (f"{text}\U0001f600", "\U0001f600"))
    yield _near_to("quote-behind", lambda text: (f"{text}'", f'{text}"', f"{text}\\"))


def _with_another(text: str) -> list[str]:
    """Each character in turn replaced; the last first."""
    return [text[:at] + other + text[at + 1 :] for at in reversed(range(min(len(text), _MOST))) for other in "x9é"]


_MOST: Final = 24


def _near_to(name: str, make: Any) -> Kind:
    return Kind(name=name, make=lambda value: make(value) if isinstance(value, str) else ())
