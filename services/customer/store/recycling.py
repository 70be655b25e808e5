"""When which customer goes back into which pool: the one statement that says so, and the table that keeps its answers for lists.

``deadlines`` is the definition. The sweep asks it of one locked customer, a simulation of all of them, the table ``recycling`` holds what
it said last. A row of the table counts only while its ``version`` is the customer's: whatever changes a customer silences the row at
once, and the worker writes it anew when the event of the change is numbered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Uuid,
    func,
)

from services.common.clock import day_bounds
from services.customer.rules.customer_list import COUNT_MAX
from services.customer.rules.permission import ASKED
from services.customer.rules.pool_rule import SOON_DAYS, PoolRule
from services.customer.store import metadata

_TIME = DateTime(timezone=True)


def _customer() -> Column[Any]:
    return Column("customer_id", Uuid, ForeignKey("customer.customer_id", ondelete="CASCADE"), primary_key=True)


recycling = Table(
    "recycling",
    metadata,
    _customer(),
    Column("version", BigInteger, nullable=False),
    Column("owner_id", Uuid, nullable=False),
    Column("recycle_at", _TIME, nullable=False),
    Column("pool_rule_id", Uuid, nullable=False),
)
Index("recycling_owner", recycling.c.owner_id, recycling.c.recycle_at)
Index("recycling_recycle_at", recycling.c.recycle_at, recycling.c.customer_id)

recycling_state = Table(
    "recycling_state",
    metadata,
    Column("single", Boolean, CheckConstraint("single"), primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("refreshed", BigInteger, nullable=False),
    Column("refreshing", BigInteger),
    Column("walked_to", Uuid),
    Column("refreshed_at", _TIME),
)
recycling_lane = Table(
    "recycling_lane",
    metadata,
    Column("lane", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
)
recycle_warning = Table(
    "recycle_warning",
    metadata,
    _customer(),
    Column("pool_rule_id", Uuid, primary_key=True),
    Column("recycle_at", _TIME, primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("warned_at", _TIME, nullable=False, server_default=func.clock_timestamp()),
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What deadlines are computed by: the rules, the workdays to count (where a rule counts them), now and the organisation's zone."""

    rules: Sequence[PoolRule]
    now: datetime
    zone: str
    workdays: Sequence[date] = ()
    conditions: Mapping[UUID, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deadline:
    """One customer's next deadline, and the rule that sets it."""

    customer_id: UUID
    version: int
    owner_id: UUID
    base_at: datetime
    recycle_at: datetime
    pool_rule_id: UUID


_NAMED = re.compile(r"%\((\w+)\)")
_EMPTY = """
    SELECT customer_id, version, owner_id, updated_at AS base_at, updated_at AS recycle_at, customer_id AS pool_rule_id
    FROM customer c WHERE false
"""
_LOCAL_DAY = "(b.base_at AT TIME ZONE %(zone)s)::date"
_CALENDAR_DAY = f"({_LOCAL_DAY} + %(days)s::int)"
_WORKDAY = (
    f"(%(workdays)s::date[])[least(width_bucket({_LOCAL_DAY}, %(workdays)s::date[]) + %(days)s::int, cardinality(%(workdays)s::date[]))]"
)
_IN_DEPARTMENTS = """
    AND c.owner_id IN (SELECT m.member_id FROM member m JOIN department d ON d.department_id = m.department_id
                       WHERE d.path && %(department_ids)s::uuid[])
"""
_NOT_LOCKED = " AND c.locked_at IS NULL"
_NOT_BEFORE = "%(active_from)s::timestamptz"
_ARM = """
    SELECT c.customer_id, c.version, c.owner_id, b.base_at, %(pool_rule_id)s::uuid AS pool_rule_id,
        greatest(({last_day} + 1)::timestamp AT TIME ZONE %(zone)s, c.hold_until, {not_before}) AS recycle_at
    FROM customer c
    JOIN ownership o ON o.customer_id = c.customer_id AND o.ended_at IS NULL
    CROSS JOIN LATERAL (SELECT greatest(o.began_at, c.last_follow_up_at) AS base_at) b
    WHERE c.state = 'owned' AND {source}{departments}{locked}{condition}
"""


def deadlines(terms: Terms, source: str) -> tuple[str, dict[str, Any]]:
    """SQL: customer_id, version, owner_id, base_at, recycle_at, pool_rule_id of every owned customer that a rule applies to, with its
    earliest deadline. ``source`` is a condition on ``c``.
    """
    values: dict[str, Any] = {"zone": terms.zone, "workdays": list(terms.workdays)}
    arms = []
    for number, rule in enumerate(terms.rules):
        sql, own = _arm(terms, rule, source)
        arms.append(_renamed(sql, own, f"r{number}_"))
        values |= {f"r{number}_{name}": value for name, value in own.items()}
    if not arms:
        return _EMPTY, {}
    if len(arms) == 1:
        return arms[0], values
    every = " UNION ALL ".join(f"({arm})" for arm in arms)
    first = f"SELECT DISTINCT ON (d.customer_id) d.* FROM ({every}) d ORDER BY d.customer_id, d.recycle_at, d.pool_rule_id"  # noqa: S608
    return first, values


def _renamed(sql: str, names: Mapping[str, Any], prefix: str) -> str:
    """The statement with its own parameters called otherwise, so that several of its kind can stand in one."""
    return _NAMED.sub(lambda found: f"%({prefix}{found[1]})" if found[1] in names else found[0], sql)


def _arm(terms: Terms, rule: PoolRule, source: str) -> tuple[str, dict[str, Any]]:
    condition, values = terms.conditions.get(rule.pool_rule_id, ("", {}))
    active_from = None
    if rule.active_from is not None:
        noon = datetime.combine(rule.active_from, datetime.min.time(), terms.now.tzinfo) + timedelta(hours=12)
        active_from = day_bounds(terms.zone, noon)[0]
    own = {
        **values,
        "pool_rule_id": rule.pool_rule_id,
        "days": rule.days,
        "active_from": active_from,
        "department_ids": list(rule.department_ids),
    }
    sql = _ARM.format(
        last_day=_WORKDAY if rule.workdays else _CALENDAR_DAY,
        not_before=_NOT_BEFORE,
        source=source,
        departments=_IN_DEPARTMENTS if rule.department_ids else "",
        locked=_NOT_LOCKED if rule.skip_locked else "",
        condition=f" AND ({condition})" if condition else "",
    )
    return sql, own


def find_deadlines(connection: Connection, terms: Terms, customer_ids: Sequence[UUID]) -> dict[UUID, Deadline]:
    """The deadlines of these customers, where they have one; asked of locked customers this is the last word."""
    sql, values = deadlines(terms, "c.customer_id = ANY(%(ids)s::uuid[])")
    columns = "d.customer_id, d.version, d.owner_id, d.base_at, d.recycle_at, d.pool_rule_id"
    rows = connection.exec_driver_sql(f"SELECT {columns} FROM ({sql}) d", {**values, "ids": list(customer_ids)})  # noqa: S608 - constants
    return {row.customer_id: Deadline(*row) for row in rows}


def get_protection(connection: Connection, customer_id: UUID) -> tuple[bool, datetime | None, str | None]:
    """What stands between a customer and its rules, even if it ended or a rule disregards it: (locked, on hold until, why)."""
    sql = "SELECT locked_at IS NOT NULL, hold_until, hold_reason FROM customer WHERE customer_id = %(id)s"
    row = connection.exec_driver_sql(sql, {"id": customer_id}).one()
    return row[0], row[1], row[2]


# --- the table ----------------------------------------------------------------------------------------------------------------

_SAVE = """
    WITH wanted AS MATERIALIZED ({deadlines}),
    gone AS (
        DELETE FROM recycling r WHERE {within} AND NOT EXISTS (SELECT FROM wanted w WHERE w.customer_id = r.customer_id)
    )
    INSERT INTO recycling AS r (customer_id, version, owner_id, recycle_at, pool_rule_id)
    SELECT customer_id, version, owner_id, recycle_at, pool_rule_id FROM wanted ORDER BY customer_id
    ON CONFLICT (customer_id) DO UPDATE SET version = excluded.version, owner_id = excluded.owner_id,
        recycle_at = excluded.recycle_at, pool_rule_id = excluded.pool_rule_id
    WHERE (r.version, r.owner_id, r.recycle_at, r.pool_rule_id)
        IS DISTINCT FROM (excluded.version, excluded.owner_id, excluded.recycle_at, excluded.pool_rule_id)
"""


def save_some(connection: Connection, terms: Terms, customer_ids: Sequence[UUID]) -> None:
    """Write the rows of these customers anew."""
    _save(connection, terms, "{0}.customer_id = ANY(%(ids)s::uuid[])", {"ids": list(customer_ids)})


def save_range(connection: Connection, terms: Terms, after: UUID, until: UUID) -> None:
    """Write the rows of all customers whose ids lie beyond ``after`` and not beyond ``until`` anew."""
    _save(connection, terms, "({0}.customer_id > %(after)s AND {0}.customer_id <= %(until)s)", {"after": after, "until": until})


def _save(connection: Connection, terms: Terms, within: str, bounds: dict[str, Any]) -> None:
    sql, values = deadlines(terms, within.format("c"))
    connection.exec_driver_sql(_SAVE.format(deadlines=sql, within=within.format("r")), {**values, **bounds})


# Rows of rules that were switched off, and of customers that changed since, say nothing.
VALID = "JOIN pool_rule pr ON pr.pool_rule_id = r.pool_rule_id AND pr.active"
# Of each row the deadline and what sets it; of one list, with ``c`` the customer of a row.
SHOWN = f"""
    (SELECT json_build_array(r.recycle_at, pr.pool_rule_id, pr.name, pr.days, pr.workdays, pp.name)
     FROM recycling r {VALID} JOIN pool pp ON pp.pool_id = pr.pool_id
     WHERE r.customer_id = c.customer_id AND r.version = c.version)
"""  # noqa: S608 - constants only
_SOON = f"""
    (SELECT x.*, r.recycle_at FROM recycling r {VALID}
     CROSS JOIN LATERAL (SELECT {ASKED} FROM customer x WHERE x.customer_id = r.customer_id AND x.version = r.version OFFSET 0) x
     WHERE {{who}} AND r.recycle_at <= %(day_end)s::timestamptz + make_interval(days => {SOON_DAYS})
     ORDER BY r.recycle_at, r.customer_id LIMIT {{most}}) c
"""  # noqa: S608 - constants only
SOON_MAX = COUNT_MAX + 1  # a list shows the most urgent
SOON_NARROWED_MAX = 100_000  # and looks so many of them through where it is narrowed down


def soon(who: str, *, narrowed: bool = False, every: bool = False) -> str:
    """SQL: a source of ``c`` (with ``recycle_at``) of those that will be recycled within ``SOON_DAYS`` days.

    ``who`` is a condition on ``r``. Of very many the most urgent, unless ``every`` one is meant.
    """
    most = "ALL" if every else str(SOON_NARROWED_MAX if narrowed else SOON_MAX)
    return _SOON.format(who=who, most=most)


_RULE = ("pool_rule_id", "name", "days", "workdays", "pool_name")


def answer(shown: Sequence[Any] | None) -> dict[str, Any]:
    """What ``SHOWN`` says, as members of a customer's answer."""
    if shown is None:
        return {"recycle_at": None, "recycle_rule": None}
    return {
        "recycle_at": shown[0],
        "recycle_rule": dict(zip(("pool_rule_id", "name", "days", "workdays", "pool_name"), shown[1:], strict=True)),
    }


_DUE = f"""
    SELECT r.recycle_at, r.customer_id FROM recycling r {VALID}
    WHERE r.recycle_at <= %(now)s AND (r.recycle_at, r.customer_id) > (%(after_at)s, %(after_id)s)
    ORDER BY r.recycle_at, r.customer_id LIMIT %(limit)s
"""  # noqa: S608 - constants only
_TO_WARN = f"""
    SELECT r.customer_id FROM recycling r {VALID}
    JOIN customer c ON c.customer_id = r.customer_id AND c.version = r.version
    CROSS JOIN LATERAL (SELECT min(w.step) AS step FROM unnest(pr.warn_days) AS w (step)
                        WHERE r.recycle_at - make_interval(days => w.step) <= %(now)s) s
    WHERE r.recycle_at > %(now)s AND r.recycle_at <= %(now)s + make_interval(days => %(days)s) AND s.step IS NOT NULL
        AND NOT EXISTS (SELECT FROM recycle_warning g WHERE g.customer_id = r.customer_id AND g.pool_rule_id = r.pool_rule_id
                        AND g.recycle_at = r.recycle_at AND g.step = s.step)
    ORDER BY r.recycle_at LIMIT %(limit)s
"""  # noqa: S608 - constants only


def list_due(connection: Connection, now: datetime, after: tuple[datetime, UUID], limit: int) -> list[tuple[datetime, UUID]]:
    """Customers that seem due, by (deadline, id) from beyond ``after`` on; ``find_deadlines`` decides."""
    values = {"now": now, "after_at": after[0], "after_id": after[1], "limit": limit}
    return [(row.recycle_at, row.customer_id) for row in connection.exec_driver_sql(_DUE, values)]


def list_to_warn(connection: Connection, now: datetime, days_max: int, limit: int) -> list[UUID]:
    """Customers whose owners seem to lack a warning."""
    values = {"now": now, "days": days_max, "limit": limit}
    return [row.customer_id for row in connection.exec_driver_sql(_TO_WARN, values)]


_WARN = """
    INSERT INTO recycle_warning (customer_id, pool_rule_id, recycle_at, step)
    SELECT customer_id, pool_rule_id, recycle_at, step
    FROM unnest(%(customer_ids)s::uuid[], %(rule_ids)s::uuid[], %(times)s::timestamptz[], %(steps)s::int[])
        AS w (customer_id, pool_rule_id, recycle_at, step)
    ON CONFLICT DO NOTHING RETURNING customer_id
"""
_STEP_VERSION = "UPDATE customer SET version = version + 1 WHERE customer_id = ANY(%(ids)s::uuid[]) RETURNING customer_id, version"


def insert_warnings(connection: Connection, warnings: Sequence[tuple[Deadline, int]]) -> set[UUID]:
    """Note that these warnings (deadline, step) are given; answers the customers for which that is new."""
    values = {
        "customer_ids": [found.customer_id for found, _ in warnings],
        "rule_ids": [found.pool_rule_id for found, _ in warnings],
        "times": [found.recycle_at for found, _ in warnings],
        "steps": [step for _, step in warnings],
    }
    return set(connection.exec_driver_sql(_WARN, values).scalars())


def step_versions(connection: Connection, customer_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The next version of customers of which something is told but nothing changed."""
    rows = connection.exec_driver_sql(_STEP_VERSION, {"ids": list(customer_ids)})
    return {row.customer_id: row.version for row in rows}
