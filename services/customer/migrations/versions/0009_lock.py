"""Lock (who may change a customer) and hold (no rule takes it away until a day): who, when, why."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    ALTER TABLE customer
        ADD COLUMN locked_at timestamptz,
        ADD COLUMN locked_by uuid REFERENCES member,
        ADD COLUMN hold_until timestamptz,
        ADD COLUMN hold_reason text,
        ADD COLUMN held_by uuid REFERENCES member,
        ADD COLUMN held_at timestamptz,
        ADD CONSTRAINT customer_pool_is_neither_locked_nor_held
            CHECK (state <> 'pool' OR (locked_at IS NULL AND hold_until IS NULL))
    """,
    "CREATE INDEX customer_held ON customer (hold_until) WHERE hold_until IS NOT NULL",
)
