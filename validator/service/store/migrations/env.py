"""Alembic's way in: it runs this file. The connection is ours, and so is the transaction (upgrade.py)."""

from __future__ import annotations

from alembic import context

from validator.service.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
)
with context.begin_transaction():
    context.run_migrations()
