"""Merges of tags: which one went into which, and how far its customers have followed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import (
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
    insert,
    select,
    update,
)

from services.customer.store import metadata

_TIME = DateTime(timezone=True)

tag_merge = Table(
    "tag_merge",
    metadata,
    Column("tag_id", Uuid, ForeignKey("tag.tag_id"), primary_key=True),
    Column("into_tag_id", Uuid, ForeignKey("tag.tag_id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("member.member_id"), nullable=False),
    Column("request_id", Text, nullable=False),
    Column("batch_id", Uuid, nullable=False),
    Column("created_at", _TIME, nullable=False, server_default=func.clock_timestamp()),
    Column("moved", Integer, nullable=False, server_default="0"),
    Column("finished_at", _TIME),
    CheckConstraint("tag_id <> into_tag_id", name="tag_merge_into_another"),
)
_m = tag_merge.c
Index("tag_merge_moving", _m.created_at, _m.tag_id, postgresql_where=_m.finished_at.is_(None))


# Stored condition trees name tags by their ids, which stand nowhere else in them.
_FOLLOWING = (("saved_search", "filter"), ("pool_rule", "filter"), ("pool", "held_filter"))


def rewrite_filters(connection: Connection, tag_id: UUID, into: UUID) -> None:
    """Let saved searches and pool rules ask for the tag that took the place of another."""
    values = {"old": str(tag_id), "new": str(into), "like": f"%{tag_id}%"}
    for table, column in _FOLLOWING:
        statement = f"UPDATE {table} SET {column} = replace({column}::text, %(old)s, %(new)s)::jsonb WHERE {column}::text LIKE %(like)s"  # noqa: S608
        connection.exec_driver_sql(statement, values)


def insert_merge(connection: Connection, values: dict[str, Any]) -> None:
    """Begin one."""
    connection.execute(insert(tag_merge).values(**values))


def get_merge(connection: Connection, tag_id: UUID) -> Any | None:
    """Where this tag went, None for one that was never merged."""
    return connection.execute(select(tag_merge).where(_m.tag_id == tag_id)).one_or_none()


def take_moving(connection: Connection) -> Any | None:
    """A merge that has customers left, held until the transaction ends; None where nobody waits or others work on all."""
    statement = select(tag_merge).where(_m.finished_at.is_(None)).order_by(_m.created_at, _m.tag_id).limit(1)
    return connection.execute(statement.with_for_update(skip_locked=True)).one_or_none()


def save_moved(connection: Connection, tag_id: UUID, moved: int, *, finished: bool) -> None:
    """Count a batch."""
    values: dict[str, Any] = {"moved": _m.moved + moved}
    if finished:
        values["finished_at"] = func.clock_timestamp()
    connection.execute(update(tag_merge).where(_m.tag_id == tag_id).values(**values))
