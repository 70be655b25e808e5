"""Customers as rows: locking for a change, inserting, saving. Searching them is ``search.py``, lists are in ``queries``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    FetchedValue,
    ForeignKey,
    Index,
    Integer,
    RowMapping,
    Table,
    Text,
    Uuid,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.customer.store import metadata

_C = Text(collation="C")
_TIME = DateTime(timezone=True)


def _member(name: str) -> Column[Any]:
    return Column(name, Uuid, ForeignKey("member.member_id"))


customer = Table(
    "customer",
    metadata,
    Column("customer_id", Uuid, primary_key=True),
    Column("customer_no", _C, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_sort", _C, nullable=False),
    Column("short_name", Text),
    Column("kind", Text, nullable=False, server_default="organization"),
    Column("relation", Text),
    Column("status", Text, nullable=False, server_default="new"),
    *(Column(name, Text) for name in ("level", "industry", "source", "province", "city", "district", "address")),
    *(Column(name, Text) for name in ("phone", "mobile", "email", "website", "wechat")),
    Column("credit_code", _C),
    Column("staff_size", Integer),
    Column("parent_customer_id", Uuid, ForeignKey("customer.customer_id")),
    Column("remark", Text),
    Column("visibility", Text, CheckConstraint("visibility IN ('public', 'private')"), nullable=False, server_default="public"),
    Column("state", Text, CheckConstraint("state IN ('owned', 'unassigned', 'pool')"), nullable=False),
    _member("owner_id"),
    _member("previous_owner_id"),
    Column("pool_id", Uuid, ForeignKey("pool.pool_id")),
    Column("pool_entered_at", _TIME),
    Column("pool_reason", Text),
    Column("pool_note", Text),
    Column("times_claimed", Integer, nullable=False, server_default="0"),
    Column("last_follow_up_at", _TIME),
    _member("last_follow_up_by"),
    Column("last_follow_up_excerpt", Text),
    Column("next_contact_at", _TIME),
    Column("locked_at", _TIME),
    _member("locked_by"),
    Column("hold_until", _TIME),
    Column("hold_reason", Text),
    _member("held_by"),
    Column("held_at", _TIME),
    Column("created_at", _TIME, nullable=False, server_default=func.clock_timestamp()),
    _member("created_by"),
    Column("updated_at", _TIME, nullable=False, server_default=func.clock_timestamp()),
    Column("version", BigInteger, nullable=False, server_default="1"),
    Column("custom", JSONB, nullable=False, server_default="{}"),
    Column("open", Boolean, FetchedValue(), nullable=False),  # whether every member sees it; kept by a trigger
    CheckConstraint("(state = 'owned') = (owner_id IS NOT NULL)", name="customer_owned_has_owner"),
    CheckConstraint("(state = 'pool') = (pool_id IS NOT NULL AND pool_entered_at IS NOT NULL)", name="customer_pool_has_pool"),
    CheckConstraint("state <> 'pool' OR (locked_at IS NULL AND hold_until IS NULL)", name="customer_pool_is_neither_locked_nor_held"),
)
_c = customer.c
Index("customer_customer_no", _c.customer_no, unique=True)
Index("customer_credit_code", _c.credit_code, unique=True, postgresql_where=_c.credit_code.is_not(None))
# What is asked most often stands beside, so that hits are told without a look at the customers (queries/customer_list_cover.py).
_BESIDE = ("status", "level", "province", "source", "industry", "owner_id")
_COVERING: dict[str, tuple[str, ...]] = {
    name: (name,) for name in ("created_at", "last_follow_up_at", "next_contact_at", "status", "level", "source", "industry")
}
_COVERING |= {
    "province": ("province", "status"),
    "status_follow_up": ("status", "last_follow_up_at"),
}
for _name, _keys in _COVERING.items():
    _held = [name for name in _BESIDE if name not in _keys]
    Index(f"customer_{_name}", _c.open, *(_c[key] for key in _keys), _c.customer_id, postgresql_include=_held)
for _name in ("updated_at", "name_sort"):
    Index(f"customer_{_name}", _c.open, _c[_name], _c.customer_id)
Index("customer_owner", _c.owner_id, _c.open)
_in_pool: dict[str, Any] = {"postgresql_where": _c.state == "pool"}
Index("customer_pool", _c.open, _c.pool_entered_at, _c.customer_id, postgresql_include=["pool_id"], **_in_pool)
Index("customer_pool_of", _c.pool_id, _c.pool_entered_at, _c.customer_id, postgresql_include=["open"], **_in_pool)
Index("customer_unassigned", _c.open, _c.created_at, _c.customer_id, postgresql_where=_c.state == "unassigned")
Index("customer_held", _c.hold_until, postgresql_where=_c.hold_until.is_not(None))
Index("customer_parent", _c.parent_customer_id, postgresql_where=_c.parent_customer_id.is_not(None))


def next_numbers(connection: Connection, count: int = 1) -> list[str]:
    """Fresh customer numbers, e.g. ``C000123``; one that was taken is never given again."""
    numbers = connection.execute(text("SELECT nextval('customer_number') FROM generate_series(1, :count)"), {"count": count})
    return [f"C{number:06d}" for number in numbers.scalars()]


def insert_customers(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add customers; all rows have the same columns."""
    connection.execute(insert(customer), list(rows))


