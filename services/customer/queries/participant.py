"""Who takes part in a customer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.customer.queries.customer import find_customer


def list_participants(engine: Engine, member_id: UUID, customer_id: UUID) -> list[dict[str, Any]]:
    """Those whose time is not over, in the order in which they came."""
    found: list[dict[str, Any]] = find_customer(engine, member_id, customer_id)["participants"]
    return found
