"""The Flask application: authentication, routing and the rate limit, in this order; the rest is the pipeline's."""

from __future__ import annotations

import base64
import binascii
import json
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from fuzz.sandbox import pipeline
from fuzz.sandbox.problems import (
    BAD_CREDENTIALS,
    NO_VALID_JSON,
    NOT_FOUND,
    NOT_IMPLEMENTED,
    RATE_LIMITED,
    Problem,
)
from fuzz.sandbox.resources import OPERATIONS, born

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.sandbox.model import Operation, Reply
    from fuzz.sandbox.seams import Seams

BASE: Final = "/api/v1"
MAX_BODY: Final = 8 * 1024 * 1024
DOCUMENTED_LIMIT: Final = 500
_WINDOW: Final = 60.0


class RateLimit:
    """So many requests in a minute, counted from the first. Without a limit it only fills the headers."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._spent = 0
        self._since = 0.0

    def spend(self) -> None:
        """Count a request; raise the Problem of one too many."""
        now = time.monotonic()
        if now - self._since >= _WINDOW:
            self._since, self._spent = now, 0
        if self._limit is not None and self._spent >= self._limit:
            raise Problem(RATE_LIMITED)
        self._spent += 1

    @property
    def headers(self) -> dict[str, str]:
        """What every answer says of the limit."""
        limit = DOCUMENTED_LIMIT if self._limit is None else self._limit
        spent = 0 if self._limit is None else self._spent
        return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(limit - spent)}


def build(seams: Seams, *, api_key: str, rate_limit: int | None, seed: int) -> Flask:
    """An application with a state of its own."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    state, limit = born(seed), RateLimit(rate_limit)

    def respond(reply: Reply) -> Response:
        response = Response(_written(reply.value), status=reply.status)
        if reply.content_type is None:
            del response.headers["Content-Type"]
        else:
            response.headers["Content-Type"] = reply.content_type
        response.headers.update(limit.headers | dict(reply.headers))
        return response

    def view(operation: Operation) -> Callable[..., Response]:
        def run(**path: str) -> Response:
            with state.lock:
                try:
                    limit.spend()
                    raw = request.get_data(cache=False) if operation.shape is not None else b""
                    reply = pipeline.answer(
                        operation, seams, state, raw=raw, path=path, query=request.args.to_dict(flat=True)
                    )
                except Problem as problem:
                    reply = seams.refuse(operation, problem)
                return respond(reply)

        return run

    @app.before_request
    def authenticate() -> Response | None:
        if _user(request.headers.get("Authorization", "")) == api_key:
            return None
        return respond(seams.refuse(None, Problem(BAD_CREDENTIALS)))

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> Response:
        return respond(seams.refuse(None, Problem(_code_for(error))))

    app.url_map = _routes()
    app.view_functions.update({operation.name: view(operation) for operation in OPERATIONS})
    return app


@lru_cache(maxsize=1)
def _routes() -> Map:
    """The addresses of all operations: the same in every sandbox, and each takes a millisecond to compile."""
    rules = (Rule(f"{BASE}{one.path}", endpoint=one.name, methods=[one.method]) for one in OPERATIONS)
    return Map(list(rules), strict_slashes=False, merge_slashes=False)


def _user(authorization: str) -> str | None:
    """The user name in Basic credentials; None for whatever is not Basic credentials. The password does not count."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(credentials.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    user, colon, _ = decoded.partition(":")
    return user if colon else None


def _code_for(error: HTTPException) -> int:
    """No 405 is documented, so an unknown method is a function that is not there; what else fails is the body."""
    match error:
        case NotFound():
            return NOT_FOUND
        case MethodNotAllowed():
            return NOT_IMPLEMENTED
    return NO_VALID_JSON


def _written(value: Any) -> bytes:
    if value is None:
        return b""
    if isinstance(value, bytes):
        return value
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
