"""What a recycle rule would do, asked before it is switched on: the same statement as the sweep, over all customers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from services.common.database import reading
from services.common.ids import new_id
from services.customer.rules import permission
from services.customer.rules import pool_rule as rules
from services.customer.rules.pool_rule import PoolRule
from services.customer.store import member, pool, recycling, recycling_filter

HORIZONS = (7, 14, 30)
OWNERS_MAX = 50
LOOKED_THROUGH_MAX = 2_000  # of those that go first, in search of what the asker may see

# One pass over the customers, summed by owner and deadline; the rest is told from the sums.
_SIMULATE = """
    WITH due AS MATERIALIZED (
        SELECT d.customer_id, d.owner_id, d.recycle_at, d.base_at FROM ({deadlines}) d WHERE d.recycle_at <= %(in_30)s
    ),
    sums AS MATERIALIZED (SELECT owner_id, recycle_at, count(*) AS n FROM due GROUP BY owner_id, recycle_at),
    counts AS (SELECT {counts} FROM sums),
    owners AS (SELECT owner_id, {counts} FROM sums GROUP BY owner_id ORDER BY sum(n) DESC, owner_id LIMIT %(owners_max)s),
    days AS (
        SELECT greatest((recycle_at AT TIME ZONE %(zone)s)::date, %(today)s::date) AS day, sum(n) AS n FROM sums GROUP BY 1
    ),
    first AS (SELECT * FROM due ORDER BY recycle_at, customer_id LIMIT {looked_through}),
    page AS (
        SELECT f.* FROM first f JOIN customer c ON c.customer_id = f.customer_id
        WHERE {visible} ORDER BY f.recycle_at, f.customer_id LIMIT %(limit)s
    )
    SELECT
        (SELECT row_to_json(c) FROM counts c),
        (SELECT json_agg(json_build_object('member_id', o.owner_id, 'name', m.name, 'now', o.now, 'in_7_days', o.in_7_days,
                                           'in_14_days', o.in_14_days, 'in_30_days', o.in_30_days)
                         ORDER BY o.in_30_days DESC, m.name_sort)
         FROM owners o JOIN member m ON m.member_id = o.owner_id),
        (SELECT json_agg(json_build_object('day', d.day, 'count', d.n) ORDER BY d.day) FROM days d),
        (SELECT json_agg(json_build_object(
            'customer_id', p.customer_id, 'customer_no', c.customer_no, 'name', c.name,
            'owner', json_build_object('member_id', p.owner_id, 'name', m.name),
            'last_follow_up_at', c.last_follow_up_at, 'base_at', p.base_at, 'recycle_at', p.recycle_at)
            ORDER BY p.recycle_at, p.customer_id)
         FROM page p JOIN customer c ON c.customer_id = p.customer_id JOIN member m ON m.member_id = p.owner_id)
"""
_COUNTS = ", ".join(
    ["coalesce(sum(n) FILTER (WHERE recycle_at <= %(now)s), 0)::int AS now"]
    + [f"coalesce(sum(n) FILTER (WHERE recycle_at <= %(in_{days})s), 0)::int AS in_{days}_days" for days in HORIZONS]
)


def simulate(
    engine: Engine, member_id: UUID, pool_id: UUID, values: Mapping[str, Any], *, now: datetime, zone: str, limit: int
) -> dict[str, Any]:
    """Which customers the rule would move now and within 7, 14 and 30 days: how many, by owner, by day, and the first of them."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        rules.require_pool_admin(viewer, pool_id, known=pool.find_pool(connection, pool_id) is not None)
        rule = PoolRule(pool_rule_id=new_id(), pool_id=pool_id, **rules.check(values))
        recycling_filter.check(connection, rule, at="/rule/filter")
        sql, parameters = _statement(connection, rule, permission.is_visible(viewer), now, zone)
        row = connection.exec_driver_sql(sql, {**permission.parameters(viewer), **parameters, "limit": limit}).one()
    told = rules.words(rule.days, workdays=rule.workdays)
    return {"counts": row[0], "by_owner": row[1] or [], "by_day": row[2] or [], "items": row[3] or []} | {
        "words_zh": told.zh,
        "words_en": told.en,
        "at": now,
    }


def _statement(connection: Connection, rule: PoolRule, visible: str, now: datetime, zone: str) -> tuple[str, dict[str, Any]]:
    sql, values = recycling.deadlines(recycling_filter.terms(connection, now, zone, [rule]), "true")
    horizons = {f"in_{days}": now + timedelta(days=days) for days in HORIZONS}
    bounds = {"now": now, **horizons, "today": now.astimezone(ZoneInfo(zone)).date(), "owners_max": OWNERS_MAX}
    return _SIMULATE.format(deadlines=sql, counts=_COUNTS, visible=visible, looked_through=LOOKED_THROUGH_MAX), {**values, **bounds}
