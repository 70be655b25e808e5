"""Batches: which verbs there are, what a selection may say, until when a batch can be undone and by whom. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args
from uuid import UUID

from services.common.problem import Kind, Problem, invalid, not_found
from services.customer.rules.ownership import Skip
from services.customer.rules.permission import Action
from services.customer.rules.viewer import Viewer

State = Literal["queued", "running", "done", "failed", "cancelled"]
Verb = Literal[
    "assign", "return_to_pool", "claim", "star", "unstar", "edit", "tag", "untag", "lock", "unlock", "hold", "release_hold", "undo",
]  # fmt: skip
VERBS: tuple[Verb, ...] = get_args(Verb)

Outcome = dict[UUID, int | Skip]  # customer_id → the new version, or why it stays
UNVERSIONED = 0  # done, and it is no change of the customer

# What may be undone, and the right that the undoing member must have now on the customer as it was before.
UNDOABLE: dict[str, Action] = {
    "assign": "assign",
    "return_to_pool": "return_to_pool",
    "claim": "claim",
    "edit": "edit",
    "tag": "tag",
    "untag": "tag",
    "lock": "lock",
    "unlock": "lock",
    "hold": "hold",
    "release_hold": "hold",
}

AT_ONCE_MAX = 1_000  # more than this many run in the background
SELECTED_MAX = 100_000
CHUNK_ROWS = 500
ATTEMPTS_MAX = 5  # interruptions without any progress between them
KEPT_DAYS = 7  # the rows of a batch; the batch itself stays

# The columns of a customer that moving it between owners and pools writes.
MOVED = (
    "state", "owner_id", "previous_owner_id", "pool_id", "pool_entered_at", "pool_reason", "pool_note",
    "locked_at", "locked_by", "hold_until", "hold_reason", "held_by", "held_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which customers: named ones, or all that match a list's parameters."""

    customer_ids: tuple[UUID, ...] | None = None
    selection: Mapping[str, Any] | None = None


def choose(customer_ids: list[UUID] | None, selection: Mapping[str, Any]) -> Chosen:
    """One of both; an empty selection means nothing, not everything."""
    asked = {name: value for name, value in selection.items() if value is not None}
    if (customer_ids is None) == (not asked):
        message = "Send customer_ids, or view, q and filter of the list whose customers are meant."
        raise invalid("/customer_ids", "selection_expected", message)
    return Chosen(tuple(customer_ids)) if customer_ids is not None else Chosen(None, asked)


def check_selected(count: int) -> None:
    """At least one, and no more than one batch takes."""
    if count == 0:
        raise invalid("/filter", "nothing_matches", "No customer matches any more.")
    if count > SELECTED_MAX:
        raise invalid("/filter", "too_many", f"More than {SELECTED_MAX} customers match. Narrow the list.")


@dataclass(frozen=True, slots=True)
class Undoing:
    """What decides whether a batch can be undone."""

    verb: str
    state: str
    done: int
    ended_at: datetime | None
    undone: bool


def undo_until(ended_at: datetime | None, minutes: int) -> datetime | None:
    """The end of the time in which it can be undone."""
    return None if ended_at is None else ended_at + timedelta(minutes=minutes)


def undo_refused(batch: Undoing, now: datetime, minutes: int) -> str | None:
    """The code of the reason why it cannot be undone (any more), None where it can."""
    if batch.verb not in UNDOABLE:
        return "not_undoable"
    if batch.undone:
        return "already_undone"
    if batch.state in ("queued", "running"):
        return "batch_running"
    if batch.done == 0:
        return "nothing_done"
    until = undo_until(batch.ended_at, minutes)
    return "undo_expired" if until is None or until < now else None


_REFUSALS = {
    "not_undoable": "This cannot be undone.",
    "already_undone": "It was undone already.",
    "batch_running": "It is still running: cancel it first, then undo what was done.",
    "nothing_done": "It changed nothing, so there is nothing to undo.",
    "undo_expired": "The time in which it could be undone is over.",
}


def check_undo(viewer: Viewer, member_id: UUID, batch: Undoing, now: datetime, minutes: int) -> None:
    """404 for who neither did it nor is an admin, 409 where it cannot be undone."""
    if member_id != viewer.member_id and not viewer.is_admin:
        raise not_found("batch")
    code = undo_refused(batch, now, minutes)
    if code is not None:
        until = undo_until(batch.ended_at, minutes)
        raise Problem(Kind.CONFLICT, code, _REFUSALS[code], rule="undo", until=until, minutes=minutes)


def may_cancel(state: str) -> bool:
    """True to stop it; False where it is cancelled already; 409 where it has ended."""
    if state == "cancelled":
        return False
    if state in ("done", "failed"):
        raise Problem(Kind.CONFLICT, "batch_ended", "It has ended already; undo it instead.", rule="batch_state")
    return True
