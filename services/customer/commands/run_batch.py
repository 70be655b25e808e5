"""What a worker does with a waiting batch: chunks of customers, each one transaction with its changes, events, results and the count.

A chunk is in the database wholly or not at all, and the next one begins behind the last customer that is there. So a worker may be
killed at any moment: whoever goes on does no customer twice and leaves none out. Rights are asked anew in every chunk. After each commit
whoever watches is told how far it is (``Tell``): a hint, nothing depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Row

from services.common import logs
from services.common.database import reading, transaction
from services.common.ids import new_id
from services.common.problem import Kind, Problem
from services.customer.commands.batch import Step, Work, save_results
from services.customer.commands.bulk_edit import edit_step
from services.customer.commands.claim import claim_step
from services.customer.commands.customer_tag import tag_step
from services.customer.commands.lock import lock_step
from services.customer.commands.ownership import assign_step, return_step
from services.customer.commands.star import star_step
from services.customer.commands.undo import undo_step
from services.customer.rules import batch as rules
from services.customer.rules.batch import Verb
from services.customer.store import batch, batch_lease, member
from services.customer.store.batch_lease import Lease
from services.customer.store.live import Live

LEASE_SECONDS = 30.0
REST_SECONDS = 5.0
Tell = Callable[[Mapping[str, Any]], None]


def _assign(parameters: dict[str, Any], done: int) -> Step:
    owners = [UUID(text) for text in parameters["owner_ids"]]
    first = done % len(owners)  # so that what is left over in each chunk does not always go to the first ones
    return assign_step([*owners[first:], *owners[:first]], parameters["keep_previous_owner_as"])


def _return(parameters: dict[str, Any], _done: int) -> Step:
    pool_id = parameters["pool_id"]
    return return_step(parameters["reason"], parameters["note"], UUID(pool_id) if pool_id else None)


# How each verb works on a chunk, made of the batch's parameters and of how many customers are done.
STEPS: dict[Verb, Callable[[dict[str, Any], int], Step]] = {
    "assign": _assign,
    "return_to_pool": _return,
    "claim": lambda _parameters, _done: claim_step,
    "star": lambda _parameters, _done: star_step(starred=True),
    "unstar": lambda _parameters, _done: star_step(starred=False),
    "tag": lambda parameters, _done: tag_step([UUID(text) for text in parameters["tag_ids"]], verb="tag"),
    "untag": lambda parameters, _done: tag_step([UUID(text) for text in parameters["tag_ids"]], verb="untag"),
    "edit": lambda parameters, _done: edit_step(parameters["values"]),
    "lock": lambda parameters, _done: lock_step("lock", parameters),
    "unlock": lambda parameters, _done: lock_step("unlock", parameters),
    "hold": lambda parameters, _done: lock_step("hold", parameters),
    "release_hold": lambda parameters, _done: lock_step("release_hold", parameters),
    "undo": lambda parameters, _done: undo_step(UUID(parameters["batch_id"])),
}


class LeaseLost(Exception):  # noqa: N818 - it is news, not a fault
    """The batch was cancelled, or another worker took it over."""


class StopAskedError(Exception):
    """The worker is to end; the batch goes on elsewhere."""


@dataclass(frozen=True, slots=True)
class Job:
    """One running batch as its worker sees it."""

    row: Row[Any]
    lease: Lease
    lease_seconds: float
    chunk_rows: int
    tell: Tell


def make_batcher(engine: Engine, redis_url: str, *, lease_seconds: float, stopping: Callable[[], bool]) -> Callable[[], bool]:
    """``work_once`` with all it needs, for a worker's loop."""
    live = Live(redis_url)
    return lambda: work_once(engine, stopping=stopping, tell=live.publish, lease_seconds=lease_seconds)


def work_once(
    engine: Engine,
    *,
    stopping: Callable[[], bool] = lambda: False,
    tell: Tell = lambda _: None,
    lease_seconds: float = LEASE_SECONDS,
    chunk_rows: int = rules.CHUNK_ROWS,
) -> bool:
    """Take one batch and bring it to its end, or between two chunks give it back when asked to stop; False where none waits."""
    token = new_id()
    with transaction(engine) as connection:
        row = batch_lease.take_batch(connection, token, lease_seconds)
    if row is None:
        return False
    job = Job(row, Lease(row.batch_id, token), lease_seconds, chunk_rows, tell)
    log = logs.get().bind(batch_id=str(row.batch_id), verb=row.verb, attempt=row.attempt)
    log.info("batch_taken", done=row.done + row.skipped, total=row.total)
    try:
        if row.attempt > rules.ATTEMPTS_MAX:
            raise Problem(Kind.INTERNAL, "gave_up", "It was interrupted too often. Undo what was done, or choose the rest again.")
        _run(engine, job, stopping)
        _end(engine, job, "done")
        log.info("batch_done")
    except LeaseLost:
        log.info("batch_abandoned")
    except StopAskedError:
        _rest(engine, job, 0.0)
        log.info("batch_given_back")
    except Exception as error:  # noqa: BLE001 - the row must say how it ended, whatever happened
        _end_badly(engine, job, error)
    _tell_end(engine, job)
    return True


def _tell_end(engine: Engine, job: Job) -> None:
    """How it stands, whoever made it so: it may have been cancelled or taken over."""
    with reading(engine) as connection:
        row = batch.get_batch(connection, job.row.batch_id)
    if row is not None:
        _tell(job, row.state, row.done, row.skipped)


def _tell(job: Job, state: str, done: int, skipped: int) -> None:
    row = job.row
    told = {"batch_id": str(row.batch_id), "member_id": str(row.member_id), "verb": row.verb, "total": row.total}
    job.tell({**told, "state": state, "done": done, "skipped": skipped})


def _run(engine: Engine, job: Job, stopping: Callable[[], bool]) -> None:
    last: UUID | None = job.row.customer_last
    done, left = job.row.done, job.row.skipped
    while True:
        if stopping():
            raise StopAskedError
        with transaction(engine) as connection:
            customer_ids = batch.get_waiting(connection, job.row.batch_id, after=last, limit=job.chunk_rows)
            if not customer_ids:
                return
            viewer = member.get_viewer(connection, job.row.member_id)
            work = Work(connection, viewer, job.row.batch_id, job.row.request_id, job.row.zone)
            outcome = STEPS[job.row.verb](job.row.parameters, done)(work, customer_ids)
            did, skipped = save_results(work, customer_ids, outcome)
            last = customer_ids[-1]
            if not batch_lease.save_progress(connection, job.lease, job.lease_seconds, last=last, done=did, skipped=skipped):
                raise LeaseLost
        done, left = done + did, left + skipped
        _tell(job, "running", done, left)


def _end(engine: Engine, job: Job, state: rules.State, *, code: str | None = None, detail: str | None = None) -> None:
    with transaction(engine) as connection:
        batch_lease.save_ended(connection, job.lease, state, code=code, detail=detail)


def _end_badly(engine: Engine, job: Job, error: Exception) -> None:
    """A refusal ends the batch with its reason; anything else is tried again after a rest."""
    logs.get().error("batch_interrupted", batch_id=str(job.row.batch_id), exc_info=error)
    if isinstance(error, Problem) and error.kind is not Kind.UNAVAILABLE:
        _end(engine, job, "failed", code=error.code, detail=error.message)
    else:
        _rest(engine, job, REST_SECONDS)


def _rest(engine: Engine, job: Job, seconds: float) -> None:
    with transaction(engine) as connection:
        batch_lease.save_resting(connection, job.lease, seconds)
