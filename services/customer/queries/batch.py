"""The caller's batches as they are shown: progress, what was skipped and why, and until when each can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common import clock
from services.common.database import reading
from services.common.problem import not_found
from services.customer.rules import batch as rules
from services.customer.rules import permission
from services.customer.rules.batch import Undoing
from services.customer.rules.viewer import Viewer
from services.customer.store import member

RESULTS_MAX = 1_000

_COLUMNS = """
    b.batch_id, b.member_id, b.verb, b.parameters, b.selection, b.state, b.total, b.done, b.skipped, b.created_at, b.ended_at, b.undo_of,
    b.undone_by_batch_id, b.error_code, b.error_detail
"""
# The customer of a batch of one (or of the one that was undone), if it may still be seen.
_ONE = """
    LEFT JOIN LATERAL (
        SELECT c.customer_id, c.name FROM batch_row r JOIN customer c ON c.customer_id = r.customer_id
        WHERE b.total = 1 AND r.batch_id = coalesce(b.undo_of, b.batch_id) AND {visible}
    ) one ON true
"""
_LIST = f"""
    SELECT {_COLUMNS}, one.customer_id, one.name FROM batch b {_ONE}
    WHERE b.member_id = %(me)s AND (%(after)s::uuid IS NULL OR b.batch_id < %(after)s) ORDER BY b.batch_id DESC LIMIT %(limit)s
"""  # noqa: S608 - constants only
_FIND = f"SELECT {_COLUMNS}, one.customer_id, one.name FROM batch b {_ONE} WHERE b.batch_id = %(batch_id)s"  # noqa: S608 - constants only
_RESULTS = """
    SELECT r.customer_id, r.code, r.detail, r.told, v.customer_no, v.name FROM batch_row r
    LEFT JOIN LATERAL (SELECT c.customer_no, c.name FROM customer c WHERE c.customer_id = r.customer_id AND {visible}) v ON true
    WHERE r.batch_id = %(batch_id)s AND r.code IS NOT NULL ORDER BY r.customer_id LIMIT %(limit)s
"""


def list_batches(engine: Engine, member_id: UUID, *, after: UUID | None, limit: int, minutes: int) -> dict[str, Any]:
    """The member's batches, the latest first."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        statement = _LIST.format(visible=permission.is_visible(viewer))
        values = permission.parameters(viewer) | {"after": after, "limit": limit + 1}
        rows = list(connection.exec_driver_sql(statement, values))
        items = _shown(connection, rows[:limit], minutes)
    return {"items": items, "next": str(rows[limit - 1].batch_id) if len(rows) > limit else None}


def find_batch(engine: Engine, member_id: UUID, batch_id: UUID, *, minutes: int) -> dict[str, Any]:
    """One batch of the member, or any for an admin, with its skipped customers."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        values = permission.parameters(viewer) | {"batch_id": batch_id, "limit": RESULTS_MAX}
        row = connection.exec_driver_sql(_FIND.format(visible=permission.is_visible(viewer)), values).one_or_none()
        if row is None or (row.member_id != viewer.member_id and not viewer.is_admin):
            raise not_found("batch")
        return _shown(connection, [row], minutes)[0] | {"results": _results(connection, viewer, values)}


def _results(connection: Connection, viewer: Viewer, values: dict[str, Any]) -> list[dict[str, Any]]:
    rows = connection.exec_driver_sql(_RESULTS.format(visible=permission.is_visible(viewer)), values)
    return [
        {
            "customer_id": row.customer_id,
            "customer_no": row.customer_no,
            "name": row.name,
            "done": False,
            "code": row.code,
            "detail": row.detail,
            **(row.told or {}),
        }
        for row in rows
    ]


def _shown(connection: Connection, rows: Sequence[Any], minutes: int) -> list[dict[str, Any]]:
    mentioned = {UUID(found) for row in rows for found in row.parameters.get("owner_ids", ())}
    names = member.get_names(connection, sorted(mentioned)) if mentioned else {}
    return [_summary(row, names, minutes) for row in rows]


def _summary(row: Any, names: dict[UUID, str], minutes: int) -> dict[str, Any]:
    undoing = Undoing(row.verb, row.state, row.done, row.ended_at, row.undone_by_batch_id is not None)
    members = [UUID(found) for found in row.parameters.get("owner_ids", ())]
    return {
        **{name: getattr(row, name) for name in ("batch_id", "verb", "parameters", "selection", "state", "total", "done", "skipped")},
        **{name: getattr(row, name) for name in ("created_at", "ended_at", "undo_of", "undone_by_batch_id", "error_code", "error_detail")},
        "members": [{"member_id": found, "name": names.get(found, "")} for found in members],
        "customer": {"customer_id": row.customer_id, "name": row.name} if row.customer_id else None,
        "undo_until": rules.undo_until(row.ended_at, minutes) if row.verb in rules.UNDOABLE else None,
        "undo_refused": rules.undo_refused(undoing, clock.now(), minutes),
    }
