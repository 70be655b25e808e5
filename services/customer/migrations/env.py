"""Run by Alembic: applies the versions on the connection that ``upgrade`` opened."""

from __future__ import annotations

from alembic import context

from services.customer.store import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
