"""The ledger of claims: append-only, one row for each customer that somebody claimed; returning one takes nothing back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Date, DateTime, ForeignKey, Identity, Index, Table, Uuid, func

from services.customer.rules.claim import Free, Limits
from services.customer.rules.viewer import Viewer
from services.customer.store import metadata
from services.customer.store.held_filter import Counting, get_counting
from services.customer.store.pool import get_pool

claim = Table(
    "claim",
    metadata,
    Column("claim_id", BigInteger, Identity(always=True), primary_key=True),
    Column("pool_id", Uuid, ForeignKey("pool.pool_id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("member.member_id"), nullable=False),
    Column("customer_id", Uuid, ForeignKey("customer.customer_id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("claimed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
)
Index("claim_quota", claim.c.member_id, claim.c.pool_id, claim.c.day)
Index("claim_pool", claim.c.pool_id, claim.c.claimed_at)
Index("claim_customer", claim.c.customer_id, claim.c.claimed_at)

LINE_MAX = 100_000  # so far behind the first one is looked for a customer that takes no room

# What the member has used of the limits of pool ``p``. Read after he was locked.
_USED = "(SELECT count(*) FROM claim k WHERE k.member_id = %(me)s AND k.pool_id = p.pool_id AND k.day = %(day)s)"
_HELD = "(SELECT count(*) FROM customer c WHERE c.owner_id = %(me)s AND {counts})"
_IS_USED_UP = f"""
    SELECT CASE WHEN p.claims_per_day IS NULL THEN false ELSE {_USED} >= p.claims_per_day END,
        CASE WHEN p.held_max IS NULL THEN false ELSE {_HELD} >= p.held_max END
    FROM pool p WHERE p.pool_id = %(pool_id)s
"""  # noqa: S608 - constants only
# Limits and what of them is used, once for each pool; then every customer of these that is in a pool.
_FREE = f"""
    WITH l AS MATERIALIZED (
        SELECT p.pool_id, p.name, p.claims_per_day, p.held_max, p.previous_owner_wait_days, p.new_wait_hours, p.cooldown_days,
            p.admins_exempt,
            CASE WHEN p.claims_per_day IS NULL THEN 0 ELSE {_USED} END AS used,
            CASE WHEN p.held_max IS NULL THEN 0 ELSE {_HELD} END AS held
        FROM pool p
        WHERE p.pool_id IN (SELECT x.pool_id FROM customer x WHERE x.customer_id = ANY(%(ids)s::uuid[]) AND x.state = 'pool')
    )
    SELECT c.customer_id, c.pool_entered_at, clock_timestamp() AS now, p.*, {{counts}} AS counts,
        CASE WHEN p.previous_owner_wait_days > 0 THEN
            (SELECT max(o.ended_at) FROM ownership o WHERE o.customer_id = c.customer_id AND o.owner_id = %(me)s) END AS owned_until,
        CASE WHEN p.cooldown_days > 0 THEN (SELECT max(k.claimed_at) FROM claim k WHERE k.customer_id = c.customer_id) END AS claimed_at
    FROM customer c JOIN l AS p ON p.pool_id = c.pool_id
    WHERE c.customer_id = ANY(%(ids)s::uuid[]) AND c.state = 'pool'
"""  # noqa: S608 - constants only
# The oldest that this member may claim; with ``_LOCKED``, and nobody else is just taking.
_NEXT = """
    SELECT c.customer_id FROM customer c CROSS JOIN (SELECT %(pool_id)s::uuid AS pool_id) p
    WHERE c.pool_id = %(pool_id)s AND c.state = 'pool' AND (%(exempt)s OR (
        c.pool_entered_at <= clock_timestamp() - make_interval(hours => %(new_wait_hours)s)
        AND (%(previous_owner_wait_days)s = 0 OR NOT EXISTS (
            SELECT FROM ownership o WHERE o.customer_id = c.customer_id AND o.owner_id = %(me)s
                AND o.ended_at > clock_timestamp() - make_interval(days => %(previous_owner_wait_days)s)))
        AND (%(cooldown_days)s = 0 OR NOT EXISTS (
            SELECT FROM claim k WHERE k.customer_id = c.customer_id
                AND greatest(k.claimed_at, c.pool_entered_at) > clock_timestamp() - make_interval(days => %(cooldown_days)s))))){which}
    ORDER BY c.pool_entered_at, c.customer_id LIMIT 1{lock}
