"""How many customers the pinned saved searches hold: the badges of the side menu, all by one statement."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine

from services.common import clock
from services.common.database import transaction
from services.common.problem import Problem
from services.customer.queries.customer_list import MENU_COUNT_MAX, Selection
from services.customer.queries.customer_list_view import partitions
from services.customer.queries.field import get_registry_for
from services.customer.rules import permission
from services.customer.rules.customer_list import question
from services.customer.rules.saved_search import COUNTED_MAX
from services.customer.rules.viewer import Viewer
from services.customer.store import saved_search, saved_search_answer
from services.customer.store.customer_condition import Asker

# Conditions that no index answers and hardly a customer fits would be looked for among all of them at every look at the menu: a
# menu without numbers beats a menu that makes everybody wait.
MILLISECONDS_MAX = 1_000
_BOUND = re.compile(r"%\((\w+)\)s")


def count_saved_searches(engine: Engine, viewer: Viewer, *, zone: str) -> dict[str, Any]:
    """{saved_search_id: count} of the first pinned ones that show a number; empty where counting them takes too long."""
    try:
        with transaction(engine) as connection:
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {MILLISECONDS_MAX}")
            rows = saved_search.get_counted(connection, viewer, limit=COUNTED_MAX)
            return _counts(connection, viewer, rows, zone) if rows else {}
    except Problem as problem:
        if problem.code == "too_slow":
            return {}
        raise


def _counts(connection: Connection, viewer: Viewer, rows: Sequence[Mapping[str, Any]], zone: str) -> dict[str, Any]:
    registry = get_registry_for(connection, *rows)
    known = saved_search_answer.get_known(connection, rows)
    columns: dict[str, str] = {}
    values: dict[str, Any] = {}
    for row in rows:
        if next(saved_search_answer.faults(row, known), None) is None:  # a broken one is never counted as if it were whole
            asked = question({name: row[name] for name in ("view", "q", "filter")}, registry)
            selection = Selection(asked, registry, Asker(viewer, clock.today(zone), zone))
            sql, bound = _count(selection, f"s{len(columns)}_")
            columns[str(row["saved_search_id"])], values = sql, values | bound
    if not columns:
        return {}
    team = f"WITH team AS MATERIALIZED ({permission.team(viewer)})" if permission.manages_anyone(viewer) else ""
    found = connection.exec_driver_sql(f"{team} SELECT {', '.join(columns.values())}", values).one()
    return {key: {"value": min(n, MENU_COUNT_MAX), "exact": n <= MENU_COUNT_MAX} for key, n in zip(columns, found, strict=True)}


def _count(selection: Selection, prefix: str) -> tuple[str, dict[str, Any]]:
    """SQL for one number, at most one more than is shown; what only its filter binds is named apart from the others'."""
    viewer = selection.viewer
    narrowed = selection.filter()
    conditions = narrowed.of_each(projected=permission.hides(viewer, "phone", "mobile"))
    team = "team" if permission.manages_anyone(viewer) else ""
    parts = [
        f"SELECT FROM {branch.source}{narrowed.beside} WHERE {branch.condition}{conditions}"
        for part in partitions(selection.asked.view, viewer, team, narrowed=not narrowed.is_empty)
        for branch in part.branches
    ]
    rows = " UNION ALL ".join(parts)
    sql = selection.asking(f"(SELECT count(*) FROM (SELECT FROM ({rows}) b LIMIT {MENU_COUNT_MAX + 1}) q)")  # noqa: S608 - parameters
    own = narrowed.values
    renamed = _BOUND.sub(lambda found: f"%({prefix}{found[1]})s" if found[1] in own else found[0], sql)
    return renamed, selection.values() | {f"{prefix}{name}": value for name, value in own.items()}
