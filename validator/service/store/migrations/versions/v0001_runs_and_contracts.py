"""Runs with what they found, and contracts by name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "documents",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_documents"),
    )
    op.create_table(
        "contracts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["documents.sha256"], name="fk_contracts_sha256"),
        sa.PrimaryKeyConstraint("name", name="pk_contracts"),
    )
    op.create_index("ix_contracts_sha256", "contracts", ["sha256"])
    op.create_table(
        "contract_versions",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["name"], ["contracts.name"], name="fk_contract_versions_name", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sha256"], ["documents.sha256"], name="fk_contract_versions_sha256"),
        sa.PrimaryKeyConstraint("name", "sha256", name="pk_contract_versions"),
    )
    op.create_index("ix_contract_versions_sha256", "contract_versions", ["sha256"])
    op.create_table(
        "runs",
        sa.Column("number", COUNT, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("label", sa.Text()),
        sa.Column("source", sa.Text()),
        sa.Column("commit_id", sa.Text()),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("contract", sa.Text()),
        sa.Column("contract_title", sa.Text(), nullable=False),
        sa.Column("contract_version", sa.Text(), nullable=False),
        sa.Column("contract_sha256", sa.Text(), nullable=False),
        sa.Column("document", sa.Text()),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("coverage", sa.JSON(), nullable=False),
        sa.Column("idempotency_key", sa.Text()),
        sa.Column("request_digest", sa.Text()),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["document"], ["documents.sha256"], name="fk_runs_document"),
        sa.PrimaryKeyConstraint("number", name="pk_runs"),
        sa.UniqueConstraint("id", name="uq_runs_id"),
        sa.UniqueConstraint("idempotency_key", name="uq_runs_idempotency_key"),
        sqlite_autoincrement=True,
    )
    for column in ("created_at", "label", "source", "outcome", "contract", "document"):
        op.create_index(f"ix_runs_{column}", "runs", [column])
    op.create_table(
        "findings",
        sa.Column("run", COUNT, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text()),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("documented", sa.Text()),
        sa.Column("times", COUNT, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_findings_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "fingerprint", name="pk_findings"),
    )
    op.create_index("ix_findings_rule_operation", "findings", ["rule", "operation"])
    op.create_table(
        "answers",
        sa.Column("run", COUNT, nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("documented", sa.Boolean(), nullable=False),
        sa.Column("times", COUNT, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_answers_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "operation", "status", name="pk_answers"),
    )
    op.create_index("ix_answers_operation_status", "answers", ["operation", "status"])
    op.create_table(
        "error_codes",
        sa.Column("run", COUNT, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("documented", sa.Boolean(), nullable=False),
        sa.Column("times", COUNT, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_error_codes_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "code", name="pk_error_codes"),
    )
    op.create_index("ix_error_codes_code", "error_codes", ["code"])


def downgrade() -> None:
    """Remove them, and all that they hold."""
    for table in ("error_codes", "answers", "findings", "runs", "contract_versions", "contracts", "documents"):
        op.drop_table(table)
