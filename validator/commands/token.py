"""`picqer-contract token`: who may use the service."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import click

from validator.arguments import DATABASE
from validator.commands.db import opened_store
from validator.door import FINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.door import Streams
    from validator.service.store import Token, Tokens

SCOPES: Final = ("read", "write", "admin")

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}", re.ASCII)


class NameType(click.ParamType[str]):
    """What a token is called: fit to stand in a log."""

    name = "NAME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is not one word."""
        if not _NAME.fullmatch(str(value)):
            self.fail(f"expected up to 64 of a-z, A-Z, 0-9 and . _ @ -, got {value!r}", param, ctx)
        return str(value)


@click.group("token")
def token_command() -> None:
    """Say who may use the service: make tokens, list them, revoke them.

    Once there is a token, the service answers nobody without one, and may listen on other addresses than loopback.
    """


@token_command.command("create")
@click.option(
    "--scope",
    type=click.Choice(SCOPES),
    required=True,
    help="read: judge, and read what is stored. write: store and delete runs, too. admin: contracts, too.",
)
@click.option("--name", type=NameType(), help="What the log calls who has it.  [default: its id]")
@click.option("--expires", "days", metavar="DAYS", type=click.IntRange(1, 3650), help="Days until it ends.")
@DATABASE
@click.pass_obj
def create_command(streams: Streams, *, scope: str, name: str | None, days: int | None, database: str | None) -> int:
    """Make a token. It is shown this once: the database has its hash only.

    \b
    Examples:
      picqer-contract token create --scope write --name ci --expires 365
      PICQER_CONTRACT_TOKEN=$(picqer-contract token create --scope write --name ci)
    """  # noqa: D301 - \b is a word to click: leave these lines as they are
    from validator.service.access import new_token  # noqa: PLC0415 - help need not wait for it

    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    with _tokens(database, streams) as tokens:
        text, digest = new_token()
        token = tokens.add(digest, name=name, scope=scope, expires_at=expires_at)
    if token is None:
        raise click.UsageError(f"--name: there is a token {name} already; revoke it first, or choose another name")
    click.echo(text, file=streams.stdout)
    until = "" if expires_at is None else f" until {_day(expires_at)}"
    streams.complain(f"token {token.name} (id {token.id}): {scope}{until}; keep it, it is not shown again")
    return FINE


@token_command.command("list")
@DATABASE
@click.pass_obj
def list_command(streams: Streams, *, database: str | None) -> int:
    """List the tokens, those that are revoked or expired, too.

    \b
    Examples:
      picqer-contract token list
    """  # noqa: D301
    with _tokens(database, streams) as tokens:
        known = tokens.all()
    if not known:
        click.echo("no tokens: the service asks nobody, and listens on loopback only", file=streams.stdout)
    for line in _table(known):
        click.echo(line, file=streams.stdout)
    return FINE


@token_command.command("revoke")
@click.argument("name", metavar="NAME|ID")
@DATABASE
@click.pass_obj
def revoke_command(streams: Streams, *, name: str, database: str | None) -> int:
    """Revoke a token. A running service hears of it within seconds.

    Where it was the last one, nobody may use the service until there is another.

    \b
    Examples:
      picqer-contract token revoke ci
    """  # noqa: D301
    with _tokens(database, streams) as tokens:
        gone = tokens.revoke(name)
    if gone is None:
        raise click.UsageError(f"there is no token {name!r} to revoke; see picqer-contract token list")
    click.echo(f"token {gone.name} (id {gone.id}) is revoked", file=streams.stdout)
    return FINE


@contextmanager
def _tokens(database: str | None, streams: Streams) -> Iterator[Tokens]:
    """The tokens in the store, which has the tables of this version then. Raises StoreError."""
    from validator.service.store import upgrade  # noqa: PLC0415 - help need not wait for it

    with opened_store(database, streams) as store:
        if store.database.is_sqlite:
            store.database.prepare()
            upgrade(store.database)
        else:
            store.check()
        yield store.tokens


def _table(known: list[Token]) -> Iterator[str]:
    rows = [("ID", "NAME", "SCOPE", "CREATED", "STATE"), *map(_row, known)] if known else []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _row(token: Token) -> tuple[str, ...]:
    if token.revoked_at is not None:
        state = f"revoked {_day(token.revoked_at)}"
    elif token.expires_at is None:
        state = "good"
    elif token.expires_at <= datetime.now(UTC):
        state = f"expired {_day(token.expires_at)}"
    else:
        state = f"good until {_day(token.expires_at)}"
    return token.id, token.name, token.scope, _day(token.created_at), state


def _day(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d}"
