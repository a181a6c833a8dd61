"""How credentials are spoilt: what a request shows in place of the right key, or that it shows nothing.

Each way is written once, with the key as a blank (`Key`) in it. From that come both what the transport sends, which
fills the blank in, and the words for curl, in which the shell does. So nothing that comes of the key, not even a part
of it, is in a Case, an exchange or a command.

Not here, because sound servers differ in it: a wrong password (many take the key as the user name and any password),
the right key without a colon behind it, the scheme's name in another case (it has none), blanks around the value of a
header (HTTP takes them away), two headers of which one is right, and bytes in base64 that lenient readers skip.
"""

from __future__ import annotations

import base64
import shlex
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote

from fuzz.credentials import VARIABLE
from fuzz.faults import BAD_CREDENTIALS, NO_CREDENTIALS
from fuzz.shell import octal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.credentials import Scheme

ABSENT: Final = "absent"
"""The way of showing nothing."""

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_OTHERS: Final = str.maketrans(_LETTERS, "NOPQRSTUVWXYZABCDEFGHIJKLMnopqrstuvwxyzabcdefghijklm5678901234")
_PRINTED: Final = f'printf %s "${VARIABLE}"'

_LONG: Final = 3000
"""Characters of a very long key. In base64 they are 4,000: of 8 KB, many servers refuse any header, right or wrong."""


@dataclass(frozen=True, slots=True)
class Key:
    """The key, changed in a way: the name of the function below."""

    how: str = "right"

    def filled(self, key: str) -> str:
        """The text that is sent; unless it is meant to be right, it never is the key itself."""
        match self.how:
            case "right":
                return key
            case "unknown":
                changed = key.translate(_OTHERS)
            case "swapped":
                changed = key.swapcase()
            case "cut":
                return key[:-1]
            case "first":
                changed = f"*{key[1:]}"
            case _:
                changed = f"{key[:-1]}*"
        return changed if changed != key else f"{key}*"

    def shell(self) -> str:
        """The same as a word for a shell. Of a key without a letter, or with a `*` at the end, it makes the key."""
        match self.how:
            case "right":
                return f'"${VARIABLE}"'
            case "unknown":
                return f"\"$({_PRINTED} | tr 'A-Za-z0-9' 'N-ZA-Mn-za-m5-90-4')\""
            case "swapped":
                return f"\"$({_PRINTED} | tr 'A-Za-z' 'a-zA-Z')\""
            case "cut":
                return f'"${{{VARIABLE}%?}}"'
            case "first":
                return f"'*'\"${{{VARIABLE}#?}}\""
            case _:
                return f"\"${{{VARIABLE}%?}}\"'*'"


@dataclass(frozen=True, slots=True)
class Pair:
    """What Basic credentials hold, in base64."""

    parts: tuple[str | Key, ...]

    def filled(self, key: str) -> str:
        """The base64 that is sent."""
        return base64.b64encode(_filled(self.parts, key).encode("latin-1")).decode()

    def shell(self) -> str:
        """The same as a word for a shell."""
        text = "".join("%s" if isinstance(part, Key) else octal(part.encode("latin-1")) for part in self.parts)
        keys = "".join(f" {part.shell()}" for part in self.parts if isinstance(part, Key))
        return f"\"$(printf '{text}'{keys} | base64 | tr -d '\\n')\""


