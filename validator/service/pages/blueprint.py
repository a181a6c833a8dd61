"""The pages as one blueprint: which is at which path, their headers, and what is shown when a request is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, request

from validator.service import session
from validator.service.gate import current_request
from validator.service.pages.contracts import ContractPages
from validator.service.pages.files import static
from validator.service.pages.rendering import page
from validator.service.pages.runs import RunPages
from validator.service.pages.sign_in import SignInPages, own_path
from validator.service.pages.start import StartPages
from validator.service.problems import UNAUTHENTICATED

if TYPE_CHECKING:
    from flask import Flask, Response

    from validator.service.access import Access
    from validator.service.catalogue import Catalogue
    from validator.service.gate import Gate
    from validator.service.problems import Problem

NAME: Final = "pages"

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""What a browser lets a page do: load our own files, send forms to us. No script or style stands in a page itself."""


class Pages:
    """All pages."""

    def __init__(self, catalogue: Catalogue, access: Access, *, max_body: int) -> None:
        self._access: Final = access
        self._parts: Final = (
            StartPages(catalogue, max_body=max_body),
            RunPages(catalogue),
            ContractPages(catalogue),
            SignInPages(access, max_body=max_body),
        )

    def register(self, app: Flask, gate: Gate) -> None:
        """Put every page at the path that openapi.yaml gives it."""
        blueprint = Blueprint(NAME, __name__)
        blueprint.before_request(self._recognise)
        blueprint.after_request(_guard)
        for part in self._parts:
            part.register(blueprint, gate)
        gate.open(blueprint, "/static/{name}", "get", static)
        app.register_blueprint(blueprint)

    def _recognise(self) -> None:
        session.recognise(current_request(), self._access)


def refused(problem: Problem) -> Response:
    """A refusal: a page where a page was asked for, else the problem document."""
    if request.blueprint != NAME:
        return problem.response()
    status = problem.kind.status
    if problem.kind is UNAUTHENTICATED:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
        response = page("sign_in.html", status=status, next=own_path(wanted), reason="")
    else:
        response = page("problem.html", status=status, problem=problem)
    response.headers.extend(problem.headers)
    return response


def _guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response
