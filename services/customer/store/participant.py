"""Participants as rows. An expired one stays in the table until removed, and counts nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Connection, DateTime, ForeignKey, Index, Table, Text, Uuid, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from services.customer.store import metadata
from services.customer.store.member import member

participant = Table(
    "participant",
    metadata,
    Column("customer_id", Uuid, ForeignKey("customer.customer_id"), primary_key=True),
    Column("member_id", Uuid, ForeignKey("member.member_id"), primary_key=True),
    Column("role", Text, CheckConstraint("role IN ('editor', 'viewer')"), nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("added_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("added_by", Uuid, ForeignKey("member.member_id")),
)
Index("participant_member", participant.c.member_id, participant.c.customer_id)
_p = participant.c
_adder = member.alias("adder")


def save_participants(
    connection: Connection, customer_ids: Sequence[UUID], member_ids: Sequence[UUID], *, role: str, expires_at: datetime | None, by: UUID
) -> None:
    """Add each (customer, member) of the two lists in step, or change role and expiry of who takes part already."""
    rows = [
        {"customer_id": customer_id, "member_id": member_id, "role": role, "expires_at": expires_at, "added_by": by}
        for customer_id, member_id in zip(customer_ids, member_ids, strict=True)
    ]
    if not rows:
        return
    statement = insert(participant)
    changed = {"role": statement.excluded.role, "expires_at": statement.excluded.expires_at}
    connection.execute(statement.on_conflict_do_update(index_elements=["customer_id", "member_id"], set_=changed), rows)


def get_participant(connection: Connection, customer_id: UUID, member_id: UUID) -> Any | None:
    """Role, expiry and name of one participant, expired or not, and who added him when."""
    adder = select(_adder.c.name).where(_adder.c.member_id == _p.added_by).scalar_subquery().label("added_by_name")
    columns = (_p.role, _p.expires_at, member.c.name, _p.added_at, _p.added_by, adder)
    statement = select(*columns).join(member, member.c.member_id == _p.member_id)
    return connection.execute(statement.where(_p.customer_id == customer_id, _p.member_id == member_id)).one_or_none()


def delete_participant(connection: Connection, customer_id: UUID, member_id: UUID) -> None:
    """Remove one."""
    connection.execute(delete(participant).where(_p.customer_id == customer_id, _p.member_id == member_id))


def delete_owners(connection: Connection, customer_ids: Sequence[UUID], owner_ids: Sequence[UUID]) -> None:
    """A new owner no longer takes part beside himself."""
    connection.exec_driver_sql(_DELETE_OWNERS, {"customer_ids": list(customer_ids), "owner_ids": list(owner_ids)})


_DELETE_OWNERS = """
    DELETE FROM participant p USING unnest(%(customer_ids)s::uuid[], %(owner_ids)s::uuid[]) AS o (customer_id, member_id)
    WHERE p.customer_id = o.customer_id AND p.member_id = o.member_id
"""
