"""The audit log: who did what to members, options, exports. Append-only; what happens to customers is in ``event``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Column, Connection, DateTime, Identity, Index, Table, Text, Uuid, func, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB

from services.common.call import Call
from services.customer.store import metadata

audit = Table(
    "audit",
    metadata,
    Column("audit_id", BigInteger, Identity(always=True), primary_key=True),
    Column("occurred_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("member_id", Uuid),
    Column("request_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("detail", JSONB, nullable=False),
)
Index("audit_member", audit.c.member_id, audit.c.audit_id)


def append(connection: Connection, call: Call, action: str, detail: dict[str, Any]) -> None:
    """Write one line in the transaction of what it tells of.

    ``action`` is noun and past verb (``member.created``); ``detail`` holds ids and values, never a password or a token.
    ``member_id`` stays null where a service or a command speaks for itself.
    """
    append_for(connection, call.identity.member_id, call.request_id, action, detail)


def append_for(connection: Connection, member_id: UUID | None, request_id: str, action: str, detail: dict[str, Any]) -> None:
    """The same for a member who is only just becoming known (signing in, the first admin)."""
    plain = orjson.loads(orjson.dumps(detail))  # UUIDs and times as texts
    connection.execute(insert(audit).values(member_id=member_id, request_id=request_id, action=action, detail=plain))


_EXPORTED = text("""
    SELECT EXISTS (SELECT 1 FROM audit
                   WHERE member_id = :member_id AND action = 'customers.exported' AND detail @> CAST(:export AS jsonb))
""")


def exists_for_export(connection: Connection, member_id: UUID, export_id: UUID) -> bool:
    """Whether the entry of this export is there; two who ask at once take turns."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"export {export_id}", 7_204_311))))
    values = {"member_id": member_id, "export": orjson.dumps({"export_id": str(export_id)}).decode()}
    return bool(connection.execute(_EXPORTED, values).scalar_one())
