"""Reading the notifications of one member: by keyset, newest first, two statements whatever is asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Engine, text

from services.activity.store.position import SHOWN
from services.common.database import reading
from services.common.ids import parse_id
from services.common.problem import invalid

UNREAD_MAX = 99
LOOKED_AT_MAX = 1_000  # unread ones are counted among the latest; what lies deeper nobody counts

_IS_READ = "EXISTS (SELECT FROM notification_read r WHERE r.member_id = n.member_id AND r.notification_id = n.notification_id)"
_OWN = f"n.generation = {SHOWN} AND n.member_id = :member_id"
# A request that was answered, or that waits for somebody else by now (the customer changed hands), is told as such.
_STATE = """
    CASE WHEN n.kind = 'access_requested' THEN (
        SELECT CASE l.kind WHEN 'access_granted' THEN 'granted' WHEN 'access_declined' THEN 'declined' ELSE 'passed_on' END
        FROM notification l
        WHERE l.generation = n.generation AND l.subject = n.subject AND l.customer_version > n.customer_version
        ORDER BY l.kind = 'access_requested', l.customer_version DESC LIMIT 1
    ) END
"""
_LIST = f"""
    SELECT n.notification_id, n.kind, n.customer_id, n.event_id, n.occurred_at, n.actor::text AS actor, n.details::text AS details,
        n.batch_id, n.count, {_IS_READ} AS read, {_STATE} AS state,
        (n.details ->> 'expires_at')::timestamptz <= now() AS over
    FROM notification n WHERE {_OWN}{{more}}
    ORDER BY n.occurred_at DESC, n.notification_id DESC LIMIT :limit
"""  # noqa: S608 - constants only
_AFTER = " AND (n.occurred_at, n.notification_id) < (CAST(:at AS timestamptz), CAST(:id AS uuid))"
_UNREAD = text(f"""
    SELECT count(*) FROM (
        SELECT FROM (
            SELECT n.member_id, n.notification_id FROM notification n WHERE {_OWN}
            ORDER BY n.occurred_at DESC, n.notification_id DESC LIMIT {LOOKED_AT_MAX}
        ) n WHERE NOT {_IS_READ} LIMIT {UNREAD_MAX + 1}
    ) unread
""")  # noqa: S608 - constants only


def list_notifications(engine: Engine, member_id: UUID, *, after: str, unread: bool, limit: int) -> dict[str, Any]:
    """A page, the bookmark of the next one, and how many are unread (at most 99, then ``exact`` is false)."""
    values: dict[str, Any] = {"member_id": member_id, "limit": limit + 1}
    more = f" AND NOT {_IS_READ}" if unread else ""
    if after:
        more += _AFTER
        values["at"], values["id"] = _place(after)
    with reading(engine) as connection:
        rows = connection.execute(text(_LIST.format(more=more)), values).all()
        count = get_unread(connection, member_id)
    shown = rows[:limit]
    following = f"{int(shown[-1].occurred_at.timestamp() * 1_000_000)}.{shown[-1].notification_id.hex}" if len(rows) > limit else None
    return {"items": [_item(row) for row in shown], "next": following, "unread": count}


def get_unread(connection: Connection, member_id: UUID) -> dict[str, Any]:
    """How many of the latest are unread."""
    found = int(connection.execute(_UNREAD, {"member_id": member_id}).scalar_one())
    return {"value": min(found, UNREAD_MAX), "exact": found <= UNREAD_MAX}


def _place(after: str) -> tuple[datetime, UUID]:
    micros, _, hexed = after.partition(".")
    found = parse_id(str(UUID(hex=hexed))) if len(hexed) == 32 and all(c in "0123456789abcdef" for c in hexed) else None
    if found is None or not micros.isdecimal() or len(micros) > 16:
        raise invalid("after", "cursor_malformed", "after must be the bookmark that next gave.")
    return datetime.fromtimestamp(int(micros) // 1_000_000, UTC).replace(microsecond=int(micros) % 1_000_000), found


def _item(row: Any) -> dict[str, Any]:
    state = None
    if row.kind == "access_requested":
        state = row.state or ("expired" if row.over else "open")
    return {
        "notification_id": row.notification_id,
        "kind": row.kind,
        "customer_id": row.customer_id,
        "event_id": row.event_id,
        "occurred_at": row.occurred_at,
        "actor": orjson.Fragment(row.actor),
        "details": orjson.Fragment(row.details),
        "batch_id": row.batch_id,
        "count": row.count,
        "read": row.read,
        "state": state,
    }
