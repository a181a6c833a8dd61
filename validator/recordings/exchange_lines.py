"""Exchange lines, our own format: one JSON object a line, `{"request": {...}, "response": {...}}`.

Read in constant memory, one line at a time. The same object written over several lines, and a JSON array of such
objects, are read too: that is what people write by hand.
"""

from __future__ import annotations

import base64
import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from validator import redaction
from validator.errors import EntryError
from validator.exchange import Exchange, Headers, Request, Response
from validator.recordings.content_coding import decode_leftover
from validator.recordings.entries import (
    UNREADABLE,
    decode,
    decode_whole,
    entry_error,
    from_base64,
    read_each,
    to_bytes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import BinaryIO

    from validator.recordings.entries import Entries
    from validator.recordings.source import Source

MAX_LINE: Final = 256 * 1024 * 1024
"""Room for the largest body that we decode (64 MiB), escaped; longer lines are passed over."""

_JSON: Final = ("content-type", "application/json")
_NO_JSON: Final = msgspec.Raw()
_NO_HEADERS: Final = Headers()
_USER: Final = re.compile(r"^([^/?#]*//)[^/?#]*@")


class _Message(msgspec.Struct, gc=False):
    headers: dict[str, str | list[str]] | list[tuple[str, str]] | None = None
    body: str | msgspec.UnsetType | None = msgspec.UNSET
    body_base64: str | None = None
    json: msgspec.Raw = _NO_JSON


class _Request(_Message, gc=False, kw_only=True):
    method: str
    url: str


class _Response(_Message, gc=False, kw_only=True):
    status: Annotated[int, msgspec.Meta(ge=0, le=999)]


class _Line(msgspec.Struct, gc=False):
    request: _Request
    response: _Response
    recorded_at: str | None = None


_LINE: Final = msgspec.json.Decoder(_Line)
_ARRAY: Final = msgspec.json.Decoder(list[msgspec.Raw])


def read(source: Source) -> Entries:
    """The exchanges of a file of lines; or the one exchange that is written over several lines."""
    lines = lines_of(source.stream)
    begin = list(islice(lines, 2))
    if is_one_object(begin):
        yield read_object(b"".join(line for _, line in begin) + source.whole(), source.name)
    else:
        yield from read_lines(chain(begin, lines), source.name)


def read_lines(lines: Iterable[tuple[int, bytes]], name: str, lines_before: Callable[[], int] = int) -> Entries:
    """The exchanges on the lines of the recording `name`, which are numbered from 1 after `lines_before` others."""
    decode_line = _LINE.decode
    for index, (number, line) in enumerate(lines):
        entry: Exchange | EntryError
        try:
            entry = _built(decode_line(line if len(line) <= MAX_LINE else b""), name, index)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, EntryError):
            entry = _read(line, f"{name}: line {lines_before() + number}", name, index)
        yield entry


def read_object(text: bytes, source: str) -> Exchange | EntryError:
    """The exchange that a recording is, written over several lines."""
    return _read(text, source, source, 0)


def read_line(line: bytes, source: str) -> Exchange | EntryError:
    """The exchange on the one line that a recording has."""
    return _read(line, f"{source}: line 1", source, 0)


def read_array(source: Source) -> Entries:
    """The exchanges of a JSON array."""

    def build(raw: msgspec.Raw, index: int) -> Exchange:
        return _built(decode(_LINE, raw), source.name, index)

    items: list[msgspec.Raw] = decode_whole(_ARRAY, source.whole(), source.name)
    return read_each(items, build, f"{source.name}: ")


def write_exchange_line(exchange: Exchange, extra: Mapping[str, Any] | None = None) -> bytes:
    """The exchange as a line, its secrets masked. The members of `extra` follow; readers pass over them."""
    request, response = exchange.request, exchange.response
    line: dict[str, Any] = {
        "request": {"method": _text(request.method), "url": _text(_USER.sub(r"\1", request.url)), **_written(request)},
        "response": {"status": response.status, **_written(response)},
    }
    if exchange.recorded_at is not None:
        line["recorded_at"] = _text(exchange.recorded_at)
    return msgspec.json.encode({**line, **(extra or {}), **line}) + b"\n"


def lines_of(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Each line that is not blank, with its number from 1; one that is too long is cut, and shows it by its length."""
    readline = stream.readline
    number = 0
    while line := readline(MAX_LINE + 1):
        number += 1
        if line.isspace():
            continue
        yield number, line
        while len(line) > MAX_LINE and not line.endswith(b"\n"):
            line = readline(MAX_LINE + 1)


def is_one_object(begin: list[tuple[int, bytes]]) -> bool:
    """Whether the first line is only the beginning of an exchange: it ends too early, and no other begins after it."""
    match begin:
        case [(_, first), (_, second)] if len(first) <= MAX_LINE:
            first = first.rstrip()
            return not first.endswith(b"}") and (first.endswith(b":") or not second.lstrip().startswith(b"{"))
    return False


def _read(line: bytes, place: str, source: str, index: int) -> Exchange | EntryError:
    try:
        if len(line) > MAX_LINE:
            raise EntryError(f"longer than {MAX_LINE:,} bytes")
        return _built(decode(_LINE, line), source, index)
    except UNREADABLE as error:
        return entry_error(error, place, ": ")


def _built(line: _Line, source: str, index: int) -> Exchange:
    sent, came = line.request, line.response
    damage = None
    headers = Headers(sent.headers) if sent.headers else _NO_HEADERS
    body: bytes | None
    # Most bodies are texts, or are none. msgspec lets no surrogate that stands alone into a text.
    if sent.body_base64 is None and sent.json is _NO_JSON:
        body = sent.body.encode() if sent.body else None if sent.body is None else b""
    else:
        headers, body = _other_body(sent, headers, "request")
    request = Request(method=sent.method, url=sent.url, headers=headers, body=body)
    headers = Headers(came.headers) if came.headers else _NO_HEADERS
    if came.body_base64 is None and came.json is _NO_JSON:
        body = came.body.encode() if came.body else None if came.body is None else b""
    else:
        headers, body = _other_body(came, headers, "response")
        if body is not None and came.body_base64 is not None:
            body, damage = decode_leftover(body, headers)
    response = Response(status=came.status, headers=headers, body=body, damage=damage)
    return Exchange(request=request, response=response, source=source, index=index, recorded_at=line.recorded_at)


def _other_body(message: _Message, headers: Headers, path: str) -> tuple[Headers, bytes | None]:
    """Headers and body of a message whose body is recorded as a value, or in base64."""
    json = bytes(message.json)
    if isinstance(message.body, str) + (message.body_base64 is not None) + bool(json) > 1:
        raise EntryError("expected one of body, body_base64 and json, got several", place=path)
    if json:
        return headers if "content-type" in headers else Headers((*headers, _JSON)), json
    return headers, from_base64(message.body_base64 or "", f"{path}.body_base64")


def _written(message: Request | Response) -> dict[str, Any]:
    """Headers and body as members of a message."""
    pairs = [(_text(name), _text(redaction.header(name, value))) for name, value in message.headers]
    members: dict[str, Any] = {}
    if pairs:
        by_name = dict(pairs)
        members["headers"] = by_name if len(by_name) == len(pairs) else pairs
    if message.body is None:
        members["body"] = None
    else:
        try:
            members["body"] = message.body.decode()
        except UnicodeDecodeError:
            members["body_base64"] = base64.b64encode(message.body).decode()
    return members


def _text(text: str) -> str:
    """Text that JSON can hold: bytes that were read as surrogates are no characters."""
    return to_bytes(text).decode()
