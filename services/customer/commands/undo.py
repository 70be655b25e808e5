"""Undoing a batch: every customer that nobody has changed since is brought back to what it was, the others are listed and left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row

from services.common import clock
from services.common.call import Call
from services.common.database import transaction
from services.common.events.envelope import NewEvent
from services.common.ids import new_id
from services.common.problem import not_found
from services.customer.commands.batch import Doing, Step, Work, begin, finish, queue, status_of
from services.customer.rules import batch as batch_rules
from services.customer.rules import holding as holding_rules
from services.customer.rules import undo as rules
from services.customer.rules.batch import Outcome, Undoing
from services.customer.rules.holding import Move, Room
from services.customer.rules.ownership import Skip
from services.customer.store import (
    batch,
    custom_field,
    custom_value,
    customer,
    customer_tag,
    event,
    holding,
    idempotency,
    member,
    next_contact,
    ownership,
    pool,
    search,
    tag,
    undo,
)
from services.customer.store import permission as permission_store
from services.customer.store.permission import Known
from services.customer.store.undo import Kept


def undo_batch(engine: Engine, call: Call, batch_id: UUID, *, minutes: int, zone: str) -> dict[str, Any]:
    """Bring back what a batch changed; a result for each, ``changed_since`` where somebody has changed it meanwhile."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        viewer = member.get_viewer(connection, call.member_id)
        target = batch.get_batch(connection, batch_id, lock=True)  # of two who undo the same, the second one waits, then is refused
        if target is None:
            raise not_found("batch")
        batch_rules.check_undo(viewer, target.member_id, undoing(target), clock.now(), minutes)
        customer_ids = undo.get_done(connection, batch_id, limit=batch_rules.SELECTED_MAX)
        work = Work(connection, viewer, new_id(), call.request_id, zone)
        doing = Doing("undo", zone, {"verb": target.verb, "batch_id": str(batch_id)}, undo_of=batch_id)
        if len(customer_ids) > batch_rules.AT_ONCE_MAX:
            answer = queue(work, doing, customer_ids)
        else:
            begin(work, doing, len(customer_ids))
            answer = finish(work, customer_ids, undo_customers(work, customer_ids, target))
        batch.save_batch(connection, batch_id, {"undone_by_batch_id": work.batch_id})
        idempotency.remember(connection, call, status_of(answer), answer)
        return answer


def undoing(row: Row[Any]) -> Undoing:
    """What the rules need to know of a batch."""
    return Undoing(row.verb, row.state, row.done, row.ended_at, row.undone_by_batch_id is not None)


def undo_step(batch_id: UUID) -> Step:
    """The work of an undo in the background."""

    def step(work: Work, customer_ids: Sequence[UUID]) -> Outcome:
        row = batch.get_batch(work.connection, batch_id)
        return {} if row is None else undo_customers(work, customer_ids, row)

    return step


@dataclass(frozen=True, slots=True)
class _Target:
    """The batch that is undone, as far as some of its customers go."""

    row: Row[Any]
    kept: dict[UUID, Kept]
    versions: dict[UUID, int]
    known: dict[UUID, Known]
    former: rules.Former
    rooms: dict[UUID, Room]


def undo_customers(work: Work, customer_ids: Sequence[UUID], row: Row[Any]) -> Outcome:
    """The step of an undo: some customers of the batch ``row``."""
    target = _read(work, customer_ids, row)
    outcome: Outcome = {}
    for customer_id in target.kept:
        skip = _may_undo(work, target, customer_id)
        if skip is not None:
            outcome[customer_id] = skip
    outcome |= _refuse_full(work, target, outcome)
    changed = [c for c, skip in outcome.items() if isinstance(skip, Skip) and skip.code == "changed_since"]
    for customer_id, (actor, at) in (undo.get_latest(work.connection, changed) if changed else {}).items():
        outcome[customer_id] = rules.changed_since(actor, at)
    back = [customer_id for customer_id in sorted(target.kept) if customer_id not in outcome]
    if back:
        _restore(work, target, back)
    return outcome | {customer_id: target.versions[customer_id] + 1 for customer_id in back}


def _read(work: Work, customer_ids: Sequence[UUID], row: Row[Any]) -> _Target:
    connection = work.connection
    if row.verb in ("tag", "untag"):  # before any customer is locked (see ``store/tag.py``)
        tag.lock_tags_to_set(connection, customer_tag.get_kept(connection, row.batch_id, customer_ids))
    kept = undo.get_kept(connection, row.batch_id, customer_ids)
    pool.lock_former(connection, sorted({UUID(found) for one in kept.values() if (found := one.before["columns"].get("pool_id"))}))
    rooms = _lock_rooms(work, kept.values())
    versions = customer.lock_versions(connection, customer_ids)
    kept = {customer_id: one for customer_id, one in kept.items() if customer_id in versions}
    known = permission_store.get_facts(connection, work.viewer, list(versions))
    return _Target(row, kept, versions, known, undo.get_former(connection, kept.values()), rooms)


