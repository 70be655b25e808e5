"""Customers in a pool, and what members do with them in tests: claim, return, wait their turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.common.clock import now
from tests.support.customer import Answer, Caller, CustomerService
from tests.support.customer_rows import put_customers


def pooled(service: CustomerService, pool_id: UUID, count: int = 1, **values: Any) -> list[str]:
    """Customers that have been in the pool for a year."""
    entered = now() - timedelta(days=365)
    rows = [
        {"name": f"公海{number}", "state": "pool", "pool_id": pool_id, "pool_entered_at": entered + timedelta(seconds=number), **values}
        for number in range(count)
    ]
    return [str(customer_id) for customer_id in put_customers(service.engine, rows)]


def claim(caller: Caller, customer_id: str) -> Answer:
    return patiently(lambda: caller.post(f"/api/customers/{customer_id}/claim"))


def give_back(caller: Caller, customer_id: str, pool_id: UUID) -> Answer:
    return patiently(lambda: caller.post(f"/api/customers/{customer_id}/return_to_pool", {"reason": "other", "pool_id": str(pool_id)}))


def patiently(send: Callable[[], Answer]) -> Answer:
    """As a client does where a crowd gets 503 with Retry-After for want of connections."""
    for _ in range(300):
        answer = send()
        if answer.status != 503:
            return answer
    raise AssertionError("503 three hundred times")


def quota(caller: Caller, pool_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = caller.get(f"/api/pools/{pool_id}").expect(200)["quota"]
    return found
