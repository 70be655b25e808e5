"""Custom fields: their definitions, the values on the customer, and one line per value for filtering and sorting."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


# A key is never given twice: saved searches, events and columns name it for as long as there are any.
# ``custom_value`` repeats what ``customer.custom`` holds, typed: number for numbers, yes and no; text for what is compared as text. Its
# indexes begin with key and openness, as every index of a sort order does (see 0002).
STATEMENTS = (
    "CREATE SEQUENCE custom_field_key",
    """
    CREATE TABLE custom_field (
        key text PRIMARY KEY,
        type text NOT NULL CHECK (type IN ('text', 'number', 'date', 'choice', 'choices', 'member', 'boolean')),
        label_zh text NOT NULL,
        label_en text NOT NULL,
        position integer NOT NULL,
        active boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        created_by uuid REFERENCES member
    )
    """,
    "ALTER TABLE customer ADD COLUMN custom jsonb NOT NULL DEFAULT '{}'",
    """
    CREATE TABLE custom_value (
        customer_id uuid NOT NULL REFERENCES customer,
        key text COLLATE "C" NOT NULL,
        item smallint NOT NULL DEFAULT 0,
        open boolean NOT NULL,
        number numeric,
        text text COLLATE "C",
        PRIMARY KEY (customer_id, key, item),
        CONSTRAINT custom_value_is_number_or_text CHECK ((number IS NULL) <> (text IS NULL))
    )
    """,
    "CREATE INDEX custom_value_number ON custom_value (key, open, number, customer_id) WHERE number IS NOT NULL",
    "CREATE INDEX custom_value_text ON custom_value (key, open, text, customer_id) WHERE text IS NOT NULL",
)
