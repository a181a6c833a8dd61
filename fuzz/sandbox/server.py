"""SandboxServer: the sandbox on a free port of loopback, in threads of this process.

Werkzeug's own server closes the connection after every answer, which costs a fuzz run more time than the sandbox
itself. This one is http.server with keep-alive: it reads each body to its end, so that the next request starts where
it should.
"""

from __future__ import annotations

import contextlib
import io
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import unquote_to_bytes

from fuzz.sandbox.factory import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

_MAX_BODY: Final = 16 * 1024 * 1024
_LINE: Final = 1024


class _Unreadable(Exception):  # noqa: N818 - says what the body is
    """The body is cut short, too long, or has no length that can be understood: the connection cannot go on."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def __getattr__(self, name: str) -> Callable[[], None]:
        # The base class looks for do_GET and its like, and answers 501 for a method that it does not find; which
        # methods there are is the application's business.
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""

    def _serve(self) -> None:
        try:
            body = self._body()
        except (_Unreadable, ValueError):
            self.close_connection = True
            self._send("400 Bad Request", [("Connection", "close"), ("Content-Length", "0")], [])
            return
        self.server.count()
        answer: list[Any] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _exc_info: Any = None
        ) -> Callable[[bytes], None]:
            answer[:] = [status, headers]
            return lambda _data: None

        chunks = self.server.app(self._environ(body), start_response)
        try:
            self._send(answer[0], answer[1], chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()

    def _send(self, status: str, headers: list[tuple[str, str]], chunks: Iterable[bytes]) -> None:
        code, _, reason = status.partition(" ")
        content = b"".join(chunks)
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunked()
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > _MAX_BODY:
            raise _Unreadable
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise _Unreadable
        return body

    def _chunked(self) -> bytes:
        body = bytearray()
        while size := int(self.rfile.readline(_LINE).partition(b";")[0], 16):
            if size < 0 or len(body) + size > _MAX_BODY:
                raise _Unreadable
            body += self.rfile.read(size)
            self.rfile.readline(_LINE)
        while self.rfile.readline(_LINE).strip():
            pass
        return bytes(body)

    def _environ(self, body: bytes) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(self.server.server_address[1]),
            "SERVER_PROTOCOL": self.request_version,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name in self.headers:
            variable = name.upper().replace("-", "_")
            if variable not in {"CONTENT_TYPE", "CONTENT_LENGTH", "TRANSFER_ENCODING"}:
                environ[f"HTTP_{variable}"] = ",".join(self.headers.get_all(name, []))
        return environ


class _Server(ThreadingMixIn, TCPServer):
    daemon_threads = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, app: Any, port: int) -> None:
        self.app = app
        self.requests = 0
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def count(self) -> None:
        """One more request was read to its end."""
        with self._guard:
            self.requests += 1

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is no news; anything else is a bug of the sandbox and is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def hang_up(self) -> None:
        """Wake the threads that wait for the next request of a kept-alive connection, so that they end."""
        with self._guard:
            for connection in self._open:
                with contextlib.suppress(OSError):  # it may just have gone
                    connection.shutdown(socket.SHUT_RDWR)


class SandboxServer:
    """A sandbox that listens while the `with` block runs.

    Takes what `create_app` takes, and a port; 0 is a free one.
    """

    def __init__(
        self,
        *,
        defect: str | None = None,
        api_key: str = "sandbox-key",
        rate_limit: int | None = None,
        seed: int = 0,
        port: int = 0,
    ) -> None:
        self.api_key = api_key
        self._port = port
        self._app = create_app(defect=defect, api_key=api_key, rate_limit=rate_limit, seed=seed)
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address of the API; only while the server runs."""
        if self._server is None:
            raise RuntimeError("the sandbox is not running: use it in a with statement")
        return f"http://127.0.0.1:{self._server.server_address[1]}/api/v1"

    @property
    def requests(self) -> int:
        """How many requests have come, since it was started last."""
        return 0 if self._server is None else self._server.requests

    def __enter__(self) -> Self:
        self._server = _Server(self._app, self._port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="sandbox")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()
        self._server = self._thread = None
