"""Connections that send a target as it is, and are busy with a request until a moment and no longer.

A time limit of a socket is one for each piece that it brings: a server that sends a byte now and then never runs into
it, and http.client reads on until a line, a header or what follows the last chunk is at its end.
"""

from __future__ import annotations

import http.client
import io
import math
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self

import urllib3
import urllib3.connection

if TYPE_CHECKING:
    import socket

    from _typeshed import WriteableBuffer


class Sent(urllib3.HTTPHeaderDict):
    """Headers that bring along what urllib3 has no place for."""

    target: str = ""
    """As it is to be sent, where urllib3 would mend the broken percent-encoding of an address."""

    until: float = math.inf
    """The moment, by time.monotonic, after which nothing is sent or read."""

    def copy(self) -> Self:
        """A copy that brings it along, too: the pool sends one."""
        copied = super().copy()
        copied.target, copied.until = self.target, self.until
        return copied


class _Reading(io.RawIOBase):
    """What a socket brings, until a moment."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, until: float) -> None:
        self._raw: Final = raw
        self._sock: Final = sock
        self._until: Final = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        _hurry(self._sock, self._until)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, until: float, **more: Any) -> None:
        super().__init__(sock, *args, **more)
        self.fp = io.BufferedReader(_Reading(self.fp.detach(), sock, until))


class _Connection(urllib3.connection.HTTPConnection):
    response_class: Any  # of http.client: what it calls to read an answer

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **more: Any) -> None:
        self._until = getattr(headers, "until", math.inf)
        self.response_class = partial(_Response, until=self._until)
        super().request(method, getattr(headers, "target", "") or url, body, headers, **more)

    def send(self, data: Any) -> None:
        if self.sock is not None:
            _hurry(self.sock, self._until)
        super().send(data)


class _SecureConnection(_Connection, urllib3.connection.HTTPSConnection):
    pass


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


POOLS: Final = {"http": _Pool, "https": _SecurePool}
"""For a PoolManager."""


def _hurry(sock: socket.socket, until: float) -> None:
    """Have the next wait for this socket end at the moment, if not sooner; each request begins with its own limit."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    most = sock.gettimeout()
    if most is None or left < most:
        sock.settimeout(left)
