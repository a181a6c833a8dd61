"""Strings that a schema allows: by its format, by its pattern, or just short and readable."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from fuzz.countries import CODES, names_countries
from fuzz.stretching import long_texts, stretched

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_READABLE: Final = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
_ANY: Final = st.characters(codec="utf-8")
"""All but surrogates: no UTF-8 can hold them."""

_USUAL_LENGTH: Final = 16
_LONG: Final = 200
"""A text that has to be longer is not drawn character by character."""

_WORDS: Final = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"), min_size=1, max_size=8)
_SECONDS: Final = st.times().map(lambda time: time.replace(microsecond=0).isoformat())

FORMATS: Final[Mapping[str, st.SearchStrategy[str]]] = {
    "date": st.dates().map(lambda date: date.isoformat()),
    "time": _SECONDS.map("{}Z".format),
    "date-time": st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat() + "Z"),
    "duration": st.integers(0, 400).map("P{}D".format),
    "email": st.builds("{}@{}.example".format, _WORDS, _WORDS),
    "idn-email": st.builds("{}@{}.example".format, _WORDS, _WORDS),
    "hostname": _WORDS.map("{}.example".format),
    "idn-hostname": _WORDS.map("{}.example".format),
    "ipv4": st.ip_addresses(v=4).map(str),
    "ipv6": st.ip_addresses(v=6).map(str),
    "uri": st.builds("https://{}.example/{}".format, _WORDS, _WORDS),
    "iri": st.builds("https://{}.example/{}".format, _WORDS, _WORDS),
    "uri-reference": _WORDS.map("/{}".format),
    "iri-reference": _WORDS.map("/{}".format),
    "uri-template": _WORDS.map("/{{{}}}".format),
    "uuid": st.uuids().map(str),
    "json-pointer": _WORDS.map("/{}".format),
    "relative-json-pointer": _WORDS.map("0/{}".format),
    "regex": _WORDS,
    "byte": st.binary(max_size=12).map(lambda content: base64.b64encode(content).decode()),
}
"""Formats that are checked, and what keeps them. Others (`password`, an author's own) say nothing that binds."""


def texts(schemas: Iterable[Mapping[str, Any]]) -> st.SearchStrategy[str]:
    """Strings for all these schemas; where a pattern meets a format or a length, most of them, not every one."""
    schemas = list(schemas)
    shortest = max((int(words.get("minLength", 0)) for words in schemas), default=0)
    longest = min((int(words["maxLength"]) for words in schemas if "maxLength" in words), default=None)
    if longest is not None and longest < shortest:
        return st.nothing()
    for words in schemas:
        if words.get("format") in FORMATS:
            return _at_length(FORMATS[words["format"]], shortest, longest)
    if names_countries(schemas):
        lower = [code.lower() for code in CODES]
        codes = [code for code in (*CODES, *lower) if _fits(code, schemas, shortest, longest)]
        codes = [code for code in codes if code in CODES] or codes
        if codes:
            return st.sampled_from(codes)
    for words in schemas:
        made = _by_pattern(words["pattern"]) if "pattern" in words else None
        if made is not None:
            return _at_length(made, shortest, longest)
    if shortest > _LONG:
        return long_texts(st.text(_READABLE, min_size=1, max_size=_USUAL_LENGTH), shortest, longest)
    most = shortest + _USUAL_LENGTH if longest is None else min(longest, shortest + _USUAL_LENGTH)
    readable = st.text(_READABLE, min_size=shortest, max_size=most)
    return st.one_of(readable, readable, readable, st.text(_ANY, min_size=shortest, max_size=most))


def _at_length(texts_of_form: st.SearchStrategy[str], shortest: int, longest: int | None) -> st.SearchStrategy[str]:
    """Texts of a form, long enough where it lets them be; shorter ones come up by themselves often enough."""
    return stretched(texts_of_form, shortest, longest) if shortest > _USUAL_LENGTH else texts_of_form


def _fits(text: str, schemas: Iterable[Mapping[str, Any]], shortest: int, longest: int | None) -> bool:
    """Whether a text keeps the lengths and patterns, as far as Python can read them."""
    try:
        patterns = [re.compile(words["pattern"]) for words in schemas if "pattern" in words]
    except re.error:
        return False
    return shortest <= len(text) <= (len(text) if longest is None else longest) and all(
        pattern.search(text) for pattern in patterns
    )


def _by_pattern(pattern: str) -> st.SearchStrategy[str] | None:
    """Strings that match; None where Python cannot read the pattern (they are ECMA-262's)."""
    try:
        compiled = re.compile(pattern)
    except re.error:
        return None
    # Without `fullmatch`, Python's `$` would let a line feed follow.
    whole = pattern.startswith("^") and pattern.endswith("$") and not pattern.endswith("\\$")
    # Python's \d and \w take all of Unicode, ECMA-262's only ASCII.
    plain = pattern.isascii() and not re.search(r"\\[ux]", pattern)
    alphabet = st.characters(min_codepoint=0x20, max_codepoint=0x7E) if plain else _ANY
    found = st.from_regex(compiled, fullmatch=whole, alphabet=alphabet)
    try:
        found.validate()
    except InvalidArgument:  # it repeats something more often than Hypothesis can draw it
        return st.nothing()
    return found
