"""Follow-ups as rows, and which of a customer's is the latest."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    RowMapping,
    Table,
    Text,
    Uuid,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from services.customer.store import metadata

follow_up = Table(
    "follow_up",
    metadata,
    Column("follow_up_id", Uuid, primary_key=True),
    Column("customer_id", Uuid, ForeignKey("customer.customer_id"), nullable=False),
    Column("author_id", Uuid, ForeignKey("member.member_id"), nullable=False),
    Column("method", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("followed_at", DateTime(timezone=True), nullable=False),
    Column("result", Text),
    Column("status_before", Text),
    Column("status_after", Text),
    Column("level_before", Text),
    Column("level_after", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("version", BigInteger, nullable=False, server_default="1"),
    Column("recorded_version", BigInteger, nullable=False),
)
_f = follow_up.c
Index("follow_up_customer", _f.customer_id, _f.followed_at, _f.recorded_version)
Index("follow_up_author", _f.customer_id, _f.author_id, _f.recorded_version)


def find_customer_of(connection: Connection, follow_up_id: UUID) -> UUID | None:
    """Whose follow-up this is; asked before the customer is locked (it never changes)."""
    found: UUID | None = connection.execute(select(_f.customer_id).where(_f.follow_up_id == follow_up_id)).scalar_one_or_none()
    return found


def get_follow_up(connection: Connection, follow_up_id: UUID) -> RowMapping | None:
    """One follow-up; its customer is locked already."""
    return connection.execute(select(follow_up).where(_f.follow_up_id == follow_up_id)).mappings().one_or_none()


def insert_follow_up(connection: Connection, values: dict[str, Any]) -> None:
    """Add one."""
    connection.execute(insert(follow_up).values(values))


def save_follow_up(connection: Connection, follow_up_id: UUID, values: dict[str, Any]) -> None:
    """Change one."""
    statement = update(follow_up).where(_f.follow_up_id == follow_up_id)
    connection.execute(statement.values(**values, version=_f.version + 1, updated_at=func.clock_timestamp()))


def delete_follow_up(connection: Connection, follow_up_id: UUID) -> None:
    """Remove one; what it said stays in the record of events."""
    connection.execute(delete(follow_up).where(_f.follow_up_id == follow_up_id))


def get_latest(connection: Connection, customer_id: UUID) -> Any | None:
    """author_id, content and followed_at of the customer's latest follow-up: by when it happened, then by when it was recorded."""
    statement = select(_f.author_id, _f.content, _f.followed_at).where(_f.customer_id == customer_id)
    return connection.execute(statement.order_by(_f.followed_at.desc(), _f.recorded_version.desc()).limit(1)).one_or_none()


_SHOWN = """
    SELECT f.follow_up_id, f.customer_id, f.author_id, a.name AS author_name, f.method, f.content, f.followed_at, f.result,
        f.status_before, f.status_after, f.level_before, f.level_after, n.due_at AS next_contact_at, n.note AS next_contact_note,
        f.created_at, f.updated_at, f.version
    FROM follow_up f
    JOIN member a ON a.member_id = f.author_id
    LEFT JOIN next_contact n ON n.follow_up_id = f.follow_up_id
"""
_ONE = text(f"{_SHOWN} WHERE f.follow_up_id = :follow_up_id")
_PAGE = f"{_SHOWN} WHERE f.customer_id = :customer_id {{after}} ORDER BY f.followed_at DESC, f.follow_up_id DESC LIMIT :limit"


def _answer(row: Any) -> dict[str, Any]:
    answer = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way to a dict
    answer["author"] = {"member_id": answer.pop("author_id"), "name": answer.pop("author_name")}
    return answer


def select_shown(connection: Connection, follow_up_id: UUID) -> dict[str, Any] | None:
    """One follow-up as it is answered."""
    row = connection.execute(_ONE, {"follow_up_id": follow_up_id}).one_or_none()
    return None if row is None else _answer(row)


def list_shown(connection: Connection, customer_id: UUID, *, after: tuple[datetime, UUID] | None, limit: int) -> list[dict[str, Any]]:
    """A customer's follow-ups by when they happened, the latest first, from beyond (followed_at, follow_up_id) on."""
    values: dict[str, Any] = {"customer_id": customer_id, "limit": limit}
    condition = ""
    if after is not None:
        condition = "AND (f.followed_at, f.follow_up_id) < (:followed_at, :follow_up_id)"
        values |= {"followed_at": after[0], "follow_up_id": after[1]}
    return [_answer(row) for row in connection.execute(text(_PAGE.format(after=condition)), values)]
