"""The service as it should be run: gunicorn, started from here, with threads, and with patience that ends.

The address is bound, the contract loaded and the store started before anything is forked, so that what is wrong with
them is told once, as an obstacle. gunicorn's own texts may quote a request (a header, an address with its query): they
are not logged.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import logging
import os
import signal
import socket
import tempfile
import time
from dataclasses import replace
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from gunicorn.http.errors import (  # type: ignore[import-untyped]
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.workers.base import Worker  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from validator.contract import Contract
from validator.errors import Obstacle, StoreError
from validator.service import logs
from validator.service.access import Access
from validator.service.app import create_app, harden
from validator.service.metrics import FOLDER
from validator.service.problems import plain
from validator.service.upload import PIECE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from validator.service.store import Store

THREADS: Final = 8
"""Requests that one worker reads at a time; Python judges one of them at a time."""

HEAD_TIME = 20.0
"""Seconds in which the head of a request must have come whole."""

IDLE_TIME = 20.0
"""Seconds in which the next bytes of a request must come."""

REQUEST_TIME = 120.0
"""Seconds in which the body of a request must have come whole: a thread does not wait longer for one that drips."""

GRACE: Final = 30
"""Seconds that requests in flight have, once the service was told to stop."""

BACKLOG: Final = 512

_MAX_PORT: Final = 65535
_M_MMAP_THRESHOLD: Final = -3
_BIG: Final = 1024 * 1024
_STOP: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


def serve(  # noqa: PLR0913 - one parameter per option of the command
    *,
    contract_path: str | None,
    servers: tuple[str, ...],
    host: str,
    port: int,
    workers: int,
    max_body: int,
    rate_limit: int | None,
    log: str,
    store: Store,
    announce: Callable[[str], None],
) -> None:
    """Serve until SIGTERM or SIGINT. Announces the address once it listens; port 0 takes a free one.

    Ends the process (gunicorn does). Raises Obstacle where the contract cannot be loaded, the address not be had, or
    the store not be used.
    """
    document = Contract.load(contract_path).document
    # Reports name the document; whoever posts a recording need not know in which folder of ours it lies.
    contract = Contract(replace(document, source=Path(document.source).name), servers=servers)
    logs.set_up(log)
    listener = _listen(host, port)
    store.start()
    access = _access(store, listener)
    told = "" if access.is_closed else "there are no tokens: for this machine only; "
    with _counting():
        app = create_app(contract, max_body=max_body, store=store, access=access, rate_limit=rate_limit)
        _run(app, listener, workers=workers, announce=announce, told=told)


def run(app: Flask, *, host: str, port: int, workers: int, announce: Callable[[str], None]) -> None:
    """Serve the application as `serve` does; whoever reaches the address may use it."""
    _run(app, _listen(host, port), workers=workers, announce=announce)


def _run(app: Flask, listener: socket.socket, *, workers: int, announce: Callable[[str], None], told: str = "") -> None:
    address = _address(listener)
    _give_memory_back()
    greet = partial(announce, f"Judging recordings at {address} ({told}Ctrl-C ends it)")
    _Server(app, listener, workers=workers, greet=greet).run()


def _give_memory_back() -> None:
    """See that big pieces of memory go back to the system when they are freed.

    glibc learns from the first of them that it had better keep such, up to 32 MiB, and does so for each thread apart: a
    few hundred bombs, each refused, left a worker with 500 MiB. Other libraries have no such call, and no such habit.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _BIG)


def _access(store: Store, listener: socket.socket) -> Access:
    """Who may use the service. Raises Obstacle where others than this machine could, and none would be asked who.

    A database that is down may have tokens: then nobody is let in before it is up.
    """
    is_loopback = _is_loopback(listener)
    access = Access(store, is_open=is_loopback)
    try:
        has_tokens = access.has_tokens()
    except StoreError:  # the store has told so
        return access
    finally:
        store.database.close()  # before the workers are forked
    if not has_tokens and not is_loopback:
        place = _address(listener)
        listener.close()
        raise Obstacle(
            "there are no tokens: the service listens on loopback only",
            place=place,
            mend="make one: picqer-contract token create --scope write; or leave out --host",
        )
    return access


@contextlib.contextmanager
def _counting() -> Iterator[None]:
    """A folder in which all workers count together, and which goes when they do."""
    with tempfile.TemporaryDirectory(prefix="picqer-contract-") as folder:
        os.environ[FOLDER] = folder
        yield


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, configured by us alone: no file, no environment, no command line."""

    def __init__(self, app: Flask, listener: socket.socket, *, workers: int, greet: Callable[[], None]) -> None:
        self._app: Final = app
        self._settings: Final[dict[str, Any]] = {
            "bind": f"fd://{listener.detach()}",  # gunicorn's now
            "workers": workers,
            "threads": THREADS,
            "worker_class": _Worker,
            "preload_app": True,
            "graceful_timeout": GRACE,
            "timeout": 2 * GRACE,
            "keepalive": 5,
            "backlog": BACKLOG,
            "loglevel": "error",
            "logger_class": _Logger,
            "proc_name": "picqer-contract",
            # Files in the user's home that control a running gunicorn: newer versions make them unless told not to.
            "control_socket_disable": True,
            "when_ready": lambda _: greet(),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app

    def run(self) -> None:
        _Arbiter(self).run()


class _Logger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's own log, in the form of ours."""

    def setup(self, cfg: Any) -> None:
        """Set up its handlers."""
        super().setup(cfg)
        if logs.logs_requests():
            for handler in self.error_log.handlers:
                handler.setFormatter(logs.JsonLines())


