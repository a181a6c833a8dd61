"""How a JSON text is broken: a token replaced, bytes put in, the whole wrapped, or another text sent in its stead.

Each function here makes a `Way`; the table of them is in `fuzz.malformed_json`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fuzz.json_tokens import Text, Token

Broken = tuple[bytes, str]
"""A broken text, and what is wrong with it, for a person."""


class Needs(Enum):
    """What a text must have so that it can be broken in a way; the value is a member that brings it along."""

    MEMBER = ("name", "tea")
    SCALAR = ("note", "tea")
    NUMBER = ("amount", 12)
    COMMA = ("items", [1, 2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to break a JSON text; the text always is an object with at least one member."""

    make: Callable[[Text], st.SearchStrategy[Broken]]
    needs: Needs = Needs.MEMBER


def _shown(text: bytes) -> str:
    """Bytes for a person: as they are where they can be read."""
    readable = text.isascii() and text.decode().isprintable() and text == text.strip() != b""
    return text.decode() if readable else repr(text)[1:]


def at(pick: Callable[[Text], Sequence[Token]], become: Callable[[bytes], bytes], told: str) -> Way:
    """Replace one of the tokens."""

    def make(text: Text) -> st.SearchStrategy[Broken]:
        return st.sampled_from(pick(text)).map(
            lambda token: (text.replaced(token, become(token.text)), f"{told} at byte {token.start}")
        )

    return Way(make=make)


def needing(needs: Needs, way: Way) -> Way:
    """The same way, for texts that have more."""
    return Way(make=way.make, needs=needs)


def one_for(pick: Callable[[Text], Sequence[Token]], instead: Sequence[bytes], told: str) -> Way:
    """Replace one of the tokens by one of several texts."""

    def make(text: Text) -> st.SearchStrategy[Broken]:
        return st.builds(
            lambda by, token: (text.replaced(token, by), f"{_shown(by)} {told} at byte {token.start}"),
            st.sampled_from(instead),
            st.sampled_from(pick(text)),
        )

    return Way(make=make)


def in_a_string(what: Sequence[bytes], told: str) -> Way:
    """Put bytes between the characters of a string."""

    def make(text: Text) -> st.SearchStrategy[Broken]:
        places = [place for token in text.strings for place in token.gaps()]
        return st.builds(
            lambda more, place: (text.with_put_in(place, more), f"{told} {_shown(more)} in a string at byte {place}"),
            st.sampled_from(what),
            st.sampled_from(places),
        )

    return Way(make=make)


def between(what: Sequence[bytes], told: str) -> Way:
    """Put bytes between two tokens."""

    def make(text: Text) -> st.SearchStrategy[Broken]:
        return st.builds(
            lambda more, token: (text.with_put_in(token.end, more), f"{told} {_shown(more)} after byte {token.end}"),
            st.sampled_from(what),
            st.sampled_from(text.tokens),
        )

    return Way(make=make)


def around(wrap: Callable[[bytes], bytes], told: str) -> Way:
    """Do something to the text as a whole."""
    return Way(make=lambda text: st.just((wrap(text.raw), told)))


def preceded_by(what: Sequence[bytes], told: str) -> Way:
    """Put bytes before the text."""

    def make(text: Text) -> st.SearchStrategy[Broken]:
        return st.sampled_from(what).map(lambda more: (more + text.raw, f"{told} {_shown(more)} before the value"))

    return Way(make=make)


def followed_by(what: Sequence[bytes], told: str) -> Way:
    """Put bytes behind the text."""

    def make(text: Text) -> st.SearchStrategy[Broken]:
        return st.sampled_from(what).map(lambda more: (text.raw + more, f"{told} {_shown(more)} behind the value"))

    return Way(make=make)


def enclosed(pairs: Sequence[tuple[bytes, bytes]], told: str, *, stripped: bool = False) -> Way:
    """Put bytes before and behind the text, or in place of its own braces."""

    def make(text: Text) -> st.SearchStrategy[Broken]:
        inner = text.raw[1:-1] if stripped else text.raw
        return st.sampled_from(pairs).map(
            lambda pair: (pair[0] + inner + pair[1], f"{told} {_shown(pair[0])} and {_shown(pair[1])}")
        )

    return Way(make=make)


def instead(what: Sequence[bytes], told: str) -> Way:
    """Send another text."""
    return Way(make=lambda _: st.sampled_from(what).map(lambda body: (body, f"{told} {_shown(body)}".rstrip())))


def written(write: Callable[[Any], str], told: str) -> Way:
    """Write the value in another language."""
    return Way(make=lambda text: st.just((write(text.value).encode(), told)))
