"""Breakages of a JSON text: valid bodies that are no JSON any more, each by one slip, in the ways that programs do it.

The table `BREAKAGES` names each. Every one takes a text that has what it wants to break (`Needs`, made to be there
beforehand), picks a place and breaks it there. What the grammar of RFC 8259 allows is not in the table, however odd:
half a surrogate pair written as an escape, duplicate keys, deep nesting. A byte order mark is in it, though a parser
may pass over one (section 8.1): nobody may send it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from fuzz.json_tokens import CLOSING, OPENING, Text, texts_of
from fuzz.rfc8259 import is_malformed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fuzz.json_tokens import Token

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


def malformed(values: st.SearchStrategy[Any], name: str) -> st.SearchStrategy[Broken]:
    """Texts of these values, broken in the named way; each is checked to be no JSON."""
    way = BREAKAGES[name]
    return (
        values.map(lambda value: _with(way.needs, value))
        .flatmap(texts_of)
        .flatmap(way.make)
        .filter(lambda broken: is_malformed(broken[0]))
    )


def _with(needs: Needs, value: Any) -> Any:
    """The value, as an object that has what is needed."""
    name, member = needs.value
    found = value if isinstance(value, dict) else {"value": value}
    return found if found and _has(needs, found) else {**found, _free(name, found): member}


def _free(name: str, taken: Mapping[str, Any]) -> str:
    while name in taken:
        name += "_"
    return name


def _has(needs: Needs, value: dict[str, Any]) -> bool:
    match needs:
        case Needs.COMMA:
            return len(value) > 1 or any(isinstance(one, list) and len(one) > 1 for one in value.values())
        case Needs.NUMBER:
            return any(isinstance(one, int | float) and not isinstance(one, bool) for one in value.values())
        case Needs.SCALAR:
            return any(not isinstance(one, dict | list) for one in value.values())
        case _:
            return bool(value)


# How they are made: by replacing a token, by putting something in, by wrapping the whole, or by sending another text.


def _shown(text: bytes) -> str:
    """Bytes for a person: as they are where they can be read."""
    readable = text.isascii() and text.decode().isprintable() and text == text.strip() != b""
    return text.decode() if readable else repr(text)[1:]


def _at(pick: Callable[[Text], Sequence[Token]], become: Callable[[bytes], bytes], told: str) -> Way:
    """Replace one of the tokens."""

    def make(text: Text) -> st.SearchStrategy[Broken]:
        return st.sampled_from(pick(text)).map(
            lambda token: (text.replaced(token, become(token.text)), f"{told} at byte {token.start}")
        )

    return Way(make=make)


def _needing(needs: Needs, way: Way) -> Way:
    return Way(make=way.make, needs=needs)


def _one_for(pick: Callable[[Text], Sequence[Token]], instead: Sequence[bytes], told: str) -> Way:
    """Replace one of the tokens by one of several texts."""

    def make(text: Text) -> st.SearchStrategy[Broken]:
        return st.builds(
            lambda by, token: (text.replaced(token, by), f"{_shown(by)} {told} at byte {token.start}"),
            st.sampled_from(instead),
            st.sampled_from(pick(text)),
        )

    return Way(make=make)


def _in_a_string(what: Sequence[bytes], told: str) -> Way:
    """Put bytes between the characters of a string."""

    def make(text: Text) -> st.SearchStrategy[Broken]:
        places = [place for token in text.strings for place in token.gaps()]
        return st.builds(
            lambda more, place: (text.with_put_in(place, more), f"{told} {_shown(more)} in a string at byte {place}"),
            st.sampled_from(what),
            st.sampled_from(places),
        )

    return Way(make=make)


def _between(what: Sequence[bytes], told: str) -> Way:
    """Put bytes between two tokens."""

    def make(text: Text) -> st.SearchStrategy[Broken]:
        return st.builds(
            lambda more, token: (text.with_put_in(token.end, more), f"{told} {_shown(more)} after byte {token.end}"),
            st.sampled_from(what),
            st.sampled_from(text.tokens),
        )

    return Way(make=make)


def _around(wrap: Callable[[bytes], bytes], told: str) -> Way:
    """Do something to the text as a whole."""
    return Way(make=lambda text: st.just((wrap(text.raw), told)))


def _followed_by(what: Sequence[bytes], told: str) -> Way:
    def make(text: Text) -> st.SearchStrategy[Broken]:
        return st.sampled_from(what).map(lambda more: (text.raw + more, f"{told} {_shown(more)} behind the value"))

    return Way(make=make)


def _instead(what: Sequence[bytes], told: str) -> Way:
    """Send another text."""
    return Way(make=lambda _: st.sampled_from(what).map(lambda body: (body, f"{told} {_shown(body)}".rstrip())))


def _written(write: Callable[[Any], str], told: str) -> Way:
    """Write the value in another language."""
    return Way(make=lambda text: st.just((write(text.value).encode(), told)))


def _truncated(text: Text) -> st.SearchStrategy[Broken]:
    last = len(text.raw) - 1
    return st.integers(1, last).map(lambda size: (text.raw[:size], f"cut off after byte {size} of {len(text.raw)}"))


def _all_single_quotes(text: Text) -> st.SearchStrategy[Broken]:
    raw = text.raw
    for token in reversed(text.strings):
        raw = raw[: token.start] + _single_quoted(token.text) + raw[token.end :]
    return st.just((raw, "single quotes in place of all double quotes"))


def _single_quoted(token: bytes) -> bytes:
    return b"'" + token[1:-1].replace(b"'", b"\\'") + b"'"


def _bare(token: bytes) -> bytes:
    name = token[1:-1]
    return name if name.isalpha() else b"name"


def _opening(text: Text) -> list[Token]:
    return text.all(*OPENING)


def _closing(text: Text) -> list[Token]:
    return text.all(*CLOSING)


def _commas(text: Text) -> list[Token]:
    return text.all(b",")


def _colons(text: Text) -> list[Token]:
    return text.all(b":")


def _strings(text: Text) -> list[Token]:
    return text.strings


def _keys(text: Text) -> list[Token]:
    return text.keys


def _scalars(text: Text) -> list[Token]:
    return text.scalars


def _scalar_members(text: Text) -> list[Token]:
    return [after for before, after in pairwise(text.tokens) if before.text == b":" and after.is_value]


def _numbers(text: Text) -> list[Token]:
    return [token for token in text.scalars if token.text[:1] in b"-0123456789"]


def _encoded(text: Text, names: Sequence[str]) -> st.SearchStrategy[Broken]:
    return st.sampled_from(names).map(lambda name: (text.raw.decode().encode(name), f"the text in {name.upper()}"))


_OTHER_CLOSING: Final = {b"}": b"]", b"]": b"}"}
_OTHER_OPENING: Final = {b"{": b"[", b"[": b"{"}


def _as_xml(value: Any) -> str:
    members = "".join(f"<member name={_attribute(name)}>{escape(str(one))}</member>" for name, one in value.items())
    return f'<?xml version="1.0"?><body>{members}</body>'


def _attribute(name: str) -> str:
    return '"' + escape(name, {'"': "&quot;"}) + '"'


def _as_yaml(value: Any) -> str:
    return "".join(f"{name}: {one}\n" for name, one in value.items())


_WHITE_SPACE: Final = (b"\x0b", b"\x0c", "\u00a0".encode(), "\u2028".encode(), "\u3000".encode(), "\u200b".encode())

_TABLE: Final[dict[str, Way]] = {
    # The end is missing, or there is too much of it.
    "truncated": Way(make=_truncated),
    "trailing-garbage": _followed_by([b"x", b";", b"\\", b"0", b'"', b"null", b"<!-- -->", b"\n--"], "garbage"),
    "two-values": _around(lambda raw: raw + raw, "the value twice, one right after the other"),
    "two-lines": _around(lambda raw: raw + b"\n" + raw, "the value twice, on two lines"),
    "two-values-with-comma": _around(lambda raw: raw + b"," + raw, "the value twice, with a comma between"),
    # Commas and colons.
    "missing-comma": _needing(Needs.COMMA, _at(_commas, lambda _: b" ", "a missing comma")),
    "doubled-comma": _needing(Needs.COMMA, _at(_commas, lambda _: b",,", "a doubled comma")),
    "leading-comma": _at(_opening, lambda token: token + b",", "a leading comma"),
    "trailing-comma": _at(_closing, lambda token: b"," + token, "a trailing comma"),
    "comma-behind-the-value": _around(lambda raw: raw + b",", "a comma behind the value"),
    "wrong-comma": _needing(Needs.COMMA, _one_for(_commas, [b";", b"|", "\uff0c".encode()], "for a comma")),
    "missing-colon": _at(_colons, lambda _: b" ", "a missing colon"),
    "doubled-colon": _at(_colons, lambda _: b"::", "a doubled colon"),
    "wrong-colon": _one_for(_colons, [b"=", b"=>", b",", b":="], "for a colon"),
    # Brackets and braces.
    "missing-opening-bracket": _at(_opening, lambda _: b"", "a missing opening bracket or brace"),
    "missing-closing-bracket": _at(_closing, lambda _: b"", "a missing closing bracket or brace"),
    "doubled-opening-bracket": _at(_opening, lambda token: token * 2, "a doubled opening bracket or brace"),
    "doubled-closing-bracket": _at(_closing, lambda token: token * 2, "a doubled closing bracket or brace"),
    "mismatched-closing-bracket": _at(_closing, _OTHER_CLOSING.__getitem__, "the wrong closing bracket or brace"),
    "mismatched-opening-bracket": _at(_opening, _OTHER_OPENING.__getitem__, "the wrong opening bracket or brace"),
    "extra-closing-bracket": _followed_by([b"}", b"]"], "an extra"),
    "parentheses": _around(lambda raw: b"(" + raw + b")", "parentheses around the value"),
    # Quotes.
    "missing-opening-quote": _at(_strings, lambda token: token[1:], "a missing opening quote"),
    "missing-closing-quote": _at(_strings, lambda token: token[:-1], "a missing closing quote"),
    "doubled-quote": _at(_strings, lambda token: b'"' + token, "a doubled opening quote"),
    "doubled-quotes": _at(_strings, lambda token: b'"' + token + b'"', "a string in two pairs of quotes"),
    "single-quotes": _at(_strings, _single_quoted, "single quotes"),
    "single-quotes-throughout": Way(make=_all_single_quotes),
    "backticks": _at(_strings, lambda token: b"`" + token[1:-1] + b"`", "backticks for quotes"),
    "curly-quotes": _at(_strings, lambda token: "\u201c".encode() + token[1:-1] + "\u201d".encode(), "curly quotes"),
    "unquoted-key": _at(_keys, _bare, "a name without quotes"),
    "unquoted-value": _needing(
        Needs.SCALAR, _one_for(_scalars, [b"hello", b"yes", b"2024-01-01", b"a b"], "without quotes")
    ),
    "number-for-key": _one_for(_keys, [b"1", b"null", b"true", b"[]"], "as a name"),
    "missing-value": _needing(Needs.SCALAR, _at(_scalar_members, lambda _: b"", "a missing value")),
    "missing-name": _at(_keys, lambda _: b"", "a missing name"),
    # Words and numbers of other languages.
    "nan": _needing(Needs.SCALAR, _one_for(_scalars, [b"NaN", b"nan", b"-NaN"], "as a value")),
    "infinity": _needing(Needs.SCALAR, _one_for(_scalars, [b"Infinity", b"-Infinity", b"inf"], "as a value")),
    "undefined": _needing(Needs.SCALAR, _one_for(_scalars, [b"undefined", b"nil", b"NULL", b"Null"], "as a value")),
    "python-word": _needing(Needs.SCALAR, _one_for(_scalars, [b"None", b"True", b"False"], "as a value")),
    "leading-zero": _needing(Needs.NUMBER, _one_for(_numbers, [b"01", b"-01", b"00", b"00.5"], "as a number")),
    "leading-plus": _needing(Needs.NUMBER, _one_for(_numbers, [b"+1", b"+0.5"], "as a number")),
    "bare-point": _needing(Needs.NUMBER, _one_for(_numbers, [b".5", b"1.", b"-.5", b"1.e5"], "as a number")),
    "bare-exponent": _needing(Needs.NUMBER, _one_for(_numbers, [b"1e", b"1e+", b"e5", b"1e1.5"], "as a number")),
    "bare-minus": _needing(Needs.NUMBER, _one_for(_numbers, [b"-", b"--1", b"- 1"], "as a number")),
    "other-base": _needing(Needs.NUMBER, _one_for(_numbers, [b"0x10", b"0b1", b"0o7", b"1_000"], "as a number")),
    "other-digits": _needing(Needs.NUMBER, _one_for(_numbers, ["\uff11".encode(), "\u0661".encode()], "as a number")),
    # Comments and white space.
    "comment": _between([b"/* note */", b"// note\n", b"# note\n", b"<!-- note -->"], "a comment"),
    "wrong-white-space": _between(_WHITE_SPACE, "white space that JSON does not know:"),
    "nul": _between([b"\0"], "a NUL byte"),
    # Strings.
    "bad-escape": _in_a_string([rb"\x41", rb"\'", rb"\a", rb"\0", rb"\v", rb"\U0041", b"\\\n"], "the escape"),
    "bad-unicode-escape": _in_a_string([rb"\u12G4", rb"\u{41}", rb"\u+041", rb"\u 041", rb"\uZ"], "the escape"),
    "lone-backslash": _at(_strings, lambda token: token[:-1] + b'\\"', "a lone backslash at the end of the string"),
    "control-character": _in_a_string([bytes([code]) for code in (9, *range(9), *range(10, 32))], "the byte"),
    "line-break-in-string": _in_a_string([b"\n", b"\r\n"], "a line break"),
    # Bytes.
    "lone-continuation": _in_a_string([b"\x80", b"\xbf", b"\x80\xbf"], "bad UTF-8,"),
    "truncated-utf-8": _in_a_string([b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98"], "bad UTF-8,"),
    "overlong-utf-8": _in_a_string([b"\xc0\xaf", b"\xc1\xbf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf"], "bad UTF-8,"),
    "surrogate-in-utf-8": _in_a_string([b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xed\xa0\xbd\xed\xb8\x80"], "bad UTF-8,"),
    "beyond-unicode": _in_a_string([b"\xf4\x90\x80\x80", b"\xff", b"\xfe", b"\xf8\x88\x80\x80\x80"], "bad UTF-8,"),
    "latin-1": _in_a_string(["é".encode("latin-1"), "Zoë ".encode("latin-1")], "Latin-1,"),
    "byte-order-mark": _around(lambda raw: b"\xef\xbb\xbf" + raw, "a byte order mark before the value"),
    "byte-order-mark-inside": _between([b"\xef\xbb\xbf"], "a byte order mark,"),
    "utf-16": Way(make=lambda text: _encoded(text, ["utf-16-le", "utf-16-be", "utf-16"])),
    "utf-32": Way(make=lambda text: _encoded(text, ["utf-32-le", "utf-32-be", "utf-32"])),
    # No JSON at all.
    "empty": _instead([b""], "an empty body"),
    "white-space-only": _instead([b" ", b"\n", b"\r\n", b"\t ", b" \n \n"], "nothing but white space,"),
    "bare-word": _instead([b"hello", b"undefined", b"NaN", b"None", b"True", b"nul", b"tru"], "the bare word"),
    "lone-punctuation": _instead([b"{", b"[", b"}", b",", b":", b'"', b"-", b"\\", b"{]", b"[}"], "nothing but"),
    "form": _written(lambda value: urlencode(value) or "a=1", "form fields"),
    "xml": _written(_as_xml, "XML"),
    "yaml": _written(_as_yaml, "YAML"),
    "python-repr": _written(repr, "Python's own notation"),
    "call": _around(lambda raw: b"callback(" + raw + b");", "a call around the value (JSONP)"),
    "guard-prefix": _around(lambda raw: b")]}',\n" + raw, "a guard before the value"),
    "record-separator": _around(lambda raw: b"\x1e" + raw, "a record separator before the value"),
    "base64": _around(base64.b64encode, "the text in base64"),
}


BREAKAGES: Final[Mapping[str, Way]] = MappingProxyType(_TABLE)
"""Every way to break a JSON text, by its name."""
