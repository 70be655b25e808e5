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
    delete,
    exists,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.customer.store import metadata

_POOLS_LOCK = 7_204_311_014


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


COLUMNS = (
    "pool_id", "name", "description", "position", "is_default", "open_to_all", "hidden_fields", "claims_per_day", "held_max",
    "held_filter", "previous_owner_wait_days", "new_wait_hours", "cooldown_days", "admins_exempt", "archived_at", "created_at",
)  # fmt: skip
# Pools are locked before customers, always: who archives a pool, or opens it to all, holds it and then takes what is in it. Whatever
# moves a customer into a pool, or changes who sees one that is in a pool, takes the pool FOR SHARE first, so that it is still in use
# when the customer arrives; the trigger of migration 0004 would take it last, and both would wait for each other.
_TARGETS = text("""
    SELECT p.pool_id, p.name, p.is_default FROM pool p
    WHERE p.archived_at IS NULL
        AND (p.pool_id = :pool_id OR (CAST(:pool_id AS uuid) IS NULL
             AND (p.is_default OR EXISTS (SELECT FROM department d WHERE d.pool_id = p.pool_id))))
    ORDER BY p.pool_id FOR SHARE
""")
_OF_RULES = text("""
    SELECT p.pool_id FROM pool p WHERE p.archived_at IS NULL AND EXISTS (SELECT FROM pool_rule r WHERE r.pool_id = p.pool_id AND r.active)
    ORDER BY p.pool_id FOR SHARE
""")
_FORMER = text("SELECT FROM pool p WHERE p.pool_id = ANY(:pool_ids) ORDER BY p.pool_id FOR SHARE")
_POOL_OF = text("SELECT FROM pool p WHERE p.pool_id = (SELECT c.pool_id FROM customer c WHERE c.customer_id = :customer_id) FOR SHARE")
_OPEN_CUSTOMERS = """
    UPDATE customer SET open = %(open)s WHERE pool_id = %(pool_id)s AND state = 'pool' AND visibility = 'private' AND open <> %(open)s
"""
_OPEN_SEARCH = """
    UPDATE customer_search s SET open = c.open FROM customer c
    WHERE c.pool_id = %(pool_id)s AND c.state = 'pool' AND s.customer_id = c.customer_id AND s.open <> c.open
"""
_MOVE = """
    WITH leaving AS (
        SELECT customer_id FROM customer WHERE pool_id = %(pool_id)s AND state = 'pool' ORDER BY customer_id LIMIT %(limit)s
    ), held AS (
        SELECT c.customer_id FROM customer c JOIN leaving l USING (customer_id)
        WHERE c.pool_id = %(pool_id)s ORDER BY c.customer_id FOR NO KEY UPDATE OF c
    )
    UPDATE customer c SET pool_id = %(target_id)s, version = c.version + 1, updated_at = clock_timestamp()
    FROM held h WHERE c.customer_id = h.customer_id RETURNING c.customer_id, c.version
"""


def get_pool(connection: Connection, pool_id: UUID, *, lock: bool = False) -> Any | None:
    """One pool's row, archived or not; ``lock`` waits for those who are just moving customers into it."""
    statement = select(*(pool.c[name] for name in COLUMNS)).where(pool.c.pool_id == pool_id)
    return connection.execute(statement.with_for_update(key_share=True) if lock else statement).one_or_none()


def lock_targets(connection: Connection, pool_id: UUID | None) -> dict[UUID, str]:
    """pool_id → name of the pool that is named, or without one of all that customers may go to by themselves; none is archived before
    the transaction ends.
    """
    return {row.pool_id: row.name for row in connection.execute(_TARGETS, {"pool_id": pool_id})}


def lock_for_rules(connection: Connection) -> set[UUID]:
    """The pools in use into which rules move customers; none is archived before the transaction ends."""
    return set(connection.execute(_OF_RULES).scalars())


def lock_former(connection: Connection, pool_ids: Sequence[UUID]) -> None:
    """Pools into which customers are to go back, in use or not."""
    if pool_ids:
        connection.execute(_FORMER, {"pool_ids": list(pool_ids)})


