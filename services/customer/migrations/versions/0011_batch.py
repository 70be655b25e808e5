"""Batches: who did what to how many, what became of each customer and how it was before, so that it can be undone."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


# A row without version and code is still to be done. ``customer_last`` moves in the transaction that does the rows up to it.
STATEMENTS = (
    """
    CREATE TABLE batch (
        batch_id uuid PRIMARY KEY,
        member_id uuid NOT NULL REFERENCES member,
        verb text NOT NULL,
        parameters jsonb NOT NULL DEFAULT '{}',
        selection jsonb,
        state text NOT NULL DEFAULT 'done' CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
        total integer NOT NULL,
        done integer NOT NULL DEFAULT 0,
        skipped integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        ended_at timestamptz,
        undo_of uuid REFERENCES batch,
        undone_by_batch_id uuid REFERENCES batch,
        customer_last uuid,
        attempt integer NOT NULL DEFAULT 0,
        lease_token uuid,
        lease_until timestamptz,
        error_code text,
        error_detail text,
        request_id text NOT NULL,
        zone text NOT NULL,
        CONSTRAINT batch_counts CHECK (done + skipped <= total)
    )
    """,
    "CREATE INDEX batch_member ON batch (member_id, batch_id DESC)",
    "CREATE INDEX batch_waiting ON batch (created_at) WHERE state IN ('queued', 'running')",
    "CREATE INDEX batch_created_at ON batch (created_at)",
    """
    CREATE TABLE batch_row (
        batch_id uuid NOT NULL REFERENCES batch ON DELETE CASCADE,
        customer_id uuid NOT NULL,
        version bigint,
        before jsonb,
        code text,
        detail text,
        told jsonb,
        PRIMARY KEY (batch_id, customer_id),
        CONSTRAINT batch_row_is_done_or_skipped CHECK (version IS NULL OR code IS NULL)
    )
    """,
    "ALTER TABLE ownership DROP CONSTRAINT ownership_how_check",
    "ALTER TABLE ownership ADD CONSTRAINT ownership_how_check CHECK (how IN ('created', 'assigned', 'claimed', 'imported', 'undone'))",
    "ALTER TABLE ownership DROP CONSTRAINT ownership_ended_how_check",
    """
    ALTER TABLE ownership ADD CONSTRAINT ownership_ended_how_check
    CHECK (ended_how IN ('assigned', 'returned_to_pool', 'recycled', 'undone'))
    """,
)
