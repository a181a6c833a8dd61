"""Defects with credentials: who has none, or wrong ones, is let in, or is refused in another way than promised."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final

from fuzz.sandbox import seams as sound
from fuzz.sandbox.credentials import user_of
from fuzz.sandbox.defects.defect import BAD_CREDENTIALS, NO_CREDENTIALS, Defect, plain
from fuzz.sandbox.defects.replies import crash, refusing, with_members, with_status
from fuzz.sandbox.json_reader import NotJson, read_json
from fuzz.sandbox.model import Reply
from fuzz.sandbox.pipeline import number_of
from fuzz.sandbox.problems import BAD_CREDENTIALS as BAD_CODE
from fuzz.sandbox.problems import NO_VALID_JSON, NOT_FOUND, Problem
from fuzz.sandbox.seams import Answered, Seams

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.sandbox.defects.replies import Change
    from fuzz.sandbox.model import Asked

    Authorized = Callable[[Asked, str], bool]

_ACCEPTED: Final = ("fault-accepted", "fault-wrong-status")
"""Who is let in may still be refused, for what the request asks."""
_STATUS: Final = ("undocumented-status", "fault-wrong-status", "error-code-not-for-status")
_BODY: Final = ("fault-wrong-body", "error-code-not-for-status")
_FAILURE: Final = ("server-failure",)


def _lets_in(name: str, summary: str, difficulty: int, also: Authorized, *, fault: str = BAD_CREDENTIALS) -> Defect:
    """Those for whom `also` holds are let in as well."""

    def authorized(asked: Asked, api_key: str) -> bool:
        return sound.authorized(asked, api_key) or also(asked, api_key)

    return plain(name, summary, difficulty, Seams(authorized=authorized), fault=fault, rules=_ACCEPTED)


def _crashes(name: str, summary: str, difficulty: int, holds: Callable[[str], bool]) -> Defect:
    """Credentials (what stands behind the scheme) for which `holds` does make the sandbox fail."""

    def authorized(asked: Asked, api_key: str) -> bool:
        if holds(asked.authorization.partition(" ")[2]):
            raise Answered(crash())
        return sound.authorized(asked, api_key)

    return plain(name, summary, difficulty, Seams(authorized=authorized), fault=BAD_CREDENTIALS, rules=_FAILURE)


def _answers(name: str, summary: str, rules: tuple[str, ...], change: Change, *, fault: str = NO_CREDENTIALS) -> Defect:
    seams = refusing(change, lambda problem: problem.code == BAD_CODE)
    return plain(name, summary, 1, seams, fault=fault, rules=rules)


def _checks_before(name: str, summary: str, holds: Callable[[Asked], int | None]) -> Defect:
    """Something else is looked at before the credentials; `holds` gives the code that it is refused with."""

    def authorized(asked: Asked, api_key: str) -> bool:
        code = holds(asked)
        if code is not None and not sound.authorized(asked, api_key):
            raise Problem(code)
        return sound.authorized(asked, api_key)

    seams = Seams(authorized=authorized)
    return plain(name, summary, 4, seams, fault=NO_CREDENTIALS, rules=("fault-wrong-status",))


def _remembering() -> Seams:
    let_in = False

    def authorized(asked: Asked, api_key: str) -> bool:
        nonlocal let_in
        sound_one = sound.authorized(asked, api_key)
        let_in = let_in or sound_one
        return sound_one or (let_in and not asked.authorization)

    return Seams(authorized=authorized)


def _none(asked: Asked) -> bool:
    return not asked.authorization


def _password(asked: Asked) -> str | None:
    scheme, _, credentials = asked.authorization.partition(" ")
    decoded = _decoded(credentials) if scheme.lower() == "basic" else None
    return None if decoded is None else decoded.decode("utf-8", "replace").partition(":")[2]


def _decoded(credentials: str) -> bytes | None:
    try:
        return base64.b64decode(credentials, validate=True)
    except (binascii.Error, ValueError):
        return None


def _behind(scheme: str) -> Authorized:
    def also(asked: Asked, api_key: str) -> bool:
        came, _, credentials = asked.authorization.partition(" ")
        return came.lower() == scheme and credentials in {api_key, base64.b64encode(f"{api_key}:".encode()).decode()}

    return also


def _broken_json(asked: Asked) -> int | None:
    if asked.operation is None or not asked.operation.demands:
        return None
    try:
        read_json(asked.raw or b"")
    except NotJson:
        return NO_VALID_JSON
    return None


def _no_number_in_path(asked: Asked) -> int | None:
    return NOT_FOUND if any(number_of(text) is None for text in asked.path.values()) else None


DEFECTS: Final = (
    _lets_in(
        "no-credentials-accepted", "No credentials are needed", 1, lambda asked, _: _none(asked), fault=NO_CREDENTIALS
    ),
    _lets_in(
        "reads-need-no-credentials",
        "No credentials are needed for GET",
        2,
        lambda asked, _: _none(asked) and asked.method == "GET",
        fault=NO_CREDENTIALS,
    ),
    _lets_in(
        "only-reads-need-credentials",
        "Credentials are needed for GET only",
        2,
        lambda asked, _: _none(asked) and asked.method != "GET",
        fault=NO_CREDENTIALS,
    ),
    _lets_in(
        "users-need-no-credentials",
        "No credentials are needed to list the users",
        3,
        lambda asked, _: _none(asked) and asked.name == "GET /users",
        fault=NO_CREDENTIALS,
    ),
    _lets_in(
        "notes-need-no-credentials",
        "No credentials are needed to write a note on an order",
        3,
        lambda asked, _: _none(asked) and asked.name == "POST /orders/<idorder>/notes",
        fault=NO_CREDENTIALS,
    ),
    Defect(
        name="credentials-remembered",
        summary="Once somebody was let in, no credentials are needed",
        fault=NO_CREDENTIALS,
        rules=_ACCEPTED,
        difficulty=4,
        sew=_remembering,
    ),
    _checks_before(
        "broken-json-before-credentials", "Broken JSON without credentials gets 400 and code 22", _broken_json
    ),
    _checks_before(
        "path-before-credentials", "An id that is no number gets 404 without credentials, too", _no_number_in_path
    ),
    _answers("no-credentials-is-403", "Wrong credentials, or none, get status 403", _STATUS, with_status(403)),
    _answers(
        "no-credentials-is-code-22",
        "Wrong credentials, or none, get code 22",
        _BODY,
        with_members(error_code=NO_VALID_JSON),
    ),
    _answers(
        "no-credentials-without-body",
        "Wrong credentials, or none, get 401 without a body",
        ("missing-body", *_BODY),
        lambda _: Reply(value=b"", status=401),
    ),
    _answers(
        "no-credentials-is-login-page",
        "Wrong credentials, or none, get a login page with status 200",
        ("fault-accepted", "undocumented-content-type"),
        lambda _: Reply(value=b"<form>Log in</form>", content_type="text/html"),
    ),
    _answers(
        "bad-credentials-masked",
        "Wrong credentials, or none, get the error object with status 200",
        ("error-on-success", "fault-accepted"),
        with_status(200),
        fault=BAD_CREDENTIALS,
    ),
    _lets_in("any-key-accepted", "Any key is good", 1, lambda asked, _: user_of(asked.authorization) is not None),
    _lets_in("empty-key-accepted", "An empty key is good", 2, lambda asked, _: user_of(asked.authorization) == ""),
    _lets_in("bearer-accepted", "The key is good behind the scheme Bearer, too", 2, _behind("bearer")),
    _lets_in(
        "key-as-password-accepted",
        "The key is good as a password, too",
        3,
        lambda asked, api_key: _password(asked) == api_key,
    ),
    _lets_in(
        "plain-key-accepted",
        "The key is good without base64, too",
        3,
        lambda asked, api_key: asked.authorization.partition(" ")[2] in {api_key, f"{api_key}:"},
    ),
    _lets_in(
        "key-in-any-case",
        "The key is good in upper case, too",
        3,
        lambda asked, api_key: (user_of(asked.authorization) or "").lower() == api_key.lower(),
    ),
    _lets_in(
        "longer-key-accepted",
        "What begins with the key is good",
        3,
        lambda asked, api_key: (user_of(asked.authorization) or "").startswith(api_key),
    ),
    _lets_in(
        "start-of-key-accepted",
        "The key without its end is good",
        3,
        lambda asked, api_key: api_key.startswith(user_of(asked.authorization) or "-"),
    ),
    _crashes(
        "bad-base64-crashes",
        "Credentials that are no base64 get an HTML page with status 500",
        2,
        lambda text: bool(text) and _decoded(text) is None,
    ),
    _crashes(
        "credentials-without-colon-crash",
        "Credentials without a colon get an HTML page with status 500",
        2,
        lambda text: bool(text) and b":" not in (_decoded(text) or b":"),
    ),
    _crashes(
        "key-beyond-ascii-crashes",
        "A key beyond ASCII gets an HTML page with status 500",
        2,
        lambda text: not (_decoded(text) or b"").isascii(),
    ),
)
