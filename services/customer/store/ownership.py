"""Who owned a customer from when to when: append-only intervals, at most one of them open (a unique index has the last word)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Connection, DateTime, ForeignKey, Identity, Index, Table, Text, Uuid, func, text

from services.customer.store import metadata

ownership = Table(
    "ownership",
    metadata,
    Column("ownership_id", BigInteger, Identity(always=True), primary_key=True),
    Column("customer_id", Uuid, ForeignKey("customer.customer_id"), nullable=False),
    Column("owner_id", Uuid, ForeignKey("member.member_id"), nullable=False),
    Column("began_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("how", Text, CheckConstraint("how IN ('created', 'assigned', 'claimed', 'imported', 'undone')"), nullable=False),
    Column("began_by", Uuid, ForeignKey("member.member_id")),
    Column("ended_at", DateTime(timezone=True)),
    Column("ended_how", Text, CheckConstraint("ended_how IN ('assigned', 'returned_to_pool', 'recycled', 'undone')")),
    Column("ended_by", Uuid, ForeignKey("member.member_id")),
    Column("reason", Text),
    Column("note", Text),
    CheckConstraint("(ended_at IS NULL) = (ended_how IS NULL)", name="ownership_ends_with_a_how"),
)
Index("ownership_open", ownership.c.customer_id, unique=True, postgresql_where=ownership.c.ended_at.is_(None))
Index("ownership_customer", ownership.c.customer_id, ownership.c.ownership_id)

_BEGIN = """
    INSERT INTO ownership (customer_id, owner_id, how, began_by)
    SELECT customer_id, owner_id, %(how)s, %(by)s FROM unnest(%(customer_ids)s::uuid[], %(owner_ids)s::uuid[]) AS b (customer_id, owner_id)
"""
_END = text("""
    UPDATE ownership SET ended_at = clock_timestamp(), ended_how = :how, ended_by = :by, reason = :reason, note = :note
    WHERE customer_id = ANY(:customer_ids) AND ended_at IS NULL
""")


def begin_ownership(connection: Connection, owners: Sequence[tuple[UUID, UUID]], *, how: str, by: UUID | None) -> None:
    """Open an interval for each (customer_id, owner_id)."""
    values: dict[str, Any] = {"how": how, "by": by, "customer_ids": [c for c, _ in owners], "owner_ids": [o for _, o in owners]}
    connection.exec_driver_sql(_BEGIN, values)


def end_ownership(
    connection: Connection,
    customer_ids: Sequence[UUID],
    *,
    how: str,
    by: UUID | None,
    reason: str | None = None,
    note: str | None = None,
) -> None:
    """Close the open intervals of these customers, where there are any."""
    connection.execute(_END, {"customer_ids": list(customer_ids), "how": how, "by": by, "reason": reason, "note": note})


_OPEN = text("""
    SELECT o.owner_id, m.name, o.began_at, o.how, o.began_at > now() - make_interval(secs => :recent) AS recent
    FROM ownership o JOIN member m ON m.member_id = o.owner_id
    WHERE o.customer_id = :customer_id AND o.ended_at IS NULL
""")


def get_open(connection: Connection, customer_id: UUID, *, recent_seconds: int) -> Any | None:
    """The open interval: owner_id, name, began_at, how, and whether it began within the last ``recent_seconds``."""
    return connection.execute(_OPEN, {"customer_id": customer_id, "recent": recent_seconds}).one_or_none()
