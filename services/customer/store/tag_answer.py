"""Tags and groups as they are answered: with who made them, whether the viewer has pinned them and may change them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.common.problem import not_found
from services.customer.rules import tag as rules
from services.customer.rules.viewer import Viewer
from services.customer.store.customer_tag import SHOWN_ORDER

ARCHIVED_MAX = 500
_COLUMNS = ("tag_id", "tag_group_id", "name", "color", "position", "search", "archived_at", "created_at")
_SHOWN = f"""
    SELECT {", ".join(f"t.{name}" for name in _COLUMNS)}, t.created_by, m.name AS creator, p.tag_id IS NOT NULL AS pinned,
        EXISTS (SELECT 1 FROM tag_merge i WHERE i.into_tag_id = t.tag_id AND i.finished_at IS NULL) AS merging
    FROM tag t
    LEFT JOIN tag_group g ON g.tag_group_id = t.tag_group_id
    LEFT JOIN member m ON m.member_id = t.created_by
    LEFT JOIN pinned_tag p ON p.tag_id = t.tag_id AND p.member_id = %(me)s
"""  # noqa: S608 - constants only
_IN_USE = f"{_SHOWN} WHERE t.archived_at IS NULL ORDER BY {SHOWN_ORDER}"
_ARCHIVED = f"""{_SHOWN}
    WHERE t.archived_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tag_merge w WHERE w.tag_id = t.tag_id)
    ORDER BY t.archived_at DESC, t.tag_id LIMIT {ARCHIVED_MAX}"""  # noqa: S608 - constants only
_ONE = f"{_SHOWN} WHERE t.tag_id = %(tag_id)s"


def list_shown(connection: Connection, viewer: Viewer, *, archived: bool) -> list[dict[str, Any]]:
    """All tags in use in their order, or the archived ones, the latest first; those merged away are neither."""
    rows = connection.exec_driver_sql(_ARCHIVED if archived else _IN_USE, {"me": viewer.member_id})
    return [_answer(row, viewer) for row in rows]


def get_shown(connection: Connection, viewer: Viewer, tag_id: UUID) -> dict[str, Any]:
    """One tag; 404 where there is none."""
    row = connection.exec_driver_sql(_ONE, {"me": viewer.member_id, "tag_id": tag_id}).one_or_none()
    if row is None:
        raise not_found("tag")
    return _answer(row, viewer)


def _answer(row: Any, viewer: Viewer) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in (*_COLUMNS, "pinned", "merging")},
        "created_by": None if row.created_by is None else {"member_id": row.created_by, "name": row.creator},
        "may_edit": rules.may_manage(viewer, "edit", row.created_by),
        "usage": None,
    }


def group_answer(row: Any) -> dict[str, Any]:
    """A group as it is answered."""
    return {name: getattr(row, name) for name in ("tag_group_id", "name", "single", "position")}
