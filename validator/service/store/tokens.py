"""Tokens in the store: who may use the service. Of a token itself only the hash is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, or_, select, update

from validator.service import logs
from validator.service.store.schema import tokens

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from validator.service.store.database import Database

_ID_BYTES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token, by its hash (`digest`). `id` names it for ever, `name` among those that are not revoked."""

    id: str
    name: str
    scope: str
    digest: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class Tokens:
    """The stored tokens. Every method raises StoreError where the database does not do its work."""

    def __init__(self, database: Database) -> None:
        self._database: Final = database

    def add(self, digest: str, *, name: str | None, scope: str, expires_at: datetime | None) -> Token | None:
        """Store a token; without a name it is called by its id. None where another has the name."""

        def work(connection: Connection) -> Token | None:
            token_id = token_hex(_ID_BYTES)
            new = Token(
                id=token_id,
                name=name or token_id,
                scope=scope,
                digest=digest,
                created_at=datetime.now(UTC),
                expires_at=expires_at,
                revoked_at=None,
            )
            if _named(connection, new.name) or _named(connection, token_id):
                return None
            connection.execute(insert(tokens).values(_values(new)))
            return new

        added = self._database.write(work)
        if added is not None:
            logs.audit_of_process("createToken", added.id, name=added.name, scope=added.scope)
        return added

    def all(self) -> list[Token]:
        """Every token, the oldest first; those that are revoked, too."""
        wanted = select(tokens).order_by(tokens.c.created_at, tokens.c.id)
        return self._database.read(lambda connection: [_token(row) for row in connection.execute(wanted)])

    def revoke(self, name: str) -> Token | None:
        """Revoke the token of this name or id; None where there is none that is not revoked already."""

        def work(connection: Connection) -> Token | None:
            found = _named(connection, name)
            if found is None:
                return None
            now = datetime.now(UTC)
            connection.execute(update(tokens).where(tokens.c.id == found.id).values(revoked_at=now))
            return found

        revoked = self._database.write(work)
        if revoked is not None:
            logs.audit_of_process("revokeToken", revoked.id, name=revoked.name, scope=revoked.scope)
        return revoked


def _named(connection: Connection, name: str) -> Token | None:
    """The token with this name or id that is not revoked. Part of a transaction."""
    wanted = select(tokens).where(or_(tokens.c.name == name, tokens.c.id == name), tokens.c.revoked_at.is_(None))
    row = connection.execute(wanted.limit(1)).first()
    return None if row is None else _token(row)


def _values(token: Token) -> dict[str, object]:
    return {column.name: getattr(token, column.name) for column in tokens.columns}


def _token(row: Row[tuple[object, ...]]) -> Token:
    return Token(**row._mapping)  # noqa: SLF001 - SQLAlchemy documents it
