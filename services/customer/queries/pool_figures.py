"""What happens in a pool over some days: in and out, how long customers stay, how soon they are followed up, which come back again."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from services.common.database import reading
from services.common.problem import invalid
from services.customer.rules import permission
from services.customer.rules.pool_rule import require_figures
from services.customer.store import member, pool

DAYS_MAX = 92
AGAIN_MAX = 20  # customers that are named

# What came in is told by events, what went out by the ledger of claims; both are read by an index of their time.
_FIGURES = """
    WITH entered AS MATERIALIZED (
        SELECT e.customer_id, (e.occurred_at AT TIME ZONE %(zone)s)::date AS day, e.type = 'customer.recycled' AS recycled
        FROM event e
        WHERE e.type IN ('customer.returned_to_pool', 'customer.recycled') AND e.occurred_at >= %(begin)s AND e.occurred_at < %(end)s
            AND coalesce((e.payload ->> 'pool_id')::uuid, (SELECT p.pool_id FROM pool p WHERE p.is_default)) = %(pool_id)s
    ),
    claimed AS MATERIALIZED (
        SELECT k.customer_id, k.claimed_at, (k.claimed_at AT TIME ZONE %(zone)s)::date AS day,
            (SELECT max(o.ended_at) FROM ownership o WHERE o.customer_id = k.customer_id AND o.ended_at <= k.claimed_at) AS entered_at,
            (SELECT min(f.followed_at) FROM follow_up f
             WHERE f.customer_id = k.customer_id AND f.followed_at >= k.claimed_at) AS followed_at
        FROM claim k WHERE k.pool_id = %(pool_id)s AND k.claimed_at >= %(begin)s AND k.claimed_at < %(end)s
    ),
    days AS (
        SELECT d::date AS day,
            (SELECT count(*) FROM entered e WHERE e.day = d::date AND NOT e.recycled) AS returned,
            (SELECT count(*) FROM entered e WHERE e.day = d::date AND e.recycled) AS recycled,
            (SELECT count(*) FROM claimed k WHERE k.day = d::date) AS claimed
        FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') d
    ),
    again AS (
        SELECT customer_id, count(*) AS times FROM entered GROUP BY customer_id HAVING count(*) > 1
    )
    SELECT (SELECT json_agg(json_build_object('day', day, 'returned', returned, 'recycled', recycled, 'claimed', claimed) ORDER BY day)
            FROM days),
        (SELECT json_build_object('count', count(entered_at),
            'median', percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM claimed_at - entered_at) / 3600),
            'p90', percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM claimed_at - entered_at) / 3600))
         FROM claimed WHERE entered_at IS NOT NULL),
        (SELECT json_build_object('count', count(followed_at),
            'median', percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM followed_at - claimed_at) / 3600),
            'p90', percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM followed_at - claimed_at) / 3600))
         FROM claimed WHERE followed_at IS NOT NULL),
        (SELECT count(*) FROM claimed WHERE followed_at IS NULL),
        (SELECT count(*) FROM again),
        (SELECT json_agg(json_build_object('customer_id', n.customer_id, 'name', n.name, 'times', n.times)
                         ORDER BY n.times DESC, n.customer_id)
         FROM (SELECT a.customer_id, c.name, a.times FROM again a JOIN customer c ON c.customer_id = a.customer_id
               WHERE {visible} ORDER BY a.times DESC, a.customer_id LIMIT %(again_max)s) n)
"""


def get_figures(engine: Engine, member_id: UUID, pool_id: UUID, first: date, last: date, *, zone: str) -> dict[str, Any]:
    """The figures of the days from ``first`` to ``last``, for admins of the pool and managers; one question to the database."""
    if not first <= last or (last - first).days >= DAYS_MAX:
        raise invalid("to", "period_malformed", f"Between 1 and {DAYS_MAX} days.")
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        require_figures(viewer, pool_id, known=pool.find_pool(connection, pool_id) is not None)
        tz = ZoneInfo(zone)
        values = {
            "zone": zone,
            "pool_id": pool_id,
            "first": first,
            "last": last,
            "begin": datetime.combine(first, time(), tz),
            "end": datetime.combine(last + timedelta(days=1), time(), tz),
            "again_max": AGAIN_MAX,
        }
        sql = _FIGURES.format(visible=permission.is_visible(viewer))
        row = connection.exec_driver_sql(sql, {**permission.parameters(viewer), **values}).one()
    return {"days": row[0], "hours_in_pool": row[1], "hours_to_follow_up": row[2], "not_followed_up": row[3]} | {
        "again": {"count": row[4], "items": row[5] or []}
    }
