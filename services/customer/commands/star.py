"""Marking customers with a star, for oneself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common.call import Call
from services.common.database import transaction
from services.common.ids import new_id
from services.common.problem import not_found
from services.customer.rules import ownership as rules
from services.customer.store import idempotency, member, star
from services.customer.store import permission as permission_store


def star_customer(engine: Engine, call: Call, customer_id: UUID) -> None:
    """Mark one; marking it again changes nothing."""
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        if not permission_store.find_visible(connection, viewer, [customer_id]):
            raise not_found("customer")
        star.insert_stars(connection, viewer.member_id, [customer_id])


def unstar_customer(engine: Engine, call: Call, customer_id: UUID) -> None:
    """Take the mark away; also from a customer that one no longer sees, whose absence is not told."""
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        visible = permission_store.find_visible(connection, viewer, [customer_id])
        star.delete_stars(connection, viewer.member_id, [customer_id])
    if not visible:
        raise not_found("customer")


def star_customers(engine: Engine, call: Call, customer_ids: Sequence[UUID], *, starred: bool) -> dict[str, Any]:
    """Mark many, or take the marks away; a result for each."""
    wanted = rules.check_batch(customer_ids)
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        viewer = member.get_viewer(connection, call.member_id)
        visible = permission_store.find_visible(connection, viewer, wanted)
        change = star.insert_stars if starred else star.delete_stars
        change(connection, viewer.member_id, [customer_id for customer_id in wanted if customer_id in visible])
        absent = {"done": False, "code": rules.NOT_FOUND.code, "detail": rules.NOT_FOUND.detail}
        results = [{"customer_id": customer_id, **({"done": True} if customer_id in visible else absent)} for customer_id in wanted]
        answer = {"batch_id": new_id(), "results": results, "done": len(visible), "skipped": len(wanted) - len(visible)}
        idempotency.remember(connection, call, 200, answer)
        return answer
