"""What every request passes, whichever way it is answered: its id, the rate limit, the counters, the logs.

It stands in front of the short way and of Flask, as a WSGI application in front of another. What it cannot know by
itself it is told by way of the environment: `OPERATION` by the gate, `PROBLEM` by who refuses.
"""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from validator.errors import StoreError
from validator.service import logs
from validator.service.metrics import OTHER, Answered
from validator.service.problems import TOO_MANY_REQUESTS, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Response

    from validator.service.access import Access
    from validator.service.metrics import Metrics
    from validator.service.rates import RateLimit, Taken

OPERATION: Final = "picqer_contract.operation"
PROBLEM: Final = "picqer_contract.problem"
REQUEST_ID: Final = "picqer_contract.request_id"

HEADER: Final = "X-Request-Id"

NEVER_LIMITED: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""What a supervisor asks: it must not be told that it asks too often."""

_SANE_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)
_SANE_TARGET: Final = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What a request asks for, by openapi.yaml; `parameters` are those of its path."""

    id: str
    path: str
    scope: str | None
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether it changes something."""
        return self.scope in {"write", "admin"}


class Reception:
    """A WSGI application in front of another. `harden` sets the headers of every answer."""

    def __init__(
        self,
        app: WSGIApplication,
        *,
        access: Access,
        metrics: Metrics,
        limit: RateLimit | None,
        short: Operation,
        harden: Callable[[Response], Response],
    ) -> None:
        """`short` is the operation that is answered without Flask, which would tell which it is."""
        self._app: Final = app
        self._access: Final = access
        self._metrics: Final = metrics
        self._limit: Final = limit
        self._short: Final = short
        self._harden: Final = harden

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer to one request."""
        started = time.perf_counter()
        given = environ.get("HTTP_X_REQUEST_ID") or ""
        request_id = environ[REQUEST_ID] = given if _SANE_ID.fullmatch(given) else _made()
        more = [(HEADER, request_id)]
        taken = None
        if self._limit is not None and environ["PATH_INFO"] not in NEVER_LIMITED:
            taken = self._limit.take(self._who(environ))
            more += [
                ("RateLimit-Policy", self._limit.policy),
                ("RateLimit", f'"default";r={taken.left};t={taken.wait}'),
            ]
        status, location = 500, ""

        def start(line: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal status, location
            status = int(line[:3])
            location = next((value for name, value in headers if name == "Location"), "")
            return start_response(line, [*headers, *more], *rest)

        try:
            if taken is not None and not taken.allowed:
                return self._refuse(environ, start, taken)
            return self._app(environ, start)
        finally:
            self._tell(environ, status, location, time.perf_counter() - started)

    def _who(self, environ: WSGIEnvironment) -> str:
        """Whose requests are counted together: a token's, else an address'."""
        try:
            caller = self._access.caller(environ)
        except StoreError:
            return str(environ.get("REMOTE_ADDR"))
        return caller.id or str(environ.get("REMOTE_ADDR"))

    def _refuse(self, environ: WSGIEnvironment, start: StartResponse, taken: Taken) -> Iterable[bytes]:
        assert self._limit is not None  # noqa: S101 - somebody counted
        detail = f"expected at most {self._limit.per_minute} requests a minute"
        problem = Problem(kind=TOO_MANY_REQUESTS, detail=detail, headers={"Retry-After": str(taken.wait)})
        environ[PROBLEM] = TOO_MANY_REQUESTS.slug
        return self._harden(problem.response())(environ, start)

    def _tell(self, environ: WSGIEnvironment, status: int, location: str, seconds: float) -> None:
        """Count and log a request that was answered."""
        operation: Operation | None = environ.get(OPERATION)
        problem: str | None = environ.get(PROBLEM)
        method = environ["REQUEST_METHOD"]
        if operation is None and environ["PATH_INFO"] == self._short.path and method == "POST":
            operation = self._short
        path = OTHER if operation is None else operation.path
        self._metrics.answered(Answered(path=path, method=method, status=status, seconds=seconds, problem=problem))
        if operation is not None and operation.changes:
            logs.audit(
                who=self._name(environ),
                action=operation.id,
                target=_target(operation, location),
                outcome=problem or "done",
                status=status,
                request_id=environ[REQUEST_ID],
            )
        if logs.logs_requests():
            logs.request(
                request_id=environ[REQUEST_ID],
                method=method if operation is not None else OTHER,
                path=path,
                status=status,
                problem=problem,
                seconds=round(seconds, 6),
                who=self._name(environ),
            )

    def _name(self, environ: WSGIEnvironment) -> str:
        try:
            caller = self._access.caller(environ)
        except StoreError:
            return "unknown"
        return caller.name if caller.id is None else f"{caller.name} ({caller.id})"


def _made() -> str:
    """An id for a request that brings none. It names, and keeps no secret: so no system call for it."""
    return f"{random.getrandbits(128):032x}"


def _target(operation: Operation, location: str) -> str | None:
    """What is changed, by its name or id; None for what is no name."""
    named = next(iter(operation.parameters.values()), None) or location.rpartition("/")[2]
    return named if _SANE_TARGET.fullmatch(named) else None
