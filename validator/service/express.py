"""The short way for the plainest of requests: one exchange in one short body, and no options.

Flask and the gate take longer over such a request than the judge. This way leaves them out, not their checks: it takes
only what they are known to let pass, and hands everything else on to them, as if it had never looked.
tests/service/test_express.py holds it to their answers, byte for byte.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from validator.recordings import SHORT
from validator.service.answers import JSON, choose
from validator.service.problems import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import IO, Any
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

PATH: Final = "/v1/validate"

_PLAIN_TYPES: Final = frozenset({JSON, f"{JSON}; charset=utf-8", f"{JSON};charset=utf-8"})
_PLAIN_HOST: Final = re.compile(
    r"(?=.{1,63}\Z)([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(:[0-9]+)?", re.IGNORECASE | re.ASCII
)
"""A name that Werkzeug has nothing against: it refuses labels that are empty, or longer than 63 characters."""

_OUT_OF_THE_ORDINARY: Final = ("QUERY_STRING", "HTTP_CONTENT_ENCODING", "HTTP_TRANSFER_ENCODING")


class Express:
    """A WSGI application in front of another.

    `answer` gives the content for a whole body, or None where more has to be said than a verdict; `headers` go with a
    content for a body of so many bytes; `allows` says whether a request may ask at all.
    """

    def __init__(
        self,
        app: WSGIApplication,
        answer: Callable[[bytes], bytes | None],
        headers: Callable[[int], Iterable[tuple[str, str]]],
        *,
        max_body: int,
        allows: Callable[[WSGIEnvironment], bool] = lambda _: True,
    ) -> None:
        self._app: Final = app
        self._answer: Final = answer
        self._headers: Final = headers
        self._most: Final = min(max_body, SHORT)
        self._allows: Final = allows

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer to one request."""
        promised = _plain_length(environ)
        if not 0 < promised <= self._most or not self._allows(environ):
            return self._app(environ, start_response)
        stream = environ["wsgi.input"]
        try:
            text = stream.read(promised)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is dealt with where it is met again
            environ["wsgi.input"] = _Again(b"", stream, error)
            return self._app(environ, start_response)
        content = self._content(text) if len(text) == promised else None
        if content is None:
            environ["wsgi.input"] = _Again(text, stream)
            return self._app(environ, start_response)
        length = ("Content-Length", str(len(content)))
        start_response("200 OK", [("Content-Type", JSON), length, *self._headers(promised)])
        return [content]

    def _content(self, text: bytes) -> bytes | None:
        try:
            return self._answer(text)
        except Exception:  # noqa: BLE001 - the application meets it again, tells it and logs it
            return None


class _Again:
    """The body of a request that was begun to be read: from its first byte, with all that reading it brought."""

    def __init__(self, head: bytes, rest: IO[bytes], error: Exception | None = None) -> None:
        self._head = head
        self._rest: Final = rest
        self._error: Final = error

    def read(self, size: int) -> bytes:
        if self._error is not None:
            raise self._error
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
            return data
        return self._rest.read(size)


def _plain_length(environ: Mapping[str, Any]) -> int:
    """How many bytes the body of a plain request has, by its own word; 0 for any other request."""
    if (
        environ["REQUEST_METHOD"] != "POST"
        or environ["PATH_INFO"] != PATH
        or environ.get("CONTENT_TYPE") not in _PLAIN_TYPES
        or not _PLAIN_HOST.fullmatch(environ.get("HTTP_HOST") or "")
        or any(environ.get(name) for name in _OUT_OF_THE_ORDINARY)
    ):
        return 0
    promised = environ.get("CONTENT_LENGTH") or ""
    if not (promised.isascii() and promised.isdecimal() and len(promised) <= len(str(SHORT))):
        return 0
    try:
        wanted = choose(environ.get("HTTP_ACCEPT"))
    except Refusal:
        return 0
    return int(promised) if wanted == JSON else 0
