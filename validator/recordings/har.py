"""HAR 1.2, as browsers, proxies and API clients export it. Each entry is decoded alone: a bad one loses no other.

What a HAR holds is what a program saw: bodies are decoded (but not by every program, see content_coding), and the
pseudo headers of HTTP/2 (`:authority`) stand among the headers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from validator.errors import EntryError
from validator.exchange import Exchange, Headers, Request, Response
from validator.recordings.content_coding import decode_leftover
from validator.recordings.entries import decode, decode_whole, from_base64, read_each, to_bytes

if TYPE_CHECKING:
    from validator.recordings.entries import Entries
    from validator.recordings.source import Source

NOT_MODIFIED: Final = 304
BODILESS: Final = frozenset({204, 205})


class _Header(msgspec.Struct, gc=False):
    name: str
    value: str | None = None


class _Content(msgspec.Struct, gc=False):
    size: float | None = None
    text: str | None = None
    encoding: str | None = None


class _PostData(msgspec.Struct, gc=False):
    text: str | None = None
    encoding: str | None = None
    params: list[msgspec.Raw] | None = None


class _Request(msgspec.Struct):
    method: str
    url: str
    headers: list[_Header] | None = None
    post_data: _PostData | None = msgspec.field(name="postData", default=None)
    body_size: float | None = msgspec.field(name="bodySize", default=None)


class _Response(msgspec.Struct):
    status: Annotated[int, msgspec.Meta(ge=0, le=999)]
    headers: list[_Header] | None = None
    content: _Content | None = None
    body_size: float | None = msgspec.field(name="bodySize", default=None)


class _Entry(msgspec.Struct):
    request: _Request
    response: _Response | None = None
    recorded_at: str | None = msgspec.field(name="startedDateTime", default=None)


class _Log(msgspec.Struct):
    entries: list[msgspec.Raw]


class _Har(msgspec.Struct):
    log: _Log


_HAR: Final = msgspec.json.Decoder(_Har)
_ENTRY: Final = msgspec.json.Decoder(_Entry)


def read(source: Source) -> Entries:
    """The entries of the log, in its order."""
    log = decode_whole(_HAR, source.whole(), source.name).log

    def build(raw: msgspec.Raw, index: int) -> Exchange:
        entry = decode(_ENTRY, raw)
        if entry.response is None:
            raise EntryError("expected a response, got none", place="response")
        return Exchange(
            request=_request(entry.request),
            response=_response(entry.response),
            source=source.name,
            index=index,
            recorded_at=entry.recorded_at,
        )

    return read_each(log.entries, build, f"{source.name}: log.entries")


def _request(recorded: _Request) -> Request:
    sent = recorded.post_data
    body: bytes | None
    if sent is not None and sent.text:
        body = _text(sent.text, sent.encoding, "request.postData.text")
    elif (sent is not None and sent.params) or (recorded.body_size or 0) > 0:
        body = None
    else:
        body = b""
    return Request(method=recorded.method, url=recorded.url, headers=_headers(recorded.headers), body=body)


def _response(recorded: _Response) -> Response:
    headers = _headers(recorded.headers)
    content = recorded.content or _Content()
    if recorded.status == NOT_MODIFIED:
        # It has no body (RFC 9110, section 15.4.5): browsers fill in what they had kept.
        return Response(status=recorded.status, headers=headers)
    if not content.text:
        return Response(status=recorded.status, headers=headers, body=b"" if _was_empty(recorded, headers) else None)
    body, damage = decode_leftover(_text(content.text, content.encoding, "response.content.text"), headers)
    return Response(status=recorded.status, headers=headers, body=body, damage=damage)


def _was_empty(recorded: _Response, headers: Headers) -> bool:
    """Whether a body that is not in the recording was not in the answer either; many programs do not keep bodies.

    Sizes are -1 where they are not known (HAR 1.2, "content" and "bodySize").
    """
    sizes = (recorded.content.size if recorded.content else None, recorded.body_size)
    if headers.get("content-length") not in {None, "0"} or any((size or 0) > 0 for size in sizes):
        return False
    return recorded.status in BODILESS or headers.get("content-length") == "0" or 0 in sizes


def _text(text: str, encoding: str | None, path: str) -> bytes:
    return from_base64(text, path) if encoding is not None and encoding.lower() == "base64" else to_bytes(text)


def _headers(recorded: list[_Header] | None) -> Headers:
    return Headers((field.name, field.value or "") for field in recorded or () if not field.name.startswith(":"))
