"""Recycle rules of pools, the organisation's exceptions from the calendar, and what follows from both: deadlines and warnings."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    CREATE TABLE pool_rule (
        pool_rule_id uuid PRIMARY KEY,
        pool_id uuid NOT NULL REFERENCES pool,
        name text NOT NULL,
        clock text NOT NULL CHECK (clock IN ('not_followed_up')),
        days integer NOT NULL CHECK (days > 0),
        workdays boolean NOT NULL,
        filter jsonb,
        department_ids uuid[] NOT NULL,
        skip_locked boolean NOT NULL,
        warn_days integer[] NOT NULL,
        active boolean NOT NULL,
        active_from date,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    "CREATE INDEX pool_rule_pool ON pool_rule (pool_id, pool_rule_id)",
    "CREATE TABLE holiday (day date PRIMARY KEY, workday boolean NOT NULL, name text NOT NULL)",
    # A deadline counts only while ``version`` is the customer's: whatever changes the customer silences it until it is computed anew.
    """
    CREATE TABLE recycling (
        customer_id uuid PRIMARY KEY REFERENCES customer ON DELETE CASCADE,
        version bigint NOT NULL,
        owner_id uuid NOT NULL,
        recycle_at timestamptz NOT NULL,
        pool_rule_id uuid NOT NULL
    )
    """,
    "CREATE INDEX recycling_owner ON recycling (owner_id, recycle_at)",
    "CREATE INDEX recycling_recycle_at ON recycling (recycle_at, customer_id)",
    """
    CREATE TABLE recycling_state (
        single boolean PRIMARY KEY CHECK (single),
        revision bigint NOT NULL,
        refreshed bigint NOT NULL,
        refreshing bigint,
        walked_to uuid,
        refreshed_at timestamptz
    )
    """,
    "INSERT INTO recycling_state (single, revision, refreshed) VALUES (true, 1, 0)",
    "CREATE TABLE recycling_lane (lane smallint PRIMARY KEY, position bigint NOT NULL)",
    """
    INSERT INTO recycling_lane (lane, position)
    SELECT l.lane, coalesce((SELECT max(e.position) FROM event e WHERE e.lane = l.lane AND e.position IS NOT NULL), 0)
    FROM generate_series(0, 7) AS l (lane)
    """,
    """
    CREATE TABLE recycle_warning (
        customer_id uuid NOT NULL REFERENCES customer ON DELETE CASCADE,
        pool_rule_id uuid NOT NULL,
        recycle_at timestamptz NOT NULL,
        step integer NOT NULL,
        warned_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (customer_id, pool_rule_id, recycle_at, step)
    )
    """,
    "ALTER TABLE ownership DROP CONSTRAINT IF EXISTS ownership_ended_how_check",
    """
    ALTER TABLE ownership ADD CONSTRAINT ownership_ended_how_check CHECK (ended_how IN ('assigned', 'returned_to_pool', 'recycled'))
    NOT VALID
    """,
)
