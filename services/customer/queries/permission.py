"""What a member may do with a customer and why not, and which customers he may see at all (asked by other services too)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common import clock
from services.common.database import reading
from services.common.problem import not_found
from services.customer.rules import permission as rules
from services.customer.rules.claim import Quota
from services.customer.rules.ownership import Skip
from services.customer.rules.permission import Refusal
from services.customer.rules.viewer import Viewer
from services.customer.store import circumstances, claim, member
from services.customer.store import permission as permission_store
from services.customer.store.circumstances import Circumstances


def list_access(engine: Engine, member_id: UUID, customer_id: UUID, *, zone: str) -> dict[str, Any]:
    """Each action with allowed, or the reason: rule, since when, by whom, who can change it."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        known = permission_store.find_visible(connection, viewer, [customer_id]).get(customer_id)
        if known is None:
            raise not_found("customer")
        refusals = {action: rules.refusal(action, viewer, known.facts) for action in rules.ACTIONS}
        waits = None if refusals["claim"] else _claim_waits(connection, viewer, customer_id, zone)
        refused = any(refusals.values()) or waits is not None
        found = circumstances.get_circumstances(connection, viewer, customer_id) if refused else None
    if waits is not None and found is not None:
        limited = {"claim": _refused(Refusal(waits.code, waits.rule, waits.detail), found) | _bounds(waits)}
    else:
        limited = {}
    return {
        action: {"allowed": True} if refusal is None or found is None else _refused(refusal, found) for action, refusal in refusals.items()
    } | limited


def _claim_waits(connection: Connection, viewer: Viewer, customer_id: UUID, zone: str) -> Skip | None:
    """The limit of the pool that keeps the member from claiming it now."""
    free, used = claim.get_free(connection, viewer, [customer_id], clock.today(zone), zone)
    if customer_id not in free:
        return None
    return Quota(used["now"], *clock.day_bounds(zone), used["used"], used["held"]).refusal(free[customer_id])


def _bounds(waits: Skip) -> dict[str, Any]:
    """What the limit tells; it was set by nobody in particular."""
    return {"since": None, "by": None} | dict(waits.told or {})


def _refused(refusal: Refusal, found: Circumstances) -> dict[str, Any]:
    return {
        "allowed": False,
        "code": refusal.code,
        "rule": refusal.rule,
        "detail": refusal.detail,
        **found.told(refusal.code, refusal.rule),
    }


@dataclass(frozen=True, slots=True)
class Visible:
    """A customer that somebody may see: its name, and the fields hidden from him."""

    name: str
    hidden: list[str]


def find_visible(engine: Engine, member_id: UUID, customer_ids: Sequence[UUID]) -> dict[UUID, Visible]:
    """Those of the customers that the member may see."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        statement = f"""
            SELECT c.customer_id, c.name, CASE WHEN {rules.is_projected(viewer)} THEN pl.hidden_fields ELSE '{{}}' END AS hidden
            FROM customer c LEFT JOIN pool pl ON pl.pool_id = c.pool_id
            WHERE c.customer_id = ANY(%(ids)s::uuid[]) AND {rules.is_visible(viewer)}
        """  # noqa: S608 - conditions of the policy
        rows = connection.exec_driver_sql(statement, rules.parameters(viewer) | {"ids": list(customer_ids)})
        return {row.customer_id: Visible(row.name, list(row.hidden)) for row in rows}


def find_hidden_fields(engine: Engine, member_id: UUID, customer_id: UUID) -> list[str]:
    """The fields of one customer that are hidden from the member; 404 where it is not there for him."""
    found = find_visible(engine, member_id, [customer_id])
    if customer_id not in found:
        raise not_found("customer")
    return found[customer_id].hidden
