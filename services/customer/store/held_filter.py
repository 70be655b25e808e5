"""Which customers count towards what a member may hold: a pool names those that do not by a condition tree (``pool.held_filter``).

A tree that cannot be asked any more (a field is gone) excepts nothing: a limit is never widened by accident.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from services.common.clock import today
from services.common.problem import Problem, invalid
from services.customer.rules.field import SYSTEM, Registry, registry
from services.customer.rules.filter import conditions_of, parse_filter, to_json
from services.customer.rules.holding import MOVING
from services.customer.store import custom_field
from services.customer.store.customer_condition import Asker, Compiler
from services.customer.store.pool import pool
from services.customer.store.recycling_filter import NOBODY, check_filter


@dataclass(frozen=True, slots=True)
class Counting:
    """``sql``: customer ``c`` counts in pool ``p``, always true or false; with the values that it binds, and the pools that except some."""

    sql: str
    values: Mapping[str, Any]
    pool_ids: frozenset[UUID]


ALL_COUNT = Counting("true", {}, frozenset())


def check(connection: Connection, tree: Any, *, at: str = "/held_filter") -> dict[str, Any] | None:
    """The tree as it is stored; 422 with a pointer where it cannot decide who counts."""
    node = check_filter(connection, tree, at=at)
    for condition in conditions_of(node):
        if condition.field in MOVING:
            detail = "Giving the customer to somebody changes this by itself, so it cannot decide whether the customer counts."
            raise invalid(condition.pointer, "field_of_moves", detail)
    return None if node is None else to_json(node)


def get_counting(connection: Connection, zone: str) -> Counting:
    """What the pools in use say; their days are the organisation's."""
    statement = select(pool.c.pool_id, pool.c.held_filter).where(pool.c.held_filter.is_not(None), pool.c.archived_at.is_(None))
    trees = {row.pool_id: row.held_filter for row in connection.execute(statement)}
    fields = registry(custom_field.get_fields(connection)) if trees else SYSTEM
    compiler = Compiler(fields, Asker(NOBODY, today(zone), zone))
    cases = {pool_id: case for pool_id, tree in trees.items() if (case := _case(compiler, fields, pool_id, tree)) is not None}
    sql = f"(CASE p.pool_id {' '.join(cases.values())} END) IS NOT TRUE" if cases else "true"
    return Counting(sql, compiler.values, frozenset(cases))


def _case(compiler: Compiler, fields: Registry, pool_id: UUID, tree: Any) -> str | None:
    try:
        node = parse_filter(tree, fields)
    except Problem:
        return None
    return None if node is None else f"WHEN {compiler.bind(pool_id)}::uuid THEN {compiler.sql(node)}"
