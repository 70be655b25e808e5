"""How many customers of a list have each value of a field: the numbers beside the choices of a quick filter, by one statement.

A bounded number of customers is looked at, and for a bounded time: a list that is too large for numbers is told so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.database import transaction
from services.common.problem import Problem
from services.customer.queries.customer_list import PHONES, Selection, select
from services.customer.queries.customer_list_view import partitions
from services.customer.rules import permission
from services.customer.rules.customer_facet import FOLLOWED, ITEMS_MAX, READ_MAX, FacetField, followed_condition, told
from services.customer.store import member
from services.customer.store.customer_condition import Compiler

MILLISECONDS_MAX = 400
_PARAMETERS: dict[FacetField, str] = {"owner": "owner_id"}  # the quick filter of a field, where it is called otherwise
_GROUPED = f"""
    SELECT h.v::text, {{name}}, count(*) AS n, (SELECT count(*) > {READ_MAX} FROM held)
    FROM held h{{joins}} WHERE h.v IS NOT NULL GROUP BY 1, 2 ORDER BY n DESC, 1 LIMIT {ITEMS_MAX}
"""  # noqa: S608 - constants only
_TAGGED = f"""
    SELECT ct.tag_id::text, NULL, count(*) AS n, (SELECT count(*) > {READ_MAX} FROM held)
    FROM held h JOIN customer_tag ct ON ct.customer_id = h.v GROUP BY 1 ORDER BY n DESC, 1 LIMIT {ITEMS_MAX}
"""  # noqa: S608 - constants only
_TIMES = f"""
    SELECT w.v, NULL, w.n, (SELECT count(*) > {READ_MAX} FROM held)
    FROM (SELECT {{counts}} FROM held h) q CROSS JOIN LATERAL (VALUES {{rows}}) w (v, n)
"""  # noqa: S608 - constants only


def count_facet(engine: Engine, member_id: UUID, name: FacetField, parameters: Mapping[str, Any], *, zone: str) -> dict[str, Any]:
    """Values of a field with how many customers have each, the most frequent first; what the field's own quick filter holds is left out."""
    asked = {**parameters, _PARAMETERS.get(name, name): None}
    try:
        with transaction(engine) as connection:
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {MILLISECONDS_MAX}")
            return _count(connection, name, select(connection, member.get_viewer(connection, member_id), asked, zone=zone))
    except Problem as problem:
        if problem.code == "too_slow":
            return {"items": [], "complete": False}
        raise


def _count(connection: Connection, name: FacetField, selection: Selection) -> dict[str, Any]:
    sql, values = _statement(name, selection)
    rows = connection.exec_driver_sql(sql, values).all()
    complete = not any(row[3] for row in rows)
    found = [(value, label, told(n, complete=complete)) for value, label, n, _ in rows]
    return {"items": [{"value": v, "name": label, "count": count} for v, label, count in found if count], "complete": complete}


def _statement(name: FacetField, selection: Selection) -> tuple[str, dict[str, Any]]:
    """One statement: the customers of the list, as many as are looked at, and their values counted."""
    viewer, narrowed = selection.viewer, selection.filter()
    columns, shown = _held(name, selection, narrowed.values)
    conditions = narrowed.of_each(projected=permission.hides(viewer, *PHONES))
    manages = permission.manages_anyone(viewer)
    found = partitions(
        selection.asked.view,
        viewer,
        "team" if manages else "",
        narrowed=not narrowed.is_empty,
        pool_id=selection.asked.pool_id is not None,
    )
    parts = [
        f"SELECT {columns} FROM {branch.source}{narrowed.beside} WHERE {branch.condition}{conditions}"  # noqa: S608 - conditions of the policy
        for part in found
        for branch in part.branches
    ]
    team = f"team AS MATERIALIZED ({permission.team(viewer)}), " if manages else ""
    held = f"held AS MATERIALIZED (SELECT * FROM ({' UNION ALL '.join(parts)}) b LIMIT {READ_MAX + 1})"  # noqa: S608 - conditions of the policy
    sql = selection.asking(f"WITH {team}{held} {shown}")
    return permission.asking(sql, _read(name)), {**selection.values(), **narrowed.values}


def _held(name: FacetField, selection: Selection, values: dict[str, Any]) -> tuple[str, str]:
    """SQL: what is read of each customer ``c``, and how that is counted. What a pool hides from the viewer counts as empty."""
    hidden = permission.hides(selection.viewer, name)
    if name == "last_follow_up_at":
        compiler = Compiler(selection.registry, selection.asker, values)
        asked = [compiler.sql(followed_condition(text, selection.registry)) for text in FOLLOWED]
        counts = ", ".join(f"count(*) FILTER (WHERE h.v{at}) AS n{at}" for at in range(len(asked)))
        rows = ", ".join(f"('{text}', q.n{at})" for at, text in enumerate(FOLLOWED))
        return ", ".join(f"({sql}) AS v{at}" for at, sql in enumerate(asked)), _TIMES.format(counts=counts, rows=rows)
    column = {"owner": "c.owner_id", "tags": "c.customer_id"}.get(name, f"c.{name}")
    value = f"{column} AS v" if hidden == "false" else f"CASE WHEN NOT {hidden} THEN {column} END AS v"
    if name == "tags":
        return value, _TAGGED
    if name == "owner":
        return value, _GROUPED.format(name="m.name", joins=" JOIN member m ON m.member_id = h.v")
    return value, _GROUPED.format(name="NULL", joins="")


def _read(name: FacetField) -> set[str]:
    return {"owner": {"owner_id"}, "tags": set()}.get(name, {name})
