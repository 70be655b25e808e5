"""Recycling inside a test: a pool, its rules, customers of any age, and the worker's steps at any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text

from services.common.clock import now
from services.customer.commands import recycling
from tests.support.customer import Caller, People, events_of
from tests.support.customer_rows import put_customers

ZONE = "Asia/Shanghai"


def run(engine: Engine, sql: str, **values: Any) -> Any:
    with engine.begin() as connection:
        return connection.execute(text(sql), values)


@dataclass
class World:
    """A pool, its rules, and the worker's steps at any time."""

    engine: Engine
    admin: Caller
    people: People
    pool_id: str = ""
    moved: list[UUID] = field(default_factory=list)

    def rule(self, **values: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.admin.post(
            f"/api/pools/{self.pool_id}/rules", {"name": "规则", "days": 30, "active": True, **values}
        ).expect(201)
        return made

    def edit(self, rule: dict[str, Any], **values: Any) -> dict[str, Any]:
        path = f"/api/pools/{self.pool_id}/rules/{rule['pool_rule_id']}"
        changed: dict[str, Any] = self.admin.patch(path, values).expect(200)
        return changed

    def simulate(self, limit: int = 200, **values: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.admin.post(
            f"/api/pools/{self.pool_id}/simulation", {"rule": {"name": "规则", "days": 30, **values}, "limit": limit}
        ).expect(200)
        return found

    def customers(self, owner_id: UUID, ages: Sequence[float], followed: Sequence[float | None] = ()) -> list[UUID]:
        """Owned since so many days, followed up so many days ago."""
        made = put_customers(self.engine, [{"name": f"客户{number}", "owner_id": owner_id} for number in range(len(ages))])
        for number, customer_id in enumerate(made):
            self.age(customer_id, ages[number], followed[number] if followed else None)
        return made

    def age(self, customer_id: UUID, days: float, followed: float | None = None) -> None:
        moment = now()
        run(
            self.engine,
            "UPDATE ownership SET began_at = :at WHERE customer_id = :id AND ended_at IS NULL",
            at=moment - timedelta(days=days),
            id=customer_id,
        )
        at = None if followed is None else moment - timedelta(days=followed)
        run(self.engine, "UPDATE customer SET last_follow_up_at = :at WHERE customer_id = :id", at=at, id=customer_id)

    def refresh(self, at: datetime | None = None) -> None:
        run(self.engine, "UPDATE recycling_state SET refreshed_at = NULL, walked_to = NULL")
        while recycling.refresh(self.engine, at or now(), ZONE):
            pass

    def sweep(self, at: datetime | None = None) -> list[UUID]:
        """All that is due at that time."""
        moment = at or now()
        self.refresh(moment)
        moved, after = [], recycling.BEGINNING
        while due := recycling.find_due(self.engine, moment, after, 7):
            moved += [found for _, found in due if recycling.recycle_customer(self.engine, found, moment, ZONE)]
            after = due[-1]
        return moved

    def warn(self, at: datetime) -> None:
        self.refresh(at)
        while recycling.warn_owners(self.engine, at, ZONE):
            pass

    def states(self, customer_ids: Sequence[UUID]) -> dict[UUID, str]:
        found = run(self.engine, "SELECT customer_id, state FROM customer WHERE customer_id = ANY(:ids)", ids=list(customer_ids))
        return {row.customer_id: row.state for row in found}

    def pooled(self, customer_ids: Sequence[UUID]) -> set[UUID]:
        return {customer_id for customer_id, state in self.states(customer_ids).items() if state == "pool"}

    def told(self, customer_id: UUID, type_: str) -> list[Any]:
        return [event for event in events_of(self.engine, {"customer_id": customer_id}) if event.type == type_]
