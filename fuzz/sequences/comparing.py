"""What was written, held against what is shown: pure, and slow to accuse.

Servers trim blanks, write numbers their own way, round to cents, work things out. So a value counts as lost only where
what is shown instead is telling: the value from before, none at all, one that was written to another member, a part of
what was written; or where the server itself, when it was written, showed it as it was sent.
"""

from __future__ import annotations

import html
import math
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_BLANK: Final[tuple[Any, ...]] = (None, "", 0, [], {})
_NO_ASCII: Final = re.compile(r"[^\x00-\x7f]|\?")
"""With what takes its place where it is lost."""

_HIDDEN: Final = re.compile(r"secret|password|token|apikey|api_key|credential|pincode", re.IGNORECASE)
_OF_SERVER: Final = re.compile(r"(^|_)(updated|changed|modified|created|deleted|closed|etag|version|revision)|_at$|At$")
_MIDNIGHT: Final = re.compile(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})[t ]00:00(?::00(?:\.0+)?)?(?:z|\+00:?00)?$")
_ROUNDED: Final = 0.005
"""Prices are rounded to cents; what has more digits, to as many as there are in it."""

_TELLING: Final = 4
"""Characters of a text that is surely not by chance the beginning of another."""


def lost(
    written: Mapping[str, Any],
    shown: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    echo: Mapping[str, Any] | None,
    documented: Collection[str],
) -> Iterator[str]:
    """Members of what was written that are lost.

    `before` is what the thing was like before it was written; `echo` what the answer to the writing showed; and
    `documented` are the members that may be shown by the document.
    """
    for name, value in written.items():
        if _HIDDEN.search(name) or value is None:
            continue
        has_echo = echo is not None and name in echo and same(value, echo[name])
        if name not in shown:
            if has_echo:
                yield name
            continue
        came = shown[name]
        if same(value, came) or not _comparable(value, came):
            continue
        if isinstance(value, dict) and isinstance(came, dict):
            inner_before, inner_echo = _inside(before, name), _inside(echo, name)
            if any(lost(value, came, inner_before, inner_echo, documented=came)):
                yield name
            continue
        # A member that is written, and not shown, may be another name for this one.
        others = [other for key, other in written.items() if key != name and key in shown and isinstance(other, str)]
        if (
            has_echo
            or (before is not None and name in before and same(before[name], came) and not same(before[name], value))
            or (name in documented and _is_blank(came) and not _is_blank(value))
            or (name in documented and came is None and value == 0 and isinstance(value, int | float))
            or (isinstance(came, str) and any(_is_telling(other) and same(other, came) for other in others))
            or _is_cut(value, came)
            or _is_whole(value, came)
            or _is_escaped(value, came)
            or _is_shorter(value, came)
            or _is_mangled(value, came)
        ):
            yield name


def disturbed(
    written: Mapping[str, Any],
    shown: Mapping[str, Any],
    before: Mapping[str, Any],
    names: Collection[str],
    *,
    partial: bool,
) -> Iterator[str]:
    """Members among `names` that nobody wrote, and that are not what they were before.

    Where the writing was not `partial`, it stands for the whole thing: what it left out may be gone after it.
    """
    for name in names:
        if name in written or name not in before or _HIDDEN.search(name) or _OF_SERVER.search(name):
            continue
        was, came = before[name], shown.get(name)
        if same(was, came) or not _comparable(was, came):
            continue
        if isinstance(was, dict | list) and not (partial and _is_blank(came)):
            continue  # what it is made of may be written in another way
        if any(same(value, came) for value in written.values()):
            continue  # another name for what was written
        if partial or not _is_blank(came):
            yield name


def same(one: Any, other: Any) -> bool:
    """Equal, as servers understand it: blanks, case, the writing of numbers, and the midnight of a day do not count."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= _ROUNDED * max(1, abs(one))
    if isinstance(one, str) and isinstance(other, str):
        return _plain(one) == _plain(other)
    if isinstance(one, dict) and isinstance(other, dict):
        return all(same(one[name], other[name]) for name in one if name in other)
    if isinstance(one, list) and isinstance(other, list):
        return bool(one) == bool(other) and not _is_shorter(one, other)
    if isinstance(one, str) != isinstance(other, str) and isinstance(one, int | float | str | None):
        return str(one if one is not None else "") == str(other if other is not None else "")
    return bool(one == other)


def _inside(thing: Mapping[str, Any] | None, name: str) -> Mapping[str, Any] | None:
    inner = None if thing is None else thing.get(name)
    return inner if isinstance(inner, dict) else None


def _comparable(one: Any, other: Any) -> bool:
    """Whether the values are of one type; nothing is comparable with all."""
    if one is None or other is None:
        return True
    numbers = (int, float)
    if isinstance(one, numbers) and isinstance(other, numbers):
        return isinstance(one, bool) == isinstance(other, bool)
    return type(one) is type(other)


def _is_blank(value: Any) -> bool:
    return any(value == one and isinstance(value, bool) is False for one in _BLANK) or value is False


def _is_mangled(value: Any, came: Any) -> bool:
    """Whether a text came back without what is not ASCII in it, or with something else in its place."""
    if not isinstance(value, str) or not isinstance(came, str) or value.isascii():
        return False
    return _NO_ASCII.sub("", value) == _NO_ASCII.sub("", came) != ""


def _is_cut(value: Any, came: Any) -> bool:
    """Whether a part of a text is gone."""
    if not isinstance(value, str) or not isinstance(came, str):
        return False
    whole, part = _plain(value), _plain(came)
    return len(part) >= _TELLING and len(part) < len(whole) and whole.startswith(part)


def _is_whole(value: Any, came: Any) -> bool:
    """Whether the fraction of a number is gone."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isinstance(came, int | float):
        return False
    return value != int(value) and came in {math.floor(value), math.ceil(value)}


def _is_escaped(value: Any, came: Any) -> bool:
    """Whether a text was stored in the writing of HTML: who shows it there would escape it again."""
    return isinstance(value, str) and isinstance(came, str) and value != came and html.unescape(came) == value


def _is_shorter(value: Any, came: Any) -> bool:
    """Whether of several items, each another one, there are fewer."""
    if not isinstance(value, list) or not isinstance(came, list):
        return False
    return 0 < len(came) < len(value) and all(one not in value[:index] for index, one in enumerate(value))


def _is_telling(value: str) -> bool:
    return len(value) >= _TELLING


def _plain(text: str) -> str:
    """Without what does not count: a day is its midnight."""
    return _MIDNIGHT.sub(r"\1", " ".join(text.split()).casefold())
