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

AGAIN_CHUNKS = 10  # so many chunks at once are those for whom there was no room at first
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


@dataclass(slots=True)
class Counts:
    """How many customers are done and skipped so far."""

    done: int
    skipped: int


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
    row = running.row
    job.give_up_after(rules.ATTEMPTS_MAX, row, "It was interrupted too often. Undo what was done, or choose the rest again.")
    last: UUID | None = row.customer_last
    counts = Counts(row.done, row.skipped)
    while True:
        customer_ids = _do(engine, running, counts, stopping, after=last, again=False)
        if not customer_ids:
            break
        last = customer_ids[-1]
    if row.verb == "undo" and last is not None:
        _go_round_again(engine, running, counts, stopping)


def _go_round_again(engine: Engine, running: Running, counts: Counts, stopping: Callable[[], bool]) -> None:
    """For whom there was no room at first there may be now: what came after made some, and more at once can exchange."""
    progress = True
    while progress:
        before, after = counts.done, UUID(int=0)
        while customer_ids := _do(engine, running, counts, stopping, after=after, again=True):
            after = customer_ids[-1]
        progress = counts.done > before


def _do(engine: Engine, running: Running, counts: Counts, stopping: Callable[[], bool], *, after: UUID | None, again: bool) -> list[UUID]:
    """One chunk from beyond ``after`` on, of what waits or ``again`` of what found no room; the customers, none at the end."""
    if stopping():
        raise StopAskedError
    row, find, rows = running.row, batch.get_waiting, running.chunk_rows
    if again:
        find, rows = batch.take_without_room, running.chunk_rows * AGAIN_CHUNKS
    with transaction(engine) as connection:
        customer_ids = find(connection, row.batch_id, after=after, limit=rows)
        if not customer_ids:
            return []
        viewer = member.get_viewer(connection, row.member_id)
        work = Work(connection, viewer, row.batch_id, row.request_id, row.zone)
        outcome = STEPS[row.verb](row.parameters, counts.done)(work, customer_ids)
        done, skipped = save_results(work, customer_ids, outcome)
        skipped -= len(customer_ids) if again else 0  # they were among the skipped already
        if not batch.save_progress(connection, running.lease, last=None if again else customer_ids[-1], done=done, skipped=skipped):
            raise LeaseLost
    counts.done += done
    counts.skipped += skipped
    _tell(running, "running", counts.done, counts.skipped)
    return customer_ids
