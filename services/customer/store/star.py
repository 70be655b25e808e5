"""A member's private marks on customers. They are nobody else's business: no event, no version."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Column, Connection, DateTime, ForeignKey, Table, Uuid, delete, func
from sqlalchemy.dialects.postgresql import insert

from services.customer.store import metadata

star = Table(
    "star",
    metadata,
    Column("member_id", Uuid, ForeignKey("member.member_id"), primary_key=True),
    Column("customer_id", Uuid, ForeignKey("customer.customer_id"), primary_key=True),
    Column("starred_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
)


def insert_stars(connection: Connection, member_id: UUID, customer_ids: Sequence[UUID]) -> None:
    """Mark; what is marked stays so."""
    rows = [{"member_id": member_id, "customer_id": customer_id} for customer_id in sorted(customer_ids)]
    if rows:
        connection.execute(insert(star).on_conflict_do_nothing(), rows)


def delete_stars(connection: Connection, member_id: UUID, customer_ids: Sequence[UUID]) -> None:
    """Take marks away."""
    connection.execute(delete(star).where(star.c.member_id == member_id, star.c.customer_id == func.any(list(customer_ids))))
