"""Open requests for access to a customer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common.database import reading
from services.common.problem import not_found
from services.customer.rules import permission
from services.customer.store import access_request, member
from services.customer.store import permission as permission_store


def list_open_requests(engine: Engine, member_id: UUID, customer_id: UUID) -> list[dict[str, Any]]:
    """All of them for who decides, one's own for others; oldest first."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        known = permission_store.find_visible(connection, viewer, [customer_id]).get(customer_id)
        if known is None:
            raise not_found("customer")
        decides = permission.refusal("participants", viewer, known.facts) is None
        rows = access_request.list_open(connection, [customer_id])
        return [access_request.as_answer(row) for row in rows if decides or row.member_id == member_id]
