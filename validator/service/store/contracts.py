"""Contracts in the store: documents by their hash, and names with every version that they ever had."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from validator.service.store.schema import contracts, documents, row_text, runs, versions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Table

    from validator.contract import Document
    from validator.service.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a contract: the hash of its document, and what the document says of itself."""

    sha256: str
    title: str
    version: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A contract by name, with every version; the first is in force, the others follow, the newest first."""

    name: str
    created_at: datetime
    changed_at: datetime
    versions: tuple[Version, ...]


class Contracts:
    """The stored contracts. Every method raises StoreError where the database does not do its work."""

    def __init__(self, database: Database) -> None:
        self._database: Final = database

    def put(self, name: str, document: Document) -> bool:
        """Put a document in force under a name, and whether the name is new. The same content is the same version."""

        def work(connection: Connection) -> bool:
            now = datetime.now(UTC)
            keep_document(connection, document, now)
            named = {"name": name, "sha256": document.sha256, "created_at": now}
            is_new = _insert_once(connection, contracts, {**named, "changed_at": now})
            if not is_new:
                connection.execute(
                    update(contracts)
                    .where(contracts.c.name == name, contracts.c.sha256 != document.sha256)
                    .values(sha256=document.sha256, changed_at=now)
                )
            _insert_once(connection, versions, named)
            return is_new

        return self._database.write(work)

    def all(self) -> list[Named]:
        """Every contract, by name."""
        return self._database.read(_all)

    def get(self, name: str) -> Named | None:
        """The contract of this name."""
        return next(iter(self._database.read(lambda connection: _all(connection, name))), None)

    def in_force(self, name: str) -> str | None:
        """The hash of the version that is in force; None where there is no such contract."""
        wanted = select(contracts.c.sha256).where(contracts.c.name == name)
        return self._database.read(lambda connection: connection.execute(wanted).scalar())

    def name_of(self, sha256: str) -> str | None:
        """The contract that has this version; of several, the one that got it last."""
        wanted = select(versions.c.name).where(versions.c.sha256 == sha256).order_by(versions.c.created_at.desc())
        return self._database.read(lambda connection: connection.execute(wanted.limit(1)).scalar())

    def has(self, name: str, sha256: str) -> bool:
        """Whether the contract has this version."""
        wanted = select(versions.c.name).where(versions.c.name == name, versions.c.sha256 == sha256)
        return self._database.read(lambda connection: connection.execute(wanted).scalar()) is not None

    def document(self, sha256: str) -> bytes | None:
        """The checked document of a version in JSON, also of one that only a run is bound to."""
        wanted = select(documents.c.content).where(documents.c.sha256 == sha256)
        content = self._database.read(lambda connection: connection.execute(wanted).scalar())
        return None if content is None else zlib.decompress(content)

    def delete(self, name: str) -> bool:
        """Delete a contract with its versions, and whether there was one. Documents that runs need stay."""

        def work(connection: Connection) -> bool:
            gone = connection.execute(delete(contracts).where(contracts.c.name == name)).rowcount
            sweep_documents(connection)
            return bool(gone)

        return self._database.write(work)


def keep_document(connection: Connection, document: Document, now: datetime) -> None:
    """Keep a document, once. Part of a transaction."""
    known = select(documents.c.sha256).where(documents.c.sha256 == document.sha256)
    if connection.execute(known).scalar() is not None:
        return  # without working out its content
    info = document.root["info"]
    values = {
        "sha256": document.sha256,
        "title": row_text(str(info["title"])),
        "version": row_text(str(info["version"])),
        "source": row_text(document.source),
        "created_at": now,
        "content": zlib.compress(orjson.dumps(document.root)),
    }
    _insert_once(connection, documents, values)


def sweep_documents(connection: Connection) -> None:
    """Delete the documents that no contract and no run needs any more. Part of a transaction."""
    connection.execute(
        delete(documents).where(
            ~exists().where(versions.c.sha256 == documents.c.sha256),
            ~exists().where(contracts.c.sha256 == documents.c.sha256),
            ~exists().where(runs.c.document == documents.c.sha256),
        )
    )


def _insert_once(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless there is one with its key, and whether there was none."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    key = table.primary_key.columns[0]
    inserted = dialect.insert(table).values(values).on_conflict_do_nothing().returning(key)
    return connection.execute(inserted).first() is not None


def _all(connection: Connection, name: str | None = None) -> list[Named]:
    wanted = (
        select(
            contracts.c.name,
            contracts.c.created_at,
            contracts.c.changed_at,
            versions.c.sha256,
            versions.c.created_at.label("version_created_at"),
            documents.c.title,
            documents.c.version,
        )
        .join(versions, versions.c.name == contracts.c.name)
        .join(documents, documents.c.sha256 == versions.c.sha256)
        .order_by(
            contracts.c.name,
            (contracts.c.sha256 == versions.c.sha256).desc(),
            versions.c.created_at.desc(),
            versions.c.sha256,
        )
    )
    if name is not None:
        wanted = wanted.where(contracts.c.name == name)
    found: dict[str, Named] = {}
    for row in connection.execute(wanted):
        version = Version(sha256=row.sha256, title=row.title, version=row.version, created_at=row.version_created_at)
        before = found.get(row.name)
        found[row.name] = Named(
            name=row.name,
            created_at=row.created_at,
            changed_at=row.changed_at,
            versions=(version,) if before is None else (*before.versions, version),
        )
    return list(found.values())
