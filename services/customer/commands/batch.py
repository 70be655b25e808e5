"""What every command over customers shares: its transaction, its idempotency, its batch row, and a result for each customer.

One customer or many, the same step does the work; a batch of more than 1,000 is only written down here and run by
``run_batch.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common import clock
from services.common.call import Call
from services.common.database import transaction
from services.common.events.envelope import NewEvent
from services.common.ids import new_id
from services.common.problem import Problem, not_found
from services.customer.rules import batch as rules
from services.customer.rules import ownership as ownership_rules
from services.customer.rules.batch import Chosen, Outcome, Verb
from services.customer.rules.ownership import Skip
from services.customer.rules.permission import Refusal
from services.customer.rules.viewer import Viewer
from services.customer.store import batch, circumstances, customer_answer, idempotency, member


@dataclass(frozen=True, slots=True)
class Work:
    """What the pieces of one command over customers share."""

    connection: Connection
    viewer: Viewer
    batch_id: UUID
    request_id: str
    zone: str

    def event(self, type_: str, customer_id: UUID, version: int, **values: Any) -> NewEvent:
        """An event of this command."""
        return NewEvent(
            type_,
            customer_id,
            version,
            self.viewer.member_id,
            self.viewer.name,
            self.request_id,
            batch_id=self.batch_id,
            **values,
        )

    def audience(self, *member_ids: UUID | None) -> list[UUID]:
        """Whom it concerns, the actor apart."""
        return sorted({found for found in member_ids if found is not None} - {self.viewer.member_id})


# Does the work on some customers within the transaction; those that it leaves out are not there for the viewer.
Step = Callable[[Work, Sequence[UUID]], Outcome]
# Refuses what cannot be done to any customer.
Check = Callable[[Connection], None]
# Why a single customer was refused.
Refuse = Callable[[Work, UUID, Skip | None], Problem]
# The ids of a selection in the rights of a viewer, at most so many.
Find = Callable[[Connection, Viewer, Mapping[str, Any], int], list[UUID]]


@dataclass(frozen=True, slots=True)
class Doing:
    """One command over customers: what it is called, what it was told, in whose zone."""

    verb: Verb
    zone: str
    parameters: Mapping[str, Any]
    undo_of: UUID | None = None


def refuse(work: Work, customer_id: UUID, skip: Skip | None) -> Problem:
    """404 for what is not there; else the rule, and who can change it."""
    if skip is None:
        return not_found("customer")
    return circumstances.explain(work.connection, work.viewer, customer_id, Refusal(skip.code, skip.rule, skip.detail))


def run_one(engine: Engine, call: Call, doing: Doing, customer_id: UUID, step: Step, *, refuse: Refuse = refuse) -> dict[str, Any]:
    """One customer: answers it, with ``batch_id`` beside it; a refusal leaves nothing behind."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        viewer = member.get_viewer(connection, call.member_id)
        work = Work(connection, viewer, new_id(), call.request_id, doing.zone)
        return _answer_one(work, call, doing, customer_id, step, refuse)


