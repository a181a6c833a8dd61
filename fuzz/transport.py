"""Case -> Exchange: over HTTP, or straight into a WSGI application.

What is sent is what the case says, and the key; nothing is repeated, followed or decoded behind the oracle's back. The
exchange that comes out does not hold the key, nor what was shown in its place: a server may send back what it got.
"""

from __future__ import annotations

import http.client
import io
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, Self
from urllib.parse import unquote_to_bytes, urlsplit

import urllib3
from msgspec.structs import replace
from urllib3 import exceptions as failures

from fuzz.connecting import POOLS, Sent
from fuzz.hiding import Secrets
from fuzz.spoiling import spoilt
from validator import redaction
from validator.errors import TargetError
from validator.exchange import Exchange, Headers, Response
from validator.recordings.content_coding import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fuzz.case import Case

MAX_BODY: Final = 8 * 1024 * 1024
"""So much of an answer is read; what a server says to a broken request is short."""

MOST_SECONDS: Final = 30.0
"""So long a request may take, to the end of its answer: one that comes byte by byte never runs into PATIENCE."""

_LEAST_SECONDS: Final = 0.01
"""No time limit is 0, or below."""

_PIECE: Final = 64 * 1024

PATIENCE: Final = urllib3.Timeout(connect=5.0, read=15.0)
"""So long one wait for the server may take."""

WAITS: Final = (0.2, 0.5, 1.0)
"""Seconds to wait for a server that was there before: a supervisor may be starting it again."""

_NUMBER: Final = re.compile(r"^\[Errno -?\d+\] ")
"""How Python begins the text of what the system said."""

_UNMENDED: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")

_CONNECTING: Final = (
    failures.NewConnectionError,
    failures.ConnectTimeoutError,
    failures.SSLError,
    failures.LocationValueError,
)
"""No request was sent: it is the address that is wrong, or nobody is there."""


class Transport(Protocol):
    """Sends one case and brings back what came."""

    def __call__(self, case: Case) -> Exchange:
        """The exchange; status 0 where no answer came. Raises TargetError where there is no server."""
        ...


