"""The family `unsupported-media-type`: a sound body, written in another language, and labelled as what it is.

Where the body may be left out, a server may well not look at it: only operations that need one are tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import msgspec
import orjson
from hypothesis import strategies as st

from fuzz.breakage import Breakage, Way
from fuzz.faults import UNSUPPORTED_MEDIA_TYPE
from fuzz.request_body import json_body
from fuzz.samples import sound_bodies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fuzz.knowledge import Knowledge
    from validator.contract import Contract, Operation

_BOUNDARY: Final = "a-line-that-is-in-no-part"


class UnsupportedMediaType:
    """The family `unsupported-media-type`."""

    def ways(self, _contract: Contract, operation: Operation) -> tuple[Way, ...]:
        """One for each language that the operation does not document."""
        if json_body(operation) is None or not operation.request_body_required:
            return ()
        documented = {one.name.partition(";")[0].strip().lower() for one in operation.request_body}
        return tuple(
            Way(kind=kind, likely=True)
            for kind, (media_type, _) in _LANGUAGES.items()
            if not documented & {media_type, f"{media_type.partition('/')[0]}/*", "*/*"}
        )

    def broken(
        self, contract: Contract, operation: Operation, way: Way | None, knowledge: Knowledge
    ) -> st.SearchStrategy[Breakage]:
        """Valid bodies in that language, or in any."""
        kinds = [one.kind for one in (self.ways(contract, operation) if way is None else (way,))]
        return st.builds(
            lambda kind, body: _broken(kind, orjson.loads(body or b"null")),
            st.sampled_from(kinds),
            sound_bodies(contract, operation, knowledge),
        )


def _broken(kind: str, value: Any) -> Breakage:
    media_type, write = _LANGUAGES[kind]
    header = f"{media_type}; boundary={_BOUNDARY}" if kind == "multipart" else media_type
    return Breakage(
        fault=UNSUPPORTED_MEDIA_TYPE,
        variant=kind,
        described=f"the body as {media_type}",
        body=write(value),
        headers=(("Content-Type", header),),
    )


def _members(value: Any) -> Iterator[tuple[str, str]]:
    """The members of an object as texts; of what is no object, one of that value."""
    for name, part in (value if isinstance(value, dict) else {"value": value}).items():
        yield name, part if isinstance(part, str) else orjson.dumps(part).decode()


def _form(value: Any) -> bytes:
    return urlencode(list(_members(value))).encode() or b"value="


def _multipart(value: Any) -> bytes:
    parts = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{urlencode({"": name})[1:]}"\r\n\r\n{text}\r\n'
        for name, text in _members(value)
    )
    return f"{''.join(parts)}--{_BOUNDARY}--\r\n".encode()


def _xml(value: Any) -> bytes:
    parts = "".join(f"<member>{escape(name)}: {escape(text)}</member>" for name, text in _members(value))
    return f'<?xml version="1.0"?><body>{parts}</body>'.encode()


def _plain(value: Any) -> bytes:
    return "\n".join([f"{name}: {text}" for name, text in _members(value)] or ["nothing"]).encode()


def _msgpack(value: Any) -> bytes:
    # A lone number or string could be JSON as well.
    return msgspec.msgpack.encode(value if isinstance(value, dict | list) else [value])


_LANGUAGES: Final[Mapping[str, tuple[str, Callable[[Any], bytes]]]] = {
    "form": ("application/x-www-form-urlencoded", _form),
    "xml": ("application/xml", _xml),
    "multipart": ("multipart/form-data", _multipart),
    "plain-text": ("text/plain", _plain),
    "msgpack": ("application/msgpack", _msgpack),
    "octets": ("application/octet-stream", lambda _: b"\x00\x01\x02\xfe\xff"),
}
"""By the name of the way: the media type, and how a value is written in it; never so that it would be JSON."""
