"""Tags: groups, tags, which customer has which, what a member has pinned, merges that are still moving customers."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


# ``name_key`` is the folded name: two tags in use never read alike. ``customer_tag.open`` repeats the customer's, so that a tag's
# customers are counted by one index, without a look at those that others keep to themselves. A tag that was merged away is archived and
# has a row in ``tag_merge`` for ever; customers that still have it are moved batch by batch until ``finished_at``.
STATEMENTS = (
    """
    CREATE TABLE tag_group (
        tag_group_id uuid PRIMARY KEY,
        name text NOT NULL,
        name_key text COLLATE "C" NOT NULL,
        single boolean NOT NULL DEFAULT false,
        position integer NOT NULL DEFAULT 0,
        created_by uuid REFERENCES member,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    "CREATE UNIQUE INDEX tag_group_name_key ON tag_group (name_key)",
    """
    CREATE TABLE tag (
        tag_id uuid PRIMARY KEY,
        tag_group_id uuid REFERENCES tag_group,
        name text NOT NULL,
        name_key text COLLATE "C" NOT NULL,
        name_sort text COLLATE "C" NOT NULL,
        search text COLLATE "C" NOT NULL,
        color text NOT NULL,
        position integer NOT NULL DEFAULT 0,
        archived_at timestamptz,
        created_by uuid REFERENCES member,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    "CREATE UNIQUE INDEX tag_name_key ON tag (name_key) WHERE archived_at IS NULL",
    "CREATE INDEX tag_tag_group ON tag (tag_group_id)",
    """
    CREATE TABLE customer_tag (
        customer_id uuid NOT NULL REFERENCES customer,
        tag_id uuid NOT NULL REFERENCES tag,
        open boolean NOT NULL,
        added_by uuid REFERENCES member,
        added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (customer_id, tag_id)
    )
    """,
    "CREATE INDEX customer_tag_tag ON customer_tag (tag_id, open, customer_id)",
    """
    CREATE TABLE pinned_tag (
        member_id uuid NOT NULL REFERENCES member,
        tag_id uuid NOT NULL REFERENCES tag,
        position integer NOT NULL,
        PRIMARY KEY (member_id, tag_id)
    )
    """,
    "CREATE INDEX pinned_tag_tag ON pinned_tag (tag_id)",
    """
    CREATE TABLE tag_merge (
        tag_id uuid PRIMARY KEY REFERENCES tag,
        into_tag_id uuid NOT NULL REFERENCES tag,
        member_id uuid NOT NULL REFERENCES member,
        request_id text NOT NULL,
        batch_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        moved integer NOT NULL DEFAULT 0,
        finished_at timestamptz,
        CONSTRAINT tag_merge_into_another CHECK (tag_id <> into_tag_id)
    )
    """,
    "CREATE INDEX tag_merge_moving ON tag_merge (created_at, tag_id) WHERE finished_at IS NULL",
)
