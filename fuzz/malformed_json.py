"""Breakages of a JSON text: valid bodies that are no JSON any more, each by one slip, in the ways that programs do it.

The table `BREAKAGES` names each. Every one takes a text that has what it wants to break (`Needs`, made to be there
beforehand), picks a place and breaks it there. What the grammar of RFC 8259 allows is not in the table, however odd:
half a surrogate pair written as an escape, duplicate keys, deep nesting. A byte order mark is in it, though a parser
may pass over one (section 8.1): nobody may send it.
"""

from __future__ import annotations

import base64
import gzip
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, quote_plus, urlencode
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from fuzz.breaking import (
    Needs,
    Way,
    around,
    at,
    between,
    enclosed,
    followed_by,
    in_a_string,
    instead,
    needing,
    one_for,
    preceded_by,
    written,
)
from fuzz.json_tokens import CLOSING, OPENING, Text, texts_of
from fuzz.rfc8259 import is_malformed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fuzz.breaking import Broken
    from fuzz.json_tokens import Token

_MORE: Final = {"more": [[1.5, [2, 3]], {"on": True, "of": [{"name": "té", "none": None}]}]}
"""Parts that a body may lack, so that there are places of every kind to be broken."""


def malformed(values: st.SearchStrategy[Any], name: str) -> st.SearchStrategy[Broken]:
    """Texts of these values, broken in the named way; each is checked to be no JSON."""
    way = BREAKAGES[name]
    return (
        st.builds(_with, st.just(way.needs), values, st.sampled_from([*[{}] * 5, _MORE]))
        .flatmap(texts_of)
        .flatmap(way.make)
        .filter(lambda broken: is_malformed(broken[0]))
    )


def _with(needs: Needs, value: Any, more: dict[str, Any]) -> Any:
    """The value, as an object that has what is needed, and perhaps more."""
    name, member = needs.value
    found = {**more, **(value if isinstance(value, dict) else {"value": value})}
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


def _truncated(text: Text) -> st.SearchStrategy[Broken]:
    last = len(text.raw) - 1
    return st.integers(1, last).map(lambda size: (text.raw[:size], f"cut off after byte {size} of {len(text.raw)}"))


def _cut_at_the_start(text: Text) -> st.SearchStrategy[Broken]:
    last = len(text.raw) - 1
    return st.integers(1, last).map(
        lambda size: (text.raw[size:], f"the first {size} of {len(text.raw)} bytes cut off")
    )


def _twice(text: Text) -> st.SearchStrategy[Broken]:
    between_them = [b"", b" ", b"\n", b",", b";", b"\r\n\r\n"]
    return st.sampled_from(between_them).map(
        lambda mark: (text.raw + mark + text.raw, f"the value twice, with {mark!r} between".replace("b'", "'"))
    )


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


def _numbers_first(text: Text) -> list[Token]:
    """The values of members that are numbers; else other numbers; else any value that has no parts.

    Who reads NaN takes it for a number, and a member that is no number may be refused for that.
    """
    own = [after for before, after in pairwise(text.tokens) if before.text == b":" and after in _numbers(text)]
    return own or _numbers(text) or text.scalars


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


_WHITE_SPACE: Final = (
    b"\x0b",
    b"\x0c",
    *(space.encode() for space in ("\u00a0", "\u0085", "\u2003", "\u2028", "\u3000", "\u200b")),
)

