"""Customers with everything around their owner: search, participants, stars, follow-ups, ownership, pool, events, idempotency."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


CUSTOMER = """
    CREATE TABLE customer (
        customer_id uuid PRIMARY KEY,
        customer_no text COLLATE "C" NOT NULL,
        name text NOT NULL,
        name_sort text COLLATE "C" NOT NULL,
        short_name text,
        kind text NOT NULL DEFAULT 'organization',
        relation text,
        status text NOT NULL DEFAULT 'new',
        level text,
        industry text,
        source text,
        province text,
        city text,
        district text,
        address text,
        phone text,
        mobile text,
        email text,
        website text,
        wechat text,
        credit_code text COLLATE "C",
        staff_size integer,
        parent_customer_id uuid REFERENCES customer,
        remark text,
        visibility text NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'private')),
        state text NOT NULL CHECK (state IN ('owned', 'unassigned', 'pool')),
        owner_id uuid REFERENCES member,
        previous_owner_id uuid REFERENCES member,
        pool_id uuid REFERENCES pool,
        pool_entered_at timestamptz,
        pool_reason text,
        pool_note text,
        times_claimed integer NOT NULL DEFAULT 0,
        last_follow_up_at timestamptz,
        last_follow_up_by uuid REFERENCES member,
        last_follow_up_excerpt text,
        next_contact_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        created_by uuid REFERENCES member,
        updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        version bigint NOT NULL DEFAULT 1,
        open boolean NOT NULL GENERATED ALWAYS AS (visibility = 'public' OR state = 'pool') STORED,
        CONSTRAINT customer_owned_has_owner CHECK ((state = 'owned') = (owner_id IS NOT NULL)),
        CONSTRAINT customer_pool_has_pool CHECK ((state = 'pool') = (pool_id IS NOT NULL AND pool_entered_at IS NOT NULL))
    )
