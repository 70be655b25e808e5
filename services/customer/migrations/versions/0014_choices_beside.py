"""The indexes of choices hold what filters ask beside, as those of times do: hits are told and counted without fetching customers."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_COVERING = (
    ("status", "status", "level, province, source, industry, owner_id"),
    ("level", "level", "status, province, source, industry, owner_id"),
    ("source", "source", "status, level, province, industry, owner_id"),
    ("industry", "industry", "status, level, province, source, owner_id"),
    ("province", "province, status", "level, source, industry, owner_id"),
    ("status_follow_up", "status, last_follow_up_at", "level, province, source, industry, owner_id"),
)


def upgrade() -> None:
    for name, keys, beside in _COVERING:
        op.execute(f"DROP INDEX IF EXISTS customer_{name}")
        op.execute(f"CREATE INDEX customer_{name} ON customer (open, {keys}, customer_id) INCLUDE ({beside})")
    # An index answers alone only for pages that a vacuum has seen; the usual fifth of all rows is too long to wait for that.
    for table in ("customer", "custom_value", "customer_tag"):
        op.execute(f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05)")