_LOCK = f"SELECT {', '.join(_c.keys())} FROM customer WHERE customer_id = %(customer_id)s FOR NO KEY UPDATE"  # noqa: S608 - constants only


def lock_customer(connection: Connection, customer_id: UUID) -> dict[str, Any] | None:
    """The whole row, held until the transaction ends; None where there is none. Whether it may be seen is asked afterwards,
    because what was read before the lock may have changed while waiting for it.
    """
    row = connection.exec_driver_sql(_LOCK, {"customer_id": customer_id}).mappings().one_or_none()
    return None if row is None else dict(row)


def lock_versions(connection: Connection, customer_ids: Sequence[UUID]) -> dict[UUID, int]:
    """customer_id → version of those that exist, locked in the order of their ids so that two batches never wait for each other in a
    circle.
    """
    statement = select(_c.customer_id, _c.version).where(_c.customer_id == func.any(list(customer_ids)))
    rows = connection.execute(statement.order_by(_c.customer_id).with_for_update(key_share=True))
    return {row.customer_id: row.version for row in rows}


def lock_free(connection: Connection, customer_ids: Sequence[UUID]) -> list[UUID]:
    """Lock those that nobody else holds, in the order of their ids; answers them."""
    statement = select(_c.customer_id).where(_c.customer_id == func.any(list(customer_ids))).order_by(_c.customer_id)
    return list(connection.execute(statement.with_for_update(key_share=True, skip_locked=True)).scalars()) if customer_ids else []


def save_customer(connection: Connection, customer_id: UUID, values: dict[str, Any], *, version: int) -> None:
    """Write changed columns of a locked customer under its new version."""
    statement = update(customer).where(_c.customer_id == customer_id)
    connection.execute(statement.values(**values, version=version, updated_at=func.clock_timestamp()))


def find_by_credit_code(connection: Connection, credit_code: str) -> RowMapping | None:
    """The customer that holds this credit code."""
    return connection.execute(select(customer).where(_c.credit_code == credit_code)).mappings().one_or_none()


def get_names(connection: Connection, customer_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of those that exist."""
    rows = connection.execute(select(_c.customer_id, _c.name).where(_c.customer_id == func.any(list(customer_ids))))
    return {row.customer_id: row.name for row in rows}


def lock_credit_code(connection: Connection, credit_code: str) -> None:
    """Those who want the same credit code take turns until the transaction ends, so that the second one can be told who has it."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"credit_code {credit_code}", 7_204_311))))


# Upwards from a customer to its topmost parent; ends by itself even if a circle had come in another way.
_ANCESTORS = text("""
    WITH RECURSIVE up (customer_id, parent_customer_id) AS (
        SELECT customer_id, parent_customer_id FROM customer WHERE customer_id = :customer_id
        UNION
        SELECT c.customer_id, c.parent_customer_id FROM up JOIN customer c ON c.customer_id = up.parent_customer_id
    )
    SELECT customer_id FROM up
""")
_PARENTS_LOCK = 7_204_311_020


def lock_parents(connection: Connection) -> None:
    """Changes of parents take turns until the transaction ends; otherwise two at once could make a circle."""
    connection.execute(select(func.pg_advisory_xact_lock(_PARENTS_LOCK)))


def get_ancestors(connection: Connection, customer_id: UUID) -> set[UUID]:
    """The customer itself and everything above it."""
    return set(connection.execute(_ANCESTORS, {"customer_id": customer_id}).scalars())
