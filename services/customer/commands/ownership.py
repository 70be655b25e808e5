"""Assigning and returning to a pool, one customer or many; every batch gives a result per row, never half a row. Claims: ``claim.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.call import Call
from services.common.events.envelope import NewEvent
from services.customer.commands.batch import Doing, Find, Step, Work, run_many, run_one
from services.customer.commands.customer import require_active
from services.customer.rules import access_request as access_request_rules
from services.customer.rules import batch as batch_rules
from services.customer.rules import holding as holding_rules
from services.customer.rules import lock as lock_rules
from services.customer.rules import ownership as rules
from services.customer.rules import pool as pool_rules
from services.customer.rules.batch import Chosen, Outcome
from services.customer.rules.customer import Wording
from services.customer.rules.permission import ParticipantRole
from services.customer.rules.viewer import Viewer
from services.customer.store import (
    access_request,
    batch,
    customer,
    event,
    holding,
    member,
    option,
    ownership,
    ownership_move,
    participant,
    pool,
    search,
)
from services.customer.store import permission as permission_store
from services.customer.store.permission import Known

_MOVED = batch_rules.MOVED


def assign_customer(
    engine: Engine, call: Call, customer_id: UUID, *, owner_id: UUID, keep_as: ParticipantRole | None, zone: str
) -> dict[str, Any]:
    """Give one customer to another owner; answers it."""
    return run_one(engine, call, _assigning([owner_id], keep_as, zone), customer_id, assign_step([owner_id], keep_as))


def assign_customers(
    engine: Engine,
    call: Call,
    chosen: Chosen,
    *,
    owner_ids: Sequence[UUID],
    strategy: rules.Strategy,
    keep_as: ParticipantRole | None,
    zone: str,
    find: Find,
) -> dict[str, Any]:
    """Give many customers to one owner, or the same number to each of several."""
    rules.check_owners(owner_ids, strategy)

    def check(connection: Connection) -> None:
        _require_owners(connection, owner_ids)

    doing = _assigning(owner_ids, keep_as, zone)
    return run_many(engine, call, doing, chosen, assign_step(owner_ids, keep_as), find=find, check=check)


def _require_owners(connection: Connection, owner_ids: Sequence[UUID]) -> dict[UUID, str]:
    return {owner_id: require_active(connection, owner_id, "/owner_id") for owner_id in owner_ids}


def _assigning(owner_ids: Sequence[UUID], keep_as: ParticipantRole | None, zone: str) -> Doing:
    return Doing("assign", zone, {"owner_ids": [str(owner_id) for owner_id in owner_ids], "keep_previous_owner_as": keep_as})


def assign_step(owner_ids: Sequence[UUID], keep_as: ParticipantRole | None) -> Step:
    """The work of an assignment."""
    return lambda work, customer_ids: _assign(work, customer_ids, owner_ids, keep_as)


def _assign(work: Work, customer_ids: Sequence[UUID], owner_ids: Sequence[UUID], keep_as: ParticipantRole | None) -> Outcome:
    names = _require_owners(work.connection, owner_ids)
    rooms = holding.lock_rooms(work.connection, work.viewer, owner_ids, work.zone)
    versions, known = _lock(work, customer_ids)
    outcome: Outcome = {}
    movable = []
    for customer_id, found in sorted(known.items()):
        skip = rules.may_assign(work.viewer, found.facts, owner_ids)
        if skip is not None:
            outcome[customer_id] = skip
        else:
            movable.append((customer_id, found.facts.owner_id))
    free = holding.get_free(work.connection, rooms, [customer_id for customer_id, _ in movable], work.zone)
    spread = rules.spread(movable, owner_ids, holding_rules.room_left(rooms), free)
    moves = [(move.customer_id, move.owner_id) for move in spread if move.owner_id is not None]
    outcome |= {move.customer_id: holding_rules.full(rooms) for move in spread if move.owner_id is None}
    _save_assignments(work, moves, known, keep_as)
    waiting = _waiting(work, dict(moves))
    events = [_assigned(work, c, versions[c] + 1, owner, known[c], names, keep_as, waiting.get(c, [])) for c, owner in moves]
    event.append(work.connection, events)
    return outcome | {customer_id: versions[customer_id] + 1 for customer_id, _ in moves}


def _lock(work: Work, customer_ids: Sequence[UUID]) -> tuple[dict[UUID, int], dict[UUID, Known]]:
    """Versions and facts of those that the viewer may see; all that exist are locked, in the order of their ids."""
    versions = customer.lock_versions(work.connection, customer_ids)
    return versions, permission_store.find_visible(work.connection, work.viewer, list(versions))


def _save_assignments(work: Work, moves: Sequence[tuple[UUID, UUID]], known: Mapping[UUID, Known], keep_as: ParticipantRole | None) -> None:
    if not moves:
        return
    customer_ids, owner_ids = [c for c, _ in moves], [o for _, o in moves]
    batch.keep(work.connection, work.batch_id, customer_ids, _MOVED, participants=batch.PARTICIPANTS)
    ownership.end_ownership(work.connection, customer_ids, how="assigned", by=work.viewer.member_id)
    ownership_move.assign(work.connection, customer_ids, owner_ids)
    ownership.begin_ownership(work.connection, moves, how="assigned", by=work.viewer.member_id)
    search.save_state(work.connection, customer_ids)
    participant.delete_owners(work.connection, customer_ids, owner_ids)
    if keep_as is not None:
        kept = [(c, previous) for c in customer_ids if (previous := known[c].facts.owner_id) is not None]
        participant.save_participants(
            work.connection, [c for c, _ in kept], [p for _, p in kept], role=keep_as, expires_at=None, by=work.viewer.member_id
        )


def _waiting(work: Work, owners: Mapping[UUID, UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Open requests for access, which the new owner is told of: they are his to decide."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in access_request.list_open(work.connection, list(owners), limit=rules.BATCH_MAX):
        if row.member_id == owners[row.customer_id]:
            continue  # he need not ask any more
        found.setdefault(row.customer_id, []).append(access_request_rules.open_payload(row))
    return found


def _assigned(
    work: Work,
    customer_id: UUID,
    version: int,
    owner_id: UUID,
    known: Known,
    names: Mapping[UUID, str],
    keep_as: ParticipantRole | None,
    waiting: list[dict[str, Any]],
) -> NewEvent:
    facts = known.facts
    wording = Wording(work.zone, names={**names, **({facts.owner_id: known.owner_name or ""} if facts.owner_id else {})})
    payload: dict[str, Any] = {"previous_state": facts.state}
    if keep_as is not None and facts.owner_id is not None:
        payload["keep_previous_owner_as"] = keep_as
    if waiting:
        payload["access_requests"] = waiting
    changes = rules.moved_changes(facts, owner_id, "owned", wording)
    audience = work.audience(owner_id, facts.owner_id)
    return work.event("customer.assigned", customer_id, version, changes=changes, payload=payload, audience=audience)


def return_customer(
    engine: Engine, call: Call, customer_id: UUID, *, reason: str, note: str | None, pool_id: UUID | None, zone: str
) -> dict[str, Any]:
    """Put one customer into the pool; answers it."""
    return run_one(engine, call, _returning(reason, note, pool_id, zone), customer_id, return_step(reason, note, pool_id))


def return_customers(
    engine: Engine, call: Call, chosen: Chosen, *, reason: str, note: str | None, pool_id: UUID | None, zone: str, find: Find
) -> dict[str, Any]:
    """Put many customers into the pool."""

    def check(connection: Connection) -> None:
        _targets(connection, member.get_viewer(connection, call.member_id), reason, pool_id)

    doing = _returning(reason, note, pool_id, zone)
    return run_many(engine, call, doing, chosen, return_step(reason, note, pool_id), find=find, check=check)


def _targets(connection: Connection, viewer: Viewer, reason: str, pool_id: UUID | None) -> tuple[str, dict[UUID, str]]:
    """The reason as it is shown, and the pools that may take customers, with their names."""
    reason_text = rules.check_reason(reason, option.get_options(connection, ["return_reason"])["return_reason"])
    targets = pool.lock_targets(connection, pool_id)
    if pool_id is not None:
        pool_rules.check_target(pool_id, targets, viewer)
    return reason_text, targets


def _returning(reason: str, note: str | None, pool_id: UUID | None, zone: str) -> Doing:
    return Doing("return_to_pool", zone, {"reason": reason, "note": note, "pool_id": str(pool_id) if pool_id else None})


def return_step(reason: str, note: str | None, pool_id: UUID | None) -> Step:
    """The work of a return."""
    return lambda work, customer_ids: _return(work, customer_ids, reason, note, pool_id)


def _return(work: Work, customer_ids: Sequence[UUID], reason: str, note: str | None, pool_id: UUID | None) -> Outcome:
    reason_text, targets = _targets(work.connection, work.viewer, reason, pool_id)
    versions, known = _lock(work, customer_ids)
    skips = {c: skip for c, found in known.items() if (skip := rules.may_return(work.viewer, found.facts)) is not None}
    moved = sorted(customer_id for customer_id in known if customer_id not in skips)
    into: dict[UUID, dict[str, str]] = {}
    if moved:
        batch.keep(work.connection, work.batch_id, moved, _MOVED, participants=batch.PARTICIPANTS)
        ownership.end_ownership(work.connection, moved, how="returned_to_pool", by=work.viewer.member_id, reason=reason, note=note)
        for target, some in _by_target(work, moved, known, pool_id).items():
            ownership_move.return_to_pool(work.connection, some, pool_id=target, reason=reason, note=note)
            into |= {c: {"pool_id": str(target), "pool_name": targets.get(target, "")} for c in some}
        search.save_state(work.connection, moved)
    payload = {"reason": reason, "reason_text": reason_text, "note": note}
    event.append(work.connection, [_returned(work, c, versions[c] + 1, known[c], payload | into[c]) for c in moved])
    return {**skips, **{c: versions[c] + 1 for c in moved}}


def _by_target(work: Work, moved: Sequence[UUID], known: Mapping[UUID, Known], pool_id: UUID | None) -> dict[UUID, list[UUID]]:
    """Which pool takes which: the one that is named, else that of the owner's department, or of who returns what nobody owned."""
    if pool_id is not None:
        return {pool_id: list(moved)}
    owners = {customer_id: known[customer_id].facts.owner_id or work.viewer.member_id for customer_id in moved}
    homes = pool.get_home_pools(work.connection, sorted(set(owners.values())))
    found: dict[UUID, list[UUID]] = {}
    for customer_id, owner_id in owners.items():
        found.setdefault(homes[owner_id], []).append(customer_id)
    return found


def _returned(work: Work, customer_id: UUID, version: int, known: Known, payload: dict[str, Any]) -> NewEvent:
    facts = known.facts
    wording = Wording(work.zone, names={facts.owner_id: known.owner_name or ""} if facts.owner_id else {})
    changes = rules.moved_changes(facts, None, "pool", wording)
    changes += lock_rules.opened_changes(facts.locked, known.hold_until, known.hold_reason, work.zone)
    if facts.owner_id is None:
        changes = [found for found in changes if found.field != "owner"]
    audience = work.audience(facts.owner_id)
    return work.event("customer.returned_to_pool", customer_id, version, changes=changes, payload=payload, audience=audience)
