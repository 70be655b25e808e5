"""Locks and holds as columns of customers: set on, and taken from, many locked rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, update

from services.customer.store.customer import customer

LOCK = ("locked_at", "locked_by")
HOLD = ("hold_until", "hold_reason", "held_by", "held_at")
_c = customer.c
_now = func.clock_timestamp()


def save_lock(connection: Connection, customer_ids: Sequence[UUID], *, by: UUID | None) -> None:
    """Lock them, or without ``by`` end their locks, under the next version of each."""
    _save(connection, customer_ids, {"locked_at": None if by is None else _now, "locked_by": by})


def save_hold(connection: Connection, customer_ids: Sequence[UUID], *, until: datetime | None, reason: str | None, by: UUID | None) -> None:
    """Hold them until then, or without ``by`` end their holds, under the next version of each."""
    values = {"hold_until": until, "hold_reason": reason, "held_by": by, "held_at": None if by is None else _now}
    _save(connection, customer_ids, values)


def _save(connection: Connection, customer_ids: Sequence[UUID], values: dict[str, Any]) -> None:
    statement = update(customer).where(_c.customer_id == func.any(list(customer_ids)))
    connection.execute(statement.values(**values, version=_c.version + 1, updated_at=_now))
