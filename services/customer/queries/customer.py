"""One customer's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common.database import reading
from services.common.problem import not_found
from services.customer.store import customer_answer, member


def find_customer(engine: Engine, member_id: UUID, customer_id: UUID) -> dict[str, Any]:
    """The customer as the member may see it; 404 otherwise."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        answer = customer_answer.find_shown(connection, viewer, customer_id)
    if answer is None:
        raise not_found("customer")
    return answer
