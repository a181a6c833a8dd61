"""JSON at the border: typed decoding with msgspec, whose errors are told with the place inside the recording."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from validator.errors import EntryError, RecordingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from validator.exchange import Exchange

    Entries: TypeAlias = Iterator[Exchange | EntryError]
    """What a reader yields: each entry of the recording, or why it cannot be read."""

T = TypeVar("T")

UNREADABLE: Final = (msgspec.DecodeError, RecursionError, EntryError)
"""What is raised for an entry that is not what it must be."""

_PLACE: Final = re.compile(r"(?P<reason>.*) - at (?P<key>`key` in )?`\$?(?P<path>.*)`", re.DOTALL)
_ESCAPES: Final = re.compile(
    rb"((?:\\\\)+|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
"""In group 1 what stays (backslashes, pairs of surrogates); else a surrogate that stands alone."""

_WORDS: Final = {
    "int": "an integer",
    "float": "a number",
    "str": "a string",
    "bool": "a boolean",
    "object": "an object",
    "array": "an array",
    "null": "null",
    "bytes": "bytes",
}
_TYPE: Final = re.compile(r"`((?:{0})(?: \| (?:{0}))*)`".format("|".join(_WORDS)))


def decode(decoder: msgspec.json.Decoder[T], data: bytes | msgspec.Raw) -> T:
    """The value in JSON text. Raises msgspec.DecodeError, or RecursionError for what is nested too deep.

    An escaped surrogate that stands alone is no character, and would lose the whole text for it; browsers record them
    where a program cut a string. U+FFFD takes its place, as it does when a browser sends such a string.
    """
    try:
        return decoder.decode(data)
    except msgspec.ValidationError:
        raise
    except UnicodeDecodeError as error:  # msgspec lets it through as it is
        raise msgspec.DecodeError(f"not UTF-8: {error.reason}") from None
    except msgspec.DecodeError:
        mended = _ESCAPES.sub(lambda found: found[1] or rb"\ufffd", bytes(data))
        if mended == bytes(data):
            raise
        return decode(decoder, mended)  # in which there is nothing to mend any more


def decode_whole(decoder: msgspec.json.Decoder[T], data: bytes, name: str) -> T:
    """The value that a recording is. Raises RecordingError."""
    try:
        return decode(decoder, data)
    except (msgspec.DecodeError, RecursionError) as error:
        reason, path = _explained(error)
        raise RecordingError(reason, place=f"{name}: {path}" if path else name) from None


def read_each(items: Iterable[T], build: Callable[[T, int], Exchange], place: str) -> Entries:
    """Each item as an exchange, or why it is none: a bad one does not lose the others."""
    for index, item in enumerate(items):
        try:
            exchange = build(item, index)
        except UNREADABLE as error:
            yield entry_error(error, f"{place}[{index}]")
        else:
            yield exchange


def entry_error(error: Exception, place: str, joint: str = ".") -> EntryError:
    """Why the entry at `place` cannot be read: what msgspec or a reader found, with the path inside the entry."""
    if isinstance(error, EntryError):
        reason, path = error.reason, error.place
    else:
        reason, path = _explained(error)
    if path and not path.startswith("["):
        path = joint + path
    return EntryError(reason, place=place + path)


def from_base64(text: str, path: str) -> bytes:
    """The bytes that the text at `path` of an entry stands for; white space in it does not count."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError as error:
        raise EntryError(f"expected base64: {str(error) or 'not base64'}", place=path) from None


def to_bytes(text: str) -> bytes:
    """Text as UTF-8; what is no character (a surrogate that stands alone) as U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _explained(error: Exception) -> tuple[str, str]:
    """Reason and path, out of msgspec's own words."""
    if isinstance(error, RecursionError):
        return "nested too deep to be read", ""
    found = _PLACE.fullmatch(str(error))
    if found is None:
        return _lowered(str(error)), ""
    return ("a member name: " if found["key"] else "") + _lowered(found["reason"]), found["path"].removeprefix(".")


def in_words(text: str) -> str:
    """The text with msgspec's names of types (`int | null`) in words."""
    return _TYPE.sub(lambda found: " or ".join(_WORDS[name] for name in found[1].split(" | ")), text)


def _lowered(text: str) -> str:
    """The words of msgspec, begun as our reasons begin, with its names of types in words."""
    text = in_words(text)
    if text.startswith("JSON is malformed"):
        return text.replace("JSON is malformed", "not JSON", 1)
    if text == "Input data was truncated":
        return "not JSON: it ends before its end"
    return text[:1].lower() + text[1:]