_TABLE: Final[dict[str, Way]] = {
    # The end is missing, or there is too much of it.
    "truncated": Way(make=_truncated),
    "cut-at-the-start": Way(make=_cut_at_the_start),
    "unclosed": around(lambda raw: raw.rstrip(b"]} \n"), "all closing brackets at the end missing"),
    "trailing-garbage": followed_by([b"x", b";", b"\\", b"0", b'"', b"'", b".", b":", b" null", b"\n--"], "garbage"),
    "leading-garbage": preceded_by([b"x", b"json ", b"0", b"12:", b"1f\r\n", b"\\", b'"', b"---\n", b"?"], "garbage"),
    "padding": enclosed(
        [(b"", b"\0"), (b"\0", b""), (b"", b"\0" * 7), (b"", b"\x1a"), (b"\x0b", b""), (b"", b"\0x")], "padding,"
    ),
    "two-values": Way(make=_twice),
    # Commas and colons.
    "missing-comma": needing(Needs.COMMA, at(_commas, lambda _: b" ", "a missing comma")),
    "doubled-comma": needing(Needs.COMMA, at(_commas, lambda _: b",,", "a doubled comma")),
    "leading-comma": at(_opening, lambda token: token + b",", "a leading comma"),
    "trailing-comma": at(_closing, lambda token: b"," + token, "a trailing comma"),
    "comma-behind-the-value": around(lambda raw: raw + b",", "a comma behind the value"),
    "comma-before-the-value": around(lambda raw: b"," + raw, "a comma before the value"),
    "only-comma": needing(Needs.SCALAR, one_for(_scalar_members, [b"[,]", b"{,}", b"[,,]"], "as a value")),
    "wrong-comma": needing(
        Needs.COMMA, one_for(_commas, [b";", b":", b"|", b" and ", "\uff0c".encode()], "for a comma")
    ),
    "missing-colon": at(_colons, lambda _: b" ", "a missing colon"),
    "doubled-colon": at(_colons, lambda _: b"::", "a doubled colon"),
    "wrong-colon": one_for(_colons, [b"=", b"=>", b",", b":=", b"->", b";", "\uff1a".encode()], "for a colon"),
    # Brackets and braces.
    "missing-opening-bracket": at(_opening, lambda _: b"", "a missing opening bracket or brace"),
    "missing-closing-bracket": at(_closing, lambda _: b"", "a missing closing bracket or brace"),
    "doubled-opening-bracket": at(_opening, lambda token: token * 2, "a doubled opening bracket or brace"),
    "doubled-closing-bracket": at(_closing, lambda token: token * 2, "a doubled closing bracket or brace"),
    "mismatched-closing-bracket": at(_closing, _OTHER_CLOSING.__getitem__, "the wrong closing bracket or brace"),
    "mismatched-opening-bracket": at(_opening, _OTHER_OPENING.__getitem__, "the wrong opening bracket or brace"),
    "extra-closing-bracket": followed_by([b"}", b"]"], "an extra"),
    "parentheses": around(lambda raw: b"(" + raw + b")", "parentheses around the value"),
    "doubled-braces": around(lambda raw: b"{" + raw + b"}", "braces around the value"),
    "other-braces": enclosed([(b"[", b"]"), (b"(", b")"), (b"<", b">"), (b"", b"")], "for its braces", stripped=True),
    "other-brackets": needing(Needs.SCALAR, one_for(_scalar_members, [b"{1,2}", b"(1,2)", b"<1>"], "as a list")),
    # Quotes.
    "missing-opening-quote": at(_strings, lambda token: token[1:], "a missing opening quote"),
    "missing-closing-quote": at(_strings, lambda token: token[:-1], "a missing closing quote"),
    "doubled-quote": at(_strings, lambda token: b'"' + token, "a doubled opening quote"),
    "doubled-quotes": at(_strings, lambda token: b'"' + token + b'"', "a string in two pairs of quotes"),
    "single-quotes": at(_strings, _single_quoted, "single quotes"),
    "single-quotes-throughout": Way(make=_all_single_quotes),
    "escaped-quotes": at(_strings, lambda token: b'\\"' + token[1:-1] + b'\\"', "escaped quotes"),
    "escaped-throughout": around(lambda raw: raw.replace(b'"', b'\\"'), "escaped quotes throughout"),
    "unescaped-quote": in_a_string([b'"', b'"a"'], "the quote"),
    "quotes-around-the-value": enclosed([(b'"', b'"'), (b"'", b"'"), (b"`", b"`")], "in quotes,"),
    "other-quotes": at(_strings, lambda token: b"&quot;" + token[1:-1] + b"&quot;", "quotes as in HTML"),
    "triple-quotes": at(_strings, lambda token: b'""' + token + b'""', "triple quotes"),
    "joined-strings": needing(
        Needs.SCALAR, one_for(_scalar_members, [b'"a" "b"', b'"a"+"b"', b'"a" . "b"', b'"a"\n"b"'], "as a string")
    ),
    "backticks": at(_strings, lambda token: b"`" + token[1:-1] + b"`", "backticks for quotes"),
    "curly-quotes": at(_strings, lambda token: "\u201c".encode() + token[1:-1] + "\u201d".encode(), "curly quotes"),
    "unquoted-key": at(_keys, _bare, "a name without quotes"),
    "unquoted-value": needing(
        Needs.SCALAR, one_for(_scalars, [b"hello", b"yes", b"2024-01-01", b"a b"], "without quotes")
    ),
    "number-for-key": one_for(_keys, [b"1", b"-1.5", b"null", b"true", b"[]", b"{}"], "as a name"),
    "missing-value": needing(Needs.SCALAR, at(_scalar_members, lambda _: b"", "a missing value")),
    "missing-colon-and-value": around(lambda raw: b'{"extra",' + raw[1:], "a name without a value"),
    "missing-name": at(_keys, lambda _: b"", "a missing name"),
    # Words and numbers of other languages.
    "nan": needing(Needs.SCALAR, one_for(_numbers_first, [b"NaN", b"nan", b"-NaN"], "as a value")),
    "infinity": needing(Needs.SCALAR, one_for(_numbers_first, [b"Infinity", b"-Infinity", b"inf"], "as a value")),
    "undefined": needing(Needs.SCALAR, one_for(_scalars, [b"undefined", b"nil", b"void"], "as a value")),
    "python-word": needing(Needs.SCALAR, one_for(_scalars, [b"None", b"True", b"False"], "as a value")),
    "word-in-capitals": needing(Needs.SCALAR, one_for(_scalars, [b"NULL", b"TRUE", b"FALSE", b"Null"], "as a value")),
    "cut-word": needing(Needs.SCALAR, one_for(_scalars, [b"tru", b"fals", b"nul", b"nulll", b"truee"], "as a value")),
    "expression": needing(
        Needs.SCALAR, one_for(_scalars, [b"1+1", b"new Date(0)", b"Date(0)", b"2 * 3", b"x[0]", b"/a/"], "as a value")
    ),
    "leading-zero": needing(Needs.NUMBER, one_for(_numbers, [b"01", b"-01", b"00", b"00.5", b"01.5"], "as a number")),
    "leading-plus": needing(Needs.NUMBER, one_for(_numbers, [b"+1", b"+0.5"], "as a number")),
    "bare-point": needing(Needs.NUMBER, one_for(_numbers, [b".5", b"1.", b"-.5", b"1.e5"], "as a number")),
    "bare-exponent": needing(Needs.NUMBER, one_for(_numbers, [b"1e", b"1e+", b"e5", b"1e1.5"], "as a number")),
    "bare-minus": needing(Needs.NUMBER, one_for(_numbers, [b"-", b"--1", b"- 1", b"+-1", b"1-"], "as a number")),
    "other-base": needing(Needs.NUMBER, one_for(_numbers, [b"0x10", b"0b1", b"0o7", b"0X1F", b"#10"], "as a number")),
    "digit-separator": needing(Needs.NUMBER, one_for(_numbers, [b"1_000", b"1 000", b"1'000"], "as a number")),
    "decimal-comma": needing(Needs.SCALAR, one_for(_scalar_members, [b"1,5", b"0,50", b"1.000,5"], "as a number")),
    "doubled-point": needing(Needs.NUMBER, one_for(_numbers, [b"1.5.5", b"1..5", b"1.0.0"], "as a number")),
    "number-suffix": needing(Needs.NUMBER, one_for(_numbers, [b"1n", b"1L", b"1.5f", b"1%", b"1kg"], "as a number")),
    "other-digits": needing(Needs.NUMBER, one_for(_numbers, ["\uff11".encode(), "\u0661".encode()], "as a number")),
    # Comments and white space.
    "comment": between([b"/* note */"], "a comment"),
    "line-comment": between([b"// note\n"], "a comment"),
    "other-comment": between([b"# note\n", b"<!-- note -->", b"-- note\n", b"; note\n"], "a comment"),
    "nested-comment": between([b"/* a /* b */ c */", b"/**/*/"], "a comment"),
    "unclosed-comment": between([b"/*", b"/* note", b"<!--"], "a comment without an end"),
    "comment-before-the-value": preceded_by([b"// note\n", b"/* note */"], "a comment"),
    "comment-behind-the-value": followed_by([b"// note", b"/* note */"], "a comment"),
    "ellipsis": between([b"...", b",...", "\u2026".encode()], "an ellipsis,"),
    "wrong-white-space": between(_WHITE_SPACE, "white space that JSON does not know:"),
    "nul": between([b"\0"], "a NUL byte"),
    "nul-in-string": in_a_string([b"\0"], "the byte"),
    "tab-in-string": in_a_string([b"\t"], "the byte"),
    # Strings.
    "bad-escape": in_a_string([rb"\x41", rb"\U00000041", rb"\N{DASH}", rb"\cA", rb"\$", rb"\."], "the escape"),
    "escaped-single-quote": in_a_string([rb"\'"], "the escape"),
    "escape-of-c": in_a_string([rb"\a", rb"\v", rb"\e", rb"\?"], "the escape"),
    "escaped-punctuation": in_a_string([rb"\ ", rb"\-", rb"\%", rb"\_", rb"\&", rb"\:"], "the escape"),
    "octal-escape": in_a_string([rb"\0", rb"\101", rb"\7", rb"\012"], "the escape"),
    "escaped-line-break": in_a_string([b"\\\n", b"\\\r\n"], "the escape"),
    "bad-unicode-escape": in_a_string([rb"\u12G4", rb"\u{41}", rb"\u+041", rb"\u 041", rb"\uZ"], "the escape"),
    "short-unicode-escape": in_a_string([rb"\u12-", rb"\u4 ", rb"\u", rb"\u041x"], "the escape"),
    "lone-backslash": at(_strings, lambda token: token[:-1] + b'\\"', "a lone backslash at the end of the string"),
    "control-character": in_a_string([bytes([code]) for code in range(1, 32)], "the byte"),
    "line-break-in-string": in_a_string([b"\n", b"\r\n", b"\r"], "a line break"),
    # Bytes.
    "lone-continuation": in_a_string([b"\x80", b"\xbf", b"\x80\xbf"], "bad UTF-8,"),
    "truncated-utf-8": in_a_string([b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98"], "bad UTF-8,"),
    "overlong-utf-8": in_a_string(
        [b"\xc0\xaf", b"\xc0\x80", b"\xc1\xbf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf"], "bad UTF-8,"
    ),
    "surrogate-in-utf-8": in_a_string([b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xed\xa0\xbd\xed\xb8\x80"], "bad UTF-8,"),
    "beyond-unicode": in_a_string([b"\xf4\x90\x80\x80", b"\xff", b"\xfe", b"\xf8\x88\x80\x80\x80"], "bad UTF-8,"),
    "latin-1": in_a_string(["é".encode("latin-1"), "Zoë ".encode("latin-1")], "Latin-1,"),
    "bad-utf-8-between": between([b"\x80", b"\xc3", b"\xff", b"\xfe"], "bad UTF-8,"),
    "byte-order-mark": around(lambda raw: b"\xef\xbb\xbf" + raw, "a byte order mark before the value"),
    "byte-order-mark-inside": between([b"\xef\xbb\xbf"], "a byte order mark,"),
    "utf-16": Way(make=lambda text: _encoded(text, ["utf-16-le", "utf-16-be", "utf-16"])),
    "utf-32": Way(make=lambda text: _encoded(text, ["utf-32-le", "utf-32-be", "utf-32"])),
    # No JSON at all.
    "empty": instead([b""], "an empty body"),
    "white-space-only": instead([b" ", b"\n", b"\r\n", b"\t ", b" \n \n"], "nothing but white space,"),
    "no-text": instead(
        [b"\0", b"\xff\xfe\xfd", b"\x89PNG\r\n\x1a\n", b"\x1f\x8b\x08\x00", b"\xef\xbb\xbf"], "no text but"
    ),
    "bare-word": instead([b"hello", b"undefined", b"NaN", b"None", b"True", b"nul", b"tru"], "the bare word"),
    "lone-punctuation": instead([b"{", b"[", b"}", b",", b":", b'"', b"-", b"\\", b"{]", b"[}"], "nothing but"),
    "form": written(lambda value: urlencode(value) or "a=1", "form fields"),
    "form-field": around(lambda raw: b"body=" + quote_plus(raw).encode(), "the text in a form field"),
    "percent-encoded": around(lambda raw: quote(raw).encode(), "the text, percent-encoded"),
    "multipart": enclosed(
        [(b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\n', b"\r\n--x--\r\n")], "in a form,"
    ),
    "php": instead([b'a:1:{s:4:"name";i:1;}', b"array('name' => 1)", b"['name' => 1]", b"<?php"], "PHP,"),
    "csv": instead([b"name,amount\r\ntea,1\r\n", b"name;amount\ntea;1\n"], "a table,"),
    "xml": written(_as_xml, "XML"),
    "yaml": written(_as_yaml, "YAML"),
    "python-repr": written(repr, "Python's own notation"),
    "script": enclosed(
        [(b"callback(", b");"), (b"var x = ", b";"), (b"x=", b""), (b"return ", b";"), (b"export default ", b"")],
        "script,",
    ),
    "code-fence": enclosed([(b"```json\n", b"\n```"), (b"```\n", b"\n```")], "a code fence,"),
    "markup": enclosed([(b"<p>", b"</p>"), (b"<json>", b"</json>"), (b"<![CDATA[", b"]]>")], "markup,"),
    "guard-prefix": preceded_by([b")]}',\n", b")]}'", b"while(1);", b"for(;;);", b"{}&&"], "a guard,"),
    "record-separator": around(lambda raw: b"\x1e" + raw, "a record separator before the value"),
    "gzip": around(lambda raw: gzip.compress(raw, mtime=0), "the text, compressed"),
    "base64": around(base64.b64encode, "the text in base64"),
}


BREAKAGES: Final[Mapping[str, Way]] = MappingProxyType(_TABLE)
"""Every way to break a JSON text, by its name."""
