"""Bringing customers back to what ``batch_row.before`` kept of them: set-based statements on locked rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from services.customer.rules.undo import Former, FormerOwner, FormerPool
from services.customer.store.customer import customer

_ROWS = text("""
    SELECT r.customer_id, r.version, r.before FROM batch_row r
    WHERE r.batch_id = :batch_id AND r.customer_id = ANY(:customer_ids) AND r.version IS NOT NULL
""")
_DONE = text("SELECT customer_id FROM batch_row WHERE batch_id = :batch_id AND version IS NOT NULL ORDER BY customer_id LIMIT :limit")
_COUNT_DONE = text("SELECT count(*) FROM batch_row WHERE batch_id = :batch_id AND version IS NOT NULL")
# The events of the batch: a customer has one at the version that the batch left.
_CHANGES = text("""
    SELECT e.customer_id, e.changes, e.payload FROM batch_row r
    JOIN event e ON e.customer_id = r.customer_id AND e.customer_version = r.version
    WHERE r.batch_id = :batch_id AND r.customer_id = ANY(:customer_ids)
""")
_LATEST = text("""
    SELECT e.customer_id, e.actor, e.occurred_at FROM customer c
    JOIN event e ON e.customer_id = c.customer_id AND e.customer_version = c.version
    WHERE c.customer_id = ANY(:customer_ids)
""")
_OWNERS = text("""
    SELECT m.member_id, m.active, d.path FROM member m LEFT JOIN department d ON d.department_id = m.department_id
    WHERE m.member_id = ANY(:member_ids)
""")
_POOLS = text("SELECT pool_id, open_to_all, archived_at FROM pool WHERE pool_id = ANY(:pool_ids)")
_WHICH = "r.batch_id = %(batch_id)s AND r.customer_id = ANY(%(customer_ids)s::uuid[])"
_RESTORE = f"""
    UPDATE customer c SET {{columns}}, version = c.version + 1, updated_at = clock_timestamp()
    FROM batch_row r CROSS JOIN LATERAL jsonb_populate_record(NULL::customer, r.before -> 'columns') AS b
    WHERE {_WHICH} AND c.customer_id = r.customer_id
"""  # noqa: S608 - constants only
_TOUCH = """
    UPDATE customer SET version = version + 1, updated_at = clock_timestamp() WHERE customer_id = ANY(%(customer_ids)s::uuid[])
"""
_DROP_PARTICIPANTS = """
    DELETE FROM participant WHERE customer_id = ANY(%(customer_ids)s::uuid[])
"""
_RESTORE_PARTICIPANTS = f"""
    INSERT INTO participant (customer_id, member_id, role, expires_at, added_at, added_by)
    SELECT r.customer_id, p.member_id, p.role, p.expires_at, p.added_at, p.added_by
    FROM batch_row r CROSS JOIN LATERAL jsonb_to_recordset(r.before -> 'participants')
        AS p (member_id uuid, role text, expires_at timestamptz, added_at timestamptz, added_by uuid)
    WHERE {_WHICH}
"""  # noqa: S608 - constants only
_BEGIN_OWNERSHIP = """
    INSERT INTO ownership (customer_id, owner_id, how, began_by)
    SELECT customer_id, owner_id, 'undone', %(by)s FROM customer WHERE customer_id = ANY(%(customer_ids)s::uuid[]) AND owner_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a batch left of one customer, and what was there before."""

    customer_id: UUID
    version: int
    before: dict[str, Any]


def get_kept(connection: Connection, batch_id: UUID, customer_ids: Sequence[UUID]) -> dict[UUID, Kept]:
    """What the batch did to these customers."""
    rows = connection.execute(_ROWS, {"batch_id": batch_id, "customer_ids": list(customer_ids)})
    return {row.customer_id: Kept(row.customer_id, row.version, row.before) for row in rows}


def get_done(connection: Connection, batch_id: UUID, *, limit: int) -> list[UUID]:
    """The customers that the batch changed."""
    return list(connection.execute(_DONE, {"batch_id": batch_id, "limit": limit}).scalars())


def count_done(connection: Connection, batch_id: UUID) -> int:
    """How many of its customers can still be brought back: 0 once their rows are forgotten."""
    return int(connection.execute(_COUNT_DONE, {"batch_id": batch_id}).scalar_one())


def get_told(connection: Connection, batch_id: UUID, customer_ids: Sequence[UUID]) -> dict[UUID, Any]:
    """customer_id → ``changes`` and ``payload`` of the event that the batch wrote."""
    return {row.customer_id: row for row in connection.execute(_CHANGES, {"batch_id": batch_id, "customer_ids": list(customer_ids)})}


def get_latest(connection: Connection, customer_ids: Sequence[UUID]) -> dict[UUID, tuple[dict[str, Any], Any]]:
    """customer_id → who changed it last, and when."""
    rows = connection.execute(_LATEST, {"customer_ids": list(customer_ids)})
    return {row.customer_id: (row.actor, row.occurred_at) for row in rows}


def get_former(connection: Connection, kept: Iterable[Kept]) -> Former:
    """Owners and pools that customers would go back to, as they are now."""
    columns = [one.before["columns"] for one in kept]
    member_ids = sorted({UUID(one["owner_id"]) for one in columns if one.get("owner_id")})
    pool_ids = sorted({UUID(one["pool_id"]) for one in columns if one.get("pool_id")})
    owners = connection.execute(_OWNERS, {"member_ids": member_ids})
    pools = connection.execute(_POOLS, {"pool_ids": pool_ids})
    return Former(
        {row.member_id: FormerOwner(row.active, tuple(row.path or ())) for row in owners},
        {row.pool_id: FormerPool(row.archived_at is not None, row.open_to_all) for row in pools},
    )


def restore_columns(connection: Connection, batch_id: UUID, customer_ids: Sequence[UUID], names: Sequence[str]) -> None:
    """Bring columns back, under the next version."""
    values = {"batch_id": batch_id, "customer_ids": list(customer_ids)}
    unknown = [name for name in names if name not in customer.c]
    if unknown:
        raise ValueError(f"there is no column {unknown[0]}")
    columns = ", ".join(f"{name} = b.{name}" for name in names)
    connection.exec_driver_sql(_RESTORE.format(columns=columns) if names else _TOUCH, values)


def restore_participants(connection: Connection, batch_id: UUID, customer_ids: Sequence[UUID]) -> None:
    """Bring the participants back, wholly: nobody has changed them since, or the version would tell."""
    values = {"batch_id": batch_id, "customer_ids": list(customer_ids)}
    connection.exec_driver_sql(_DROP_PARTICIPANTS, values)
    connection.exec_driver_sql(_RESTORE_PARTICIPANTS, values)


def begin_ownership(connection: Connection, customer_ids: Sequence[UUID], *, by: UUID) -> None:
    """Open an interval for whoever owns them again."""
    connection.exec_driver_sql(_BEGIN_OWNERSHIP, {"customer_ids": list(customer_ids), "by": by})
