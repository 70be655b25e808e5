"""Several pools: who belongs to each, what stays hidden in it, its limits, the ledger of claims; and which customers everybody sees."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


# ``open`` says that every member sees the customer. Whether the pool that it is in is open to all stands in the pool's row, which a
# generated column cannot read; so it is kept by a trigger, whichever command moves the customer. The pool's row is locked before it is
# read: who changes ``open_to_all`` holds it FOR NO KEY UPDATE, and a move that waited for him reads what was decided.
_OPEN = """
    CREATE FUNCTION customer_open() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.open := NEW.visibility = 'public';
        IF NEW.state = 'pool' AND NOT NEW.open THEN
            SELECT p.open_to_all INTO NEW.open FROM pool p WHERE p.pool_id = NEW.pool_id FOR SHARE;
            NEW.open := coalesce(NEW.open, false);
        END IF;
        RETURN NEW;
    END $$
"""

STATEMENTS = (
    """
    ALTER TABLE pool
        ADD COLUMN description text,
        ADD COLUMN position integer NOT NULL DEFAULT 0,
        ADD COLUMN archived_at timestamptz,
        ADD COLUMN open_to_all boolean NOT NULL DEFAULT true,
        ADD COLUMN claims_per_day integer CHECK (claims_per_day >= 0),
        ADD COLUMN held_max integer CHECK (held_max >= 0),
        ADD COLUMN held_filter jsonb,
        ADD COLUMN previous_owner_wait_days integer NOT NULL DEFAULT 0,
        ADD COLUMN new_wait_hours integer NOT NULL DEFAULT 0,
        ADD COLUMN cooldown_days integer NOT NULL DEFAULT 0,
        ADD COLUMN admins_exempt boolean NOT NULL DEFAULT false
    """,
    """
    CREATE TABLE pool_member (
        pool_id uuid NOT NULL REFERENCES pool,
        member_id uuid REFERENCES member,
        department_id uuid REFERENCES department ON DELETE CASCADE,
        CONSTRAINT pool_member_is_one CHECK ((member_id IS NULL) <> (department_id IS NULL))
    )
    """,
    "CREATE UNIQUE INDEX pool_member_once ON pool_member (pool_id, member_id, department_id) NULLS NOT DISTINCT",
    """
    CREATE TABLE pool_admin (
        pool_id uuid NOT NULL REFERENCES pool,
        member_id uuid NOT NULL REFERENCES member,
        PRIMARY KEY (pool_id, member_id)
    )
    """,
    "ALTER TABLE department ADD COLUMN pool_id uuid REFERENCES pool",
    """
    CREATE TABLE claim (
        claim_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        pool_id uuid NOT NULL REFERENCES pool,
        member_id uuid NOT NULL REFERENCES member,
        customer_id uuid NOT NULL REFERENCES customer,
        day date NOT NULL,
        claimed_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    "CREATE INDEX claim_quota ON claim (member_id, pool_id, day)",
    "CREATE INDEX claim_customer ON claim (customer_id, claimed_at)",
    "ALTER TABLE customer ALTER COLUMN open DROP EXPRESSION",
    _OPEN,
    "CREATE TRIGGER customer_open_inserted BEFORE INSERT ON customer FOR EACH ROW EXECUTE FUNCTION customer_open()",
    """
    CREATE TRIGGER customer_open_updated BEFORE UPDATE OF visibility, state, pool_id ON customer FOR EACH ROW
    WHEN ((OLD.visibility, OLD.state, OLD.pool_id) IS DISTINCT FROM (NEW.visibility, NEW.state, NEW.pool_id))
    EXECUTE FUNCTION customer_open()
    """,
    "DROP INDEX customer_pool",
    # The view of all pools by the first, of one pool by the second; the included columns let both count without a look at customers.
    "CREATE INDEX customer_pool ON customer (open, pool_entered_at, customer_id) INCLUDE (pool_id) WHERE state = 'pool'",
    "CREATE INDEX customer_pool_of ON customer (pool_id, pool_entered_at, customer_id) INCLUDE (open) WHERE state = 'pool'",
)
