"""Lists of customers: one page with its count, and the counts of all views. How a page is found is ``customer_list_statement.py``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common import clock
from services.common.database import reading
from services.common.problem import invalid
from services.customer.queries.customer_list_filter import Filter, compile_filter
from services.customer.queries.customer_list_order import Order
from services.customer.queries.customer_list_order_custom import CustomOrder
from services.customer.queries.customer_list_statement import Statement
from services.customer.queries.customer_list_view import DUE, Branch, Partition, of_mine, partitions
from services.customer.queries.field import get_registry_for
from services.customer.rules import cursor, permission
from services.customer.rules.cursor import Bookmark
from services.customer.rules.customer import plain
from services.customer.rules.customer_list import COUNT_MAX, VIEWS, Question, question
from services.customer.rules.field import Registry
from services.customer.rules.filter import Node, conditions_of
from services.customer.rules.viewer import Viewer
from services.customer.store import customer_answer, member, option, tag
from services.customer.store.customer_condition import Asker, columns_of

GROUPS = ("overdue", "today", "handled")
MENU_COUNT_MAX = 1_000
PHONES = ("phone", "mobile")  # the search box finds customers by them
_OF_OTHERS = ("all", "pool", "starred")  # views in which a pool may hide fields


@dataclass(frozen=True, slots=True)
class Selection:
    """A question with everything that its answer depends on: who asks, on which day, and which fields there are."""

    asked: Question
    registry: Registry
    asker: Asker

    @property
    def viewer(self) -> Viewer:
        """Who asks."""
        return self.asker.viewer

    def filter(self) -> Filter:
        """What narrows it down; what a pool hides from the viewer is found neither by a chip nor by its place in the order."""
        asked, hidden = self.asked, self.viewer.pools.hidden
        if asked.view in _OF_OTHERS and asked.sort.name in hidden:
            raise invalid("sort", "sort_hidden", f"A pool hides {asked.sort.name} from you. Choose another order.")
        return compile_filter(asked, self.asker, self.registry)

    def values(self) -> dict[str, Any]:
        """What every statement about it binds by name, besides the filter's."""
        return {
            **permission.parameters(self.viewer),
            **_day(self.asker.zone),
            "pool_id": self.asked.pool_id,
            "sort_key": self.asked.sort.name,
        }

    def asking(self, sql: str) -> str:
        """The statement, with what the filter asks of a customer among the columns that are read."""
        return permission.asking(sql, columns_of(self.asked.filter, self.registry))


def select(connection: Connection, viewer: Viewer, parameters: Mapping[str, Any], *, zone: str) -> Selection:
    """What these parameters select for the viewer (422 where they are wrong); one query where custom fields are mentioned."""
    registry = get_registry_for(connection, parameters)
    asked = question(parameters, registry)
    _refuse_gone(connection, asked.filter, registry)
    return Selection(asked, registry, Asker(viewer, clock.today(zone), zone))


def _refuse_gone(connection: Connection, node: Node | None, registry: Registry) -> None:
    """An option or a tag that is gone fits nobody, and its negation everybody: neither is what was meant when the search was saved."""
    asked = [
        (registry.by_name[condition.field], str(value), condition)
        for condition in conditions_of(node)
        for value in (condition.value if isinstance(condition.value, tuple) else (condition.value,))
        if value is not None
    ]
    options = {(field.list, value): condition for field, value, condition in asked if field.list is not None}
    tags = {value: condition for field, value, condition in asked if field.type == "tags"}
    for key in option.get_missing(connection, options) if options else ():
        raise invalid(f"{options[key].pointer}/value", "option_unknown", f"There is no option {key[1]} (any more).")
    for tag_id in tag.get_missing(connection, tags) if tags else ():
        raise invalid(f"{tags[tag_id].pointer}/value", "tag_unknown", "A tag of this condition is no longer there.")


def list_customers(
    engine: Engine, member_id: UUID, parameters: Mapping[str, Any], *, limit: int, after: str | None, zone: str, secret: bytes
) -> dict[str, Any]:
    """A page: items, the cursor of the next one, the count (exact up to 10,000).

    Two questions to the database, the viewer's included; one more where custom fields are mentioned.
    """
    with reading(engine) as connection:
        selection = select(connection, member.get_viewer(connection, member_id), parameters, zone=zone)
        asked = selection.asked
        bookmark = None if after is None else cursor.decode(after, asked.fingerprint(), secret)
        sql, values = page_statement(selection, bookmark, limit=limit + 1)
        rows = list(connection.exec_driver_sql(sql, values))
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