"""

# ``open`` says that every member sees the customer (public, or in everybody's pool). Every index of a sort order begins with it: one
# walk along the open rows, one along the closed ones. So each row stands in each order once, a list never walks over what others
# keep to themselves, and what a member sees among closed rows begins at the few that he owns, manages or takes part in.
SORT_ORDERS = ("updated_at", "created_at", "last_follow_up_at", "next_contact_at", "name_sort", "status", "level", "province")

STATEMENTS = (
    """
    CREATE TABLE pool (
        pool_id uuid PRIMARY KEY,
        name text NOT NULL,
        is_default boolean NOT NULL DEFAULT false,
        hidden_fields text[] NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE UNIQUE INDEX pool_default ON pool (is_default) WHERE is_default",
    """
    INSERT INTO pool (pool_id, name, is_default, hidden_fields)
    VALUES (gen_random_uuid(), '公海', true, ARRAY['phone', 'mobile', 'email', 'wechat', 'address', 'remark'])
    """,
    "CREATE SEQUENCE customer_number",
    CUSTOMER,
    "CREATE UNIQUE INDEX customer_customer_no ON customer (customer_no)",
    "CREATE UNIQUE INDEX customer_credit_code ON customer (credit_code) WHERE credit_code IS NOT NULL",
    *(f"CREATE INDEX customer_{column} ON customer (open, {column}, customer_id)" for column in SORT_ORDERS),
    # The one filter that goes hand in hand with an order: new customers were never followed up, so walking would find them last.
    "CREATE INDEX customer_status_follow_up ON customer (open, status, last_follow_up_at, customer_id)",
    "CREATE INDEX customer_owner ON customer (owner_id, open)",
    "CREATE INDEX customer_pool ON customer (pool_entered_at, customer_id) WHERE state = 'pool'",
    "CREATE INDEX customer_unassigned ON customer (open, created_at, customer_id) WHERE state = 'unassigned'",
    "CREATE INDEX customer_parent ON customer (parent_customer_id) WHERE parent_customer_id IS NOT NULL",
    # Apart from customer, so that the frequent changes (owner, follow-up, next contact) never touch the inverted index.
    """
    CREATE TABLE customer_search (
        customer_id uuid PRIMARY KEY REFERENCES customer,
        open boolean NOT NULL,
        tokens tsvector NOT NULL,
        name_key text NOT NULL,
        pinyin text NOT NULL,
        digits text NOT NULL
    )
    """,
    "CREATE INDEX customer_search_open ON customer_search USING gin (tokens) WHERE open",
    "CREATE INDEX customer_search_closed ON customer_search USING gin (tokens) WHERE NOT open",
    """
    CREATE TABLE ownership (
        ownership_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        customer_id uuid NOT NULL REFERENCES customer,
        owner_id uuid NOT NULL REFERENCES member,
        began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        how text NOT NULL CHECK (how IN ('created', 'assigned', 'claimed', 'imported')),
        began_by uuid REFERENCES member,
        ended_at timestamptz,
        ended_how text CHECK (ended_how IN ('assigned', 'returned_to_pool')),
        ended_by uuid REFERENCES member,
        reason text,
        note text,
        CONSTRAINT ownership_ends_with_a_how CHECK ((ended_at IS NULL) = (ended_how IS NULL))
    )
    """,
    "CREATE UNIQUE INDEX ownership_open ON ownership (customer_id) WHERE ended_at IS NULL",
    "CREATE INDEX ownership_customer ON ownership (customer_id, ownership_id)",
    """
    CREATE TABLE participant (
        customer_id uuid NOT NULL REFERENCES customer,
        member_id uuid NOT NULL REFERENCES member,
        role text NOT NULL CHECK (role IN ('editor', 'viewer')),
        expires_at timestamptz,
        added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        added_by uuid REFERENCES member,
        PRIMARY KEY (customer_id, member_id)
    )
    """,
    "CREATE INDEX participant_member ON participant (member_id, customer_id)",
    """
    CREATE TABLE star (
        member_id uuid NOT NULL REFERENCES member,
        customer_id uuid NOT NULL REFERENCES customer,
        starred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (member_id, customer_id)
    )
    """,
    """
    CREATE TABLE follow_up (
        follow_up_id uuid PRIMARY KEY,
        customer_id uuid NOT NULL REFERENCES customer,
        author_id uuid NOT NULL REFERENCES member,
        method text NOT NULL,
        content text NOT NULL,
        followed_at timestamptz NOT NULL,
        result text,
        status_before text,
        status_after text,
        level_before text,
        level_after text,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        version bigint NOT NULL DEFAULT 1,
        recorded_version bigint NOT NULL
    )
    """,
    "CREATE INDEX follow_up_customer ON follow_up (customer_id, followed_at, recorded_version)",
    "CREATE INDEX follow_up_author ON follow_up (customer_id, author_id, recorded_version)",
    # A planned contact: of a follow-up, or set directly (follow_up_id null; due_at null then means "all plans dropped").
    """
    CREATE TABLE next_contact (
        next_contact_id uuid PRIMARY KEY,
        customer_id uuid NOT NULL REFERENCES customer,
        member_id uuid NOT NULL REFERENCES member,
        follow_up_id uuid REFERENCES follow_up,
        due_at timestamptz,
        note text,
        recorded_version bigint NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        closed_by uuid,
        closed_at timestamptz,
        CONSTRAINT next_contact_of_a_follow_up_is_due CHECK (follow_up_id IS NULL OR due_at IS NOT NULL),
        CONSTRAINT next_contact_closed CHECK ((closed_by IS NULL) = (closed_at IS NULL))
    )
    """,
    "CREATE UNIQUE INDEX next_contact_follow_up ON next_contact (follow_up_id) WHERE follow_up_id IS NOT NULL",
    "CREATE INDEX next_contact_open ON next_contact (customer_id, due_at) WHERE closed_at IS NULL",
    "CREATE INDEX next_contact_closer ON next_contact (closed_by) WHERE closed_by IS NOT NULL",
    "CREATE INDEX next_contact_direct ON next_contact (customer_id, recorded_version) WHERE follow_up_id IS NULL",
    "CREATE INDEX next_contact_closed_at ON next_contact (closed_at, customer_id) WHERE closed_at IS NOT NULL",
    """
    CREATE TABLE event (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        event_id uuid NOT NULL UNIQUE,
        type text NOT NULL,
        version smallint NOT NULL DEFAULT 1,
        customer_id uuid NOT NULL,
        customer_version bigint NOT NULL,
        occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        actor jsonb NOT NULL,
        request_id text NOT NULL,
        batch_id uuid,
        changes jsonb NOT NULL DEFAULT '[]',
        payload jsonb NOT NULL DEFAULT '{}',
        audience uuid[] NOT NULL DEFAULT '{}',
        lane smallint NOT NULL,
        position bigint,
        sent_at timestamptz,
        UNIQUE (customer_id, customer_version)
    )
    """,
    "CREATE UNIQUE INDEX event_position ON event (lane, position) WHERE position IS NOT NULL",
    "CREATE INDEX event_unnumbered ON event (lane, id) WHERE position IS NULL",
    "CREATE INDEX event_unsent ON event (lane, position) WHERE position IS NOT NULL AND sent_at IS NULL",
    """
    CREATE TABLE idempotency (
        member_id uuid NOT NULL,
        key text COLLATE "C" NOT NULL,
        request_hash bytea NOT NULL,
        status smallint,
        answer bytea,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (member_id, key)
    )
    """,
    "CREATE INDEX idempotency_created_at ON idempotency (created_at)",
)
