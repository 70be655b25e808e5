"""The condition trees of recycle rules as SQL, and the terms that deadlines are computed by.

A rule speaks for nobody: "me" and "my department" mean nothing in it. Its days are the organisation's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.common.clock import today
from services.common.problem import Problem, invalid
from services.customer.rules.field import SYSTEM, Registry, registry
from services.customer.rules.filter import Node, conditions_of, parse_filter
from services.customer.rules.filter_value import ME, MY_DEPARTMENT
from services.customer.rules.pool_rule import SYSTEM_NAME, PoolRule
from services.customer.rules.saved_search import Fault
from services.customer.rules.viewer import RIGHTS, Viewer
from services.customer.store import custom_field, holiday, pool_rule, saved_search_answer
from services.customer.store.customer_condition import Asker, Compiler
from services.customer.store.recycling import Terms

# What nobody has, or what the clock itself decides.
_OF_SOMEBODY = ("starred",)
_OF_THE_CLOCK = ("recycle_at",)
NOBODY = Viewer(UUID(int=0), SYSTEM_NAME, "admin", frozenset(RIGHTS), None, ())


def _registry(connection: Connection, rules: Sequence[PoolRule]) -> Registry:
    """The fields that conditions may ask; custom ones are read only where there are conditions."""
    return registry(custom_field.get_fields(connection)) if any(rule.filter for rule in rules) else SYSTEM


def check(connection: Connection, rule: PoolRule, *, at: str = "/filter") -> None:
    """422 with a pointer where the conditions of a rule cannot be asked."""
    node = check_filter(connection, rule.filter, at=at)
    for fault in find_faults(connection, [rule]).get(rule.pool_rule_id, ()):
        raise invalid(fault.pointer.replace("/filter", at, 1), fault.code, fault.detail)
    for condition in conditions_of(node):
        if condition.field in _OF_THE_CLOCK:
            raise invalid(condition.pointer, "rule_of_itself", "Rules decide when customers are recycled: they cannot ask for it.")


def check_filter(connection: Connection, tree: Any, *, at: str) -> Node | None:
    """The conditions of something that speaks for nobody; 422 with a pointer where they cannot be asked."""
    node = parse_filter(tree, registry(custom_field.get_fields(connection)) if tree else SYSTEM, at=at)
    for condition in conditions_of(node):
        wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        if condition.field in _OF_SOMEBODY or ME in wanted or MY_DEPARTMENT in wanted:
            raise invalid(condition.pointer, "rule_of_nobody", "A rule acts for nobody: name members and departments in it.")
    return node


def find_faults(connection: Connection, rules: Sequence[PoolRule]) -> dict[UUID, list[Fault]]:
    """What is gone by now of what the conditions of rules speak of, of those where something is: field, operator, option, tag."""
    asking = [{"pool_rule_id": rule.pool_rule_id, "filter": rule.filter} for rule in rules if rule.filter]
    if not asking:
        return {}
    known = saved_search_answer.get_known(connection, asking)
    found = {UUID(str(row["pool_rule_id"])): list(saved_search_answer.faults(row, known)) for row in asking}
    return {pool_rule_id: faults for pool_rule_id, faults in found.items() if faults}


def terms(connection: Connection, now: datetime, zone: str, rules: Sequence[PoolRule] | None = None) -> Terms:
    """What deadlines are computed by: the rules that are switched on, unless others are given.

    A rule whose conditions cannot be asked any more (a field, an option, a tag is gone) moves nobody: it is left out, never widened.
    """
    wanted = pool_rule.get_active(connection) if rules is None else list(rules)
    fields = _registry(connection, wanted)
    asker = Asker(NOBODY, today(zone, now), zone)
    conditions: dict[UUID, tuple[str, Mapping[str, Any]]] = {}
    found = []
    broken = find_faults(connection, wanted)
    for rule in wanted:
        if rule.pool_rule_id in broken:
            continue
        try:
            node = parse_filter(rule.filter, fields)
        except Problem:
            continue
        found.append(rule)
        if node is not None:
            conditions[rule.pool_rule_id] = _sql(node, fields, asker)
    workdays = holiday.get_workdays(connection, now, zone) if any(rule.workdays for rule in found) else ()
    return Terms(found, now, zone, workdays, conditions)


def _sql(node: Node, fields: Registry, asker: Asker) -> tuple[str, Mapping[str, Any]]:
    compiler = Compiler(fields, asker)
    return compiler.sql(node), compiler.values
