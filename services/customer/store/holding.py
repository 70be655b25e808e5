"""How many customers a member may still be given, whichever way they come: claimed, assigned, imported, entered."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from services.customer.rules.holding import Room
from services.customer.rules.viewer import Viewer

# One by one in the order of the ids, before any customer is locked: so nobody waits in a circle.
_LOCK = """
    SELECT pg_advisory_xact_lock(hashtextextended('holder ' || member_id, 7204311)) FROM unnest(%(ids)s::text[]) AS member_id
"""
# The limit is that of the pool to which a member's customers go when they are returned.
_ROOMS = """
    SELECT h.member_id, p.pool_id, p.name, p.held_max, p.admins_exempt,
        (SELECT count(*) FROM customer c WHERE c.owner_id = h.member_id) AS held
    FROM (
        SELECT m.member_id, coalesce(
            (SELECT u.pool_id FROM department u WHERE u.department_id = ANY(d.path) AND u.pool_id IS NOT NULL
             ORDER BY cardinality(u.path) DESC LIMIT 1),
            (SELECT f.pool_id FROM pool f WHERE f.is_default)) AS pool_id
        FROM member m LEFT JOIN department d ON d.department_id = m.department_id WHERE m.member_id = ANY(%(ids)s::uuid[])
    ) h JOIN pool p ON p.pool_id = h.pool_id
    WHERE p.held_max IS NOT NULL
"""


def lock_holders(connection: Connection, member_ids: Sequence[UUID]) -> None:
    """Whoever is to be given customers: those who give to the same member take turns until the transaction ends."""
    connection.exec_driver_sql(_LOCK, {"ids": [str(member_id) for member_id in sorted(set(member_ids))]})


def lock_rooms(connection: Connection, viewer: Viewer, member_ids: Sequence[UUID]) -> dict[UUID, Room]:
    """Lock these members as receivers, and tell how much room there is for those who have a limit that binds the viewer.

    Where nobody has a limit, nobody waits for anybody.
    """
    if not _rooms(connection, viewer, member_ids):
        return {}
    lock_holders(connection, member_ids)
    return _rooms(connection, viewer, member_ids)


def _rooms(connection: Connection, viewer: Viewer, member_ids: Sequence[UUID]) -> dict[UUID, Room]:
    rows = connection.exec_driver_sql(_ROOMS, {"ids": list(member_ids)})
    exempt = viewer.pools.administered
    return {
        row.member_id: Room(row.held_max, row.held)
        for row in rows
        if not (row.admins_exempt and (viewer.is_admin or row.pool_id in exempt))
    }
