"""How many customers a member may still be given, whichever way they come: claimed, assigned, imported, entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection

from services.customer.rules.holding import Room
from services.customer.rules.viewer import Viewer
from services.customer.store.held_filter import ALL_COUNT, Counting, get_counting

# One by one in the order of the ids, before any customer is locked: so nobody waits in a circle.
_LOCK = """
    SELECT pg_advisory_xact_lock(hashtextextended('holder ' || member_id, 7204311)) FROM unnest(%(ids)s::text[]) AS member_id
"""
# Who counts is decided by each member's pool.
_UNCOUNTED = """
    SELECT p.pool_id, c.customer_id FROM pool p, customer c
    WHERE p.pool_id = ANY(%(pool_ids)s::uuid[]) AND c.customer_id = ANY(%(ids)s::uuid[]) AND NOT ({counts})
"""
# The limit is that of the pool to which a member's customers go when they are returned.
_ROOMS = """
    SELECT h.member_id, p.pool_id, p.name, p.held_max, p.admins_exempt,
        (SELECT count(*) FROM customer c WHERE c.owner_id = h.member_id AND {counts}) AS held
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


def lock_rooms(connection: Connection, viewer: Viewer, member_ids: Sequence[UUID], zone: str) -> dict[UUID, Room]:
    """Lock these members as receivers, and tell how much room there is for those who have a limit that binds the viewer.

    Where nobody has a limit, nobody waits for anybody.
    """
    if not _rooms(connection, viewer, member_ids, ALL_COUNT):
        return {}
    lock_holders(connection, member_ids)
    return _rooms(connection, viewer, member_ids, get_counting(connection, zone))


def get_free(connection: Connection, rooms: Mapping[UUID, Room], customer_ids: Sequence[UUID], zone: str) -> set[tuple[UUID, UUID]]:
    """(member, customer) of those that take no room of the member's, whoever holds them; read while the customers are locked."""
    pool_ids = {room.pool_id for room in rooms.values() if room.excepts}
    if not pool_ids or not customer_ids:
        return set()
    counting = get_counting(connection, zone)
    values = {**counting.values, "pool_ids": list(pool_ids), "ids": list(customer_ids)}
    rows = connection.exec_driver_sql(_UNCOUNTED.format(counts=counting.sql), values)
    found = {(row.pool_id, row.customer_id) for row in rows}
    return {(owner, customer_id) for owner, room in rooms.items() for pool_id, customer_id in found if pool_id == room.pool_id}


def _rooms(connection: Connection, viewer: Viewer, member_ids: Sequence[UUID], counting: Counting) -> dict[UUID, Room]:
    rows = connection.exec_driver_sql(_ROOMS.format(counts=counting.sql), {**counting.values, "ids": list(member_ids)})
    exempt = viewer.pools.administered
    return {
        row.member_id: Room(row.held_max, row.held, row.pool_id, row.pool_id in counting.pool_ids)
        for row in rows
        if not (row.admins_exempt and (viewer.is_admin or row.pool_id in exempt))
    }
