"""The history of a customer's owners."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text

from services.common.database import reading
from services.common.problem import not_found
from services.customer.store import member
from services.customer.store import permission as permission_store

HISTORY_MAX = 500

_HISTORY = text("""
    SELECT o.began_at, o.ended_at, o.how, o.ended_how, o.reason, o.note,
        o.owner_id, owner.name AS owner_name, o.began_by, by_.name AS by_name, o.ended_by, ended.name AS ended_by_name
    FROM ownership o
    JOIN member owner ON owner.member_id = o.owner_id
    LEFT JOIN member by_ ON by_.member_id = o.began_by
    LEFT JOIN member ended ON ended.member_id = o.ended_by
    WHERE o.customer_id = :customer_id ORDER BY o.ownership_id DESC LIMIT :limit
""")


def list_ownership(engine: Engine, member_id: UUID, customer_id: UUID) -> list[dict[str, Any]]:
    """Who owned it, from when to when and why; the latest first."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        if not permission_store.find_visible(connection, viewer, [customer_id]):
            raise not_found("customer")
        rows = connection.execute(_HISTORY, {"customer_id": customer_id, "limit": HISTORY_MAX})
        return [
            {
                "owner": {"member_id": row.owner_id, "name": row.owner_name},
                "from": row.began_at,
                "until": row.ended_at,
                "how": row.how,
                "by": _member(row.began_by, row.by_name),
                "ended_how": row.ended_how,
                "ended_by": _member(row.ended_by, row.ended_by_name),
                "reason": row.reason,
                "note": row.note,
            }
            for row in rows
        ]


def _member(member_id: UUID | None, name: str | None) -> dict[str, Any] | None:
    return None if member_id is None else {"member_id": member_id, "name": name}
