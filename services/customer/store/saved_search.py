"""Saved searches as rows: their conditions, with whom they are shared, and who has pinned them where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from services.customer.rules.viewer import Viewer
from services.customer.store import metadata

saved_search = Table(
    "saved_search",
    metadata,
    Column("saved_search_id", Uuid, primary_key=True),
    Column("owner_id", Uuid, ForeignKey("member.member_id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("color", Text),
    Column("icon", Text),
    Column("view", Text, nullable=False),
    Column("q", Text),
    Column("filter", JSONB(none_as_null=True)),
    Column("sort", Text),
    Column("columns", ARRAY(Text)),
    Column("shared_with", Text, nullable=False, server_default="nobody"),
    Column("count_shown", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("deleted_at", DateTime(timezone=True)),
    CheckConstraint("shared_with IN ('nobody', 'members', 'departments', 'everyone')"),
)
Index("saved_search_owner", saved_search.c.owner_id)
Index("saved_search_everyone", saved_search.c.saved_search_id, postgresql_where=saved_search.c.shared_with == "everyone")
Index("saved_search_deleted_at", saved_search.c.deleted_at, postgresql_where=saved_search.c.deleted_at.is_not(None))

saved_search_share = Table(
    "saved_search_share",
    metadata,
    Column("saved_search_id", Uuid, ForeignKey("saved_search.saved_search_id", ondelete="CASCADE"), nullable=False),
    Column("member_id", Uuid, ForeignKey("member.member_id")),
    Column("department_id", Uuid, ForeignKey("department.department_id", ondelete="CASCADE")),
    CheckConstraint("(member_id IS NULL) <> (department_id IS NULL)"),
)
_share = saved_search_share.c
Index("saved_search_share_saved_search", _share.saved_search_id)
Index("saved_search_share_member", _share.member_id, _share.saved_search_id, postgresql_where=_share.member_id.is_not(None))
Index("saved_search_share_department", _share.department_id, _share.saved_search_id, postgresql_where=_share.department_id.is_not(None))

saved_search_pin = Table(
    "saved_search_pin",
    metadata,
    Column("member_id", Uuid, ForeignKey("member.member_id"), primary_key=True),
    Column("saved_search_id", Uuid, ForeignKey("saved_search.saved_search_id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, nullable=False),
)
Index("saved_search_pin_saved_search", saved_search_pin.c.saved_search_id)

# Mine, and what is shared with me, with my department or one above it, with everyone; an admin looks after all that is shared.
_VISIBLE_IDS = """
    SELECT saved_search_id FROM saved_search WHERE owner_id = :me
    UNION SELECT saved_search_id FROM saved_search WHERE shared_with = 'everyone'
    UNION SELECT h.saved_search_id FROM saved_search_share h JOIN saved_search s USING (saved_search_id)
        WHERE h.member_id = :me AND s.shared_with = 'members'
    UNION SELECT h.saved_search_id FROM saved_search_share h JOIN saved_search s USING (saved_search_id)
        WHERE h.department_id = ANY (CAST(:path AS uuid[])) AND s.shared_with = 'departments'
    UNION SELECT saved_search_id FROM saved_search WHERE :is_admin AND shared_with <> 'nobody'
"""
_SHARED_IDS = """(SELECT coalesce(array_agg(h.{0} ORDER BY h.{0}), '{{}}') FROM saved_search_share h
    WHERE h.saved_search_id = s.saved_search_id AND h.{0} IS NOT NULL)"""
_SHOWN = f"""
    SELECT s.saved_search_id, s.name, s.color, s.icon, s.view, s.q, s.filter, s.sort, s.columns, s.shared_with, s.count_shown,
        {_SHARED_IDS.format("member_id")} AS member_ids, {_SHARED_IDS.format("department_id")} AS department_ids,
        s.owner_id, o.name AS owner_name, p.position, s.created_at, s.updated_at
    FROM ({_VISIBLE_IDS}) v JOIN saved_search s USING (saved_search_id) JOIN member o ON o.member_id = s.owner_id
    LEFT JOIN saved_search_pin p ON p.saved_search_id = s.saved_search_id AND p.member_id = :me
    WHERE (s.deleted_at IS NOT NULL) = :deleted
