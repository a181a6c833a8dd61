"""What the name of a member, or of a parameter, says: whose id it holds, or that it is of a thing's life.

`idorder_product`, `orderProductId` and `order_product_id` all speak of an `orderproduct`, and so does the list
`/order-products`. A name that only says "id" speaks of whatever it stands in.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|[0-9]+")
_MARKS: Final = frozenset({"id", "ids", "uuid", "uuids", "guid", "guids"})
IS_ID: Final = re.compile(r"(^|_)id|Ids?$|_ids?$|uuid", re.ASCII)
"""A name that may be of an id: looser than `referred`, for where one too many does no harm."""

OF_LIFE: Final = re.compile(
    r"activ|enabl|disabl|archiv|hidden|visible|delet|publi|clos|complet|cancel|lock|status|state|phase|concept",
    re.IGNORECASE,
)
"""A name that tells where a thing is in its life."""

OF_ONE: Final = re.compile(r"default|primary|preferred|(^|_)(is_?)?main$", re.IGNORECASE)
"""A switch of such a name is on for one thing of several: who gets it takes it from another."""

PAGE_SIZES: Final = frozenset({"limit", "per_page", "perpage", "page_size", "pagesize", "size", "count"})
"""Parameters, in lower case, that say how many things a list may have."""

OFFSETS: Final = frozenset({"offset", "skip"})
"""Parameters, in lower case, that say how many things a list leaves out at its beginning."""

_ROLES: Final = frozenset({"parent", "default", "from", "to", "source", "target", "new", "old", "primary", "assigned"})
"""Words that say which one of a kind is meant, and not what kind it is."""


@lru_cache(maxsize=4096)
def referred(name: str) -> str | None:
    """The kind of thing whose id goes by this name; "" for whatever it stands in; None where it is no id at all.

    Whether there are such things is another question: `idle` speaks of a `le`.
    """
    words = _words(name)
    marked = [index for index, word in enumerate(words) if word in _MARKS]
    if marked == [0] and words[0] in _MARKS:
        return _kind(words[1:])
    if marked and marked[-1] == len(words) - 1:
        kind = words[: marked[-1]]
        while len(kind) > 1 and kind[0] in _ROLES:
            kind = kind[1:]
        return _kind(kind)
    for index, word in enumerate(words):
        if word.startswith("id") and word not in _MARKS:
            return _kind([word[2:], *words[index + 1 :]])
    return None


@lru_cache(maxsize=4096)
def kind_of(name: str) -> str:
    """The kind of thing that something of this name is, or is a list of: `/order-products`, `orderProduct`."""
    return _kind(_words(name))


def kinds_below(path: str) -> tuple[str, ...]:
    """The kinds of thing that a list at this path may hold, the most telling first: `/returns/statuses`."""
    segments = [segment for segment in path.split("/") if segment and "{" not in segment]
    found = [kind_of(segments[-1])] if segments else []
    if len(segments) > 1:
        found.append(_kind([*map(_singular, _words(segments[-2])), *_words(segments[-1])]))
    return tuple(found)


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name.replace("IDs", "Ids"))]


def _kind(words: list[str]) -> str:
    return "".join([*words[:-1], _singular(words[-1])]) if words else ""


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > len("ties"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes")) or (word.endswith("uses") and not word.endswith("ouses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) else word
