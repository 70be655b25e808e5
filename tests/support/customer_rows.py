"""Customers as values and as rows: one with every field, and many straight in the database, as the commands would leave them (search
row and ownership included, events not).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, insert, select, text

from services.common.clock import now
from services.common.database import transaction
from services.common.ids import new_id
from services.customer.rules.credit_code import check_character
from services.customer.rules.pinyin import sort_key
from services.customer.store import customer, ownership, participant, pool, search

FULL: dict[str, Any] = {
    "name": "重庆啤酒股份有限公司", "short_name": "重啤", "kind": "organization", "relation": "potential", "status": "interested",
    "level": "A", "industry": "food", "source": "exhibition", "province": "重庆", "city": "重庆", "district": "渝北区",
    "address": "高新大道 1 号", "phone": "023-89139399", "mobile": "13800138000", "email": "sales@example.com",
    "website": "https://example.com", "wechat": "cqpj", "staff_size": 2600, "remark": "第一行\n第二行", "visibility": "private",
    "next_contact_at": "2026-12-01T02:00:00Z",
}  # fmt: skip
COLUMNS = tuple(
    column.name for column in customer.customer.c if column.server_default is None or column.name in ("created_at", "updated_at")
)
_DEFAULTS = {"kind": "organization", "status": "new", "visibility": "public"}


def put_customers(engine: Engine, rows: Sequence[dict[str, Any]]) -> list[UUID]:
    """Insert customers; each needs a name, and is owned by ``owner_id``, unassigned without one, or in the pool with ``state``."""
    with transaction(engine) as connection:
        pool_id = connection.execute(select(pool.pool.c.pool_id).where(pool.pool.c.is_default)).scalar_one()
        numbers = customer.next_numbers(connection, len(rows))
        full = [_row(values, number, pool_id) for values, number in zip(rows, numbers, strict=True)]
        customer.insert_customers(connection, full)
        search.insert_search(connection, full)
        search.save_state(connection, [row["customer_id"] for row in full if row["state"] == "pool"])
        owned = [(row["customer_id"], row["owner_id"]) for row in full if row["owner_id"] is not None]
        ownership.begin_ownership(connection, owned, how="created", by=None)
    return [row["customer_id"] for row in full]


def _row(values: dict[str, Any], number: str, pool_id: UUID) -> dict[str, Any]:
    moment = now()
    row: dict[str, Any] = {**dict.fromkeys(COLUMNS), **_DEFAULTS, "created_at": moment, "updated_at": moment}
    row |= {"customer_id": new_id(), "customer_no": number, "name_sort": sort_key(values["name"])}
    row["state"] = "unassigned" if values.get("owner_id") is None else "owned"
    row |= values
    if row["state"] == "pool":
        row |= {
            "pool_id": values.get("pool_id") or pool_id,
            "pool_entered_at": values.get("pool_entered_at") or moment,
            "pool_reason": "other",
        }
    return row


def put_pool(
    engine: Engine,
    *,
    member_ids: Sequence[UUID] = (),
    department_ids: Sequence[UUID] = (),
    admin_ids: Sequence[UUID] = (),
    hidden_fields: Sequence[str] = (),
    **columns: Any,
) -> UUID:
    """A pool for these members and departments alone, unless ``open_to_all`` says otherwise."""
    pool_id = new_id()
    row = {"pool_id": pool_id, "name": f"公海 {pool_id.hex}", "open_to_all": False, "hidden_fields": list(hidden_fields), **columns}
    with transaction(engine) as connection:
        connection.execute(insert(pool.pool).values(row))
        belonging = [{"pool_id": pool_id, "member_id": found, "department_id": None} for found in member_ids]
        belonging += [{"pool_id": pool_id, "member_id": None, "department_id": found} for found in department_ids]
        for table, rows in (
            (pool.pool_member, belonging),
            (pool.pool_admin, [{"pool_id": pool_id, "member_id": found} for found in admin_ids]),
        ):
            if rows:
                connection.execute(insert(table), rows)
    return pool_id


def put_participant(engine: Engine, customer_id: UUID, member_id: UUID, role: str, expires_at: datetime | None = None) -> None:
    """Let a member take part, expired already if ``expires_at`` says so."""
    with transaction(engine) as connection:
        participant.save_participants(connection, [customer_id], [member_id], role=role, expires_at=expires_at, by=member_id)


def credit_code() -> str:
    """A valid code that nobody has."""
    first = f"91330100{uuid.uuid4().int % 10**9:09d}"
    return first + check_character(first)


def count_rows(engine: Engine, table: str) -> int:
    """How many rows a table holds."""
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608 - a name in a test
