"""How many customers with a tag a member sees: bounded, by indexes alone where every member sees the customer.

Closed customers are counted from the side that is small: those that the viewer owns, leads or takes part in; who leads very many walks
along the tag's instead, as far as ``WALKED_MAX``, and is told "at least" beyond.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.customer.rules import permission
from services.customer.rules.viewer import Viewer

COUNT_MAX = 1_000
LED_MAX = 5_000
WALKED_MAX = 20_000

_ALL = f"""
    SELECT a.tag_id, (SELECT count(*) FROM (SELECT FROM customer_tag ct WHERE ct.tag_id = a.tag_id LIMIT {COUNT_MAX + 1}) q), true
    FROM unnest(%(tag_ids)s::uuid[]) AS a (tag_id)
"""  # noqa: S608 - constants only
_OPEN = f"(SELECT count(*) FROM (SELECT FROM customer_tag ct WHERE ct.tag_id = a.tag_id AND ct.open LIMIT {COUNT_MAX + 1}) q)"  # noqa: S608
# Where a pool hides tags from the viewer, a customer of it counts as one without.
_OPEN_UNHIDDEN = f"""
    (SELECT count(*) FROM (SELECT FROM (SELECT ct.customer_id FROM customer_tag ct WHERE ct.tag_id = a.tag_id AND ct.open) q
                           {permission.BY_ID} WHERE true{{shown}} LIMIT {COUNT_MAX + 1}) o)
"""  # noqa: S608 - constants only
_FEW = f"(SELECT count(*) <= {LED_MAX} FROM led)"  # noqa: S608


def count_tags(connection: Connection, viewer: Viewer, tag_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """tag_id → how many customers that the viewer sees have it, exact up to 1,000."""
    if not tag_ids:
        return {}
    values = permission.parameters(viewer) | {"tag_ids": list(tag_ids)}
    rows = connection.exec_driver_sql(_ALL if viewer.is_admin else _statement(viewer), values)
    return {tag_id: {"value": min(n, COUNT_MAX), "exact": bool(exact) and n <= COUNT_MAX} for tag_id, n, exact in rows}


def _statement(viewer: Viewer) -> str:
    manages = permission.manages_anyone(viewer)
    team = "team" if manages else ""
    hidden = permission.hides(viewer, "tags")
    shown = "" if hidden == "false" else f" AND NOT {hidden}"
    led = " UNION ALL ".join(
        f"SELECT c.customer_id FROM {source} WHERE {condition}{shown}"  # noqa: S608
        for source, condition in permission.closed_branches(viewer, team)
    )
    tables = [
        *([f"team AS MATERIALIZED ({permission.team(viewer)})"] if manages else []),
        f"led AS MATERIALIZED (SELECT customer_id FROM ({led}) q LIMIT {LED_MAX + 1})",  # noqa: S608
        f"""of_led AS MATERIALIZED (
            SELECT ct.tag_id, count(*) AS n FROM led JOIN customer_tag ct ON ct.customer_id = led.customer_id
            WHERE {_FEW} AND ct.tag_id = ANY(%(tag_ids)s::uuid[]) GROUP BY ct.tag_id)""",  # noqa: S608 - conditions of the policy
    ]
    closed = f"SELECT ct.customer_id FROM customer_tag ct WHERE ct.tag_id = a.tag_id AND NOT ct.open AND NOT {_FEW}"  # noqa: S608
    walk = f"SELECT FROM ({closed} LIMIT {WALKED_MAX}) q{permission.BY_ID} WHERE {permission.is_visible_in_walk(viewer, team)}{shown}"
    opened = _OPEN if hidden == "false" else _OPEN_UNHIDDEN.format(shown=shown)
    return f"""
        WITH {", ".join(tables)}
        SELECT a.tag_id,
            {opened} + coalesce((SELECT n FROM of_led l WHERE l.tag_id = a.tag_id), 0)
                + (SELECT count(*) FROM ({walk} LIMIT {COUNT_MAX + 1}) w),
            {_FEW} OR (SELECT count(*) FROM ({closed} LIMIT {WALKED_MAX + 1}) w) <= {WALKED_MAX}
        FROM unnest(%(tag_ids)s::uuid[]) AS a (tag_id)
    """  # noqa: S608 - conditions of the policy
