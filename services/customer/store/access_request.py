"""Requests for access as rows. One that is open and over its time counts as expired; nobody has to close it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Connection, DateTime, ForeignKey, Index, Table, Text, Uuid, func, insert, text

from services.customer.store import metadata

access_request = Table(
    "access_request",
    metadata,
    Column("access_request_id", Uuid, primary_key=True),
    Column("customer_id", Uuid, ForeignKey("customer.customer_id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("member.member_id"), nullable=False),
    Column("role", Text, CheckConstraint("role IN ('editor', 'viewer')"), nullable=False),
    Column("message", Text),
    Column("state", Text, CheckConstraint("state IN ('open', 'granted', 'declined', 'withdrawn')"), nullable=False, server_default="open"),
    Column("asked_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("decided_at", DateTime(timezone=True)),
    Column("decided_by", Uuid, ForeignKey("member.member_id")),
    Column("note", Text),
    CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="access_request_decided"),
)
Index(
    "access_request_open", access_request.c.customer_id, access_request.c.member_id,
    unique=True, postgresql_where=access_request.c.state == "open",
)  # fmt: skip

OPEN_MAX = 100
_SELECT = """
    SELECT r.access_request_id, r.customer_id, r.member_id, m.name AS member_name, m.active, r.role, r.message, r.asked_at, r.expires_at,
        CASE WHEN r.state = 'open' AND r.expires_at <= now() THEN 'expired' ELSE r.state END AS state,
        r.decided_at, r.decided_by, d.name AS decided_by_name, r.note
    FROM access_request r
    JOIN member m ON m.member_id = r.member_id
    LEFT JOIN member d ON d.member_id = r.decided_by
"""
_GET = text(f"{_SELECT} WHERE r.access_request_id = :access_request_id")
_OPEN = "r.customer_id = ANY(:customer_ids) AND r.state = 'open' AND r.expires_at > now()"
_LIST = text(f"{_SELECT} WHERE {_OPEN} ORDER BY r.asked_at, r.access_request_id LIMIT :limit")
_CLOSE = text("""
    UPDATE access_request SET state = :state, decided_at = clock_timestamp(), decided_by = :by, note = :note
    WHERE access_request_id = :access_request_id
""")
_WITHDRAW = text("""
    UPDATE access_request SET state = 'withdrawn', decided_at = clock_timestamp()
    WHERE customer_id = :customer_id AND member_id = :member_id AND state = 'open'
""")


def insert_request(
    connection: Connection, *, access_request_id: UUID, customer_id: UUID, member_id: UUID, role: str, message: str | None, days: int
) -> None:
    """Add an open request that ends by itself after ``days``."""
    values = {"access_request_id": access_request_id, "customer_id": customer_id, "member_id": member_id, "role": role, "message": message}
    expires_at = func.clock_timestamp() + func.make_interval(0, 0, 0, days)
    connection.execute(insert(access_request).values(**values, expires_at=expires_at))


def get_request(connection: Connection, access_request_id: UUID) -> Any | None:
    """One request with names and its state as of now."""
    return connection.execute(_GET, {"access_request_id": access_request_id}).one_or_none()


def list_open(connection: Connection, customer_ids: Sequence[UUID], *, limit: int = OPEN_MAX) -> list[Any]:
    """The open requests of these customers, oldest first."""
    return list(connection.execute(_LIST, {"customer_ids": list(customer_ids), "limit": limit}))


def save_decision(connection: Connection, access_request_id: UUID, *, state: str, by: UUID, note: str | None) -> None:
    """What became of a request."""
    connection.execute(_CLOSE, {"access_request_id": access_request_id, "state": state, "by": by, "note": note})


def withdraw(connection: Connection, customer_id: UUID, member_id: UUID) -> None:
    """End a member's open request for a customer, if there is one (expired or for another role)."""
    connection.execute(_WITHDRAW, {"customer_id": customer_id, "member_id": member_id})


def find_customer_of(connection: Connection, access_request_id: UUID) -> UUID | None:
    """The customer that a request is for; it is locked before the request is read, so nobody decides it in between."""
    statement = text("SELECT customer_id FROM access_request WHERE access_request_id = :access_request_id")
    found: UUID | None = connection.execute(statement, {"access_request_id": access_request_id}).scalar_one_or_none()
    return found


def as_answer(row: Any) -> dict[str, Any]:
    """A request as it is answered."""
    return {
        "access_request_id": row.access_request_id,
        "customer_id": row.customer_id,
        "member": as_member(row.member_id, row.member_name),
        "role": row.role,
        "message": row.message,
        "state": row.state,
        "asked_at": row.asked_at,
        "expires_at": row.expires_at,
        "decided_at": row.decided_at,
        "decided_by": as_member(row.decided_by, row.decided_by_name),
        "note": row.note,
    }


def as_member(member_id: UUID | None, name: str | None) -> dict[str, Any] | None:
    """Somebody beside a request."""
    return None if member_id is None else {"member_id": member_id, "name": name}
