"""Reading members: the list with its search, one member, oneself. What others may not see of a member is left out here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine, func, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from services.common.database import reading
from services.common.problem import not_found
from services.customer.rules.member import from_cursor, to_cursor
from services.customer.rules.pinyin import fold
from services.customer.rules.viewer import Viewer
from services.customer.store.department import department
from services.customer.store.member import get_viewer, member, select_members, shown

COUNT_MAX = 10_000
_FOR_ADMINS = ("email", "phone", "last_seen_at")


def list_members(
    engine: Engine,
    member_id: UUID,
    *,
    q: str | None,
    department_id: UUID | None,
    active: bool | None,
    member_ids: list[UUID] | None,
    limit: int,
    after: str | None,
) -> dict[str, Any]:
    """Members by pinyin of their name, found by name, pinyin, initials or account; a department includes those below it."""
    conditions: list[ColumnElement[bool]] = []
    if q and fold(q):
        conditions.append(member.c.search.contains(fold(q), autoescape=True))
    if department_id is not None:
        below = select(department.c.department_id).where(department.c.path.contains([department_id]))
        conditions.append(member.c.department_id.in_(below))
    if active is not None:
        conditions.append(member.c.active == active)
    if member_ids is not None:
        conditions.append(member.c.member_id.in_(member_ids))
    page = select_members().add_columns(member.c.name_sort).where(*conditions).order_by(member.c.name_sort, member.c.member_id)
    if after is not None:
        page = page.where(tuple_(member.c.name_sort, member.c.member_id) > from_cursor(after))
    counted = select(func.count()).select_from(select(member.c.member_id).where(*conditions).limit(COUNT_MAX + 1).subquery())
    with reading(engine) as connection:
        viewer = get_viewer(connection, member_id)
        rows = connection.execute(page.limit(limit + 1)).mappings().all()
        count = int(connection.execute(counted).scalar_one())
    last = rows[limit - 1] if len(rows) > limit else None
    return {
        "items": [for_viewer(viewer, shown(row)) for row in rows[:limit]],
        "next": None if last is None else to_cursor(last["name_sort"], last["member_id"]),
        "count": {"value": min(count, COUNT_MAX), "exact": count <= COUNT_MAX},
    }


def find_member(engine: Engine, viewer_id: UUID, member_id: UUID) -> dict[str, Any]:
    """One member as the viewer may see him."""
    with reading(engine) as connection:
        viewer = get_viewer(connection, viewer_id)
        row = connection.execute(select_members().where(member.c.member_id == member_id)).mappings().one_or_none()
    if row is None:
        raise not_found("member")
    return for_viewer(viewer, shown(row))


def find_me(engine: Engine, member_id: UUID) -> dict[str, Any]:
    """Oneself, with the place in the tree of departments."""
    with reading(engine) as connection:
        viewer = get_viewer(connection, member_id)
        row = connection.execute(select_members().where(member.c.member_id == member_id)).mappings().one()
    place = {"department_path": viewer.department_path, "managed_department_id": viewer.managed_department_id}
    return shown(row) | place


def for_viewer(viewer: Viewer, answer: dict[str, Any]) -> dict[str, Any]:
    """Without contact data and last sign of life, unless the viewer is an admin or it is about himself."""
    if viewer.is_admin or answer["member_id"] == viewer.member_id:
        return answer
    return {name: value for name, value in answer.items() if name not in _FOR_ADMINS}
