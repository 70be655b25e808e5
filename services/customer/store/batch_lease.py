"""The right to work on a waiting batch: a lease with a token that every later write carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, update

from services.customer.store.batch import batch

_b = batch.c
clock = func.clock_timestamp()


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one batch; ``token`` proves it."""

    batch_id: UUID
    token: UUID


def take_batch(connection: Connection, token: UUID, lease_seconds: float) -> Row[Any] | None:
    """The oldest waiting batch that nobody holds, with a lease on it; None where there is none."""
    free = (
        select(_b.batch_id)
        .where(_b.state.in_(("queued", "running")), func.coalesce(_b.lease_until, func.to_timestamp(0)) < clock)
        .order_by(_b.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return connection.execute(
        update(batch)
        .where(_b.batch_id.in_(free))
        .values(state="running", attempt=_b.attempt + 1, lease_token=token, lease_until=_until(lease_seconds))
        .returning(batch)
    ).one_or_none()


def save_progress(connection: Connection, lease: Lease, lease_seconds: float, *, last: UUID, done: int, skipped: int) -> bool:
    """Count rows in, renew the lease, forget earlier interruptions: it moves. False where the batch was cancelled or taken over."""
    values = {
        "customer_last": last,
        "done": _b.done + done,
        "skipped": _b.skipped + skipped,
        "lease_until": _until(lease_seconds),
        "attempt": 1,
    }
    return _save(connection, lease, values)


def save_ended(connection: Connection, lease: Lease, state: str, *, code: str | None = None, detail: str | None = None) -> bool:
    """End it; False where it was cancelled or taken over."""
    return _save(connection, lease, {"state": state, "ended_at": clock, "error_code": code, "error_detail": detail})


def save_resting(connection: Connection, lease: Lease, seconds: float) -> bool:
    """Give the lease back; the batch is taken up again after ``seconds``."""
    return _save(connection, lease, {"lease_token": None, "lease_until": _until(seconds)})


def _until(seconds: float) -> Any:
    return clock + func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def _save(connection: Connection, lease: Lease, values: Mapping[str, Any]) -> bool:
    held = (_b.batch_id == lease.batch_id) & (_b.lease_token == lease.token) & (_b.state == "running")
    return connection.execute(update(batch).where(held).values(**values)).rowcount == 1
