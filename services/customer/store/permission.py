"""What ``rules/permission.py`` decides on, read from the rows; the question is always asked after the customer was locked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.common.problem import not_found
from services.customer.rules import permission as rules
from services.customer.rules.permission import Action, Facts
from services.customer.rules.viewer import Viewer
from services.customer.store import circumstances, customer

_FACTS = """
    SELECT c.customer_id, c.owner_id, o.name AS owner_name, d.path, c.state, c.visibility, c.pool_id, pl.open_to_all,
        c.locked_at IS NOT NULL AS locked, c.hold_until, c.hold_reason,
        (SELECT p.role FROM participant p
         WHERE p.customer_id = c.customer_id AND p.member_id = %(me)s AND (p.expires_at IS NULL OR p.expires_at > now())) AS role,
        {manages} AS manages
    FROM customer c
    LEFT JOIN member o ON o.member_id = c.owner_id
    LEFT JOIN department d ON d.department_id = o.department_id
    LEFT JOIN pool pl ON pl.pool_id = c.pool_id
    WHERE c.customer_id = ANY(%(ids)s::uuid[])
"""


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of one customer with what events tell of it beside: the owner's name, the hold."""

    facts: Facts
    owner_name: str | None
    hold_until: datetime | None = None
    hold_reason: str | None = None

    def who_can_change(self) -> list[dict[str, str]]:
        """The owner, where there is one."""
        if self.facts.owner_id is None:
            return []
        return [{"member_id": str(self.facts.owner_id), "name": self.owner_name or ""}]


def get_facts(connection: Connection, viewer: Viewer, customer_ids: Sequence[UUID]) -> dict[UUID, Known]:
    """The facts of those customers that exist, seen or unseen."""
    manages = rules.takes_part(viewer) if rules.manages_anyone(viewer) else "false"
    statement = _FACTS.format(manages=manages)
    rows = connection.exec_driver_sql(statement, rules.parameters(viewer) | {"ids": list(customer_ids)})
    return {row.customer_id: _known(row) for row in rows}


def _known(row: Any) -> Known:
    path, pool_open = tuple(row.path or ()), row.open_to_all is not False
    facts = Facts(row.owner_id, path, row.state, row.visibility, row.role, row.manages, row.pool_id, pool_open, row.locked)
    return Known(facts, row.owner_name, row.hold_until, row.hold_reason)


def find_visible(connection: Connection, viewer: Viewer, customer_ids: Sequence[UUID]) -> dict[UUID, Known]:
    """The facts of those that the viewer may see."""
    known = get_facts(connection, viewer, customer_ids)
    return {customer_id: found for customer_id, found in known.items() if rules.sees(viewer, found.facts)}


def lock_for(connection: Connection, viewer: Viewer, customer_id: UUID, action: Action) -> tuple[dict[str, Any], Known]:
    """Lock the customer and make sure that the viewer may do ``action``: 404 where it is not there for him, else the refusal."""
    row = customer.lock_customer(connection, customer_id)
    known = get_facts(connection, viewer, [customer_id]).get(customer_id)
    if row is None or known is None or not rules.sees(viewer, known.facts):
        raise not_found("customer")
    require(connection, viewer, customer_id, known, action)
    return row, known


def require(connection: Connection, viewer: Viewer, customer_id: UUID, known: Known, action: Action) -> None:
    """Refuse with the rule, since when, by whom, and who can change it."""
    found = rules.refusal(action, viewer, known.facts)
    if found is not None:
        raise circumstances.explain(connection, viewer, customer_id, found)
