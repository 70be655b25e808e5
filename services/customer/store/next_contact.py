"""Planned contacts as rows; ``customer.next_contact_at`` is the earliest open one, kept by whoever changes them.

A plan belongs to a follow-up (recording one closes the author's earlier plans) or was set directly in the customer (closes all plans).
Order is the customer's version at which something was recorded; every change happens under the customer's lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Connection, DateTime, ForeignKey, Index, Table, Text, Uuid, func, insert, text

from services.common.ids import new_id
from services.customer.store import metadata

next_contact = Table(
    "next_contact",
    metadata,
    Column("next_contact_id", Uuid, primary_key=True),
    Column("customer_id", Uuid, ForeignKey("customer.customer_id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("member.member_id"), nullable=False),
    Column("follow_up_id", Uuid, ForeignKey("follow_up.follow_up_id")),
    Column("due_at", DateTime(timezone=True)),
    Column("note", Text),
    Column("recorded_version", BigInteger, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("closed_by", Uuid),
    Column("closed_at", DateTime(timezone=True)),
    CheckConstraint("follow_up_id IS NULL OR due_at IS NOT NULL", name="next_contact_of_a_follow_up_is_due"),
    CheckConstraint("(closed_by IS NULL) = (closed_at IS NULL)", name="next_contact_closed"),
)
_n = next_contact.c
Index("next_contact_follow_up", _n.follow_up_id, unique=True, postgresql_where=_n.follow_up_id.is_not(None))
Index("next_contact_open", _n.customer_id, _n.due_at, postgresql_where=_n.closed_at.is_(None))
Index("next_contact_closer", _n.closed_by, postgresql_where=_n.closed_by.is_not(None))
Index("next_contact_direct", _n.customer_id, _n.recorded_version, postgresql_where=_n.follow_up_id.is_(None))
Index("next_contact_closed_at", _n.closed_at, _n.customer_id, postgresql_where=_n.closed_at.is_not(None))

_CLOSE_ALL = text("""
    UPDATE next_contact SET closed_by = :closed_by, closed_at = clock_timestamp() WHERE customer_id = :customer_id AND closed_at IS NULL
""")
_CLOSE_OWN = text("""
    UPDATE next_contact SET closed_by = :closed_by, closed_at = clock_timestamp()
    WHERE customer_id = :customer_id AND member_id = :member_id AND closed_at IS NULL
""")
_REPLACE_MANY = """
    WITH set AS (
        SELECT * FROM unnest(%(next_contact_ids)s::uuid[], %(customer_ids)s::uuid[], %(versions)s::bigint[]) AS s (id, customer_id, version)
    ), closed AS (
        UPDATE next_contact n SET closed_by = set.id, closed_at = clock_timestamp() FROM set
        WHERE n.customer_id = set.customer_id AND n.closed_at IS NULL
    )
    INSERT INTO next_contact (next_contact_id, customer_id, member_id, due_at, recorded_version)
    SELECT id, customer_id, %(member_id)s, %(due_at)s, version FROM set
"""
_REOPEN_MANY = """
    WITH gone AS (
        DELETE FROM next_contact n USING unnest(%(customer_ids)s::uuid[], %(versions)s::bigint[]) AS u (customer_id, version)
        WHERE n.customer_id = u.customer_id AND n.recorded_version = u.version AND n.follow_up_id IS NULL
        RETURNING n.next_contact_id
    )
    UPDATE next_contact n SET closed_by = NULL, closed_at = NULL FROM gone WHERE n.closed_by = gone.next_contact_id
"""
_EARLIEST = text("SELECT min(due_at) FROM next_contact WHERE customer_id = :customer_id AND closed_at IS NULL")


def insert_direct(connection: Connection, *, customer_id: UUID, member_id: UUID, due_at: datetime | None, recorded_version: int) -> UUID:
    """A plan set in the customer itself; without ``due_at`` it only marks that all plans were dropped here."""
    next_contact_id = new_id()
    values: dict[str, Any] = {"customer_id": customer_id, "member_id": member_id, "due_at": due_at, "recorded_version": recorded_version}
    connection.execute(insert(next_contact).values(next_contact_id=next_contact_id, **values))
    return next_contact_id


def replace_all(connection: Connection, *, customer_id: UUID, member_id: UUID, due_at: datetime | None, recorded_version: int) -> None:
    """Set the customer's next contact directly: every open plan is closed, this one (if any) is the only one left."""
    made = new_id()
    connection.execute(_CLOSE_ALL, {"customer_id": customer_id, "closed_by": made})
    values: dict[str, Any] = {"customer_id": customer_id, "member_id": member_id, "due_at": due_at, "recorded_version": recorded_version}
    connection.execute(insert(next_contact).values(next_contact_id=made, **values))


def replace_many(connection: Connection, plans: Sequence[tuple[UUID, int]], *, member_id: UUID, due_at: datetime | None) -> None:
    """The same for many (customer, recorded version)."""
    values = _plans(plans) | {"next_contact_ids": [new_id() for _ in plans], "member_id": member_id, "due_at": due_at}
    connection.exec_driver_sql(_REPLACE_MANY, values)