Text: TypeAlias = tuple[str | Key | Pair, ...]
"""A value, in pieces. Each character of a `str` is a byte (latin-1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoilt:
    """What is shown in place of the right key: headers, and parameters of the query; and that in words.

    `also` is a fault that a server may as well see in it. `like` is the kind of scheme that it would be the right key
    of: where one of that kind is good as well, it is no fault.
    """

    fault: str
    told: str
    also: tuple[str, ...] = ()
    like: str = ""
    headers: tuple[tuple[str, Text], ...] = ()
    query: tuple[tuple[str, Text], ...] = ()

    def sent_headers(self, key: str) -> tuple[tuple[str, str], ...]:
        """The headers, with the key filled in."""
        return tuple((name, _filled(text, key)) for name, text in self.headers)

    def sent_query(self, key: str) -> tuple[tuple[str, str], ...]:
        """The parameters of the query, encoded, with the key filled in."""
        return tuple(
            (quote(name, safe=""), quote(_filled(text, key).encode("latin-1"), safe="")) for name, text in self.query
        )

    def url(self, url: str, key: str) -> str:
        """The address, with what is shown in its query."""
        pairs = [f"{name}={text}" for name, text in self.sent_query(key)]
        return "&".join([f"{url}{'&' if '?' in url else '?'}{pairs[0]}", *pairs[1:]]) if pairs else url

    def texts(self, key: str) -> Iterator[str]:
        """What of the key is shown, decoded, alone and with what is around it: it is as near as can be to the key."""
        for _, text in (*self.headers, *self.query):
            for pieces in (text, *(part.parts for part in text if isinstance(part, Pair))):
                keys = [part.filled(key) for part in pieces if isinstance(part, Key)]
                yield from (*keys, _filled(pieces, key)) if keys else ()

    def curl(self) -> Iterator[str]:
        """Words for curl, ready for a shell, which fills the key in."""
        for name, text in self.headers:
            # With a colon and nothing behind it, curl would leave the header out.
            yield from ("-H", _word((f"{name}: ", *text)) if text else shlex.quote(f"{name};"))
        for name, text in self.query:
            yield from ("--url-query", _word((f"{quote(name, safe='')}=", *text)))


def spoilt(scheme: Scheme, name: str) -> Spoilt:
    """The way of that name. Raises ValueError where the scheme has none of that name."""
    known = spoilings(scheme)
    if name not in known:
        raise ValueError(
            f"credentials of the kind {scheme.kind} cannot be spoilt by {name!r}; known: {', '.join(known)}"
        )
    return known[name]


@cache
def spoilings(scheme: Scheme) -> Mapping[str, Spoilt]:
    """Every way for a scheme, by its name, the most telling of each fault first; none where nothing is asked for."""
    if scheme.kind == "none":
        return MappingProxyType({})
    absent = {ABSENT: Spoilt(fault=NO_CREDENTIALS, told="nothing where the key should be")}
    # Servers may tell no key from a wrong one, and differ in which of them they see in what is no key at all.
    empty = {name: replace(way, also=(BAD_CREDENTIALS,)) for name, way in _nothing(scheme).items()}
    odd = _of_kind(scheme) | _elsewhere(scheme)
    odd = {name: replace(way, also=(NO_CREDENTIALS,)) for name, way in odd.items()}
    return MappingProxyType(absent | empty | _wrong_keys(scheme) | odd)


def _bad(told: str, *headers: tuple[str, Text], like: str = "") -> Spoilt:
    return Spoilt(fault=BAD_CREDENTIALS, told=told, headers=headers, like=like)


def _placed(scheme: Scheme, text: Text) -> tuple[tuple[str, Text], ...]:
    """Headers that show a text where the key belongs."""
    match scheme.kind:
        case "basic":
            return (("Authorization", ("Basic ", Pair((*_flat(text), ":")))),)
        case "bearer":
            return (("Authorization", ("Bearer ", *text)),)
        case "header":
            return ((scheme.name, text),)
        case "cookie":
            return (("Cookie", (f"{scheme.name}=", *text)),)
    return ()


def _nothing(scheme: Scheme) -> dict[str, Spoilt]:
    """A place for the key, and no key in it."""
    if scheme.kind == "query":
        return {"empty": Spoilt(fault=NO_CREDENTIALS, told="an empty key", query=((scheme.name, ()),))}
    name = {"header": scheme.name, "cookie": "Cookie"}.get(scheme.kind, "Authorization")
    made = {"empty-header": Spoilt(fault=NO_CREDENTIALS, told="an empty header", headers=((name, ()),))}
    if scheme.kind == "cookie":
        text: Text = (f"{scheme.name}=",)
        made["empty"] = Spoilt(fault=NO_CREDENTIALS, told="an empty key", headers=((name, text),))
    if scheme.kind in _WORDS:
        text = (_WORDS[scheme.kind],)
        told = "the scheme, and nothing behind it"
        made["scheme-alone"] = Spoilt(fault=NO_CREDENTIALS, told=told, headers=((name, text),))
    return made


def _wrong_keys(scheme: Scheme) -> dict[str, Spoilt]:
    """Another key in the right place."""
    texts: dict[str, tuple[str, Text]] = {
        "unknown-key": ("another key of the same shape", (Key("unknown"),)),
        "other-case": ("the key in another case", (Key("swapped"),)),
        "cut": ("the key without its last character", (Key("cut"),)),
        "longer": ("the key with a character more", (Key(), "x")),
        "first-changed": ("the key with another first character", (Key("first"),)),
        "last-changed": ("the key with another last character", (Key("last"),)),
        "doubled": ("the key twice", (Key(), Key())),
        "non-ascii": ("a key that is not ASCII", ("k\xc3\xa9y",)),
        "very-long": (f"a key of {_LONG:,} characters", ("k" * _LONG,)),
    }
    if scheme.kind in {"basic", "query"}:  # elsewhere HTTP takes blanks away
        texts["blank-around"] = ("the key with blanks around it", (" ", Key(), " "))
    if scheme.kind == "query":
        return {
            name: Spoilt(fault=BAD_CREDENTIALS, told=told, query=((scheme.name, text),))
            for name, (told, text) in texts.items()
        }
    return {name: _bad(told, *_placed(scheme, text)) for name, (told, text) in texts.items()}


def _of_kind(scheme: Scheme) -> dict[str, Spoilt]:
    """What is wrong only where the key is shown in this way."""
    pair = Pair((Key(), ":"))
    name = "Authorization"
    match scheme.kind:
        case "basic":
            return {
                "empty-user": _bad("an empty user name", (name, ("Basic ", Pair((":",))))),
                "key-as-password": _bad("the key as password", (name, ("Basic ", Pair((":", Key()))))),
                "no-colon": _bad("another key, without a colon", (name, ("Basic ", Pair((Key("unknown"),))))),
                "not-base64": _bad("what is no base64", (name, ("Basic !not base64!",))),
                "raw-key": _bad("the key not in base64", (name, ("Basic ", Key()))),
                "not-utf-8": _bad("base64 of bytes that are not UTF-8", (name, ("Basic ", Pair(("\xff\xfe:",))))),
                "nul": _bad("the key with a NUL behind it", (name, ("Basic ", Pair((Key(), "\0:"))))),
                "wrong-scheme": _bad("the scheme Bearer", (name, ("Bearer ", Key())), like="bearer"),
                "pair-as-bearer": _bad("the scheme Bearer before base64", (name, ("Bearer ", pair))),
                "unknown-scheme": _bad("a scheme that nobody knows", (name, ("Sesame ", pair))),
                "no-scheme": _bad("base64 without a scheme", (name, (pair,))),
                "two-headers": _bad("two headers, both wrong", *_placed(scheme, ("one",)), *_placed(scheme, ("two",))),
            }
        case "bearer":
            return {
                "wrong-scheme": _bad("the scheme Basic", (name, ("Basic ", pair)), like="basic"),
                "raw-key-as-basic": _bad("the scheme Basic, not in base64", (name, ("Basic ", Key()))),
                "unknown-scheme": _bad("a scheme that nobody knows", (name, ("Sesame ", Key()))),
                "no-scheme": _bad("the key without a scheme", (name, (Key(),))),
                "two-headers": _bad("two headers, both wrong", *_placed(scheme, ("one",)), *_placed(scheme, ("two",))),
            }
        case "header":
            return {
                "with-scheme": _bad("a scheme before the key", (scheme.name, ("Bearer ", Key())), like="bearer"),
                "two-headers": _bad("two headers, both wrong", *_placed(scheme, ("one",)), *_placed(scheme, ("two",))),
            }
    return {}


def _elsewhere(scheme: Scheme) -> dict[str, Spoilt]:
    """The right key, where it does not belong."""
    made = {}
    if scheme.kind != "query":
        name = scheme.name or "api_key"
        made["key-in-query"] = Spoilt(
            fault=BAD_CREDENTIALS, told="the key in the query", query=((name, (Key(),)),), like="query"
        )
    if scheme.kind != "header":
        made["key-in-header"] = _bad("the key in a header of its own", ("X-Api-Key", (Key(),)), like="header")
    if scheme.kind not in _WORDS:
        made["key-as-bearer"] = _bad("the key as Bearer", ("Authorization", ("Bearer ", Key())), like="bearer")
    return made


_WORDS: Final = {"basic": "Basic", "bearer": "Bearer"}
"""How the value of the header begins, for schemes of HTTP."""


def _flat(text: Text) -> tuple[str | Key, ...]:
    return tuple(part for part in text if not isinstance(part, Pair))


def _filled(text: Text, key: str) -> str:
    return "".join(part if isinstance(part, str) else part.filled(key) for part in text)


def _word(text: Text) -> str:
    return "".join(quoted(part.encode("latin-1")) if isinstance(part, str) else part.shell() for part in text if part)
