"""Indexes for the figures of a pool: what came in, from the record of events, and what was claimed, from the ledger."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    "CREATE INDEX event_into_pool ON event (occurred_at) WHERE type IN ('customer.returned_to_pool', 'customer.recycled')",
    "CREATE INDEX claim_pool ON claim (pool_id, claimed_at)",
)
