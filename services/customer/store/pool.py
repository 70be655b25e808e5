"""Pools as rows: who belongs to each, what stays hidden in it, its limits. What was claimed from them is ``claim.py``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.customer.store import metadata


def _number(name: str) -> Column[Any]:
    return Column(name, Integer, nullable=False, server_default="0")


pool = Table(
    "pool",
    metadata,
    Column("pool_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("is_default", Boolean, nullable=False, server_default=text("false")),
    Column("hidden_fields", ARRAY(Text), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("description", Text),
    _number("position"),
    Column("archived_at", DateTime(timezone=True)),
    Column("open_to_all", Boolean, nullable=False, server_default=text("true")),
    Column("claims_per_day", Integer),
    Column("held_max", Integer),
    Column("held_filter", JSONB(none_as_null=True)),
    _number("previous_owner_wait_days"),
    _number("new_wait_hours"),
    _number("cooldown_days"),
    Column("admins_exempt", Boolean, nullable=False, server_default=text("false")),
)
Index("pool_default", pool.c.is_default, unique=True, postgresql_where=pool.c.is_default)

pool_member = Table(
    "pool_member",
    metadata,
    Column("pool_id", Uuid, ForeignKey("pool.pool_id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("member.member_id")),
    Column("department_id", Uuid, ForeignKey("department.department_id", ondelete="CASCADE")),
    CheckConstraint("(member_id IS NULL) <> (department_id IS NULL)", name="pool_member_is_one"),
)
Index(
    "pool_member_once",
    pool_member.c.pool_id,
    pool_member.c.member_id,
    pool_member.c.department_id,
    unique=True,
    postgresql_nulls_not_distinct=True,
)

pool_admin = Table(
    "pool_admin",
    metadata,
    Column("pool_id", Uuid, ForeignKey("pool.pool_id"), primary_key=True),
    Column("member_id", Uuid, ForeignKey("member.member_id"), primary_key=True),
)

# How the viewer stands to each pool, beside his row ``m`` and his department's ``d``: (pool_id, open to all, hidden, belongs, admin).
STANDING = """
    (SELECT jsonb_agg(jsonb_build_array(
        p.pool_id, p.open_to_all, p.hidden_fields,
        EXISTS (SELECT FROM pool_member b WHERE b.pool_id = p.pool_id
                AND (b.member_id = m.member_id OR b.department_id = ANY(d.path))),
        EXISTS (SELECT FROM pool_admin a WHERE a.pool_id = p.pool_id AND a.member_id = m.member_id)))
     FROM pool p WHERE p.archived_at IS NULL)
"""
# The pool of the nearest department up the tree that has one, else the default pool.
_HOME = text("""
    SELECT m.member_id, coalesce(
        (SELECT u.pool_id FROM department u WHERE u.department_id = ANY(d.path) AND u.pool_id IS NOT NULL
         ORDER BY cardinality(u.path) DESC LIMIT 1),
        (SELECT p.pool_id FROM pool p WHERE p.is_default)) AS pool_id
    FROM member m LEFT JOIN department d ON d.department_id = m.department_id
    WHERE m.member_id = ANY(:member_ids)
""")


def find_pool(connection: Connection, pool_id: UUID | None) -> UUID | None:
    """The named pool's id, the default one's where none is named; None where there is no such pool."""
    statement = select(pool.c.pool_id).where(pool.c.is_default if pool_id is None else pool.c.pool_id == pool_id)
    found: UUID | None = connection.execute(statement).scalar_one_or_none()
    return found


def get_home_pools(connection: Connection, member_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Where the customers of each member go when they are returned."""
    return {row.member_id: row.pool_id for row in connection.execute(_HOME, {"member_ids": list(member_ids)})}


def get_name(connection: Connection, pool_id: UUID) -> str:
    """What a pool is called."""
    return str(connection.execute(select(pool.c.name).where(pool.c.pool_id == pool_id)).scalar_one())