class HttpTransport:
    """Over HTTP, on a connection that is kept. To be closed: use it in a `with` statement."""

    def __init__(self, key: str | None = None) -> None:
        self._key: Final = key
        self._pool: Final = urllib3.PoolManager(num_pools=1, maxsize=1, retries=False)
        self._pool.pool_classes_by_scheme = POOLS
        # Else a kept connection stays open after the end, as long as an error that holds its pool is not collected.
        self._pool.pools.dispose_func = urllib3.HTTPConnectionPool.close
        self._reached = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.clear()

    def __call__(self, case: Case) -> Exchange:
        """Send the case."""
        shown = _shown(case, self._key)
        until = time.monotonic() + MOST_SECONDS
        for wait in WAITS if self._reached else ():
            try:
                return _exchange(case, shown, self._answer(case, shown, until))
            except _CONNECTING:
                time.sleep(wait)
        try:
            return _exchange(case, shown, self._answer(case, shown, until))
        except _CONNECTING as error:
            reason = "the server went away" if self._reached else "cannot be reached"
            raise TargetError(
                f"{reason}: {shown.secrets.hidden(_told(error))}",
                place=redaction.url(case.url),
                mend="start the server, or give another --base-url",
            ) from None

    def _answer(self, case: Case, shown: _Shown, until: float) -> Response:
        """What came; where nothing did, why. Raises one of _CONNECTING where nothing could be sent."""
        try:
            return self._once(case, shown, until)
        except failures.ProtocolError:
            # The server may have closed the kept connection while it lay idle, which says nothing of this request.
            # On a fresh one, it does.
            self._pool.clear()
        except _CONNECTING:
            raise
        except failures.HTTPError as error:
            return _no_answer(error)
        try:
            return self._once(case, shown, until)
        except failures.HTTPError as error:  # also where nobody answers any more: it was this request that did it
            return _no_answer(error)

    def _once(self, case: Case, shown: _Shown, until: float) -> Response:
        sent = Sent([*case.headers, *shown.headers])
        sent.until = until
        if _UNMENDED.search(shown.url):
            sent.target = _target(shown.url)
        timeout = PATIENCE.clone()
        timeout.total = max(until - time.monotonic(), _LEAST_SECONDS)
        came = self._pool.request(
            case.method,
            shown.url,
            body=case.body or None,  # an empty one would be announced by a Content-Length, even with GET
            headers=sent,
            timeout=timeout,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        self._reached = True
        headers = Headers(came.headers.iteritems())
        raw, damage = _read(came, until)
        if damage is not None:
            came.close()  # the rest is not waited for
            return Response(status=came.status, headers=headers, body=raw, damage=damage)
        came.release_conn()
        return _response(came.status, headers, raw)


class WsgiTransport:
    """Straight into a WSGI application of this process: no socket, no server."""

    def __init__(self, app: Callable[..., Iterable[bytes]], key: str | None = None) -> None:
        self._app: Final = app
        self._key: Final = key

    def __call__(self, case: Case) -> Exchange:
        """Call the application."""
        began: list[tuple[int, Headers]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _exc_info: Any = None
        ) -> Callable[[bytes], None]:
            began[:] = [(int(status.split(" ", 1)[0]), Headers(headers))]
            return lambda _data: None

        shown = _shown(case, self._key)
        chunks = self._app(self._environ(case, shown), start_response)
        try:
            raw = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        status, headers = began[0]
        response = _response(status, headers, raw)
        announced = headers.get("content-length") or ""
        if case.method != "HEAD" and announced.isdecimal() and len(raw) < int(announced):  # a server would have to stop
            response = replace(response, damage=f"cut short: {len(raw):,} of {int(announced):,} bytes")
        return _exchange(case, shown, response)

    def _environ(self, case: Case, shown: _Shown) -> dict[str, Any]:
        parts = urlsplit(shown.url)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": case.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
            "QUERY_STRING": parts.query,
            "SERVER_NAME": parts.hostname or "localhost",
            "SERVER_PORT": str(parts.port or 80),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": str(len(case.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": parts.scheme,
            "wsgi.input": io.BytesIO(case.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in (*case.headers, *shown.headers):
            variable = name.upper().replace("-", "_")
            variable = "CONTENT_TYPE" if variable == "CONTENT_TYPE" else f"HTTP_{variable}"
            environ[variable] = f"{environ[variable]},{value}" if variable in environ else value
        return environ


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a request shows: headers and an address with the key in them, or what is shown in its place."""

    headers: tuple[tuple[str, str], ...]
    url: str
    secrets: Secrets


def _shown(case: Case, key: str | None) -> _Shown:
    if not case.credentials:
        if key is None:
            return _Shown((), case.url, Secrets())
        headers = case.scheme.headers(key)
        return _Shown(headers, case.scheme.url(case.url, key), _secrets(headers, key))
    # Without a key there is no right one, and what is made of any other is as wrong.
    key = key or "key"
    way = spoilt(case.scheme, case.credentials)
    headers = way.sent_headers(key)
    return _Shown(headers, way.url(case.url, key), _secrets(headers, key, *way.texts(key)))


def _secrets(headers: Iterable[tuple[str, str]], *texts: str) -> Secrets:
    """What must not be seen: these texts, and what a header shows of them, with its scheme and without."""
    sent = [text for _, value in headers for text in (value.strip(), value.rpartition(" ")[2])]
    return Secrets(texts=frozenset(texts), sent=frozenset(sent))


def _exchange(case: Case, shown: _Shown, response: Response) -> Exchange:
    return Exchange(request=case.request, response=shown.secrets.hidden_in(response))


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _read(came: urllib3.BaseHTTPResponse, until: float) -> tuple[bytes, str | None]:
    """The body as it was sent, and what is wrong with it."""
    body = bytearray()
    try:
        while piece := came.read1(_PIECE):
            body += piece
            if len(body) > MAX_BODY:
                return bytes(body[:MAX_BODY]), f"longer than {MAX_BODY:,} bytes"
    except failures.HTTPError as error:
        if time.monotonic() >= until:
            return bytes(body), f"not at its end after {MOST_SECONDS:g} seconds"
        return bytes(body), f"cut short: {_told(error)}"
    return bytes(body), None


def _response(status: int, headers: Headers, raw: bytes) -> Response:
    body, damage = decode(raw, headers.get("content-encoding") or "", MAX_BODY)
    return Response(status=status, headers=headers, body=body, damage=damage)


def _no_answer(error: Exception) -> Response:
    return Response(status=0, damage=f"no answer: {_told(error)}")


def _told(error: Exception) -> str:
    """The failure in words: urllib3's own are of objects within objects, and may repeat what the server sent."""
    cause = error.args[-1] if error.args and isinstance(error.args[-1], Exception) else error
    match cause:
        case http.client.RemoteDisconnected():
            return "the server closed the connection"
        case failures.IncompleteRead():
            return f"{cause.partial:,} of {cause.partial + cause.expected:,} bytes"
        case http.client.IncompleteRead():
            return "the connection ended within a chunk, or a chunk does not say how long it is"
        case http.client.BadStatusLine() | http.client.UnknownProtocol():
            return "what came does not begin as HTTP does"
        case failures.ReadTimeoutError():
            return "it timed out"
        case OSError(strerror=str(reason)):
            return reason
    text = str(cause)
    text = text.rpartition(": ")[2] if text.startswith(("<", "HTTP", "_Connection(")) else text
    return _NUMBER.sub("", text)