"""
_LOCKED = " FOR NO KEY UPDATE OF c SKIP LOCKED"
_UNCOUNTED = f""" AND NOT ({{counts}}) AND c.pool_entered_at <= coalesce(
    (SELECT x.pool_entered_at FROM customer x WHERE x.pool_id = %(pool_id)s AND x.state = 'pool'
     ORDER BY x.pool_entered_at, x.customer_id OFFSET {LINE_MAX} LIMIT 1), 'infinity')"""  # noqa: S608 - constants only
_INSERT = """
    INSERT INTO claim (pool_id, member_id, customer_id, day)
    SELECT pool_id, %(me)s, customer_id, %(day)s FROM unnest(%(pool_ids)s::uuid[], %(customer_ids)s::uuid[]) AS k (pool_id, customer_id)
"""


def get_free(
    connection: Connection, viewer: Viewer, customer_ids: Sequence[UUID], day: date, zone: str
) -> tuple[dict[UUID, Free], dict[str, Any]]:
    """Those that are in a pool, with its limits; and how much of them is used: ``now``, ``used`` and ``held`` by pool."""
    counting = get_counting(connection, zone)
    values = {**counting.values, "me": viewer.member_id, "day": day, "ids": list(customer_ids)}
    found: dict[UUID, Free] = {}
    used: dict[str, Any] = {"now": None, "used": {}, "held": {}}
    for row in connection.exec_driver_sql(_FREE.format(counts=counting.sql), values):
        limits, times = _limits(viewer, row), (row.pool_entered_at, row.owned_until, row.claimed_at)
        found[row.customer_id] = Free(row.customer_id, limits, *times, counts=row.counts)
        used["now"] = row.now
        used["used"][row.pool_id], used["held"][row.pool_id] = row.used, row.held
    return found, used


def _limits(viewer: Viewer, row: Any) -> Limits:
    exempt = row.admins_exempt and (viewer.is_admin or row.pool_id in viewer.pools.administered)
    waits = row.previous_owner_wait_days, row.new_wait_hours, row.cooldown_days
    return Limits(row.pool_id, row.name, row.claims_per_day, row.held_max, *waits, exempt)


def find_next(connection: Connection, viewer: Viewer, limits: Limits, day: date, zone: str) -> tuple[UUID | None, bool]:
    """The customer of a pool that the member, who is locked, gets next, None where there is none for him; and whether he may have it.

    Then it is locked. Where a limit is used up it is one that the limit refuses, and left to the others. Who holds all that he may
    gets the oldest of those that do not count.
    """
    counting = get_counting(connection, zone)
    values = {
        **counting.values, "day": day,
        "me": viewer.member_id, "pool_id": limits.pool_id, "exempt": limits.exempt, "new_wait_hours": limits.new_wait_hours,
        "previous_owner_wait_days": limits.previous_owner_wait_days, "cooldown_days": limits.cooldown_days,
    }  # fmt: skip
    claimed, full = (False, False) if limits.exempt else _is_used_up(connection, counting, values)
    if full and not claimed and limits.pool_id in counting.pool_ids:
        which = _UNCOUNTED.format(counts=counting.sql)
        uncounted: UUID | None = connection.exec_driver_sql(_NEXT.format(which=which, lock=_LOCKED), values).scalar_one_or_none()
        if uncounted is not None:
            return uncounted, True
    lock = "" if claimed or full else _LOCKED
    return connection.exec_driver_sql(_NEXT.format(which="", lock=lock), values).scalar_one_or_none(), lock != ""


def _is_used_up(connection: Connection, counting: Counting, values: dict[str, Any]) -> tuple[bool, bool]:
    """Whether the member has claimed all that he may today, and whether he holds all that he may."""
    row = connection.exec_driver_sql(_IS_USED_UP.format(counts=counting.sql), values).one()
    return row[0], row[1]


def get_limits(connection: Connection, viewer: Viewer, pool_id: UUID) -> Limits | None:
    """The limits of a pool that is in use, whoever it is for."""
    row = get_pool(connection, pool_id)
    return None if row is None or row.archived_at is not None else _limits(viewer, row)


def insert_claims(connection: Connection, viewer: Viewer, claimed: Sequence[Free], day: date) -> None:
    """Write into the ledger what was claimed on the organisation's ``day``."""
    values = {
        "me": viewer.member_id, "day": day,
        "pool_ids": [found.limits.pool_id for found in claimed], "customer_ids": [found.customer_id for found in claimed],
    }  # fmt: skip
    connection.exec_driver_sql(_INSERT, values)
