"""Batches as rows: who did what to how many customers, and of each customer what became of it and how it was before.

``before`` is what an undo brings back (``store/undo.py``): the columns that the verb writes, and what hangs on the customer beside
them. A row without ``version`` and ``code`` is still to be done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Row,
    Table,
    Text,
    Uuid,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.customer.store import lease as leases
from services.customer.store import metadata
from services.customer.store.lease import Jobs, Lease

batch = Table(
    "batch",
    metadata,
    Column("batch_id", Uuid, primary_key=True),
    Column("member_id", Uuid, ForeignKey("member.member_id"), nullable=False),
    Column("verb", Text, nullable=False),
    Column("parameters", JSONB, nullable=False, server_default="{}"),
    Column("selection", JSONB(none_as_null=True)),
    Column("state", Text, nullable=False, server_default="done"),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("skipped", Integer, nullable=False, server_default="0"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("ended_at", DateTime(timezone=True)),
    Column("undo_of", Uuid, ForeignKey("batch.batch_id")),
    Column("undone_by_batch_id", Uuid, ForeignKey("batch.batch_id")),
    Column("customer_last", Uuid),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("lease_token", Uuid),
    Column("lease_until", DateTime(timezone=True)),
    Column("error_code", Text),
    Column("error_detail", Text),
    Column("request_id", Text, nullable=False),
    Column("zone", Text, nullable=False),
    CheckConstraint("done + skipped <= total", name="batch_counts"),
)
_b = batch.c
Index("batch_member", _b.member_id, _b.batch_id.desc())
Index("batch_waiting", _b.created_at, postgresql_where=_b.state.in_(("queued", "running")))
Index("batch_created_at", _b.created_at)

batch_row = Table(
    "batch_row",
    metadata,
    Column("batch_id", Uuid, ForeignKey("batch.batch_id", ondelete="CASCADE"), primary_key=True),
    Column("customer_id", Uuid, primary_key=True),
    Column("version", BigInteger),
    Column("before", JSONB(none_as_null=True)),
    Column("code", Text),
    Column("detail", Text),
    Column("told", JSONB(none_as_null=True)),
    CheckConstraint("version IS NULL OR code IS NULL", name="batch_row_is_done_or_skipped"),
)

# What hangs on a customer beside its columns, as ``before`` keeps it; brought back by ``store/undo.py``.
PARTICIPANTS = """
    (SELECT coalesce(jsonb_agg(to_jsonb(p) - 'customer_id'), '[]') FROM participant p WHERE p.customer_id = c.customer_id)
"""
_KEEP = """
    INSERT INTO batch_row (batch_id, customer_id, version, before)
    SELECT %(batch_id)s, c.customer_id, c.version + 1, jsonb_build_object({parts})
    FROM customer c WHERE c.customer_id = ANY(%(customer_ids)s::uuid[])
    ON CONFLICT (batch_id, customer_id) DO UPDATE SET version = EXCLUDED.version, before = EXCLUDED.before
"""
_SAVE_SKIPPED = """
    INSERT INTO batch_row (batch_id, customer_id, code, detail, told)
    SELECT %(batch_id)s, s.customer_id, s.code, s.detail, s.told::jsonb
    FROM unnest(%(customer_ids)s::uuid[], %(codes)s::text[], %(details)s::text[], %(told)s::text[]) AS s (customer_id, code, detail, told)
    ON CONFLICT (batch_id, customer_id)
    DO UPDATE SET version = NULL, before = NULL, code = EXCLUDED.code, detail = EXCLUDED.detail, told = EXCLUDED.told
"""
_INSERT_WAITING = """
    INSERT INTO batch_row (batch_id, customer_id) SELECT %(batch_id)s, customer_id FROM unnest(%(customer_ids)s::uuid[]) AS w (customer_id)
"""
_WAITING = text("""
    SELECT customer_id FROM batch_row
    WHERE batch_id = :batch_id AND (CAST(:after AS uuid) IS NULL OR customer_id > :after) ORDER BY customer_id LIMIT :limit
