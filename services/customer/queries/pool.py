"""Pools as they are shown: their rules, how full they are, and how the caller stands to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common import clock
from services.common.database import reading
from services.common.problem import not_found
from services.customer.rules.pool import COUNT_MAX
from services.customer.rules.viewer import Viewer
from services.customer.store import member
from services.customer.store.held_filter import get_counting
from services.customer.store.pool import COLUMNS

_LIST = f"""
    SELECT {", ".join(f"p.{name}" for name in COLUMNS)},
        (SELECT count(*) FROM claim l WHERE l.member_id = %(me)s AND l.pool_id = p.pool_id AND l.day = %(day)s) AS claims_today,
        (SELECT count(*) FROM (SELECT FROM customer c WHERE c.pool_id = p.pool_id AND c.state = 'pool' LIMIT {COUNT_MAX + 1}) q) AS size,
        (SELECT count(*) FROM (SELECT FROM customer c WHERE c.owner_id = %(me)s AND {{counts}} LIMIT {COUNT_MAX + 1}) q) AS held
    FROM pool p
    WHERE (p.open_to_all OR p.pool_id = ANY(%(closed)s::uuid[]) OR %(all)s) AND (p.archived_at IS NOT NULL) = %(archived)s
        AND (%(pool_id)s::uuid IS NULL OR p.pool_id = %(pool_id)s::uuid)
    ORDER BY p.position, p.is_default DESC, p.name, p.pool_id
"""  # noqa: S608 - constants only
_PEOPLE = """
    SELECT 'members' AS part, b.pool_id, m.member_id AS id, m.name, m.name_sort AS place
    FROM pool_member b JOIN member m ON m.member_id = b.member_id WHERE b.pool_id = ANY(%(ids)s::uuid[])
    UNION ALL
    SELECT 'admins', a.pool_id, m.member_id, m.name, m.name_sort
    FROM pool_admin a JOIN member m ON m.member_id = a.member_id WHERE a.pool_id = ANY(%(ids)s::uuid[])
    UNION ALL
    SELECT 'departments', b.pool_id, d.department_id, d.name, d.name
    FROM pool_member b JOIN department d ON d.department_id = b.department_id WHERE b.pool_id = ANY(%(ids)s::uuid[])
    UNION ALL
    SELECT 'default_of', d.pool_id, d.department_id, d.name, d.name FROM department d WHERE d.pool_id = ANY(%(ids)s::uuid[])
    ORDER BY place, id
"""


def list_pools(engine: Engine, member_id: UUID, *, zone: str, archived: bool = False) -> dict[str, Any]:
    """The pools that the member belongs to, an admin's are all; with his quota in each."""
    with reading(engine) as connection:
        return {"items": _pools(connection, member.get_viewer(connection, member_id), zone, archived=archived)}


def find_pool(engine: Engine, member_id: UUID, pool_id: UUID, *, zone: str) -> dict[str, Any]:
    """One pool, archived or not; 404 where it is not the member's."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        found = _pools(connection, viewer, zone, pool_id=pool_id, archived=False)
        if not found and viewer.is_admin:
            found = _pools(connection, viewer, zone, pool_id=pool_id, archived=True)
    if not found:
        raise not_found("pool")
    return found[0]


def _pools(connection: Connection, viewer: Viewer, zone: str, *, archived: bool, pool_id: UUID | None = None) -> list[dict[str, Any]]:
    values = {
        "me": viewer.member_id, "day": clock.today(zone), "closed": list(viewer.pools.closed), "all": viewer.is_admin,
        "archived": archived, "pool_id": pool_id,
    }  # fmt: skip
    counting = get_counting(connection, zone)
    found = connection.exec_driver_sql(_LIST.format(counts=counting.sql), {**counting.values, **values})
    rows = [row._mapping for row in found]  # noqa: SLF001 - the row's documented view
    people = list(connection.exec_driver_sql(_PEOPLE, {"ids": [row["pool_id"] for row in rows]})) if rows else []
    return [_shown(viewer, row, [found for found in people if found.pool_id == row["pool_id"]]) for row in rows]


def _shown(viewer: Viewer, row: Any, people: Iterable[Any]) -> dict[str, Any]:
    parts: dict[str, list[dict[str, Any]]] = {"members": [], "admins": [], "departments": [], "default_of": []}
    for found in people:
        key = "member_id" if found.part in ("members", "admins") else "department_id"
        parts[found.part].append({key: found.id, "name": found.name})
    if not viewer.is_admin:
        parts = {"admins": parts["admins"]}
    quota = {"claims_today": row["claims_today"], "claims_per_day": row["claims_per_day"], "held": row["held"], "held_max": row["held_max"]}
    admin = viewer.is_admin or row["pool_id"] in viewer.pools.administered
    exempt = admin and row["admins_exempt"]
    size = {"value": min(row["size"], COUNT_MAX), "exact": row["size"] <= COUNT_MAX}
    return {name: row[name] for name in COLUMNS} | parts | {"quota": quota | {"exempt": exempt}, "admin": admin, "customers": size}
