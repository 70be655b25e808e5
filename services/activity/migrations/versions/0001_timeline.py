"""Timelines in two generations, how far each lane has been applied, events that could not be applied."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    # One generation is shown, the other is empty or being rebuilt. The primary key is the only index: every question names the
    # customer, and its entries lie together in order.
    """
    CREATE TABLE timeline (
        generation smallint NOT NULL,
        customer_id uuid NOT NULL,
        customer_version bigint NOT NULL,
        event_id uuid NOT NULL,
        type text NOT NULL,
        kind text NOT NULL,
        occurred_at timestamptz NOT NULL,
        actor jsonb NOT NULL,
        batch_id uuid,
        changes jsonb NOT NULL,
        payload jsonb NOT NULL,
        words text NOT NULL,
        change_words text NOT NULL,
        PRIMARY KEY (generation, customer_id, customer_version)
    ) PARTITION BY LIST (generation)
    """,
    # Insert-only tables are vacuumed by growth: often enough that index-only and "all visible" stay true.
    "CREATE TABLE timeline_1 PARTITION OF timeline FOR VALUES IN (1)",
    "CREATE TABLE timeline_2 PARTITION OF timeline FOR VALUES IN (2)",
    # ``generation`` is the shown one, the same in all rows; ``head`` is the lane's last position in the record, as last seen.
    """
    CREATE TABLE position (
        lane smallint PRIMARY KEY,
        generation smallint NOT NULL DEFAULT 1,
        applied bigint NOT NULL DEFAULT 0,
        head bigint NOT NULL DEFAULT 0,
        checked_at timestamptz
    )
    """,
    # Written with every batch: room in the page keeps each update in place.
    "ALTER TABLE position SET (fillfactor = 10)",
    """
    CREATE TABLE parked (
        generation smallint NOT NULL,
        lane smallint NOT NULL,
        position bigint NOT NULL,
        attempts integer NOT NULL DEFAULT 1,
        error text NOT NULL,
        envelope text NOT NULL,
        first_failed_at timestamptz NOT NULL DEFAULT now(),
        parked_at timestamptz,
        PRIMARY KEY (generation, lane, position)
    )
    """,
    # The application's role may empty the generation that is not shown, and nothing else.
    """
    CREATE FUNCTION clear_timeline(which integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
    BEGIN
        IF which NOT IN (1, 2) OR which = (SELECT coalesce(max(generation), 1) FROM public.position) THEN
            RAISE EXCEPTION 'generation % of the timeline is shown or unknown', which;
        END IF;
        EXECUTE format('TRUNCATE public.timeline_%s', which);
    END $$
    """,
)
