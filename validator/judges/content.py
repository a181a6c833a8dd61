"""A response body as a value: content type read, charset applied, JSON parsed strictly."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import orjson

from validator import rules
from validator.redaction import Safe

if TYPE_CHECKING:
    from validator.contract import MediaType, ResponseSpec

# RFC 9110, sections 5.6.2 (token), 5.6.6 (parameters) and 8.3.1 (media type).
_TOKEN: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # noqa: S105 - a token of HTTP
_QUOTED: Final = r'"(?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[\t\x20-\x7e\x80-\uffff])*"'
# `*+` gives nothing back: white space between two semicolons could else be shared out in 2^n ways.
_MEDIA_TYPE: Final = re.compile(
    rf"[ \t]*({_TOKEN})/({_TOKEN})((?:[ \t]*+;[ \t]*+(?:{_TOKEN}=(?:{_TOKEN}|{_QUOTED}))?)*+)[ \t]*"
)
_PARAMETER: Final = re.compile(rf";[ \t]*({_TOKEN})=({_TOKEN}|{_QUOTED})")

_UTF8: Final = (None, "utf-8", "utf8", "us-ascii")

_NO_CHARSETS: Final = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})
"""Python's own codecs, text encodings by name only; punycode takes time by the square of the length."""

_DIGITS: Final = bytes(ord("0") if chr(byte) in "0123456789" else ord(" ") for byte in range(256))
_LONG: Final = b"0" * 19
"""What integers beyond 64 bits have, once each digit is 0: looking for this is ten times faster than a pattern."""

MAX_NESTING: Final = 1024
"""orjson's own limit; deeper values kill the process in the libraries below us."""


class Unreadable(ValueError):  # noqa: N818 - reads as what happened
    """A body or its content type that cannot be made a value: `rule` says which promise that breaks."""

    def __init__(self, rule: str, expected: str, received: Any) -> None:
        super().__init__(rule, expected)
        self.rule = rule
        self.expected = expected
        self.received = received


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentType:
    """A media type as it came: `essence` is `type/subtype` in lower case, `charset` in lower case or None."""

    essence: str
    charset: str | None
    parameters: frozenset[tuple[str, str]] = field(default=frozenset(), compare=False)
    """Each parameter's name and value, in lower case."""

    @property
    def is_json(self) -> bool:
        """`application/json`, or any type with the suffix `+json` (RFC 6839, section 3.1)."""
        return self.essence in ("application/json", "text/json") or self.essence.endswith("+json")

    @property
    def is_text(self) -> bool:
        """A type whose body a schema can take as one string."""
        is_xml = self.essence == "text/xml" or self.essence.endswith("+xml")
        return self.essence.startswith("text/") and not self.is_json and not is_xml


@lru_cache(maxsize=1024)
def parse_content_type(value: str) -> ContentType:
    """Read a Content-Type header. Raises Unreadable where it is not a media type."""
    match = _MEDIA_TYPE.fullmatch(value)
    if match is None:
        raise Unreadable(rules.MALFORMED_CONTENT_TYPE, "a media type such as application/json", value)
    parameters = {name.lower(): text.strip('"').lower() for name, text in _PARAMETER.findall(match[3])}
    essence = f"{match[1]}/{match[2]}".lower()
    return ContentType(essence=essence, charset=parameters.get("charset"), parameters=frozenset(parameters.items()))


def find_media_type(response: ResponseSpec, content_type: ContentType) -> MediaType | None:
    """The documented content type that fits best: the type itself, then `*+suffix`, `type/*` and `*/*`.

    Of several that differ in parameters only, the one that names the most of those that came; one that names another
    is the last choice.
    """
    kind, _, subtype = content_type.essence.partition("/")
    ranges = [content_type.essence, f"{kind}/*", "*/*"]
    if "+" in subtype:
        ranges.insert(1, f"{kind}/*+{subtype.rpartition('+')[2]}")
    for name in ranges:
        fitting = [media_type for media_type in response.content if documented_type(media_type.name).essence == name]
        if fitting:
            return max(fitting, key=lambda media_type: _agreement(media_type.name, content_type))
    return None


@lru_cache(maxsize=1024)
def documented_type(name: str) -> ContentType:
    """A content type as a document names it; parameters that are none are left out."""
    try:
        return parse_content_type(name)
    except Unreadable:
        return ContentType(essence=name.partition(";")[0].strip().lower(), charset=None)


def _agreement(name: str, content_type: ContentType) -> int:
    parameters = documented_type(name).parameters
    return len(parameters) if parameters <= content_type.parameters else -1


def read_value(body: bytes, content_type: ContentType) -> Any:
    """The value that a schema speaks of: a JSON value, or a text as one string. Raises Unreadable.

    Other content (PDF, XML, forms) has no such value: its bytes are given back, and no schema is asked.
    """
    if content_type.is_json:
        return parse_json(_as_utf8(body, content_type.charset))
    if content_type.is_text:
        return _decoded(body, content_type.charset or "utf-8")
    return body


def parse_json(body: bytes) -> Any:
    """Parse by RFC 8259; integers of any size stay exact. Raises Unreadable."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _not_json(body, error) from None
    # orjson makes a float of an integer beyond 64 bits, and a float has lost its digits.
    if _LONG in body.translate(_DIGITS):
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            return value
    return value


def _not_json(body: bytes, error: orjson.JSONDecodeError) -> Unreadable:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as undecodable:
        return Unreadable(
            rules.UNREADABLE_BODY, "UTF-8 (RFC 8259, section 8.1)", Safe(f"a byte that is not, at {undecodable.start}")
        )
    if text.count("[") + text.count("{") > MAX_NESTING and (levels := _nesting(text)) > MAX_NESTING:
        return Unreadable(rules.NESTING_TOO_DEEP, f"at most {MAX_NESTING} levels", Safe(f"{levels} levels"))
    return Unreadable(
        rules.INVALID_JSON,
        "JSON (RFC 8259)",
        Safe(f"text that is not: {error.msg} (line {error.lineno}, column {error.colno})"),
    )


def _nesting(text: str) -> int:
    """How deep the brackets of a text are nested, those in strings not counted."""
    depth = deepest = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', text, re.DOTALL):
        if token[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token[0] in "]}":
            depth -= 1
    return deepest


def is_utf8_json(content_type: ContentType) -> bool:
    """Whether a body is JSON, and its bytes are to be read as they are."""
    return content_type.is_json and content_type.charset in _UTF8


def _as_utf8(body: bytes, charset: str | None) -> bytes:
    if charset in _UTF8:
        return body
    return _decoded(body, str(charset)).encode("utf-8", "surrogatepass")


def _decoded(body: bytes, charset: str) -> str:
    try:
        # Only text encodings: Python's `zip`, `hex` and the like are not charsets.
        codec = codecs.lookup(charset)
        if codec._is_text_encoding and codec.name not in _NO_CHARSETS:  # noqa: SLF001 - the only way Python offers
            return body.decode(charset)
    except LookupError:
        pass
    except ValueError:
        raise Unreadable(rules.UNREADABLE_BODY, f"text in {charset}", body) from None
    raise Unreadable(rules.UNREADABLE_BODY, "a known charset", charset)
