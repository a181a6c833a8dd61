"""The application factory: views, what happens to errors, and the headers that every answer bears."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Final

from flask import Flask, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from validator.errors import Obstacle, StoreError
from validator.service import problems
from validator.service.access import Access
from validator.service.answers import Read, headers
from validator.service.api import Api
from validator.service.catalogue import Catalogue
from validator.service.contracts import ContractViews
from validator.service.express import PATH, Express
from validator.service.gate import Gate, own_document
from validator.service.metrics import Metrics
from validator.service.pages import Pages, refused
from validator.service.problems import Problem, Refusal
from validator.service.rates import RateLimit
from validator.service.reception import PROBLEM, Operation, Reception
from validator.service.runs import RunViews
from validator.service.state import StateViews

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import WSGIEnvironment

    from flask import Response

    from validator.contract import Contract
    from validator.service.store import Store

MAX_BODY: Final = 64 * 1024 * 1024

RETRY_AFTER: Final = 5
"""Seconds after which to try again, where the database did not do its work."""

_SHORT: Final = Operation(id="validate", path=PATH, scope="read")
"""What the short way answers, as openapi.yaml has it for the long one."""

HARDENING: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
)

_log: Final = logging.getLogger(__name__)


def create_app(
    contract: Contract,
    *,
    max_body: int = MAX_BODY,
    store: Store | None = None,
    access: Access | None = None,
    rate_limit: int | None = None,
) -> Flask:
    """The service, judging against the contract. `max_body` bounds a body, in bytes as they are sent.

    `store`, which must have been started, keeps runs and other contracts; without one, what needs it is refused.
    `access` knows who may do what; without it, the tokens of the store decide. `rate_limit` bounds the
    requests a minute of a token, or an address.
    """
    app = Flask("validator.service", static_folder=None, template_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    # A path is what it is: no redirect to another one, which a client that posts would not follow.
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = True
    document = own_document()
    access = access or Access(store)
    metrics = Metrics()
    catalogue = Catalogue(contract, store, metrics)
    api = Api(catalogue, document, max_body=max_body)
    gate = Gate(document, access)
    for views in (
        api,
        RunViews(catalogue, max_body=max_body),
        ContractViews(catalogue, max_body=max_body),
        Pages(catalogue, access, max_body=max_body),
        StateViews(catalogue, store, metrics),
    ):
        views.register(app, gate)
    app.after_request(harden)
    app.register_error_handler(Refusal, lambda refusal: _told(refusal.problem))
    app.register_error_handler(StoreError, _not_stored)
    app.register_error_handler(HTTPException, _refused_by_flask)
    app.register_error_handler(Exception, _failed)
    express = Express(app.wsgi_app, api.at_once, _headers, max_body=max_body, allows=_may_validate(access))
    limit = None if rate_limit is None else RateLimit(rate_limit)
    app.wsgi_app = Reception(  # type: ignore[method-assign]
        express, access=access, metrics=metrics, limit=limit, short=_SHORT, harden=harden
    )
    app.extensions["metrics"] = metrics
    return app


def _may_validate(access: Access) -> Callable[[WSGIEnvironment], bool]:
    """Whether a request may be answered the short way; who may not is told so the long way."""

    def may(environ: WSGIEnvironment) -> bool:
        try:
            return access.allows(environ, str(_SHORT.scope))
        except StoreError:
            return False

    return may


def _headers(length: int) -> tuple[tuple[str, str], ...]:
    return (*headers(Read(bytes=length, exchanges=1)), *HARDENING)


def harden(response: Response) -> Response:
    """Set the headers that keep a browser from making more of an answer than it is; a page has set its own."""
    for name, value in HARDENING:
        response.headers.setdefault(name, value)
    return response


def _told(problem: Problem) -> Response:
    """The problem as a response, of a page as a page; the reception is told of its kind."""
    request.environ[PROBLEM] = problem.kind.slug
    return refused(problem)


def _refused_by_flask(error: HTTPException) -> Response:
    match error:
        case NotFound():
            return _told(Problem(kind=problems.NOT_FOUND, detail="expected a path that /openapi.json documents"))
        case MethodNotAllowed():
            allowed = ", ".join(sorted(error.valid_methods or ()))
            return _told(
                Problem(kind=problems.METHOD_NOT_ALLOWED, detail=f"expected {allowed}", headers={"Allow": allowed})
            )
    request.environ[PROBLEM] = "other"
    return problems.plain(error.code or 500, error.description or error.name, {})


def _not_stored(error: StoreError) -> Response:
    """The database did not do its work. Not whose it is: its address is the operator's to know."""
    headers = {"Retry-After": str(RETRY_AFTER)}
    return _told(Problem(kind=problems.STORE_UNAVAILABLE, detail=error.reason, mend=error.mend, headers=headers))


def _failed(error: Exception) -> Response:
    """Our fault. The log says where; not what with, for the text of an exception may quote a recording."""
    problem = Problem(kind=problems.INTERNAL_ERROR, detail="the service met something that nobody foresaw")
    # What keeps a document from being judged against is the document's, hence the operator's: it may be told.
    told = str(error) if isinstance(error, Obstacle) else ""
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s: %s: %s\n%s", problem.instance, type(error).__name__, told, where)
    return _told(problem)
