"""Who may do what: bearer tokens, and the scope that each operation of openapi.yaml needs.

A database without tokens asks nobody; then the service listens on loopback only (server.py). Once there is a token,
every operation with an `x-scope` needs one, also after the last was revoked or has expired: what was closed does not
open by itself.

What is known of the tokens is read again every few seconds, so that a request costs a look-up in a dict, and a token
that is revoked is heard of at once nearly. While the database is down, what was read last holds.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from validator.errors import StoreError
from validator.service.problems import FORBIDDEN, UNAUTHENTICATED, Problem, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from wsgiref.types import WSGIEnvironment

    from validator.service.store import Store, Token

SCOPES: Final = ("read", "write", "admin")
"""Each allows what those before it allow, too."""

FRESH: Final = 2.0
"""Seconds after which the tokens are read again."""

PREFIX: Final = "pct_"
"""What every token begins with: programs that look for secrets in texts know it by that."""

CALLER: Final = "picqer_contract.caller"
"""Where the caller of a request stands in its WSGI environment, once it was asked for."""

_RANKS: Final = {scope: rank for rank, scope in enumerate(SCOPES)}
_SECRET_BYTES: Final = 32
_BEARER: Final = re.compile(r"bearer +([\x21-\x7e]{1,200})", re.IGNORECASE | re.ASCII)
_CHALLENGE: Final = 'Bearer realm="picqer-contract"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. `id` is that of the token, None where none was needed or none is good; then `reason` says why."""

    id: str | None
    name: str
    scope: str | None
    reason: str = ""

    def may(self, scope: str) -> bool:
        """Whether what needs the scope is allowed."""
        return self.scope is not None and _RANKS[self.scope] >= _RANKS[scope]


ANYBODY: Final = Caller(id=None, name="anybody", scope=SCOPES[-1])
"""Who asks where there are no tokens."""

_WITHOUT: Final = Caller(id=None, name="nobody", scope=None, reason="expected a token, got none")
_UNKNOWN: Final = Caller(
    id=None, name="nobody", scope=None, reason="expected a token of this service, got something else"
)
_REVOKED: Final = Caller(id=None, name="nobody", scope=None, reason="the token was revoked")
_EXPIRED: Final = Caller(id=None, name="nobody", scope=None, reason="the token has expired")


def new_token() -> tuple[str, str]:
    """A token, and the hash of it, which is all that is stored."""
    text = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    return text, digest(text)


def digest(token: str) -> str:
    """The SHA-256 of a token, in hexadecimal digits.

    A slow hash with salt is for passwords, which can be guessed. Of 32 random bytes nobody guesses one, whatever the
    speed; and a hash without salt can be looked up.
    """
    return hashlib.sha256(token.encode()).hexdigest()


class Access:
    """Tells who asks, and refuses what is not allowed.

    `store` has the tokens; None: there are none. Where `is_open` is false a token is needed even if there is none:
    others than this machine can reach the service.
    """

    def __init__(self, store: Store | None, *, is_open: bool = True) -> None:
        self._store: Final = store
        self._is_open: Final = is_open
        self._lock: Final = threading.Lock()
        self._known: Mapping[str, Token] | None = None
        self._obstacle: StoreError | None = None
        self._due = 0.0

    def caller(self, environ: WSGIEnvironment) -> Caller:
        """Who asks, worked out once for a request. Raises StoreError where the tokens were never read."""
        found: Caller | None = environ.get(CALLER)
        if found is None:
            found = environ[CALLER] = self.identify(presented(environ))
        return found

    def identify(self, token: str | None) -> Caller:
        """Who has this token. Raises StoreError where the tokens were never read."""
        known = self._tokens()
        if not known and self._is_open:
            return ANYBODY
        if token is None:
            return _WITHOUT
        sought = digest(token)
        found = known.get(sought)
        # How long a look-up takes tells of hashes, which nobody can steer; what it found is compared in constant time.
        if found is None or not hmac.compare_digest(found.digest, sought):
            return _UNKNOWN
        if found.revoked_at is not None:
            return _REVOKED
        if found.expires_at is not None and found.expires_at.timestamp() <= time.time():
            return _EXPIRED
        return Caller(id=found.id, name=found.name, scope=found.scope)

    def allows(self, environ: WSGIEnvironment, scope: str) -> bool:
        """Whether the request may do what needs the scope. Raises StoreError as `caller` does."""
        return self.caller(environ).may(scope)

    def check(self, environ: WSGIEnvironment, scope: str) -> None:
        """Raise Refusal where the request may not do what needs the scope. Raises StoreError as `caller` does."""
        caller = self.caller(environ)
        if caller.may(scope):
            return
        if caller.scope is None:
            challenge = _CHALLENGE if caller is _WITHOUT else f'{_CHALLENGE}, error="invalid_token"'
            headers = {"WWW-Authenticate": challenge}
            raise Refusal(Problem(kind=UNAUTHENTICATED, detail=caller.reason, headers=headers))
        headers = {"WWW-Authenticate": f'{_CHALLENGE}, error="insufficient_scope", scope="{scope}"'}
        detail = f"expected a token with the scope {scope}, got one with {caller.scope}"
        raise Refusal(Problem(kind=FORBIDDEN, detail=detail, headers=headers))

    def has_tokens(self) -> bool:
        """Whether there are tokens. Raises StoreError where they were never read."""
        return bool(self._tokens())

    @property
    def is_closed(self) -> bool:
        """Whether a token is needed, by what is known so far."""
        return not self._is_open or self._known is None or bool(self._known)

    def _tokens(self) -> Mapping[str, Token]:
        """The tokens by their hash, not older than a few seconds."""
        if self._store is None:
            return {}
        if time.monotonic() >= self._due and self._lock.acquire(blocking=self._known is None):
            try:
                if time.monotonic() >= self._due:
                    self._read(self._store)
            finally:
                self._lock.release()
        if self._known is None:
            assert self._obstacle is not None  # noqa: S101 - one of the two is there once it was tried
            raise StoreError(self._obstacle.reason, place=self._obstacle.place, mend=self._obstacle.mend)
        return self._known

    def _read(self, store: Store) -> None:
        try:
            self._known = {token.digest: token for token in store.tokens.all()}
        except StoreError as obstacle:
            self._obstacle = obstacle
        self._due = time.monotonic() + FRESH


def presented(environ: WSGIEnvironment) -> str | None:
    """The token that a request brings; an empty one where its Authorization is of another kind."""
    given = environ.get("HTTP_AUTHORIZATION")
    if given is None:
        return None
    bearer = _BEARER.fullmatch(given.strip())
    return bearer[1] if bearer else ""
