"""Cassettes of VCR.py (version 1), in YAML and in JSON.

A cassette holds what came over the wire, so bodies may still be coded (gzip). Text never is: some of VCR.py's clients
record the decoded body and keep the Content-Encoding header.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from validator.errors import EntryError, RecordingError
from validator.exchange import Exchange, Headers, Request, Response
from validator.recordings.content_coding import decode
from validator.recordings.entries import decode as decode_json
from validator.recordings.entries import decode_whole, from_base64, in_words, read_each, to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from validator.recordings.entries import Entries
    from validator.recordings.source import Source

MIGRATE: Final = "an old cassette: lift it with `python3 -m vcr.migration PATH`, or record it again"

_PYTHON_TAG: Final = b"!!python/"
_CALLS: Final = re.compile(rb"!!python/(?:object/|name:|module:)")
"""No cassette has these: the tool that lifts cassettes would run what they name."""


class _Request(msgspec.Struct):
    method: str
    uri: str
    headers: dict[str, str | int | list[str | int]] | None = None
    body: Any = None


class _Status(msgspec.Struct):
    code: Annotated[int, msgspec.Meta(ge=0, le=999)]


class _Response(msgspec.Struct):
    status: _Status
    headers: dict[str, str | int | list[str | int]] | None = None
    body: Any = None


class _Interaction(msgspec.Struct):
    request: _Request
    response: _Response
    recorded_at: str | None = None


class _Cassette(msgspec.Struct):
    interactions: list[msgspec.Raw]


_CASSETTE: Final = msgspec.json.Decoder(_Cassette)
_INTERACTION: Final = msgspec.json.Decoder(_Interaction)


def read_json(source: Source) -> Entries:
    """The interactions of a cassette in JSON."""
    cassette = decode_whole(_CASSETTE, source.whole(), source.name)
    return _read(cassette.interactions, lambda raw: decode_json(_INTERACTION, raw), source)


def read_yaml(source: Source) -> Entries:
    """The interactions of a cassette in YAML."""
    from validator import yaml_reader  # noqa: PLC0415 - who reads JSON has no need of it

    data = source.whole()
    try:
        cassette = yaml_reader.read_yaml(data, place=source.name, error=RecordingError, pyyaml=True)
    except RecordingError as obstacle:
        if _PYTHON_TAG in data and not _CALLS.search(data):
            raise RecordingError(obstacle.reason, place=obstacle.place, mend=MIGRATE) from None
        raise
    interactions = cassette.get("interactions") if isinstance(cassette, dict) else None
    if not isinstance(interactions, list):
        reason = in_words(f"expected `array`, got `{_kind(interactions)}`")
        raise RecordingError(reason, place=f"{source.name}: interactions")
    return _read(interactions, lambda value: msgspec.convert(value, _Interaction), source)


def refuse_old(source: Source) -> Entries:
    """A cassette of VCR.py before 1.0: a list of Python objects, which we do not make."""
    raise RecordingError("a cassette of VCR.py before 1.0", place=source.name, mend=MIGRATE)


def _read(items: list[Any], parse: Callable[[Any], _Interaction], source: Source) -> Entries:
    def build(item: Any, index: int) -> Exchange:
        recorded = parse(item)
        return Exchange(
            request=_request(recorded.request),
            response=_response(recorded.response),
            source=source.name,
            index=index,
            recorded_at=recorded.recorded_at,
        )

    return read_each(items, build, f"{source.name}: interactions")


def _request(recorded: _Request) -> Request:
    body, _ = _body(recorded.body, "request.body")
    return Request(method=recorded.method, url=recorded.uri, headers=_headers(recorded.headers), body=body)


def _response(recorded: _Response) -> Response:
    headers = _headers(recorded.headers)
    body, is_text = _body(recorded.body, "response.body")
    damage = None
    if not is_text:
        body, damage = decode(body, headers.get("content-encoding") or "")
    return Response(status=recorded.status.code, headers=headers, body=body, damage=damage)


def _body(recorded: Any, path: str) -> tuple[bytes, bool]:
    """The bytes of a body in any of the forms that VCR.py has written, and whether it was written as text."""
    match recorded:
        case None:
            return b"", False
        case str():
            return to_bytes(recorded), True
        case bytes():
            return recorded, False
        case {"base64_string": str(text)}:
            return from_base64(text, f"{path}.base64_string"), False
        case {"string": str(text), "encoding": "base64"}:
            return from_base64(text, f"{path}.string"), False
        case {"string": value}:
            if value is None or isinstance(value, str | bytes):
                return _body(value, path)
            raise EntryError(in_words(f"expected `str`, got `{_kind(value)}`"), place=f"{path}.string")
        case {} if not recorded:
            return b"", False
    reason = in_words(f"expected a string, or an object with the member string, got `{_kind(recorded)}`")
    raise EntryError(reason, place=path)


def _headers(recorded: dict[str, str | int | list[str | int]] | None) -> Headers:
    """A hand may have written `Content-Length: 12`, which YAML reads as a number."""
    return Headers(
        (name, str(value))
        for name, values in (recorded or {}).items()
        for value in (values if isinstance(values, list) else (values,))
    )


def _kind(value: Any) -> str:
    """A type in msgspec's words."""
    match value:
        case None:
            return "null"
        case dict():
            return "object"
        case list():
            return "array"
    return type(value).__name__