""")
_WITHOUT_ROOM = text("""
    UPDATE batch_row SET code = NULL, detail = NULL, told = NULL WHERE batch_id = :batch_id AND customer_id IN (
        SELECT customer_id FROM batch_row WHERE batch_id = :batch_id AND code = 'held_max_reached' AND customer_id > :after
        ORDER BY customer_id LIMIT :limit)
    RETURNING customer_id
""")
_DELETE = text("""
    DELETE FROM batch_row WHERE batch_id IN (
        SELECT b.batch_id FROM batch b
        WHERE b.created_at < now() - make_interval(days => :days) AND b.state NOT IN ('queued', 'running')
            AND EXISTS (SELECT FROM batch_row r WHERE r.batch_id = b.batch_id)
        ORDER BY b.created_at LIMIT :limit)
""")


JOBS = Jobs(batch, _b.batch_id, "ended_at", ("queued", "running"))


def save_progress(connection: Connection, lease: Lease, *, last: UUID | None, done: int, skipped: int) -> bool:
    """Count rows in, up to the ``last`` one if it is a new one; False where the batch was cancelled or taken over."""
    values: dict[str, Any] = {"done": _b.done + done, "skipped": _b.skipped + skipped}
    return leases.save_progress(connection, lease, **values, **({} if last is None else {"customer_last": last}))


def insert_batch(connection: Connection, values: Mapping[str, Any]) -> None:
    """A new one."""
    connection.execute(insert(batch).values(**values))


def get_batch(connection: Connection, batch_id: UUID, *, lock: bool = False) -> Row[Any] | None:
    """One batch, whoever made it."""
    statement = select(batch).where(_b.batch_id == batch_id)
    return connection.execute(statement.with_for_update() if lock else statement).one_or_none()


def save_batch(connection: Connection, batch_id: UUID, values: Mapping[str, Any]) -> None:
    """Change the given columns."""
    connection.execute(update(batch).where(_b.batch_id == batch_id).values(**values))


def keep(connection: Connection, batch_id: UUID, customer_ids: Sequence[UUID], columns: Sequence[str], **beside: str) -> None:
    """Before locked customers change: keep ``columns`` as they are, and whatever SQL on ``c`` is named ``beside``."""
    if not customer_ids:
        return
    kept = ", ".join(f"'{name}', c.{name}" for name in columns)
    parts = ", ".join([f"'columns', jsonb_build_object({kept})", *(f"'{name}', {sql}" for name, sql in beside.items())])
    connection.exec_driver_sql(_KEEP.format(parts=parts), {"batch_id": batch_id, "customer_ids": list(customer_ids)})


def save_skipped(connection: Connection, batch_id: UUID, skipped: Sequence[tuple[UUID, str, str, Mapping[str, Any] | None]]) -> None:
    """Why customers stayed as they were: (customer_id, code, detail, what else is told)."""
    if not skipped:
        return
    values = {
        "batch_id": batch_id,
        "customer_ids": [one[0] for one in skipped],
        "codes": [one[1] for one in skipped],
        "details": [one[2] for one in skipped],
        "told": [None if one[3] is None else orjson.dumps(one[3], default=str).decode() for one in skipped],
    }
    connection.exec_driver_sql(_SAVE_SKIPPED, values)


def insert_waiting(connection: Connection, batch_id: UUID, customer_ids: Sequence[UUID]) -> None:
    """The customers of a batch that runs later."""
    connection.exec_driver_sql(_INSERT_WAITING, {"batch_id": batch_id, "customer_ids": list(customer_ids)})


def get_waiting(connection: Connection, batch_id: UUID, *, after: UUID | None, limit: int) -> list[UUID]:
    """The next customers in the order of their ids."""
    return list(connection.execute(_WAITING, {"batch_id": batch_id, "after": after, "limit": limit}).scalars())


def take_without_room(connection: Connection, batch_id: UUID, *, after: UUID | None, limit: int) -> list[UUID]:
    """The next customers whose receivers were full, in the order of their ids; they wait again until their result is saved."""
    return sorted(connection.execute(_WITHOUT_ROOM, {"batch_id": batch_id, "after": after, "limit": limit}).scalars())


def delete_rows(connection: Connection, *, days: int, limit: int) -> int:
    """Forget the rows of old batches; the batches themselves stay as history. How many rows went."""
    return connection.execute(_DELETE, {"days": days, "limit": limit}).rowcount