class _Arbiter(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's master process, without the moment in which a new worker loses a signal.

    Until a worker has set its own handlers it has the master's, which only take notes; told to stop in that moment, it
    would go on, and the master wait for it until it kills it. So such signals wait until the worker can hear them.
    """

    def spawn_worker(self) -> int:
        """Fork. In the worker this does not return."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)
        try:
            return int(super().spawn_worker())
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP)


class _Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker whose threads wait for a slow client only so long, and that refuses bad HTTP with a problem."""

    def init_signals(self) -> None:
        """Set the handlers; from here on the worker hears."""
        super().init_signals()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Stop at once; the threads of the pool end with the process.

        gunicorn's own asks the pool to end, which takes a lock that this very thread holds while it gives a request to
        a thread: a signal in that moment would have it wait for itself for ever.
        """
        Worker.handle_quit(self, sig, frame)

    def enqueue_req(self, conn: Any) -> None:
        """Give a request to a thread; its time starts when the thread begins to read."""
        if not isinstance(conn.sock, _PatientSocket):
            conn.sock = _PatientSocket(conn.sock)
        conn.sock.start_afresh()
        super().enqueue_req(conn)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request whose head has come."""
        conn.sock.wait_for_body()
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:  # noqa: ARG002 - gunicorn's
        """Answer what is not HTTP, or what the application let through, without quoting it to the client or the log."""
        match exc:
            case LimitRequestLine():
                status, detail = 414, "the request line is too long"
            case LimitRequestHeaders():
                status, detail = 431, "the header fields are too many or too long"
            case ParseException():
                status, detail = 400, "the request is not HTTP/1.1 as RFC 9112 defines it"
            case _:
                status, detail = 500, "the service failed"
                logging.getLogger(__name__).error("%s outside the application", type(exc).__name__)
        self.wsgi.extensions["metrics"].refused("not-http")
        problem = harden(plain(status, detail, {"Connection": "close"}))
        head = f"HTTP/1.1 {problem.status}\r\n{problem.headers}".encode("latin-1")
        with contextlib.suppress(OSError):  # nobody listens any more
            client.sendall(head + problem.get_data())


class _PatientSocket:
    """A connection that waits for a client only so long: for the next bytes, for the head, and for a whole request."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock: Final = sock
        self._deadline: float | None = None

    def start_afresh(self) -> None:
        """The next read begins a new request."""
        self._deadline = None

    def wait_for_body(self) -> None:
        """The head has come: what follows has more time."""
        self._deadline = time.monotonic() + REQUEST_TIME

    def recv(self, size: int) -> bytes:
        """What the client sent. Raises TimeoutError when it is too slow.

        No more than is asked of a body at a time: gunicorn would take a MiB of it, and copy what is left of that anew
        each time that a piece is read.
        """
        now = time.monotonic()
        if self._deadline is None:
            self._deadline = now + HEAD_TIME
        patience = min(IDLE_TIME, self._deadline - now)
        if patience <= 0:
            raise _too_slow()
        before = self._sock.gettimeout()
        self._sock.settimeout(patience if before is None else min(before, patience))
        try:
            return self._sock.recv(min(size, PIECE))
        except TimeoutError:
            raise _too_slow() from None
        finally:
            self._sock.settimeout(before)

    def sendall(self, data: bytes) -> None:
        """Send, to a client that may have stopped reading."""
        self._sock.settimeout(REQUEST_TIME)
        self._sock.sendall(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


def _too_slow() -> TimeoutError:
    # With this number gunicorn takes it for a client that went away, and does not log a traceback.
    return TimeoutError(errno.ECONNRESET, "the client is too slow")


def _listen(host: str, port: int) -> socket.socket:
    place = f"{host}:{port}"
    if not 0 <= port <= _MAX_PORT:
        raise Obstacle(f"expected a port from 0 to {_MAX_PORT}", place=place)
    try:
        family, _, _, _, address = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server((str(address[0]), port), family=family, backlog=BACKLOG)
    except socket.gaierror:
        raise Obstacle("the host has no address", place=place, mend="give --host an address of this machine") from None
    except OSError as error:
        reason, mend = _REASONS.get(error.errno or 0, (f"cannot listen there: {error.strerror}", "give another --port"))
        raise Obstacle(reason, place=place, mend=mend) from None


_REASONS: Final = {
    errno.EADDRINUSE: (
        "something listens there already",
        "stop it, or give another --port; 0 takes a free one",
    ),
    errno.EACCES: ("this port is not ours to take", "give a --port from 1024 up"),
    errno.EADDRNOTAVAIL: ("this machine does not have the address", "give --host an address of this machine"),
}


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if listener.family == socket.AF_INET6 else f"http://{host}:{port}"


def _is_loopback(listener: socket.socket) -> bool:
    return ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback
