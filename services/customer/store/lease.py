"""The right to work on a job that is a row (a batch, an import): a lease with a token that every later write carries.

A worker that was killed loses it after some seconds, and whoever comes next goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Row, Table, func, select, update

clock = func.clock_timestamp()


@dataclass(frozen=True, slots=True)
class Jobs:
    """A table of jobs, with ``state``, ``attempt`` and the lease in it; ``waiting`` are the states in which there is work to do."""

    table: Table
    key: Column[Any]
    ended_at: str
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one job for ``seconds`` after each sign of life; ``token`` proves it."""

    jobs: Jobs
    job_id: UUID
    token: UUID
    seconds: float


def take(connection: Connection, jobs: Jobs, token: UUID, seconds: float, **values: Any) -> Row[Any] | None:
    """The oldest job that waits and nobody holds, with a lease on it; None where there is none. ``values`` are written beside it."""
    c = jobs.table.c
    free = (
        select(jobs.key)
        .where(c.state.in_(jobs.waiting), func.coalesce(c.lease_until, func.to_timestamp(0)) < clock)
        .order_by(c.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    held = {"state": "running", "attempt": c.attempt + 1, "lease_token": token, "lease_until": _until(seconds)}
    return connection.execute(update(jobs.table).where(jobs.key.in_(free)).values(**held, **values).returning(jobs.table)).one_or_none()


def save_progress(connection: Connection, lease: Lease, **values: Any) -> bool:
    """Write how far it is, renew the lease, forget earlier interruptions: it moves. False where it was cancelled or taken over."""
    return _save(connection, lease, {**values, "lease_until": _until(lease.seconds), "attempt": 1})


def save_ended(connection: Connection, lease: Lease, state: str, *, code: str | None = None, detail: str | None = None) -> bool:
    """End it; False where it was cancelled or taken over."""
    return _save(connection, lease, {"state": state, lease.jobs.ended_at: clock, "error_code": code, "error_detail": detail})


def save_resting(connection: Connection, lease: Lease, seconds: float) -> bool:
    """Give the lease back; the job is taken up again after ``seconds``."""
    return _save(connection, lease, {"lease_token": None, "lease_until": _until(seconds)})


def _until(seconds: float) -> Any:
    return clock + func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def _save(connection: Connection, lease: Lease, values: dict[str, Any]) -> bool:
    c = lease.jobs.table.c
    held = (lease.jobs.key == lease.job_id) & (c.lease_token == lease.token) & (c.state == "running")
    return connection.execute(update(lease.jobs.table).where(held).values(**values)).rowcount == 1
