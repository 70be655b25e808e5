"""Imports: the job row of each, and one line per source row that is done, so that an interrupted import goes on without doubling any."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


# ``row_last`` is the number, in the file, of the last row that is done. It moves in the transaction that inserts the customers.
STATEMENTS = (
    """
    CREATE TABLE customer_import (
        import_id uuid PRIMARY KEY,
        member_id uuid NOT NULL REFERENCES member,
        file_name text NOT NULL,
        size_bytes bigint NOT NULL,
        state text NOT NULL DEFAULT 'previewed' CHECK (state IN ('previewed', 'running', 'done', 'failed', 'cancelled')),
        columns jsonb NOT NULL,
        header_row integer NOT NULL,
        rows integer NOT NULL,
        choices jsonb NOT NULL DEFAULT '{}',
        rows_done integer NOT NULL DEFAULT 0,
        accepted integer NOT NULL DEFAULT 0,
        rejected integer NOT NULL DEFAULT 0,
        row_last integer NOT NULL DEFAULT 0,
        batch_id uuid NOT NULL,
        attempt integer NOT NULL DEFAULT 0,
        lease_token uuid,
        lease_until timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        finished_at timestamptz,
        error_code text,
        error_detail text,
        request_id text NOT NULL,
        CONSTRAINT customer_import_counts CHECK (accepted + rejected = rows_done AND rows_done <= rows)
    )
    """,
    "CREATE INDEX customer_import_member ON customer_import (member_id, import_id DESC)",
    "CREATE INDEX customer_import_running ON customer_import (created_at) WHERE state = 'running'",
    "CREATE INDEX customer_import_created_at ON customer_import (created_at)",
    """
    CREATE TABLE customer_import_row (
        import_id uuid NOT NULL REFERENCES customer_import ON DELETE CASCADE,
        row_number integer NOT NULL,
        customer_id uuid REFERENCES customer,
        reasons jsonb,
        PRIMARY KEY (import_id, row_number),
        CONSTRAINT customer_import_row_is_accepted_or_not CHECK ((customer_id IS NULL) = (reasons IS NOT NULL))
    )
    """,
    "CREATE INDEX customer_import_row_rejected ON customer_import_row (import_id, row_number) WHERE reasons IS NOT NULL",
)
