"""How many customers the pinned saved searches hold: the badges of the side menu, by two statements at most however many there are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine

from services.common import clock
from services.common.database import transaction
from services.common.problem import Problem
from services.customer.queries.customer_list import MENU_COUNT_MAX, PHONES, Selection, page_statement, told_count
from services.customer.queries.customer_list_view import partitions
from services.customer.queries.field import get_registry_for
from services.customer.rules import permission
from services.customer.rules.customer_list import question
from services.customer.rules.saved_search import COUNTED_MAX
from services.customer.rules.viewer import Viewer
from services.customer.store import saved_search, saved_search_answer
from services.customer.store.customer_condition import Asker

# Conditions that no index answers and hardly a customer fits are looked for among all of them: a menu without numbers beats a menu that
# makes everybody wait.
MILLISECONDS_MAX = 1_000
READ_MAX = 5_000
_BOUND = re.compile(r"%\((\w+)\)s")


def count_saved_searches(engine: Engine, viewer: Viewer, *, zone: str) -> dict[str, Any]:
    """{saved_search_id: count} of the first pinned ones that show a number; empty where counting them takes too long."""
    try:
        with transaction(engine) as connection:
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {MILLISECONDS_MAX}")
            rows = saved_search.get_counted(connection, viewer, limit=COUNTED_MAX)
            return count_some(connection, viewer, rows, zone) if rows else {}
    except Problem as problem:
        if problem.code == "too_slow":
            return {}
        raise


def count_some(connection: Connection, viewer: Viewer, rows: Sequence[Mapping[str, Any]], zone: str) -> dict[str, Any]:
    """{saved_search_id: count} of these.

    By an index where one tells them; else by looking through the beginning of each list, which tells the numbers of small and of dense
    ones; the others by the list's own count.
    """
    registry = get_registry_for(connection, *rows)
    known = saved_search_answer.get_known(connection, rows)
    asked = {
        str(row["saved_search_id"]): Selection(
            question({name: row[name] for name in ("view", "q", "filter")}, registry), registry, Asker(viewer, clock.today(zone), zone)
        )
        for row in rows
        if next(saved_search_answer.faults(row, known), None) is None  # a broken one is never counted as if it were whole
    }
    found = _ask(connection, viewer, {key: _told(selection) or _looked_through(selection) for key, selection in asked.items()})
    missing = {key: _as_the_list(asked[key]) for key, n in found.items() if n is None}
    found |= _ask(connection, viewer, missing)
    return {key: {"value": min(n, MENU_COUNT_MAX), "exact": n <= MENU_COUNT_MAX} for key, n in found.items() if n is not None}


def _ask(connection: Connection, viewer: Viewer, counts: Mapping[str, tuple[str, dict[str, Any]]]) -> dict[str, int | None]:
    """All of them by one statement; what each binds is named apart from the others'."""
    if not counts:
        return {}
    shared = permission.parameters(viewer)
    columns, values = [], dict(shared)
    for index, (sql, bound) in enumerate(counts.values()):
        own = {name: value for name, value in bound.items() if name not in shared}
        columns.append(_BOUND.sub(lambda found: f"%(s{index}_{found[1]})s" if found[1] in own else found[0], sql))  # noqa: B023 - used at once
        values |= {f"s{index}_{name}": value for name, value in own.items()}
    team = f"WITH team AS MATERIALIZED ({permission.team(viewer)})" if permission.manages_anyone(viewer) else ""
    return dict(zip(counts, connection.exec_driver_sql(f"{team} SELECT {', '.join(columns)}", values).one(), strict=True))


def _told(selection: Selection) -> tuple[str, dict[str, Any]] | None:
    return told_count(selection, MENU_COUNT_MAX + 1)


def _looked_through(selection: Selection) -> tuple[str, dict[str, Any]]:
    """SQL: how many fit, one more than is shown at most; null where the first ``READ_MAX`` customers of the list do not tell."""
    viewer, narrowed = selection.viewer, selection.filter()
    conditions = narrowed.of_each(projected=permission.hides(viewer, *PHONES))
    team = "team" if permission.manages_anyone(viewer) else ""
    hits, ends = [], []
    for part in partitions(selection.asked.view, viewer, team, narrowed=not narrowed.is_empty):
        for branch in part.branches:
            rows = f"FROM {branch.source} WHERE {branch.condition} LIMIT {READ_MAX + 1}"
            hits.append(f"SELECT FROM (SELECT c.* {rows}) c{narrowed.beside} WHERE true{conditions}")
            ends.append(f"(SELECT count(*) <= {READ_MAX} FROM (SELECT {rows}) q)")  # noqa: S608
    count = f"SELECT count(*) AS n FROM (SELECT FROM ({' UNION ALL '.join(hits)}) b LIMIT {MENU_COUNT_MAX + 1}) q"  # noqa: S608
    sql = f"(SELECT CASE WHEN k.n > {MENU_COUNT_MAX} OR ({' AND '.join(ends)}) THEN k.n END FROM ({count}) k)"  # noqa: S608
    return selection.asking(sql), {**selection.values(), **narrowed.values}


def _as_the_list(selection: Selection) -> tuple[str, dict[str, Any]]:
    """SQL: what the list says of itself."""
    sql, values = page_statement(selection, None, limit=1)
    return f"(SELECT p.value FROM ({sql}) p)", values  # noqa: S608 - conditions of the policy