def page_statement(selection: Selection, bookmark: Bookmark | None, *, limit: int) -> tuple[str, dict[str, Any]]:
    """The statement of a page and its values: total, sort key, group, then ``customer_answer.row_select``; one row of nulls when empty."""
    viewer, asked = selection.viewer, selection.asked
    order = (CustomOrder if asked.sort.custom else Order)(asked.sort, bookmark, limit, grouped=asked.view == "contact_today")
    built = Statement(order, selection.filter(), permission.hides(viewer, *PHONES))
    manages = permission.manages_anyone(viewer)
    if manages:
        built.tables.append(f"team AS MATERIALIZED ({permission.team(viewer)})")
    narrowed, one_pool = not built.filter.is_empty, asked.pool_id is not None
    tables = built.page(partitions(asked.view, viewer, "team" if manages else "", narrowed=narrowed, pool_id=one_pool))
    sql = f"""{tables}
        SELECT t.value, p.k, p.g, {customer_answer.row_select(viewer)}
        FROM total t LEFT JOIN (page p JOIN customer c ON c.customer_id = p.customer_id) ON true
        ORDER BY {order.by("p")}"""
    return selection.asking(sql), {**selection.values(), **built.values()}


def _day(zone: str) -> dict[str, datetime]:
    begin, end = clock.day_bounds(zone)
    return {"day_begin": begin, "day_end": end}


def count_views(connection: Connection, viewer: Viewer, *, zone: str) -> dict[str, Any]:
    """How many customers each view holds, bounded: what the side menu shows."""
    manages = permission.manages_anyone(viewer)
    asked: dict[str, list[Partition]] = {view: partitions(view, viewer, "team" if manages else "") for view in VIEWS}
    asked["contact_today"] = [of_mine(DUE)]
    columns = [f"{_count(found)} AS {name}" for name, found in asked.items()]
    values = {**permission.parameters(viewer), **_day(zone)}
    team = f"WITH team AS MATERIALIZED ({permission.team(viewer)})" if manages else ""
    row = connection.exec_driver_sql(f"{team} SELECT {', '.join(columns)}", values).one()
    return {name: {"value": min(n, MENU_COUNT_MAX), "exact": n <= MENU_COUNT_MAX} for name, n in row._mapping.items()}  # noqa: SLF001


def _count(found: list[Partition]) -> str:
    """SQL: at most one more than is shown, over all branches together, so that none is read further than needed."""
    branches = " UNION ALL ".join(f"SELECT FROM {branch.source} WHERE {branch.condition}" for part in found for branch in part.branches)
    return f"(SELECT count(*) FROM (SELECT FROM ({branches}) b LIMIT {MENU_COUNT_MAX + 1}) q)"


def list_condition(selection: Selection) -> tuple[str, str, dict[str, Any]]:
    """The whole selection for reading it through (export, batches): FROM … and WHERE … on ``c``, and the values they bind."""
    narrowed = selection.filter()
    ids, _ = _ids(selection, narrowed, every=True)
    source = f"({ids}) selected JOIN customer c ON c.customer_id = selected.customer_id"
    return selection.asking(source), "true", {**selection.values(), **narrowed.values}


def told_count(selection: Selection, most: int) -> tuple[str, dict[str, Any]] | None:
    """SQL: how many customers are selected, ``most`` at most; None where no index tells them and all would be looked through."""
    narrowed = selection.filter()
    ids, told = _ids(selection, narrowed)
    if not told:
        return None
    return selection.asking(f"(SELECT count(*) FROM (SELECT FROM ({ids}) b LIMIT {most}) q)"), {**selection.values(), **narrowed.values}


def _ids(selection: Selection, narrowed: Filter, *, every: bool = False) -> tuple[str, bool]:
    """SQL: the ids of a selection, in no order; and whether they begin at an index, but for the few closed customers of one's own."""
    asked, viewer = selection.asked, selection.viewer
    conditions, parts, all_told = narrowed.of_each(projected=permission.hides(viewer, *PHONES)), [], True
    for partition in partitions(asked.view, viewer, narrowed=not narrowed.is_empty, pool_id=asked.pool_id is not None, every=every):
        if partition.whole and (hits := narrowed.covered_ids(is_open=partition.open)) is not None:
            parts.append(hits)
            continue
        told = narrowed.told_ids(is_open=partition.open) if partition.whole else None
        all_told = all_told and (told is not None or (partition.open is False and not partition.large))
        branches = partition.branches if told is None else (Branch(f"({told} OFFSET 0) q{permission.BY_ID}", partition.of),)
        parts += [f"SELECT c.customer_id FROM {one.source}{narrowed.beside} WHERE {one.condition}{conditions}" for one in branches]
    return " UNION ALL ".join(parts), all_told


def selected_ids(connection: Connection, selection: Selection, limit: int) -> list[UUID]:
    """Whom a batch means by "all that match": the ids in their own order, ``limit`` of them at most (ask for one more to know)."""
    source, condition, values = list_condition(selection)
    rows = connection.exec_driver_sql(f"SELECT c.customer_id FROM {source} WHERE {condition} LIMIT %(n)s", {**values, "n": limit})
    return sorted(rows.scalars())


def find_ids(connection: Connection, viewer: Viewer, parameters: Mapping[str, Any], limit: int, *, zone: str) -> list[UUID]:
    """The same for a viewer and a list's parameters."""
    return selected_ids(connection, select(connection, viewer, parameters, zone=zone), limit)
