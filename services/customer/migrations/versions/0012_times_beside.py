"""The indexes of two times hold what filters ask beside: a span of days is narrowed down without fetching its customers."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("created_at", "last_follow_up_at"):
        op.execute(f"DROP INDEX customer_{column}")
        op.execute(
            f"CREATE INDEX customer_{column} ON customer (open, {column}, customer_id) "
            "INCLUDE (status, level, province, source, industry, owner_id)"
        )
