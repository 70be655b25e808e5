"""Requests for access: who asks to take part in which customer as what, and what became of it."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    CREATE TABLE access_request (
        access_request_id uuid PRIMARY KEY,
        customer_id uuid NOT NULL REFERENCES customer,
        member_id uuid NOT NULL REFERENCES member,
        role text NOT NULL CHECK (role IN ('editor', 'viewer')),
        message text,
        state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'granted', 'declined', 'withdrawn')),
        asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        expires_at timestamptz NOT NULL,
        decided_at timestamptz,
        decided_by uuid REFERENCES member,
        note text,
        CONSTRAINT access_request_decided CHECK ((state = 'open') = (decided_at IS NULL))
    )
    """,
    # One open request of a member for a customer has the last word over two who ask at once.
    "CREATE UNIQUE INDEX access_request_open ON access_request (customer_id, member_id) WHERE state = 'open'",
)
