"""Notifications as rows of the shown generation and of the one that is being rebuilt; what was read is one row per member and id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Column, Connection, DateTime, Index, Integer, SmallInteger, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB

from services.activity.rules.notification import Notification
from services.activity.store import metadata
from services.activity.store.position import SHOWN

notification = Table(
    "notification",
    metadata,
    Column("generation", SmallInteger, primary_key=True, autoincrement=False),
    Column("notification_id", Uuid, primary_key=True),
    Column("member_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("customer_id", Uuid, nullable=False),
    Column("customer_version", BigInteger, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("actor", JSONB, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("subject", Uuid),
    Column("batch_id", Uuid),
    Column("count", Integer, nullable=False, server_default="1"),
)
_n = notification.c
Index("notification_member", _n.generation, _n.member_id, _n.occurred_at, _n.notification_id)
Index("notification_subject", _n.generation, _n.subject, postgresql_where=_n.subject.is_not(None))

notification_read = Table(
    "notification_read",
    metadata,
    Column("member_id", Uuid, primary_key=True),
    Column("notification_id", Uuid, primary_key=True),
    Column("read_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

_FIRST = ("customer_id", "customer_version", "event_id", "details")
_COLUMNS = (
    "notification_id, member_id, kind, customer_id, customer_version, event_id, occurred_at, actor, details, subject, batch_id, count"
)
_TYPES = (
    "notification_id uuid, member_id uuid, kind text, customer_id uuid, customer_version bigint, event_id uuid, occurred_at timestamptz,"
    " actor jsonb, details jsonb, subject uuid, batch_id uuid, count integer"
)
# The rows of one batch may come in any order, by several lanes: the first event stands for all, whoever comes first.
_KEPT = ", ".join(f"{name} = CASE WHEN excluded.event_id < n.event_id THEN excluded.{name} ELSE n.{name} END" for name in _FIRST)
_INSERT = text(f"""
    INSERT INTO notification AS n (generation, {_COLUMNS})
    SELECT :generation, {_COLUMNS} FROM json_to_recordset(CAST(:rows AS json)) AS row ({_TYPES}) ORDER BY notification_id
    ON CONFLICT (generation, notification_id) DO UPDATE SET
        count = n.count + excluded.count, occurred_at = greatest(n.occurred_at, excluded.occurred_at), {_KEPT}
""")  # noqa: S608 - constants only
_CLEAR = text(f"DELETE FROM notification WHERE generation = :generation AND generation <> {SHOWN}")  # noqa: S608 - a constant
_OWN = f"SELECT n.member_id, n.notification_id FROM notification n WHERE n.generation = {SHOWN} AND n.member_id = :member_id"  # noqa: S608
_READ = "INSERT INTO notification_read (member_id, notification_id) "
_READ_SOME = text(f"{_READ} {_OWN} AND n.notification_id = ANY(:notification_ids) ON CONFLICT DO NOTHING")
_READ_ALL = text(f"{_READ} {_OWN} ON CONFLICT DO NOTHING")


def insert_notifications(connection: Connection, generation: int, notifications: Sequence[Notification]) -> None:
    """Add notifications, in the transaction of the timeline's rows; one of a batch that is there already grows."""
    if notifications:
        rows = orjson.dumps([_row(one) for one in notifications], option=orjson.OPT_UTC_Z).decode()
        connection.execute(_INSERT, {"generation": generation, "rows": rows})


def clear_generation(connection: Connection, generation: int) -> None:
    """Empty the generation that is not shown."""
    connection.execute(_CLEAR, {"generation": generation})


def mark_read(connection: Connection, member_id: UUID, notification_ids: Sequence[UUID] | None) -> None:
    """These have been read, or (None) all that there are; those of others are left alone."""
    if notification_ids is None:
        connection.execute(_READ_ALL, {"member_id": member_id})
    else:
        connection.execute(_READ_SOME, {"member_id": member_id, "notification_ids": list(notification_ids)})


def _row(one: Notification) -> dict[str, Any]:
    event = one.event
    return {
        "notification_id": one.notification_id,
        "member_id": one.member_id,
        "kind": one.kind,
        "customer_id": event.customer_id,
        "customer_version": event.customer_version,
        "event_id": event.event_id,
        "occurred_at": event.occurred_at,
        "actor": event.actor,
        "details": one.details,
        "subject": one.subject,
        "batch_id": event.batch_id,
        "count": one.count,
    }
