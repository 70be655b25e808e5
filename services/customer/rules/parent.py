"""The parent customer: visible to whoever sets it, and never below its own child."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from uuid import UUID

from services.common.problem import invalid


def refuse_invisible() -> Exception:
    """Not there and not visible are the same answer."""
    return invalid("/parent_customer_id", "customer_unknown", "There is no such customer, or it is not open to you.")


def check_circle(customer_id: UUID, ancestors_of_parent: AbstractSet[UUID]) -> None:
    """``ancestors_of_parent`` is the parent with everything above it."""
    if customer_id in ancestors_of_parent:
        raise invalid("/parent_customer_id", "parent_circle", "A customer cannot stand below itself.")
