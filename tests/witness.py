"""Witnesses of the service: what it answers in tests is kept, and judged at the end by its own contract.

`watch_clients` sees what comes through Flask's test client, and through urllib3; tests that use sockets call `saw`.
"""

from __future__ import annotations

import contextlib
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import urllib3
from flask.testing import FlaskClient

from validator.contract import Contract
from validator.exchange import Exchange, Headers, Request, Response
from validator.judges import make_judge
from validator.service.gate import own_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ON_PURPOSE = {"unknown-path", "unknown-method"}
"""What the tests ask for although it is not documented; how it is refused is documented."""

_HERE = "http://localhost"

_seen: dict[Exchange, None] = {}


def saw(
    method: str, path: str, status: int, headers: Mapping[str, str] | Iterable[tuple[str, str]], body: bytes
) -> None:
    """Keep an answer of the service."""
    pairs = headers.items() if hasattr(headers, "items") else headers
    exchange = Exchange(
        request=Request(method=method, url=urljoin(_HERE, path)),
        response=Response(status=status, headers=Headers(pairs), body=body),
    )
    _seen.setdefault(exchange)


@lru_cache(maxsize=1)
def _judge() -> Any:
    return make_judge(Contract(own_document()), strict=True)


def verdicts() -> tuple[int, list[str]]:
    """How many answers there were since the last time, and what is wrong with them."""
    judged, wrong = len(_seen), []
    for exchange in _seen:
        verdict = _judge()(exchange)
        told = [f"{found.rule}: {found.message}" for found in verdict.findings if found.rule not in ON_PURPOSE]
        told += [why for why in (verdict.undecided, verdict.skipped) if why is not None]
        where = f"{exchange.request.method} {exchange.request.url}: {exchange.response.status}"
        wrong += [f"{where}: {one}" for one in told]
    _seen.clear()
    return judged, wrong


@contextlib.contextmanager
def watch_clients() -> Iterator[None]:
    """See what the clients get, until the end; then judge it."""
    open_client, open_pool = FlaskClient.open, urllib3.HTTPConnectionPool.urlopen

    @wraps(open_client)
    def opened(self: FlaskClient, *args: Any, **kwargs: Any) -> Any:
        response = open_client(self, *args, **kwargs)
        if self.application.name == "validator.service":
            asked = response.request
            saw(asked.method, asked.path, response.status_code, response.headers, response.get_data())
        return response

    @wraps(open_pool)
    def asked(self: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        response = open_pool(self, method, url, *args, **kwargs)
        if "X-Request-Id" in response.headers and kwargs.get("preload_content", True):
            saw(method, url, response.status, response.headers.items(), response.data)
        return response

    FlaskClient.open = opened  # type: ignore[method-assign]
    urllib3.HTTPConnectionPool.urlopen = asked  # type: ignore[method-assign]
    try:
        yield
    finally:
        FlaskClient.open = open_client  # type: ignore[method-assign]
        urllib3.HTTPConnectionPool.urlopen = open_pool  # type: ignore[method-assign]
    _, wrong = verdicts()
    assert wrong == []
