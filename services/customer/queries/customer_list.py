"""Lists of customers: one page with its count, and the counts of all views. How a page is found is ``customer_list_statement.py``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common import clock
from services.common.database import reading
from services.common.problem import invalid
from services.customer.queries.customer_list_filter import Filter, compile_filter
from services.customer.queries.customer_list_order import Order
from services.customer.queries.customer_list_statement import Statement
from services.customer.queries.customer_list_view import DUE, OVERDUE, Partition, of_mine, partitions
from services.customer.rules import cursor, permission
from services.customer.rules.cursor import Bookmark
from services.customer.rules.customer import plain
from services.customer.rules.customer_list import COUNT_MAX, VIEWS, Question, question
from services.customer.rules.viewer import Viewer
from services.customer.store import customer_answer, member

GROUPS = ("overdue", "today", "handled")
MENU_COUNT_MAX = 1_000
PHONES = ("phone", "mobile")  # the search box finds customers by them
_OF_OTHERS = ("all", "pool", "starred")  # views in which a pool may hide fields


def list_customers(
    engine: Engine, member_id: UUID, parameters: Mapping[str, Any], *, limit: int, after: str | None, zone: str, secret: bytes
) -> dict[str, Any]:
    """A page: items, the cursor of the next one, the count (exact up to 10,000). Two questions to the database, the viewer's included."""
    asked = question(parameters)
    bookmark = None if after is None else cursor.decode(after, asked.fingerprint(), secret)
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        rows = _page(connection, viewer, asked, bookmark, limit, zone)
    value = rows[0][0]
    items = [_item(row, asked) for row in rows[:limit] if row[3] is not None]
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = cursor.encode(Bookmark(plain(last[1]), last[3], last[2]), asked.fingerprint(), secret)
    return {"items": items, "next": following, "count": {"value": min(value, COUNT_MAX), "exact": value <= COUNT_MAX}}


def _item(row: Any, asked: Question) -> dict[str, Any]:
    answer = customer_answer.row_answer(row[3:])
    if asked.view == "contact_today":
        answer["group"] = GROUPS[row[2]]
    return answer


def _page(connection: Connection, viewer: Viewer, asked: Question, bookmark: Bookmark | None, limit: int, zone: str) -> list[Any]:
    sql, values = page_statement(viewer, asked, bookmark, limit=limit + 1, zone=zone)
    return list(connection.exec_driver_sql(sql, values))


def page_statement(viewer: Viewer, asked: Question, bookmark: Bookmark | None, *, limit: int, zone: str) -> tuple[str, dict[str, Any]]:
    """The statement of a page and its values: total, sort key, group, then ``customer_answer.row_select``; one row of nulls when empty."""
    order = Order(asked.sort, bookmark, limit, grouped=asked.view == "contact_today")
    built = Statement(order, _narrowed(viewer, asked), permission.hides(viewer, *PHONES))
    manages = permission.manages_anyone(viewer)
    if manages:
        built.tables.append(f"team AS MATERIALIZED ({permission.team(viewer)})")
    tables = built.page(
        partitions(asked.view, viewer, "team" if manages else "", narrowed=not built.filter.is_empty, pool_id=asked.pool_id is not None)
    )
    sql = f"""{tables}
        SELECT t.value, p.k, p.g, {customer_answer.row_select(viewer)}
        FROM total t LEFT JOIN (page p JOIN customer c ON c.customer_id = p.customer_id) ON true
        ORDER BY {order.by("p")}"""
    return sql, {**permission.parameters(viewer), **_day(zone), **built.values(), "pool_id": asked.pool_id}


def _narrowed(viewer: Viewer, asked: Question) -> Filter:
    """The filter of a question; what a pool hides from the viewer is found neither by a chip nor by its place in the order."""
    if asked.view in _OF_OTHERS and asked.sort.name in viewer.pools.hidden:
        raise invalid("sort", "sort_hidden", f"A pool hides {asked.sort.name} from you. Choose another order.")
    made = compile_filter(asked)
    made.plain += [f"NOT {permission.hides(viewer, name)}" for name in asked.chips if name in viewer.pools.hidden]
    return made


def _day(zone: str) -> dict[str, datetime]:
    begin, end = clock.day_bounds(zone)
    return {"day_begin": begin, "day_end": end}


def count_views(engine: Engine, member_id: UUID, *, zone: str) -> dict[str, Any]:
    """How many customers each view holds, bounded: what the side menu shows."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        return _counts(connection, viewer, zone)


def _counts(connection: Connection, viewer: Viewer, zone: str) -> dict[str, Any]:
    manages = permission.manages_anyone(viewer)
    asked: dict[str, list[Partition]] = {view: partitions(view, viewer, "team" if manages else "") for view in VIEWS}
    asked |= {"contact_today": [of_mine(DUE)], "overdue": [of_mine(OVERDUE)]}
    columns = [f"{_count(found)} AS {name}" for name, found in asked.items()]
    values = {**permission.parameters(viewer), **_day(zone)}
    team = f"WITH team AS MATERIALIZED ({permission.team(viewer)})" if manages else ""
    row = connection.exec_driver_sql(f"{team} SELECT {', '.join(columns)}", values).one()
    return {name: {"value": min(n, MENU_COUNT_MAX), "exact": n <= MENU_COUNT_MAX} for name, n in row._mapping.items()}  # noqa: SLF001


def _count(found: list[Partition]) -> str:
    """SQL: at most one more than is shown, over all branches together, so that none is read further than needed."""
    branches = " UNION ALL ".join(f"SELECT FROM {branch.source} WHERE {branch.condition}" for part in found for branch in part.branches)
    return f"(SELECT count(*) FROM (SELECT FROM ({branches}) b LIMIT {MENU_COUNT_MAX + 1}) q)"


def list_condition(viewer: Viewer, asked: Question, *, zone: str) -> tuple[str, str, dict[str, Any]]:
    """The whole selection of a question for reading it through (export): FROM … and WHERE … on ``c``, and the values they bind."""
    narrowed = _narrowed(viewer, asked)
    projected = permission.hides(viewer, *PHONES)
    parts = []
    for partition in partitions(asked.view, viewer, pool_id=asked.pool_id is not None):
        conditions = narrowed.of_each(projected=projected)
        parts += [
            f"SELECT c.customer_id FROM {branch.source}{narrowed.beside} WHERE {branch.condition}{conditions}"
            for branch in partition.branches
        ]
    ids = " UNION ALL ".join(parts)
    values = {**permission.parameters(viewer), **_day(zone), **narrowed.values, "pool_id": asked.pool_id}
    return f"({ids}) selected JOIN customer c ON c.customer_id = selected.customer_id", "true", values