def _lock_rooms(work: Work, kept: Iterable[Kept]) -> dict[UUID, Room]:
    """Former owners are receivers like any other: locked before the customers, and bound by what they may hold."""
    owner_ids = {UUID(owner_id) for one in kept if (owner_id := one.before["columns"].get("owner_id"))}
    return holding.lock_rooms(work.connection, work.viewer, sorted(owner_ids), work.zone) if owner_ids else {}


def _refuse_full(work: Work, target: _Target, refused: Outcome) -> Outcome:
    """Those whose former owner has no room for them any more."""
    if not target.rooms:
        return {}
    moves = [
        Move(customer_id, target.known[customer_id].facts.owner_id, UUID(owner_id) if owner_id else None)
        for customer_id, one in sorted(target.kept.items())
        if customer_id not in refused
        for owner_id in [one.before["columns"].get("owner_id")]
    ]
    free = holding.get_free(work.connection, target.rooms, [move.customer_id for move in moves], work.zone)
    fitting = holding_rules.fitting(moves, holding_rules.room_left(target.rooms), free)
    return {
        move.customer_id: holding_rules.full({move.owner_id: target.rooms[move.owner_id]})
        for move in moves
        if move.customer_id not in fitting and move.owner_id is not None
    }


def _may_undo(work: Work, target: _Target, customer_id: UUID) -> Skip | None:
    kept, facts = target.kept[customer_id], target.known[customer_id].facts
    former = rules.restored(work.viewer, facts, kept.before, target.former, clock.now())
    unchanged = target.versions[customer_id] == kept.version
    skip = rules.may_undo(work.viewer, target.row.verb, facts, former, unchanged=unchanged)
    return skip or target.former.fault(kept.before["columns"])


def _restore(work: Work, target: _Target, back: Sequence[UUID]) -> None:
    """Columns, what hangs beside them, the history of owners, and an event for each."""
    connection, batch_id = work.connection, target.row.batch_id
    before = target.kept[back[0]].before  # all rows of a batch keep the same
    moved = "owner_id" in before["columns"]
    if moved:
        ownership.end_ownership(connection, back, how="undone", by=work.viewer.member_id)
    undo.restore_columns(connection, batch_id, back, sorted(before["columns"]))
    if moved:
        undo.begin_ownership(connection, back, by=work.viewer.member_id)
        search.save_state(connection, back)
    search.save_choices(connection, back, list(before["columns"]))
    if "custom" in before["columns"]:
        _restore_custom(connection, target, back)
    if "next_contact_at" in before["columns"]:
        next_contact.reopen_many(connection, [(customer_id, target.kept[customer_id].version) for customer_id in back])
    if "participants" in before:
        undo.restore_participants(connection, batch_id, back)
    if "tags" in before:
        customer_tag.restore(connection, batch_id, back)
    event.append(connection, _events(connection, work, target, back))


def _restore_custom(connection: Connection, target: _Target, back: Sequence[UUID]) -> None:
    """The typed lines of custom fields follow what was brought back; those of a field that is gone stay as they are."""
    fields = {one.field: one for one in custom_field.get_fields(connection)}
    keys = [key for key in target.row.parameters["values"]["custom"] if key in fields]
    held = {customer_id: target.kept[customer_id].before["columns"]["custom"] for customer_id in back}
    custom_value.save_values(connection, [(c, {key: held[c].get(key) for key in keys}) for c in back], fields)


def _events(connection: Connection, work: Work, target: _Target, back: Sequence[UUID]) -> list[NewEvent]:
    told = undo.get_told(connection, target.row.batch_id, back)
    events = []
    for customer_id in back:
        found = told[customer_id]
        payload = {"verb": target.row.verb, "undone_batch_id": str(target.row.batch_id)}
        owner_id = target.kept[customer_id].before["columns"].get("owner_id")
        audience = work.audience(target.known[customer_id].facts.owner_id, UUID(owner_id) if owner_id else None)
        changes = rules.reversed_changes(found.changes)
        events.append(
            work.event(
                "customer.undone", customer_id, target.versions[customer_id] + 1, changes=changes, payload=payload, audience=audience
            )
        )
    return events
