"""The Flask application: authentication, routing and the rate limit, in this order; the rest is the pipeline's."""

from __future__ import annotations

import json
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed, RequestEntityTooLarge
from werkzeug.routing import Map, Rule

from fuzz.sandbox import pipeline
from fuzz.sandbox.model import Asked
from fuzz.sandbox.problems import BAD_CREDENTIALS, NOT_FOUND, NOT_IMPLEMENTED, RATE_LIMITED, Problem
from fuzz.sandbox.resources import OPERATIONS, born
from fuzz.sandbox.seams import Answered

if TYPE_CHECKING:
    from fuzz.sandbox.model import Reply
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

    def spend(self) -> bool:
        """Count a request; false for one too many, which is not counted."""
        now = time.monotonic()
        if now - self._since >= _WINDOW:
            self._since, self._spent = now, 0
        if self._limit is not None and self._spent >= self._limit:
            return False
        self._spent += 1
        return True

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

    def proceed(asked: Asked) -> Reply:
        try:
            if not seams.authorized(asked, api_key):
                raise Problem(BAD_CREDENTIALS)  # noqa: TRY301 - refused as whatever else is wrong
            if asked.operation is None:
                raise Problem(_nowhere(request.routing_exception))  # noqa: TRY301
            with state.lock:
                if not seams.admit(asked.operation, left=limit.spend()):
                    raise Problem(RATE_LIMITED)  # noqa: TRY301
                return pipeline.answer(asked, asked.operation, seams, state)
        except Problem as problem:
            return seams.refuse(asked.operation, problem)
        except Answered as answered:
            return answered.reply

    @app.before_request
    def answer() -> Response:
        return respond(seams.serve(_asked(), state, proceed))

    app.url_map = _routes()
    return app


def _asked() -> Asked:
    """The request that Flask has at hand."""
    operation = None if request.endpoint is None else _BY_NAME[request.endpoint]
    raw: bytes | None = b""
    if operation is not None and operation.shape is not None:
        try:
            raw = request.get_data(cache=False)
        except RequestEntityTooLarge:
            raw = None
    return Asked(
        method=request.method,
        address=request.path.removeprefix(BASE),
        operation=operation,
        path=request.view_args or {},
        query=request.args.to_dict(flat=True),
        authorization=request.headers.get("Authorization", ""),
        content_type=request.headers.get("Content-Type", ""),
        raw=raw,
    )


_BY_NAME: Final = {operation.name: operation for operation in OPERATIONS}


@lru_cache(maxsize=1)
def _routes() -> Map:
    """The addresses of all operations: the same in every sandbox, and each takes a millisecond to compile."""
    rules = (Rule(f"{BASE}{one.path}", endpoint=one.name, methods=[one.method]) for one in OPERATIONS)
    return Map(list(rules), strict_slashes=False, merge_slashes=False)


def _nowhere(error: Exception | None) -> int:
    """No 405 is documented, so an unknown method is a function that is not there."""
    return NOT_IMPLEMENTED if isinstance(error, MethodNotAllowed) else NOT_FOUND


def _written(value: Any) -> bytes:
    if value is None:
        return b""
    if isinstance(value, bytes):
        return value
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
