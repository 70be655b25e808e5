"""The record of everything that happened to customers: append-only. Numbering and sending it is ``stream.py``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Identity,
    Index,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.common.events import catalogue
from services.common.events.envelope import NewEvent, lane_of
from services.customer.store import metadata

event = Table(
    "event",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("version", SmallInteger, nullable=False, server_default="1"),
    Column("customer_id", Uuid, nullable=False),
    Column("customer_version", BigInteger, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("actor", JSONB, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("batch_id", Uuid),
    Column("changes", JSONB, nullable=False, server_default="[]"),
    Column("payload", JSONB, nullable=False, server_default="{}"),
    Column("audience", ARRAY(Uuid), nullable=False, server_default="{}"),
    Column("lane", SmallInteger, nullable=False),
    Column("position", BigInteger),
    Column("sent_at", DateTime(timezone=True)),
    UniqueConstraint("customer_id", "customer_version"),
)
Index("event_position", event.c.lane, event.c.position, unique=True, postgresql_where=event.c.position.is_not(None))
Index("event_into_pool", event.c.occurred_at, postgresql_where=event.c.type.in_(["customer.returned_to_pool", "customer.recycled"]))
Index("event_unnumbered", event.c.lane, event.c.id, postgresql_where=event.c.position.is_(None))
Index(
    "event_unsent", event.c.lane, event.c.position, postgresql_where=event.c.position.is_not(None) & event.c.sent_at.is_(None)
)  # fmt: skip

# One statement whatever the number of rows; audiences travel as text because arrays of arrays must not be ragged. JSON texts travel in
# binary (``b``), which spares escaping each of their quotes.
_APPEND = """
    INSERT INTO event
        (event_id, type, version, customer_id, customer_version, actor, request_id, batch_id, changes, payload, audience, lane)
    SELECT event_id, type, version, customer_id, customer_version, actor::jsonb, request_id, batch_id,
           changes::jsonb, payload::jsonb, audience::uuid[], lane
    FROM unnest(
        %(event_id)s::uuid[], %(type)s::text[], %(version)s::smallint[], %(customer_id)s::uuid[], %(customer_version)s::bigint[],
        %(actor)b::text[], %(request_id)s::text[], %(batch_id)s::uuid[], %(changes)b::text[], %(payload)b::text[],
        %(audience)s::text[], %(lane)s::smallint[]
    ) AS e (event_id, type, version, customer_id, customer_version, actor, request_id, batch_id, changes, payload, audience, lane)
"""
_APPEND_AND_WAKE = f"""
    WITH appended AS ({_APPEND} RETURNING event.lane)
    SELECT pg_notify('event', lane::text) FROM (SELECT DISTINCT lane FROM appended) AS lanes
"""  # noqa: S608 - constants only


def append(connection: Connection, events: Sequence[NewEvent]) -> None:
    """Write events in the transaction of the change they tell of, after its customers were locked; the commit wakes the relay."""
    for new in events:
        catalogue.check(new)
    if events:
        connection.exec_driver_sql(_APPEND_AND_WAKE, _columns(events))


def _columns(events: Sequence[NewEvent]) -> dict[str, list[Any]]:
    return {
        "event_id": [e.event_id for e in events],
        "type": [e.type for e in events],
        "version": [e.version for e in events],
        "customer_id": [e.customer_id for e in events],
        "customer_version": [e.customer_version for e in events],
        "actor": [orjson.dumps(e.actor()).decode() for e in events],
        "request_id": [e.request_id for e in events],
        "batch_id": [e.batch_id for e in events],
        "changes": [orjson.dumps([change.as_json() for change in e.changes]).decode() for e in events],
        "payload": [orjson.dumps(e.payload).decode() for e in events],
        "audience": ["{" + ",".join(map(str, e.audience)) + "}" for e in events],
        "lane": [lane_of(e.customer_id) for e in events],
    }


_LAST_CHANGE = text("""
    SELECT actor, occurred_at FROM event
    WHERE customer_id = :customer_id AND changes @> CAST(:wanted AS jsonb)
    ORDER BY customer_version DESC LIMIT 1
""")


def get_last_change(connection: Connection, customer_id: UUID, field: str) -> tuple[dict[str, Any], Any] | None:
    """Who changed ``field`` of a customer last, and when; asked only where an edit is refused."""
    wanted = orjson.dumps([{"field": field}]).decode()
    row = connection.execute(_LAST_CHANGE, {"customer_id": customer_id, "wanted": wanted}).one_or_none()
    return None if row is None else (row.actor, row.occurred_at)
