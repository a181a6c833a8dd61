"""The tables of this version: are they there, and make them. Alembic is seen here and in migrations/ only."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from validator.errors import StoreError
from validator.service import logs

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from validator.service.store.database import Database

_PACKAGE: Final = "validator.service.store"


def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the tables up to this version: which they had, and have now. In one transaction, all or nothing."""
    with as_file(files(_PACKAGE) / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        scripts = ScriptDirectory.from_config(config)

        def work(connection: Connection) -> tuple[str | None, str]:
            before = _known(_version(connection), scripts, database)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return before, newest(scripts)

        before, after = database.write(work)
    if before != after:
        logs.audit_of_process("upgradeDatabase", after, before=before)
    return before, after


def is_current(database: Database) -> bool:
    """Whether the tables are those of this version. Raises StoreError where a newer version made them."""
    with as_file(files(_PACKAGE) / "migrations") as folder:
        scripts = ScriptDirectory(str(folder))
        return _known(database.read(_version), scripts, database) == newest(scripts)


def newest(scripts: ScriptDirectory) -> str:
    """The last of the steps."""
    head = scripts.get_current_head()
    assert head is not None  # noqa: S101 - there are steps
    return head


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _known(version: str | None, scripts: ScriptDirectory, database: Database) -> str | None:
    if version is not None and version not in {step.revision for step in scripts.walk_revisions()}:
        raise StoreError(
            "the database was made by a newer version",
            place=database.name,
            mend="use that version, or another --database",
        )
    return version
