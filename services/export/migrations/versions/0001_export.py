"""Exports: the job rows. A row decides; queue messages are only hints."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


# ``lease_token`` marks one attempt: every write of a worker carries it, and the finished file is named by it (``file_token``).
STATEMENTS = (
    """
    CREATE TABLE export (
        export_id uuid PRIMARY KEY,
        member_id uuid NOT NULL,
        name text NOT NULL,
        language text NOT NULL CHECK (language IN ('zh', 'en')),
        selection jsonb NOT NULL,
        columns jsonb NOT NULL,
        state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'expired')),
        rows_done bigint NOT NULL DEFAULT 0,
        rows_total bigint,
        attempt integer NOT NULL DEFAULT 0,
        lease_token uuid,
        lease_until timestamptz,
        not_before timestamptz NOT NULL DEFAULT now(),
        created_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        finished_at timestamptz,
        expires_at timestamptz,
        file_token uuid,
        size_bytes bigint,
        sha256 text,
        error_code text,
        error_detail text,
        request_id text NOT NULL,
        idempotency_key text,
        request_hash bytea NOT NULL,
        CONSTRAINT export_done_has_a_file CHECK ((state = 'done') <= (file_token IS NOT NULL AND expires_at IS NOT NULL)),
        CONSTRAINT export_running_has_a_lease CHECK ((state = 'running') <= (lease_token IS NOT NULL AND lease_until IS NOT NULL))
    )
    """,
    "CREATE INDEX export_member ON export (member_id, export_id DESC)",
    "CREATE UNIQUE INDEX export_idempotency ON export (member_id, idempotency_key) WHERE idempotency_key IS NOT NULL",
    "CREATE INDEX export_waiting ON export (not_before) WHERE state = 'queued'",
    "CREATE INDEX export_running ON export (lease_until) WHERE state = 'running'",
    "CREATE INDEX export_expiring ON export (expires_at) WHERE state = 'done'",
)
