"""The tables. What is changed here needs a migration beside it (migrations/versions); a test holds the two together.

A run is one row: its report, compressed, as the JSON report tells it, and beside it what lists and trends ask for. What
is grouped over many runs (findings by cause, answers, error codes) stands in rows of its own, and goes with its run.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

from validator.reports.characters import visible

if TYPE_CHECKING:
    from sqlalchemy import Dialect

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints have names of their own, so that a migration can name them in any database."""

MOST_CHARACTERS: Final = 500
"""Texts in rows are cut here: a database bounds what it can put into an index."""

metadata: Final = MetaData(naming_convention=NAMES)


class Moment(TypeDecorator[datetime]):
    """A point in time with its zone; SQLite keeps it in UTC, and without."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_COUNT: Final = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of eight bytes; SQLite counts up only what it calls INTEGER."""

documents: Final = Table(
    "documents",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""OpenAPI documents by the hash of the text that was given; `content` is the checked document in JSON, deflated."""

contracts: Final = Table(
    "contracts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("sha256", Text, ForeignKey("documents.sha256"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
)
"""The contracts by name, each with the version that is in force."""

versions: Final = Table(
    "contract_versions",
    metadata,
    Column("name", Text, ForeignKey("contracts.name", ondelete="CASCADE"), primary_key=True),
    Column("sha256", Text, ForeignKey("documents.sha256"), primary_key=True, index=True),
    Column("created_at", Moment, nullable=False),
)
"""Every version that a contract ever had."""

runs: Final = Table(
    "runs",
    metadata,
    Column("number", _COUNT, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False, index=True),
    Column("label", Text, index=True),
    Column("source", Text, index=True),
    Column("commit_id", Text),
    Column("outcome", Text, nullable=False, index=True),
    Column("contract", Text, index=True),
    Column("contract_title", Text, nullable=False),
    Column("contract_version", Text, nullable=False),
    Column("contract_sha256", Text, nullable=False),
    Column("document", Text, ForeignKey("documents.sha256"), index=True),
    Column("summary", JSON, nullable=False),
    Column("coverage", JSON, nullable=False),
    Column("idempotency_key", Text, unique=True),
    Column("request_digest", Text),
    Column("report", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""The runs, in the order in which they were stored.

`contract` is the name that the contract had, `document` its version where the store has it: a report that was made
elsewhere may be about a document that we do not know.
"""


def _run() -> Column[int]:
    """The run that a row belongs to, and goes with."""
    return Column("run", _COUNT, ForeignKey("runs.number", ondelete="CASCADE"), primary_key=True)


findings: Final = Table(
    "findings",
    metadata,
    _run(),
    Column("fingerprint", Text, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("operation", Text),
    Column("message", Text, nullable=False),
    Column("documented", Text),
    Column("times", _COUNT, nullable=False),
    Index(None, "rule", "operation"),
)
"""The findings of a run by cause (fingerprint): the first of each, and how often it came."""

answers: Final = Table(
    "answers",
    metadata,
    _run(),
    Column("operation", Text, primary_key=True),
    Column("status", Text, primary_key=True),
    Column("documented", Boolean, nullable=False),
    Column("times", _COUNT, nullable=False),
    Index(None, "operation", "status"),
)
"""Which answers of which operations (and webhooks) came in a run, by the contract's word for the status."""

codes: Final = Table(
    "error_codes",
    metadata,
    _run(),
    Column("code", Text, primary_key=True),
    Column("documented", Boolean, nullable=False),
    Column("times", _COUNT, nullable=False),
    Index(None, "code"),
)
"""Which error codes came in a run."""

tokens: Final = Table(
    "tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
)
"""Who may use the service. `digest` is the hash of a token; one that was revoked stays: it keeps the door closed."""


def row_text(text: str) -> str:
    """Text as a row can hold it: not at any length, and PostgreSQL takes no NUL."""
    return visible(text)[:MOST_CHARACTERS]
