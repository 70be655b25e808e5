"""Long work that the worker does piece by piece (batches, imports): what every kind of it shares.

A piece is one transaction with the job's progress in it, so whoever goes on after a killed worker doubles nothing and leaves nothing out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Row

from services.common import logs
from services.common.database import transaction
from services.common.ids import new_id
from services.common.problem import Kind, Problem
from services.customer.store import lease as store
from services.customer.store.lease import Jobs, Lease

LEASE_SECONDS = 30.0
REST_SECONDS = 5.0


class LeaseLost(Exception):  # noqa: N818 - it is news, not a fault
    """The job was cancelled, or another worker took it over."""


class StopAskedError(Exception):
    """The worker is to end; the job goes on elsewhere."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ends, with the reason where it failed."""

    state: Literal["done", "failed"]
    code: str | None = None
    detail: str | None = None


def take(engine: Engine, jobs: Jobs, seconds: float, **values: Any) -> tuple[Row[Any], Lease] | None:
    """A waiting job with the lease on it; None where none waits."""
    token = new_id()
    with transaction(engine) as connection:
        row = store.take(connection, jobs, token, seconds, **values)
    return None if row is None else (row, Lease(jobs, row._mapping[jobs.key], token, seconds))  # noqa: SLF001 - SQLAlchemy's own name


def carry_out(
    engine: Engine, lease: Lease, name: str, run: Callable[[], None], *, ended: Callable[[Connection, Ending], None] = lambda *_: None
) -> None:
    """Bring it to its end, or give it back: ``run`` does what is left; ``ended`` is told within the transaction that ends it."""
    log = logs.get().bind(job=name, job_id=str(lease.job_id))
    try:
        run()
        _end(engine, lease, Ending("done"), ended)
        log.info("job_done")
    except LeaseLost:
        log.info("job_abandoned")
    except StopAskedError:
        _rest(engine, lease, 0.0)
        log.info("job_given_back")
    except Exception as error:  # noqa: BLE001 - the row must say how it ended, whatever happened
        _end_badly(engine, lease, name, error, ended)


def give_up_after(attempts_max: int, row: Row[Any], message: str) -> None:
    """Refuse a job that was interrupted too often without any progress between."""
    if row.attempt > attempts_max:
        raise Problem(Kind.INTERNAL, "gave_up", message)


def _end_badly(engine: Engine, lease: Lease, name: str, error: Exception, ended: Callable[[Connection, Ending], None]) -> None:
    """A refusal ends the job with its reason; anything else is tried again after a rest."""
    logs.get().error("job_interrupted", job=name, job_id=str(lease.job_id), exc_info=error)
    if isinstance(error, Problem) and error.kind is not Kind.UNAVAILABLE:
        _end(engine, lease, Ending("failed", error.code, error.message), ended)
    else:
        _rest(engine, lease, REST_SECONDS)


def _end(engine: Engine, lease: Lease, ending: Ending, ended: Callable[[Connection, Ending], None]) -> None:
    with transaction(engine) as connection:
        if store.save_ended(connection, lease, ending.state, code=ending.code, detail=ending.detail):
            ended(connection, ending)


def _rest(engine: Engine, lease: Lease, seconds: float) -> None:
    with transaction(engine) as connection:
        store.save_resting(connection, lease, seconds)