def reopen_many(connection: Connection, plans: Sequence[tuple[UUID, int]]) -> None:
    """Take back what was set directly at (customer, recorded version), where something was: the plans it had closed are open again."""
    connection.exec_driver_sql(_REOPEN_MANY, _plans(plans))


def _plans(plans: Sequence[tuple[UUID, int]]) -> dict[str, Any]:
    return {"customer_ids": [customer_id for customer_id, _ in plans], "versions": [version for _, version in plans]}


def close_own(connection: Connection, *, customer_id: UUID, member_id: UUID, closed_by: UUID) -> None:
    """Recording a follow-up closes the author's earlier plans with this customer."""
    connection.execute(_CLOSE_OWN, {"customer_id": customer_id, "member_id": member_id, "closed_by": closed_by})


def get_earliest(connection: Connection, customer_id: UUID) -> datetime | None:
    """When the earliest open plan is due."""
    found: datetime | None = connection.execute(_EARLIEST, {"customer_id": customer_id}).scalar_one()
    return found


def insert_of_follow_up(
    connection: Connection,
    *,
    customer_id: UUID,
    member_id: UUID,
    follow_up_id: UUID,
    due_at: datetime,
    note: str | None,
    recorded_version: int,
) -> None:
    """The plan of a follow-up; closed from the start where something later has closed it already."""
    values: dict[str, Any] = {
        "next_contact_id": new_id(),
        "customer_id": customer_id,
        "member_id": member_id,
        "follow_up_id": follow_up_id,
        "due_at": due_at,
        "note": note,
        "recorded_version": recorded_version,
    }
    connection.execute(insert(next_contact).values(values))
    connection.execute(_CLOSE_BY_LATER, {"customer_id": customer_id, "member_id": member_id, "recorded_version": recorded_version})


# What comes next after ``recorded_version`` and closes a plan of :member_id: his next follow-up, or the next direct setting by anyone.
_LATER = """
    SELECT id, at FROM (
        (SELECT f.follow_up_id AS id, f.created_at AS at, f.recorded_version AS version FROM follow_up f
         WHERE f.customer_id = :customer_id AND f.author_id = :member_id AND f.recorded_version > :recorded_version
         ORDER BY f.recorded_version LIMIT 1)
        UNION ALL
        (SELECT d.next_contact_id, d.recorded_at, d.recorded_version FROM next_contact d
         WHERE d.customer_id = :customer_id AND d.follow_up_id IS NULL AND d.recorded_version > :recorded_version
         ORDER BY d.recorded_version LIMIT 1)
    ) later ORDER BY version LIMIT 1
"""
_CLOSE_BY_LATER = text(f"""
    UPDATE next_contact n SET closed_by = later.id, closed_at = later.at FROM ({_LATER}) later
    WHERE n.customer_id = :customer_id AND n.member_id = :member_id AND n.recorded_version = :recorded_version
""")  # noqa: S608 - constants only
_PASS_ON = text(f"""
    WITH later AS ({_LATER})
    UPDATE next_contact n SET closed_by = (SELECT id FROM later), closed_at = CASE WHEN EXISTS (SELECT FROM later) THEN n.closed_at END
    WHERE n.closed_by = :closed_by
""")  # noqa: S608 - constants only
_SAVE = text("UPDATE next_contact SET due_at = :due_at, note = :note WHERE follow_up_id = :follow_up_id")
_DELETE = text("DELETE FROM next_contact WHERE follow_up_id = :follow_up_id")
_GET = text("SELECT due_at, note FROM next_contact WHERE follow_up_id = :follow_up_id")


def get_of_follow_up(connection: Connection, follow_up_id: UUID) -> tuple[datetime | None, str | None]:
    """When and what a follow-up planned."""
    row = connection.execute(_GET, {"follow_up_id": follow_up_id}).one_or_none()
    return (None, None) if row is None else (row.due_at, row.note)


def save_of_follow_up(connection: Connection, follow_up_id: UUID, *, due_at: datetime, note: str | None) -> None:
    """Move the plan of a follow-up; it stays open or closed as it is."""
    connection.execute(_SAVE, {"follow_up_id": follow_up_id, "due_at": due_at, "note": note})


def delete_of_follow_up(connection: Connection, follow_up_id: UUID) -> None:
    """Drop the plan of a follow-up."""
    connection.execute(_DELETE, {"follow_up_id": follow_up_id})


def pass_on(connection: Connection, *, customer_id: UUID, member_id: UUID, follow_up_id: UUID, recorded_version: int) -> None:
    """A follow-up goes away: what it had closed is closed by the next thing that would have closed it, or open again."""
    values = {"customer_id": customer_id, "member_id": member_id, "closed_by": follow_up_id, "recorded_version": recorded_version}
    connection.execute(_PASS_ON, values)
