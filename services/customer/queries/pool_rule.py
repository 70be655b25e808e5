"""Recycle rules as they are answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common.database import reading
from services.customer.rules.pool_rule import require_pool_admin
from services.customer.store import member, pool, pool_rule, recycling_filter


def list_rules(engine: Engine, member_id: UUID, pool_id: UUID) -> list[dict[str, Any]]:
    """The rules of a pool, for its admins."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        require_pool_admin(viewer, pool_id, known=pool.find_pool(connection, pool_id) is not None)
        rules = pool_rule.get_rules(connection, pool_id)
        faults = recycling_filter.find_faults(connection, rules)
        return [pool_rule.shown(rule, faults.get(rule.pool_rule_id, ())) for rule in rules]