def lock_pool_of(connection: Connection, customer_id: UUID) -> None:
    """The pool that a customer is in, if it is in one."""
    connection.execute(_POOL_OF, {"customer_id": customer_id})


def count_pools(connection: Connection) -> int:
    """How many there are, archived ones apart."""
    return int(connection.execute(select(func.count()).select_from(pool).where(pool.c.archived_at.is_(None))).scalar_one())


def name_exists(connection: Connection, name: str, *, besides: UUID | None) -> bool:
    """Whether another pool that is in use has the name."""
    condition = (pool.c.name == name) & pool.c.archived_at.is_(None)
    if besides is not None:
        condition &= pool.c.pool_id != besides
    return bool(connection.execute(select(exists().where(condition))).scalar_one())


def lock_pools(connection: Connection) -> None:
    """Changes of pools take turns until the transaction ends."""
    connection.execute(select(func.pg_advisory_xact_lock(_POOLS_LOCK)))


def insert_pool(connection: Connection, values: dict[str, Any]) -> None:
    """Add one."""
    connection.execute(insert(pool).values(values))


def save_pool(connection: Connection, pool_id: UUID, values: dict[str, Any]) -> None:
    """Change the given columns."""
    connection.execute(update(pool).where(pool.c.pool_id == pool_id).values(**values))


def save_open(connection: Connection, pool_id: UUID, *, open_to_all: bool) -> None:
    """Let every member see what is in the pool, or its members alone; a large pool takes its time."""
    connection.exec_driver_sql("SET LOCAL statement_timeout = '300s'")
    connection.exec_driver_sql(_OPEN_CUSTOMERS, {"pool_id": pool_id, "open": open_to_all})
    connection.exec_driver_sql(_OPEN_SEARCH, {"pool_id": pool_id})


def save_belonging(connection: Connection, pool_id: UUID, column: str, ids: Sequence[UUID]) -> None:
    """Who belongs to the pool, by ``member_id`` or by ``department_id``: these and no others."""
    of = pool_member.c[column]
    connection.execute(delete(pool_member).where(pool_member.c.pool_id == pool_id, of.is_not(None)))
    if ids:
        connection.execute(insert(pool_member), [{"pool_id": pool_id, column: found} for found in ids])


def save_admins(connection: Connection, pool_id: UUID, member_ids: Sequence[UUID]) -> None:
    """The pool's admins: these and no others."""
    connection.execute(delete(pool_admin).where(pool_admin.c.pool_id == pool_id))
    if member_ids:
        connection.execute(insert(pool_admin), [{"pool_id": pool_id, "member_id": found} for found in member_ids])


def save_default_of(connection: Connection, pool_id: UUID, department_ids: Sequence[UUID]) -> None:
    """The departments whose customers come here when they are returned: these and no others."""
    connection.execute(text("UPDATE department SET pool_id = NULL WHERE pool_id = :pool_id"), {"pool_id": pool_id})
    if department_ids:
        values = {"pool_id": pool_id, "department_ids": list(department_ids)}
        connection.execute(text("UPDATE department SET pool_id = :pool_id WHERE department_id = ANY(:department_ids)"), values)


def has_customers(connection: Connection, pool_id: UUID) -> bool:
    """Whether anything is in it."""
    statement = text("SELECT EXISTS (SELECT FROM customer WHERE pool_id = :pool_id AND state = 'pool')")
    return bool(connection.execute(statement, {"pool_id": pool_id}).scalar_one())


def move_some(connection: Connection, pool_id: UUID, target_id: UUID, *, limit: int) -> list[Any]:
    """Move at most ``limit`` customers into another pool: rows of customer_id and new version."""
    values = {"pool_id": pool_id, "target_id": target_id, "limit": limit}
    return list(connection.exec_driver_sql(_MOVE, values))


def save_archived(connection: Connection, pool_id: UUID) -> None:
    """Out of use from now on."""
    connection.execute(update(pool).where(pool.c.pool_id == pool_id).values(archived_at=func.clock_timestamp()))
