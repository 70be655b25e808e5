"""Members, departments, sessions, tokens, sign-in attempts, option lists, the one-time code, the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.customer.migrations.options_0001 import OPTIONS

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    _seed_options()


# ``path`` holds the ids from the top department down to the department itself, so "this one and below" is ``path @> ARRAY[id]``.
# ``name_sort`` and ``search`` are made by the application (pinyin); "C" order needs no ICU.
STATEMENTS = (
    """
    CREATE TABLE department (
        department_id uuid PRIMARY KEY,
        name text NOT NULL,
        parent_id uuid REFERENCES department,
        path uuid[] NOT NULL,
        position integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT department_path_ends_with_itself CHECK (path[cardinality(path)] = department_id)
    )
    """,
    "CREATE UNIQUE INDEX department_name ON department (parent_id, name) NULLS NOT DISTINCT",
    "CREATE INDEX department_path ON department USING gin (path)",
    """
    CREATE TABLE member (
        member_id uuid PRIMARY KEY,
        account text NOT NULL,
        account_key text COLLATE "C" NOT NULL,
        name text NOT NULL,
        name_pinyin text NOT NULL,
        name_sort text COLLATE "C" NOT NULL,
        search text COLLATE "C" NOT NULL,
        email text,
        phone text,
        role text NOT NULL CHECK (role IN ('admin', 'manager', 'member')),
        rights text[] NOT NULL,
        department_id uuid REFERENCES department,
        active boolean NOT NULL DEFAULT true,
        password_hash text NOT NULL,
        password_changed_at timestamptz NOT NULL DEFAULT now(),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        last_seen_at timestamptz
    )
    """,
    "CREATE UNIQUE INDEX member_account_key ON member (account_key)",
    "CREATE INDEX member_name ON member (name_sort, member_id)",
    "CREATE INDEX member_department ON member (department_id)",
    "CREATE INDEX member_active_admin ON member (member_id) WHERE active AND role = 'admin'",
    """
    CREATE TABLE session (
        session_id uuid PRIMARY KEY,
        token_hash bytea NOT NULL,
        member_id uuid NOT NULL REFERENCES member,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_seen_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        address text NOT NULL,
        user_agent text NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX session_token_hash ON session (token_hash)",
    "CREATE INDEX session_member ON session (member_id)",
    "CREATE INDEX session_expires_at ON session (expires_at)",
    """
    CREATE TABLE access_token (
        token_id uuid PRIMARY KEY,
        token_hash bytea NOT NULL,
        member_id uuid NOT NULL REFERENCES member,
        name text NOT NULL,
        scopes text[] NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        last_used_at timestamptz
    )
    """,
    "CREATE UNIQUE INDEX access_token_hash ON access_token (token_hash)",
    "CREATE INDEX access_token_member ON access_token (member_id, created_at)",
    """
    CREATE TABLE sign_in_attempt (
        attempt_id uuid PRIMARY KEY,
        account_key text COLLATE "C" NOT NULL,
        address text COLLATE "C" NOT NULL,
        attempted_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    "CREATE INDEX sign_in_attempt_account ON sign_in_attempt (account_key, attempted_at)",
    "CREATE INDEX sign_in_attempt_address ON sign_in_attempt (address, attempted_at)",
    "CREATE INDEX sign_in_attempt_time ON sign_in_attempt (attempted_at)",
    """
    CREATE TABLE setup_code (
        code_hash bytea PRIMARY KEY,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE option (
        list text NOT NULL,
        value text NOT NULL,
        label_zh text NOT NULL,
        label_en text NOT NULL,
        color text,
        position integer NOT NULL,
        active boolean NOT NULL DEFAULT true,
        system boolean NOT NULL DEFAULT false,
        PRIMARY KEY (list, value)
    )
    """,
    "CREATE INDEX option_position ON option (list, position, value)",
    """
    CREATE TABLE audit (
        audit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        member_id uuid,
        request_id text NOT NULL,
        action text NOT NULL,
        detail jsonb NOT NULL
    )
    """,
    "CREATE INDEX audit_member ON audit (member_id, audit_id)",
    # Append-only whatever the application does.
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$
    """,
    "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
)


def _seed_options() -> None:
    rows = [
        {"list": name, "value": value, "label_zh": zh, "label_en": en, "color": color, "position": position, "system": value == "overdue"}
        for name, options in OPTIONS.items()
        for position, (value, zh, en, color) in enumerate(options)
    ]
    columns: list[sa.ColumnClause[object]] = [
        sa.column(name) for name in ("list", "value", "label_zh", "label_en", "color", "position", "system")
    ]
    op.bulk_insert(sa.table("option", *columns), rows)