def run_next(
    engine: Engine, call: Call, doing: Doing, choose: Callable[[Work], UUID], step: Step, refuse: Refuse = refuse
) -> dict[str, Any]:
    """One customer that is chosen within the transaction: answers it."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        work = Work(connection, member.get_viewer(connection, call.member_id), new_id(), call.request_id, doing.zone)
        return _answer_one(work, call, doing, choose(work), step, refuse)


def _answer_one(work: Work, call: Call, doing: Doing, customer_id: UUID, step: Step, refuse: Refuse) -> dict[str, Any]:
    _insert(work, doing, total=1, done=1)
    result = step(work, [customer_id]).get(customer_id)
    if result is None or isinstance(result, Skip):
        raise refuse(work, customer_id, result)
    answer = customer_answer.get_shown(work.connection, work.viewer, customer_id) | {"batch_id": work.batch_id}
    idempotency.remember(work.connection, call, 200, answer)
    return answer


def run_many(
    engine: Engine, call: Call, doing: Doing, chosen: Chosen, step: Step, *, find: Find, check: Check | None = None
) -> dict[str, Any]:
    """Many customers: a result for each, in the order they were named; more than 1,000 that match wait for the worker.

    ``check`` refuses what the step would refuse before it touches a customer; asked of what is to wait, so that it is told at once.
    """
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        viewer = member.get_viewer(connection, call.member_id)
        work = Work(connection, viewer, new_id(), call.request_id, doing.zone)
        customer_ids = _resolve(work, chosen, find)
        if len(customer_ids) > rules.AT_ONCE_MAX:
            if check is not None:
                check(connection)
            answer = queue(work, doing, customer_ids, chosen.selection)
        else:
            _insert(work, doing, total=len(customer_ids), selection=chosen.selection)
            answer = finish(work, customer_ids, step(work, customer_ids))
        idempotency.remember(connection, call, status_of(answer), answer)
        return answer


def _resolve(work: Work, chosen: Chosen, find: Find) -> list[UUID]:
    """The ids are fixed now: what starts to match later was never asked for, what ceases to match was."""
    if chosen.customer_ids is not None:
        return ownership_rules.check_batch(chosen.customer_ids)
    found = find(work.connection, work.viewer, chosen.selection or {}, rules.SELECTED_MAX + 1)
    rules.check_selected(len(found))
    return found


def queue(work: Work, doing: Doing, customer_ids: Sequence[UUID], selection: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Write down what the worker is to do."""
    _insert(work, doing, total=len(customer_ids), selection=selection, state="queued")
    batch.insert_waiting(work.connection, work.batch_id, customer_ids)
    return {"batch_id": work.batch_id, "state": "queued", "results": [], "done": 0, "skipped": 0}


def _insert(
    work: Work, doing: Doing, *, total: int, done: int = 0, selection: Mapping[str, Any] | None = None, state: str = "done"
) -> None:
    values = {
        "batch_id": work.batch_id,
        "member_id": work.viewer.member_id,
        "verb": doing.verb,
        "parameters": dict(doing.parameters),
        "selection": None if selection is None else dict(selection),
        "state": state,
        "total": total,
        "done": done,
        "ended_at": None if state == "queued" else clock.now(),
        "undo_of": doing.undo_of,
        "request_id": work.request_id,
        "zone": work.zone,
    }
    batch.insert_batch(work.connection, values)


def begin(work: Work, doing: Doing, total: int, done: int = 0) -> None:
    """The row of a batch that runs now."""
    _insert(work, doing, total=total, done=done)


def status_of(answer: Mapping[str, Any]) -> int:
    """202 where the worker does the work."""
    return 202 if answer["state"] == "queued" else 200


def save_results(work: Work, customer_ids: Sequence[UUID], outcome: Outcome) -> tuple[int, int]:
    """Keep why customers were skipped; how many were done and skipped."""
    skips = [(c, found) for c in customer_ids if isinstance(found := outcome.get(c, ownership_rules.NOT_FOUND), Skip)]
    batch.save_skipped(work.connection, work.batch_id, [(c, skip.code, skip.detail, skip.told) for c, skip in skips])
    return len(customer_ids) - len(skips), len(skips)


def finish(work: Work, customer_ids: Sequence[UUID], outcome: Outcome) -> dict[str, Any]:
    """Keep the results, and answer them in the order of ``customer_ids``; unknown and invisible ones are the same."""
    done, skipped = save_results(work, customer_ids, outcome)
    batch.save_batch(work.connection, work.batch_id, {"done": done, "skipped": skipped})
    results = [_result(customer_id, outcome.get(customer_id, ownership_rules.NOT_FOUND)) for customer_id in customer_ids]
    return {"batch_id": work.batch_id, "state": "done", "results": results, "done": done, "skipped": skipped}


def _result(customer_id: UUID, found: int | Skip) -> dict[str, Any]:
    if isinstance(found, Skip):
        return {"customer_id": customer_id, "done": False, "code": found.code, "detail": found.detail, **(found.told or {})}
    return {"customer_id": customer_id, "done": True, **({} if found == rules.UNVERSIONED else {"version": found})}


def cancel_batch(engine: Engine, call: Call, batch_id: UUID) -> None:
    """Stop what waits or runs; what is done stays, and can be undone. Repeating it changes nothing."""
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        row = batch.get_batch(connection, batch_id, lock=True)
        if row is None or row.member_id != viewer.member_id:
            raise not_found("batch")
        if rules.may_cancel(row.state):
            batch.save_batch(connection, batch_id, {"state": "cancelled", "ended_at": clock.now()})
