"""Signing in: the form that takes a person's token, and the one that forgets it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import Response

from validator.service import session
from validator.service.gate import current_request, query
from validator.service.pages.form import read_form
from validator.service.pages.rendering import page

if TYPE_CHECKING:
    from flask.sansio.scaffold import Scaffold

    from validator.service.access import Access
    from validator.service.gate import Gate

_LIMIT: Final = 16 * 1024
_OWN_PATH: Final = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,2000}", re.ASCII)
"""A path of this service: no other host, which `//host` and `/\\host` would be."""


class SignInPages:
    """The views, over the tokens."""

    def __init__(self, access: Access, *, max_body: int) -> None:
        self._access: Final = access
        self._limit: Final = min(_LIMIT, max_body)

    def register(self, app: Scaffold, gate: Gate) -> None:
        """Put every view at the path that openapi.yaml gives it."""
        gate.open(app, "/sign-in", "get", self.form)
        gate.open(app, "/sign-in", "post", self.begin)
        gate.open(app, "/sign-out", "post", self.end)

    def form(self) -> Response:
        """The form."""
        return page("sign_in.html", next=own_path(query().get("next", "")), reason="")

    def begin(self) -> Response:
        """Take the token, if it is one of ours."""
        asked = current_request()
        session.refuse_other_sites(asked)
        with read_form(asked, limit=self._limit) as form:
            token = form.fields.get("token", "").strip()
            target = own_path(form.fields.get("next", ""))
        caller = self._access.identify(token)
        if caller.scope is None:
            return page("sign_in.html", status=401, next=target, reason=caller.reason)
        response = _see(target)
        if caller.id is not None:  # where nobody is asked for a token, none is kept
            session.begin(response, token, asked)
        return response

    def end(self) -> Response:
        """Forget the token."""
        session.refuse_other_sites(current_request())
        response = _see("/sign-in")
        session.end(response)
        return response


def own_path(text: str) -> str:
    """Where to go on; the start page where that is no path of ours."""
    return text if _OWN_PATH.fullmatch(text) else "/"


def _see(path: str) -> Response:
    """Go there with a GET."""
    response = Response(status=303)
    response.headers["Location"] = path
    return response
