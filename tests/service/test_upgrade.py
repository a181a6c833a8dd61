"""Migrations: they make the tables that the models describe, once, in either database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import PrimaryKeyConstraint, inspect

from validator.errors import StoreError
from validator.service.store import Store, upgrade
from validator.service.store.schema import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection


def test_models_and_migrations_agree(store: Store) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    assert store.database.read(differences) == []


def test_names_of_constraints_agree(store: Store) -> None:
    """What has no name of ours cannot be changed by a later migration."""

    def named(connection: Connection) -> dict[str, set[str]]:
        told = inspect(connection)
        return {
            table: {str(one["name"]) for one in (*told.get_foreign_keys(table), *told.get_unique_constraints(table))}
            for table in metadata.tables
        }

    expected = {
        name: {str(one.name) for one in table.constraints if not isinstance(one, PrimaryKeyConstraint)}
        for name, table in metadata.tables.items()
    }
    assert store.database.read(named) == expected


def test_a_second_upgrade_changes_nothing(store: Store) -> None:
    before, after = upgrade(store.database)
    assert before == after
    store.check()


def test_several_at_once_make_the_tables_once(sqlite_url: str) -> None:
    stores = [Store(sqlite_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(Store.start, stores))
    assert stores[0].runs.labels() == []
    for store in stores:
        store.database.close()


def test_an_upgrade_that_fails_leaves_nothing(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(sqlite_url)
    store.database.prepare()

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("alembic.op.create_index", fail)
        with pytest.raises(ZeroDivisionError):
            upgrade(store.database)
    assert store.database.read(lambda connection: inspect(connection).get_table_names()) == []
    upgrade(store.database)
    store.database.close()


def test_a_database_of_a_newer_version_is_left_alone(store: Store) -> None:
    store.database.write(
        lambda connection: connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    )
    for work in (store.check, store.start, lambda: upgrade(store.database)):
        with pytest.raises(StoreError, match="newer version"):
            work()
