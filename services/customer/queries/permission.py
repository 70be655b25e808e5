"""What a member may do with a customer and why not, and which customers he may see at all (asked by other services too)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from services.common.database import reading
from services.common.problem import not_found
from services.customer.rules import permission as rules
from services.customer.rules.permission import Refusal
from services.customer.store import member
from services.customer.store import permission as permission_store
from services.customer.store.permission import Known

_ADMINS = text("SELECT member_id, name FROM member WHERE role = 'admin' AND active ORDER BY name_sort, member_id LIMIT 5")
_SINCE = text("""
    SELECT coalesce(c.pool_entered_at, o.began_at) AS since, coalesce(e.ended_by, o.began_by) AS by_id, m.name
    FROM customer c
    LEFT JOIN ownership o ON o.customer_id = c.customer_id AND o.ended_at IS NULL
    LEFT JOIN LATERAL (
        SELECT ended_by FROM ownership WHERE customer_id = c.customer_id AND c.state = 'pool' ORDER BY ownership_id DESC LIMIT 1
    ) e ON true
    LEFT JOIN member m ON m.member_id = coalesce(e.ended_by, o.began_by)
    WHERE c.customer_id = :customer_id
""")


def list_access(engine: Engine, member_id: UUID, customer_id: UUID) -> dict[str, Any]:
    """Each action with allowed, or the reason: rule, since when, by whom, who can change it."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        known = permission_store.find_visible(connection, viewer, [customer_id]).get(customer_id)
        if known is None:
            raise not_found("customer")
        refusals = {action: rules.refusal(action, viewer, known.facts) for action in rules.ACTIONS}
        more = _circumstances(connection, customer_id, known) if any(refusals.values()) else {}
    return {action: {"allowed": True} if found is None else _refused(found, more) for action, found in refusals.items()}


_OF_OWNERSHIP = frozenset(("in_pool", "not_in_pool", "already_in_pool", "owner_only", "assign_right_missing"))


def _refused(refusal: Refusal, more: dict[str, Any]) -> dict[str, Any]:
    told = more if refusal.code in _OF_OWNERSHIP else {"who_can_change": more["who_can_change"]}
    if refusal.rule.startswith("right_"):
        told = {"who_can_change": more["admins"]}
    shown = {name: value for name, value in told.items() if name != "admins"}
    return {"allowed": False, "code": refusal.code, "rule": refusal.rule, "detail": refusal.detail, **shown}


def _circumstances(connection: Connection, customer_id: UUID, known: Known) -> dict[str, Any]:
    row = connection.execute(_SINCE, {"customer_id": customer_id}).one_or_none()
    admins = [{"member_id": found.member_id, "name": found.name} for found in connection.execute(_ADMINS)]
    more: dict[str, Any] = {"who_can_change": known.who_can_change() or admins, "admins": admins}
    if row is not None and row.since is not None:
        more["since"] = row.since
    if row is not None and row.by_id is not None:
        more["by"] = {"member_id": row.by_id, "name": row.name}
    return more


def find_visible(engine: Engine, member_id: UUID, customer_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """customer_id → the fields hidden from the member, of those that he may see."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        statement = f"""
            SELECT c.customer_id, CASE WHEN {rules.is_projected(viewer)} THEN pl.hidden_fields ELSE '{{}}' END AS hidden
            FROM customer c LEFT JOIN pool pl ON pl.pool_id = c.pool_id
            WHERE c.customer_id = ANY(%(ids)s::uuid[]) AND {rules.is_visible(viewer)}
        """  # noqa: S608 - conditions of the policy
        rows = connection.exec_driver_sql(statement, rules.parameters(viewer) | {"ids": list(customer_ids)})
        return {row.customer_id: list(row.hidden) for row in rows}


def find_hidden_fields(engine: Engine, member_id: UUID, customer_id: UUID) -> list[str]:
    """The fields of one customer that are hidden from the member; 404 where it is not there for him."""
    found = find_visible(engine, member_id, [customer_id])
    if customer_id not in found:
        raise not_found("customer")
    return found[customer_id]
