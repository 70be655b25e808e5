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
from services.customer.commands import job
from services.customer.commands.batch import Step, Work, save_results
from services.customer.commands.bulk_edit import edit_step
from services.customer.commands.claim import claim_step
from services.customer.commands.customer_tag import tag_step
from services.customer.commands.job import LEASE_SECONDS, LeaseLost, StopAskedError
from services.customer.commands.lock import lock_step
from services.customer.commands.ownership import assign_step, return_step
from services.customer.commands.star import star_step
from services.customer.commands.undo import undo_step
from services.customer.rules import batch as rules
from services.customer.rules.batch import Verb
from services.customer.store import batch, member
from services.customer.store.lease import Lease
from services.customer.store.live import Live

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


@dataclass(frozen=True, slots=True)
class Running:
    """One running batch as its worker sees it."""

    row: Row[Any]
    lease: Lease
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
    found = job.take(engine, batch.JOBS, lease_seconds)
    if found is None:
        return False
    row, lease = found
    running = Running(row, lease, chunk_rows, tell)
    logs.get().info("batch_taken", batch_id=str(row.batch_id), verb=row.verb, attempt=row.attempt, done=row.done + row.skipped)
    job.carry_out(engine, lease, "batch", lambda: _run(engine, running, stopping))
    _tell_end(engine, running)
    return True


def _tell_end(engine: Engine, running: Running) -> None:
    """How it stands, whoever made it so: it may have been cancelled or taken over."""
    with reading(engine) as connection:
        row = batch.get_batch(connection, running.row.batch_id)
    if row is not None:
        _tell(running, row.state, row.done, row.skipped)


def _tell(running: Running, state: str, done: int, skipped: int) -> None:
    row = running.row
    told = {"batch_id": str(row.batch_id), "member_id": str(row.member_id), "verb": row.verb, "total": row.total}
    running.tell({**told, "state": state, "done": done, "skipped": skipped})


def _run(engine: Engine, running: Running, stopping: Callable[[], bool]) -> None:
    job.give_up_after(rules.ATTEMPTS_MAX, running.row, "It was interrupted too often. Undo what was done, or choose the rest again.")
    last: UUID | None = running.row.customer_last
    done, left = running.row.done, running.row.skipped
    while True:
        if stopping():
            raise StopAskedError
        with transaction(engine) as connection:
            customer_ids = batch.get_waiting(connection, running.row.batch_id, after=last, limit=running.chunk_rows)
            if not customer_ids:
                return
            viewer = member.get_viewer(connection, running.row.member_id)
            work = Work(connection, viewer, running.row.batch_id, running.row.request_id, running.row.zone)
            outcome = STEPS[running.row.verb](running.row.parameters, done)(work, customer_ids)
            did, skipped = save_results(work, customer_ids, outcome)
            last = customer_ids[-1]
            if not batch.save_progress(connection, running.lease, last=last, done=did, skipped=skipped):
                raise LeaseLost
        done, left = done + did, left + skipped
        _tell(running, "running", done, left)
