"""The condition trees of recycle rules as SQL, and the terms that deadlines are computed by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.common.problem import invalid
from services.customer.rules.pool_rule import PoolRule
from services.customer.store import holiday, pool_rule
from services.customer.store.recycling import Terms


def check(connection: Connection, rule: PoolRule) -> None:  # noqa: ARG001 - the fields will be read by it
    """422 with a pointer where the conditions of a rule cannot be asked."""
    if rule.filter:
        raise invalid("/filter", "filter_unsupported", "Conditions are not available yet.")


def terms(connection: Connection, now: datetime, zone: str, rules: Sequence[PoolRule] | None = None) -> Terms:
    """What deadlines are computed by: the rules that are switched on, unless others are given."""
    found = pool_rule.get_active(connection) if rules is None else list(rules)
    workdays = holiday.get_workdays(connection, now, zone) if any(rule.workdays for rule in found) else ()
    conditions: Mapping[UUID, tuple[str, Mapping[str, Any]]] = {}
    return Terms(found, now, zone, workdays, conditions)
