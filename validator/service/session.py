"""Sessions of people: their token in a cookie, for the pages alone; and forms that only our own pages can send.

A browser does not send a token by itself, so that the pages have a form for it (`/sign-in`), which puts it into a
cookie. The cookie counts for pages only: under /v1 it is not looked at. It is HttpOnly (no script reads it) and
SameSite=Strict (no other site can send it along). What it holds is the token itself: what is revoked is revoked here
too, and nothing has to be kept.

Besides, a form that was sent by a page of another origin is refused, with or without a session. Browsers say where a
request comes from, in headers that no page can set: Sec-Fetch-Site, and Origin in those that do not have it. A program
that sends neither has no cookie that it does not know of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from validator.service.access import CALLER
from validator.service.problems import OTHER_SITE, Problem, Refusal

if TYPE_CHECKING:
    from flask import Request, Response

    from validator.service.access import Access

COOKIE: Final = "picqer_contract_token"

_OURS: Final = frozenset({"same-origin", "none"})
"""What Sec-Fetch-Site says of our own pages, and of what a person does without a page."""


def recognise(asked: Request, access: Access) -> None:
    """Let the token in the cookie of a request to a page say who asks. One in Authorization goes before it."""
    token = asked.cookies.get(COOKIE)
    if token is not None and "Authorization" not in asked.headers:
        asked.environ[CALLER] = access.identify(token)


def begin(response: Response, token: str, asked: Request) -> None:
    """Have the browser keep the token, until it is closed."""
    is_secure = asked.is_secure or (asked.headers.get("Origin") or "").startswith("https://")
    response.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=is_secure)


def end(response: Response) -> None:
    """Have the browser forget the token."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict")


def refuse_other_sites(asked: Request) -> None:
    """Raise Refusal where a form was sent by a page of another origin."""
    told = asked.headers.get("Sec-Fetch-Site")
    if told is not None:
        is_ours = told in _OURS
    else:
        origin = asked.headers.get("Origin")
        is_ours = origin is None or _host(origin) == asked.host.lower()
    if not is_ours:
        raise Refusal(Problem(kind=OTHER_SITE, detail="expected a form of this service's own pages"))


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None
