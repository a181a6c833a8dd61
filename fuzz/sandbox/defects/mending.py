"""Lenient ways to read JSON: each makes good one kind of breakage that RFC 8259 does not allow.

A mend takes a text that is not JSON and gives the text that its author may have meant; strings stay as they are.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.json_reader import NotJson, read_json, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STRING: Final = r'"(?:[^"\\]|\\.)*"'
_TOKEN: Final = re.compile(rf"{_STRING}|[\[\]{{}}:,]|[^\s\[\]{{}}:,\"]+|\"", re.DOTALL)
_CLOSER: Final = {"[": "]", "{": "}"}
_COLON: Final = ":"
_CUT_BACK: Final = 8
"""How many tokens a repair of a cut text may give up."""


def lenient(mend: Callable[[str], str]) -> Callable[[bytes], Any]:
    """Read JSON; what is none is mended first."""

    def read(raw: bytes) -> Any:
        try:
            return read_json(raw)
        except NotJson:
            return read_text(mend(_decoded(raw)))

    return read


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise NotJson from None


def outside_strings(pattern: str, replacement: str | Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    """A mend that replaces a pattern wherever it does not stand inside a string."""
    compiled = re.compile(rf"(?P<string>{_STRING})|{pattern}", re.DOTALL)

    def replace(match: re.Match[str]) -> str:
        if match["string"] is not None:
            return match["string"]
        return replacement if isinstance(replacement, str) else replacement(match)

    return lambda text: compiled.sub(replace, text)


def in_strings(pattern: str, replacement: str | Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    """A mend that replaces a pattern inside strings only."""
    strings, inner = re.compile(_STRING, re.DOTALL), re.compile(pattern, re.DOTALL)
    return lambda text: strings.sub(lambda match: inner.sub(replacement, match[0]), text)


def single_quoted(text: str) -> str:
    """'text' is "text"."""
    return outside_strings(r"'(?P<inner>[^']*)'", lambda match: json.dumps(match["inner"]))(text)


def missing_commas(text: str) -> str:
    """Two values side by side have a comma between them."""
    return "".join(_with_commas(_TOKEN.findall(text)))


def _with_commas(tokens: list[str]) -> Iterator[str]:
    before = ","
    for token in tokens:
        if before not in {",", ":", "[", "{"} and token not in {",", ":", "]", "}"}:
            yield ","
        yield token
        before = token


def missing_colons(text: str) -> str:
    """A name in an object is followed by a colon."""
    return "".join(_with_colons(_TOKEN.findall(text)))


def _with_colons(tokens: list[str]) -> Iterator[str]:
    open_brackets: list[str] = []
    names_next = False
    name_stood = False
    for token in tokens:
        if name_stood and token not in _COLON:
            yield ":"
        name_stood = names_next and token.startswith('"')
        if token in _CLOSER:
            open_brackets.append(token)
        elif token in {"]", "}"} and open_brackets:
            open_brackets.pop()
        names_next = token in {"{", ","} and open_brackets[-1:] == ["{"]
        yield token


def cut_short(text: str) -> str:
    """A text that ends too early ends where it last made sense."""
    tokens = _TOKEN.findall(text)
    for length in range(len(tokens), max(len(tokens) - _CUT_BACK, 0), -1):
        candidate = "".join(tokens[:length]) + _closers(tokens[:length])
        try:
            read_text(candidate)
        except NotJson:
            continue
        return candidate
    raise NotJson


def _closers(tokens: list[str]) -> str:
    """The brackets that are still open, closed from the inside out."""
    open_brackets: list[str] = []
    for token in tokens:
        if token in _CLOSER:
            open_brackets.append(token)
        elif token in {"]", "}"} and open_brackets:
            open_brackets.pop()
    return "".join(_CLOSER[bracket] for bracket in reversed(open_brackets))


def unclosed_brackets(text: str) -> str:
    """Whatever closes, closes what was opened last; what is open at the end is closed there."""
    return "".join(_with_fitting_brackets(_TOKEN.findall(text)))


def _with_fitting_brackets(tokens: list[str]) -> Iterator[str]:
    open_brackets: list[str] = []
    for token in tokens:
        if token in _CLOSER:
            open_brackets.append(token)
        if token in {"]", "}"} and open_brackets:
            yield _CLOSER[open_brackets.pop()]
        else:
            yield token
    yield from (_CLOSER[bracket] for bracket in reversed(open_brackets))


def doubled_quotes(text: str) -> str:
    """`""name""` is "name"; an empty string stays one."""
    return re.sub(r'""(?=[^\s,:\]}"])|(?<=[^\s,:\[{"])""', '"', text)


def doubled_brackets(text: str) -> str:
    """`{{...}` and `{{...}}` are {...}."""
    return surplus_closers(re.sub(r"^\s*\{\s*\{", "{", text))


def surplus_closers(text: str) -> str:
    """Brackets after the end of the value are nothing."""
    end = _end_of_value(text)
    if text[end:].strip(" \t\r\n]}"):
        raise NotJson
    return text[:end]


def first_value(text: str) -> str:
    """What follows the first value is nothing."""
    return text[: _end_of_value(text)]


def _end_of_value(text: str) -> int:
    start = len(text) - len(text.lstrip(" \t\r\n"))
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        raise NotJson from None
    return end


def from_first_bracket(text: str) -> str:
    """What precedes the first bracket is nothing."""
    found = re.search(r"[\[{]", text)
    if found is None:
        raise NotJson
    return text[found.start() :]


def without_bom(text: str) -> str:
    """A byte order mark is nothing."""
    return text.removeprefix("\ufeff")
