"""Saved searches: the conditions under a name, with whom they are shared, and who has which one in his side menu."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    CREATE TABLE saved_search (
        saved_search_id uuid PRIMARY KEY,
        owner_id uuid NOT NULL REFERENCES member,
        name text NOT NULL,
        color text,
        icon text,
        view text NOT NULL,
        q text,
        filter jsonb,
        sort text,
        columns text[],
        shared_with text NOT NULL DEFAULT 'nobody',
        count_shown boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        CONSTRAINT saved_search_shared_with CHECK (shared_with IN ('nobody', 'members', 'departments', 'everyone'))
    )
    """,
    "CREATE INDEX saved_search_owner ON saved_search (owner_id)",
    "CREATE INDEX saved_search_everyone ON saved_search (saved_search_id) WHERE shared_with = 'everyone'",
    "CREATE INDEX saved_search_deleted_at ON saved_search (deleted_at) WHERE deleted_at IS NOT NULL",
    """
    CREATE TABLE saved_search_share (
        saved_search_id uuid NOT NULL REFERENCES saved_search ON DELETE CASCADE,
        member_id uuid REFERENCES member,
        department_id uuid REFERENCES department ON DELETE CASCADE,
        CONSTRAINT saved_search_share_has_one_side CHECK ((member_id IS NULL) <> (department_id IS NULL))
    )
    """,
    "CREATE INDEX saved_search_share_saved_search ON saved_search_share (saved_search_id)",
    "CREATE INDEX saved_search_share_member ON saved_search_share (member_id, saved_search_id) WHERE member_id IS NOT NULL",
    "CREATE INDEX saved_search_share_department ON saved_search_share (department_id, saved_search_id) WHERE department_id IS NOT NULL",
    """
    CREATE TABLE saved_search_pin (
        member_id uuid NOT NULL REFERENCES member,
        saved_search_id uuid NOT NULL REFERENCES saved_search ON DELETE CASCADE,
        position integer NOT NULL,
        PRIMARY KEY (member_id, saved_search_id)
    )
    """,
    "CREATE INDEX saved_search_pin_saved_search ON saved_search_pin (saved_search_id)",
)
