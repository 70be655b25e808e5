"""Setting recycle rules: by the admins of their pool. Whatever changes a rule has all deadlines computed anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.call import Call
from services.common.database import transaction
from services.common.ids import new_id
from services.common.problem import Kind, Problem, invalid, not_found
from services.customer.rules import pool_rule as rules
from services.customer.rules.pool_rule import PoolRule
from services.customer.store import audit, department, idempotency, member, pool, pool_rule, recycling_filter, recycling_state


def require_pool(connection: Connection, call: Call, pool_id: UUID) -> None:
    """404 where there is no such pool, 403 for who does not administer it."""
    viewer = member.get_viewer(connection, call.member_id)
    rules.require_pool_admin(viewer, pool_id, known=pool.find_pool(connection, pool_id) is not None)


def create_rule(engine: Engine, call: Call, pool_id: UUID, values: Mapping[str, Any]) -> dict[str, Any]:
    """Add a rule, switched on or not."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        require_pool(connection, call, pool_id)
        if pool_rule.count_rules(connection) >= rules.RULES_MAX:
            raise Problem(Kind.CONFLICT, "too_many_rules", f"There can be {rules.RULES_MAX} rules. Delete one that is not needed.")
        rule = PoolRule(pool_rule_id=new_id(), pool_id=pool_id, **rules.check(values))
        _check(connection, rule)
        pool_rule.insert_rule(connection, rule)
        _changed(connection, call, "pool_rule.created", rule)
        answer = pool_rule.shown(rule)
        idempotency.remember(connection, call, 201, answer)
        return answer


def edit_rule(engine: Engine, call: Call, pool_id: UUID, pool_rule_id: UUID, values: Mapping[str, Any]) -> dict[str, Any]:
    """Change a rule, or switch it on or off."""
    with transaction(engine) as connection:
        require_pool(connection, call, pool_id)
        before = pool_rule.get_rule(connection, pool_id, pool_rule_id, lock=True)
        if before is None:
            raise not_found("pool_rule")
        rule = replace(before, **rules.check(values))
        changed = [name for name in pool_rule.COLUMNS if getattr(rule, name) != getattr(before, name)]
        if changed:
            _check(connection, rule, conditions=rule.active or rule.filter != before.filter)
            pool_rule.save_rule(connection, rule, changed)
            _changed(connection, call, "pool_rule.edited", rule)
        return pool_rule.shown(rule, recycling_filter.find_faults(connection, [rule]).get(pool_rule_id, ()))


def delete_rule(engine: Engine, call: Call, pool_id: UUID, pool_rule_id: UUID) -> None:
    """Remove a rule; what it moved stays where it is."""
    with transaction(engine) as connection:
        require_pool(connection, call, pool_id)
        rule = pool_rule.get_rule(connection, pool_id, pool_rule_id, lock=True)
        if rule is None:
            raise not_found("pool_rule")
        pool_rule.delete_rule(connection, pool_rule_id)
        _changed(connection, call, "pool_rule.deleted", rule)


def _check(connection: Connection, rule: PoolRule, *, conditions: bool = True) -> None:
    """``conditions`` false: they are left as they are, so that a rule whose conditions broke can still be switched off."""
    rules.check_warnings(rule)
    if len(department.find_existing(connection, rule.department_ids)) != len(rule.department_ids):
        raise invalid("/department_ids", "department_unknown", "There is no such department.")
    if conditions:
        recycling_filter.check(connection, rule)


def _changed(connection: Connection, call: Call, action: str, rule: PoolRule) -> None:
    recycling_state.touch(connection)
    audit.append(connection, call, action, pool_rule.shown(rule))
