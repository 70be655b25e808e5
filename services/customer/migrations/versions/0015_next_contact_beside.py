"""The index of the next contact holds what filters ask beside, too."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP INDEX customer_next_contact_at")
    op.execute(
        "CREATE INDEX customer_next_contact_at ON customer (open, next_contact_at, customer_id) "
        "INCLUDE (status, level, province, source, industry, owner_id)"
    )