"""  # noqa: S608 - made of constants
_LIST = text(f"{_SHOWN} ORDER BY p.position NULLS LAST, s.owner_id <> :me, s.name, s.saved_search_id LIMIT :limit")
_ONE = text(f"{_SHOWN} AND s.saved_search_id = :saved_search_id")
_ONE_LOCKED = text(f"{_SHOWN} AND s.saved_search_id = :saved_search_id FOR UPDATE OF s")


def _seen_by(viewer: Viewer, *, deleted: bool) -> dict[str, Any]:
    path = list(viewer.department_path)
    return {"me": viewer.member_id, "path": path, "is_admin": viewer.is_admin, "deleted": deleted}


def get_saved_searches(connection: Connection, viewer: Viewer, *, limit: int) -> list[dict[str, Any]]:
    """All that the viewer may see: pinned ones in their order, then his own, then those shared with him."""
    rows = connection.execute(_LIST, _seen_by(viewer, deleted=False) | {"limit": limit})
    return [dict(row) for row in rows.mappings()]


def get_saved_search(connection: Connection, viewer: Viewer, saved_search_id: UUID) -> dict[str, Any] | None:
    """One as the viewer sees it; None where it is not there or not his to see."""
    values = _seen_by(viewer, deleted=False) | {"saved_search_id": saved_search_id}
    found = connection.execute(_ONE, values).mappings().one_or_none()
    return None if found is None else dict(found)


def lock_saved_search(connection: Connection, viewer: Viewer, saved_search_id: UUID, *, deleted: bool = False) -> dict[str, Any] | None:
    """The same, held until the transaction ends; ``deleted`` looks among the deleted ones."""
    values = _seen_by(viewer, deleted=deleted) | {"saved_search_id": saved_search_id}
    found = connection.execute(_ONE_LOCKED, values).mappings().one_or_none()
    return None if found is None else dict(found)


_COUNTED = text(f"{_SHOWN} AND p.position IS NOT NULL AND s.count_shown ORDER BY p.position, s.saved_search_id LIMIT :limit")


def get_counted(connection: Connection, viewer: Viewer, *, limit: int) -> list[dict[str, Any]]:
    """The first of the pinned ones that show a number."""
    rows = connection.execute(_COUNTED, _seen_by(viewer, deleted=False) | {"limit": limit})
    return [dict(row) for row in rows.mappings()]


def count_own(connection: Connection, member_id: UUID) -> int:
    """How many a member has."""
    mine = (saved_search.c.owner_id == member_id) & saved_search.c.deleted_at.is_(None)
    return int(connection.execute(select(func.count()).where(mine)).scalar_one())


def insert_saved_search(connection: Connection, values: Mapping[str, Any]) -> None:
    """Add one."""
    connection.execute(insert(saved_search).values(dict(values)))


def save_saved_search(connection: Connection, saved_search_id: UUID, values: Mapping[str, Any]) -> None:
    """Change the given columns."""
    which = saved_search.c.saved_search_id == saved_search_id
    connection.execute(update(saved_search).where(which).values(**values, updated_at=func.now()))


def mark_deleted(connection: Connection, saved_search_id: UUID) -> None:
    """Out of sight from now on; ``save_saved_search`` with ``deleted_at`` None brings it back."""
    save_saved_search(connection, saved_search_id, {"deleted_at": func.now()})


def save_shares(connection: Connection, saved_search_id: UUID, member_ids: Sequence[UUID], department_ids: Sequence[UUID]) -> None:
    """With whom it is shared, in place of what was there."""
    connection.execute(delete(saved_search_share).where(saved_search_share.c.saved_search_id == saved_search_id))
    rows: list[dict[str, Any]] = [{"member_id": one, "department_id": None} for one in dict.fromkeys(member_ids)]
    rows += [{"member_id": None, "department_id": one} for one in dict.fromkeys(department_ids)]
    if rows:
        connection.execute(insert(saved_search_share), [{"saved_search_id": saved_search_id, **row} for row in rows])


def pin(connection: Connection, member_id: UUID, saved_search_id: UUID) -> None:
    """Into the member's side menu, at its end; one that is there keeps its place."""
    mine = saved_search_pin.c.member_id == member_id
    last = select(func.coalesce(func.max(saved_search_pin.c.position) + 1, 0)).where(mine).scalar_subquery()
    values = {"member_id": member_id, "saved_search_id": saved_search_id, "position": last}
    connection.execute(upsert(saved_search_pin).values(values).on_conflict_do_nothing())


def unpin(connection: Connection, member_id: UUID, saved_search_id: UUID) -> None:
    """Out of the member's side menu."""
    which = (saved_search_pin.c.member_id == member_id) & (saved_search_pin.c.saved_search_id == saved_search_id)
    connection.execute(delete(saved_search_pin).where(which))


# Those that are not named keep their order, behind the named ones.
_ORDER = text("""
    UPDATE saved_search_pin p SET position = o.place FROM (
        SELECT saved_search_id, row_number() OVER (
            ORDER BY array_position(CAST(:ids AS uuid[]), saved_search_id) NULLS LAST, position, saved_search_id) - 1 AS place
        FROM saved_search_pin WHERE member_id = :member_id) o
    WHERE p.member_id = :member_id AND p.saved_search_id = o.saved_search_id
""")


def order_pins(connection: Connection, member_id: UUID, saved_search_ids: Sequence[UUID]) -> None:
    """The member's pinned ones in this order; ids that he has not pinned are passed over."""
    connection.execute(_ORDER, {"member_id": member_id, "ids": list(saved_search_ids)})


def lock_pins(connection: Connection, member_id: UUID) -> int:
    """Changes of one member's menu take turns until the transaction ends; how many are pinned."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"saved_search {member_id}", 7_204_311))))
    counted = select(func.count()).where(saved_search_pin.c.member_id == member_id)
    return int(connection.execute(counted).scalar_one())


def delete_old(connection: Connection, *, days: int, limit: int) -> int:
    """Remove those that were deleted long enough ago; how many rows went."""
    old = (
        select(saved_search.c.saved_search_id)
        .where(saved_search.c.deleted_at < func.now() - func.make_interval(0, 0, 0, days))
        .limit(limit)
    )
    return connection.execute(delete(saved_search).where(saved_search.c.saved_search_id.in_(old))).rowcount
