"""Pools. There is one, which every member belongs to; it says which fields stay hidden in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Column, Connection, DateTime, Index, Table, Text, Uuid, func, select, text

from services.customer.store import metadata

pool = Table(
    "pool",
    metadata,
    Column("pool_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("is_default", Boolean, nullable=False, server_default=text("false")),
    Column("hidden_fields", ARRAY(Text), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
Index("pool_default", pool.c.is_default, unique=True, postgresql_where=pool.c.is_default)


def find_pool(connection: Connection, pool_id: UUID | None) -> UUID | None:
    """The named pool's id, the default one's where none is named; None where there is no such pool."""
    statement = select(pool.c.pool_id).where(pool.c.is_default if pool_id is None else pool.c.pool_id == pool_id)
    found: UUID | None = connection.execute(statement).scalar_one_or_none()
    return found


def get_hidden_fields(connection: Connection) -> dict[Any, frozenset[str]]:
    """pool_id → the fields that stay hidden in it."""
    return {row.pool_id: frozenset(row.hidden_fields) for row in connection.execute(select(pool.c.pool_id, pool.c.hidden_fields))}
