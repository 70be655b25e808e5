"""Notifications in the two generations of the timelines; what has been read is kept apart, so that a rebuild keeps it."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    # ``subject`` joins what belongs together: a request for access and its answer. ``count`` customers of one batch are one row.
    """
    CREATE TABLE notification (
        generation smallint NOT NULL,
        notification_id uuid NOT NULL,
        member_id uuid NOT NULL,
        kind text NOT NULL,
        customer_id uuid NOT NULL,
        customer_version bigint NOT NULL,
        event_id uuid NOT NULL,
        occurred_at timestamptz NOT NULL,
        actor jsonb NOT NULL,
        details jsonb NOT NULL,
        subject uuid,
        batch_id uuid,
        count integer NOT NULL DEFAULT 1,
        PRIMARY KEY (generation, notification_id)
    )
    """,
    "CREATE INDEX notification_member ON notification (generation, member_id, occurred_at, notification_id)",
    "CREATE INDEX notification_subject ON notification (generation, subject) WHERE subject IS NOT NULL",
    """
    CREATE TABLE notification_read (
        member_id uuid NOT NULL,
        notification_id uuid NOT NULL,
        read_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (member_id, notification_id)
    )
    """,
)
