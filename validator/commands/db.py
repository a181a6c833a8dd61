"""`picqer-contract db`: the database of the service."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from validator.arguments import DATABASE, KEEP_DAYS, KEEP_RUNS
from validator.door import FINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.door import Streams
    from validator.service.store import Store


def database_address(given: str | None) -> str:
    """The address of the database: as given, by the environment, or the embedded default."""
    from validator.service.store.database import ENVIRONMENT, default_url  # noqa: PLC0415 - help need not wait for it

    return given or os.environ.get(ENVIRONMENT) or default_url(os.environ)


@contextmanager
def opened_store(database: str | None, streams: Streams) -> Iterator[Store]:
    """The store at an address; what is changed in it meanwhile is an audit line on standard error."""
    from validator.service import logs  # noqa: PLC0415 - help need not wait for it
    from validator.service.store import Store  # noqa: PLC0415

    store = Store(database_address(database))
    try:
        with logs.audit_to(streams.stderr):
            yield store
    finally:
        store.database.close()


@click.group("db")
def db_command() -> None:
    """Look after the database of the service."""


@db_command.command("upgrade")
@DATABASE
@click.pass_obj
def upgrade_command(streams: Streams, *, database: str | None) -> int:
    """Make the tables of this version, or bring them up to it: all of it, or nothing.

    `serve` does so itself where the database is a SQLite file. With PostgreSQL, stop older services first.

    \b
    Examples:
      picqer-contract db upgrade
      DATABASE_URL=postgresql://contract@db.example/contract picqer-contract db upgrade
    """  # noqa: D301 - \b is a word to click: leave these lines as they are
    from validator.service.store import upgrade  # noqa: PLC0415 - help need not wait for it

    with opened_store(database, streams) as store:
        store.database.prepare()
        before, after = upgrade(store.database)
    told = f"is at version {after} already" if before == after else f"is at version {after} now"
    click.echo(f"{store.database.name} {told}", file=streams.stdout)
    return FINE


@db_command.command("prune")
@DATABASE
@KEEP_DAYS
@KEEP_RUNS
@click.pass_obj
def prune_command(streams: Streams, *, database: str | None, keep_days: int | None, keep_runs: int | None) -> int:
    """Delete old runs, as `serve` does with the same options after each run that it stores.

    \b
    Examples:
      picqer-contract db prune --keep-days 90
      picqer-contract db prune --keep-runs 1000 --database sqlite:///runs.db
    """  # noqa: D301
    from validator.service.store import Keep  # noqa: PLC0415 - help need not wait for it

    if keep_days is None and keep_runs is None:
        raise click.UsageError("expected --keep-days, --keep-runs or both")
    with opened_store(database, streams) as store:
        store.check()
        gone = store.runs.prune(Keep(days=keep_days, runs=keep_runs))
    click.echo(f"{gone:,} {'run' if gone == 1 else 'runs'} deleted from {store.database.name}", file=streams.stdout)
    return FINE
