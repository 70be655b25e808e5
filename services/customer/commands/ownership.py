"""Assigning, returning to the pool and claiming, one customer or many; every batch gives a result per row, never half a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.call import Call
from services.common.database import transaction
from services.common.events.envelope import NewEvent
from services.common.ids import new_id
from services.common.problem import Kind, Problem, invalid, not_found
from services.customer.commands.customer import require_active
from services.customer.rules import access_request as access_request_rules
from services.customer.rules import lock as lock_rules
from services.customer.rules import ownership as rules
from services.customer.rules.customer import Wording, change
from services.customer.rules.ownership import Skip
from services.customer.rules.permission import ParticipantRole, Refusal
from services.customer.rules.viewer import Viewer
from services.customer.store import (
    access_request,
    circumstances,
    customer,
    customer_answer,
    event,
    idempotency,
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


@dataclass(frozen=True, slots=True)
class _Work:
    """What the pieces of one move share."""

    connection: Connection
    call: Call
    viewer: Viewer
    batch_id: UUID | None
    zone: str

    def event(self, type_: str, customer_id: UUID, version: int, **values: Any) -> NewEvent:
        """An event of this command."""
        return NewEvent(
            type_,
            customer_id,
            version,
            self.viewer.member_id,
            self.viewer.name,
            self.call.request_id,
            batch_id=self.batch_id,
            **values,
        )

    def audience(self, *member_ids: UUID | None) -> list[UUID]:
        """Whom it concerns, the actor apart."""
        return sorted({found for found in member_ids if found is not None} - {self.viewer.member_id})


Outcome = dict[UUID, int | Skip]  # customer_id → the new version, or why it stays


def assign_customer(
    engine: Engine, call: Call, customer_id: UUID, *, owner_id: UUID, keep_as: ParticipantRole | None, zone: str
) -> dict[str, Any]:
    """Give one customer to another owner; answers it."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        work = _Work(connection, call, member.get_viewer(connection, call.member_id), None, zone)
        outcome, _ = _assign(work, [customer_id], [owner_id], keep_as)
        return _answer_one(work, customer_id, outcome)


def assign_customers(
    engine: Engine,
    call: Call,
    customer_ids: Sequence[UUID],
    *,
    owner_ids: Sequence[UUID],
    strategy: rules.Strategy,
    keep_as: ParticipantRole | None,
    zone: str,
) -> dict[str, Any]:
    """Give many customers to one owner, or the same number to each of several."""
    wanted = rules.check_batch(customer_ids)
    rules.check_owners(owner_ids, strategy)
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        work = _Work(connection, call, member.get_viewer(connection, call.member_id), new_id(), zone)
        outcome, _ = _assign(work, wanted, owner_ids, keep_as)
        return _answer_batch(work, wanted, outcome)


def _assign(
    work: _Work, customer_ids: Sequence[UUID], owner_ids: Sequence[UUID], keep_as: ParticipantRole | None
) -> tuple[Outcome, dict[UUID, Known]]:
    names = {owner_id: require_active(work.connection, owner_id, "/owner_id") for owner_id in owner_ids}
    versions, known = _lock(work, customer_ids)
    outcome: Outcome = {}
    movable = []
    for customer_id, found in sorted(known.items()):
        skip = rules.may_assign(work.viewer, found.facts, owner_ids)
        if skip is not None:
            outcome[customer_id] = skip
        else:
            movable.append((customer_id, found.facts.owner_id))
    moves = [(move.customer_id, move.owner_id) for move in rules.spread(movable, owner_ids) if move.owner_id is not None]
    _save_assignments(work, moves, known, keep_as)
    waiting = _waiting(work, dict(moves))
    events = [_assigned(work, c, versions[c] + 1, owner, known[c], names, keep_as, waiting.get(c, [])) for c, owner in moves]
    event.append(work.connection, events)
    outcome |= {customer_id: versions[customer_id] + 1 for customer_id, _ in moves}
    return outcome, known


def _lock(work: _Work, customer_ids: Sequence[UUID]) -> tuple[dict[UUID, int], dict[UUID, Known]]:
    """Versions and facts of those that the viewer may see; all that exist are locked, in the order of their ids."""
    versions = customer.lock_versions(work.connection, customer_ids)
    return versions, permission_store.find_visible(work.connection, work.viewer, list(versions))


def _save_assignments(
    work: _Work, moves: Sequence[tuple[UUID, UUID]], known: Mapping[UUID, Known], keep_as: ParticipantRole | None
) -> None:
    if not moves:
        return
    customer_ids, owner_ids = [c for c, _ in moves], [o for _, o in moves]
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


def _waiting(work: _Work, owners: Mapping[UUID, UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Open requests for access, which the new owner is told of: they are his to decide."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in access_request.list_open(work.connection, list(owners), limit=rules.BATCH_MAX):
        if row.member_id == owners[row.customer_id]:
            continue  # he need not ask any more
        found.setdefault(row.customer_id, []).append(access_request_rules.open_payload(row))
    return found


def _assigned(
    work: _Work,
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
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        work = _Work(connection, call, member.get_viewer(connection, call.member_id), None, zone)
        outcome, _ = _return(work, [customer_id], reason, note, pool_id)
        return _answer_one(work, customer_id, outcome)


def return_customers(
    engine: Engine, call: Call, customer_ids: Sequence[UUID], *, reason: str, note: str | None, pool_id: UUID | None, zone: str
) -> dict[str, Any]:
    """Put many customers into the pool."""
    wanted = rules.check_batch(customer_ids)
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        work = _Work(connection, call, member.get_viewer(connection, call.member_id), new_id(), zone)
        outcome, _ = _return(work, wanted, reason, note, pool_id)
        return _answer_batch(work, wanted, outcome)


def _return(
    work: _Work, customer_ids: Sequence[UUID], reason: str, note: str | None, pool_id: UUID | None
) -> tuple[Outcome, dict[UUID, Known]]:
    reason_text = rules.check_reason(reason, option.get_options(work.connection, ["return_reason"])["return_reason"])
    target = pool.find_pool(work.connection, pool_id)
    if target is None:
        raise invalid("/pool_id", "pool_unknown", "There is no such pool.")
    versions, known = _lock(work, customer_ids)
    skips = {c: skip for c, found in known.items() if (skip := rules.may_return(work.viewer, found.facts)) is not None}
    moved = sorted(customer_id for customer_id in known if customer_id not in skips)
    if moved:
        ownership.end_ownership(work.connection, moved, how="returned_to_pool", by=work.viewer.member_id, reason=reason, note=note)
        ownership_move.return_to_pool(work.connection, moved, pool_id=target, reason=reason, note=note)
        search.save_state(work.connection, moved)
    payload = {"reason": reason, "reason_text": reason_text, "note": note}
    event.append(work.connection, [_returned(work, c, versions[c] + 1, known[c], payload) for c in moved])
    return {**skips, **{c: versions[c] + 1 for c in moved}}, known


def _returned(work: _Work, customer_id: UUID, version: int, known: Known, payload: dict[str, Any]) -> NewEvent:
    facts = known.facts
    wording = Wording(work.zone, names={facts.owner_id: known.owner_name or ""} if facts.owner_id else {})
    changes = rules.moved_changes(facts, None, "pool", wording)
    changes += lock_rules.opened_changes(facts.locked, known.hold_until, known.hold_reason, work.zone)
    if facts.owner_id is None:
        changes = [found for found in changes if found.field != "owner"]
    audience = work.audience(facts.owner_id)
    return work.event("customer.returned_to_pool", customer_id, version, changes=changes, payload=payload, audience=audience)


def claim_customer(engine: Engine, call: Call, customer_id: UUID, *, zone: str) -> dict[str, Any]:
    """Take one customer out of the pool; of many who try at once exactly one succeeds. Answers it."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        work = _Work(connection, call, member.get_viewer(connection, call.member_id), None, zone)
        if not _claim(work, [customer_id]):
            raise _claim_refused(work, customer_id)
        answer = customer_answer.get_shown(connection, work.viewer, customer_id)
        idempotency.remember(connection, call, 200, answer)
        return answer


def claim_customers(engine: Engine, call: Call, customer_ids: Sequence[UUID], *, zone: str) -> dict[str, Any]:
    """Take many customers out of the pool, each for itself."""
    wanted = rules.check_batch(customer_ids)
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        work = _Work(connection, call, member.get_viewer(connection, call.member_id), new_id(), zone)
        outcome: Outcome = dict(_claim(work, wanted))
        lost = [customer_id for customer_id in wanted if customer_id not in outcome]
        for customer_id, known in permission_store.find_visible(connection, work.viewer, lost).items():
            outcome[customer_id] = _claim_skip(known)
        return _answer_batch(work, wanted, outcome)


def _claim(work: _Work, customer_ids: Sequence[UUID]) -> dict[UUID, int]:
    rows = ownership_move.claim(work.connection, customer_ids, work.viewer.member_id)
    won = [row.customer_id for row in rows]
    if not won:
        return {}
    owners = [(customer_id, work.viewer.member_id) for customer_id in won]
    ownership.begin_ownership(work.connection, owners, how="claimed", by=work.viewer.member_id)
    search.save_state(work.connection, won)
    participant.delete_owners(work.connection, won, [work.viewer.member_id] * len(won))
    event.append(work.connection, [_claimed(work, row) for row in rows])
    return {row.customer_id: row.version for row in rows}


def _claimed(work: _Work, row: Any) -> NewEvent:
    wording = Wording(work.zone, names={work.viewer.member_id: work.viewer.name})
    changes = [change("owner", None, work.viewer.member_id, wording), change("state", "pool", "owned", wording)]
    previous = {"member_id": str(row.previous_owner_id), "name": row.previous_owner_name} if row.previous_owner_id else None
    audience = work.audience(row.previous_owner_id)
    return work.event(
        "customer.claimed", row.customer_id, row.version, changes=changes, payload={"previous_owner": previous}, audience=audience
    )


def _claim_skip(known: Known) -> Skip:
    if known.facts.state == "owned":
        return Skip("already_claimed", f"It belongs to {known.owner_name}.", "claim_from_pool")
    return Skip("not_in_pool", "Only a customer in the pool can be claimed.", "claim_from_pool")


def _claim_refused(work: _Work, customer_id: UUID) -> Problem:
    """Who has it and since when, if that may be known; a private one is told of only right after it left the pool."""
    known = permission_store.find_visible(work.connection, work.viewer, [customer_id]).get(customer_id)
    open_ = ownership.get_open(work.connection, customer_id, recent_seconds=rules.CLAIM_KNOWN_SECONDS)
    if known is None:
        if open_ is None or open_.how != "claimed" or not open_.recent:
            return not_found("customer")
        message = "Somebody else has just claimed it."
        return Problem(Kind.CONFLICT, "already_claimed", message, rule="claim_from_pool", since=open_.began_at, by=None)
    return _explained(work, customer_id, _claim_skip(known))


def _explained(work: _Work, customer_id: UUID, skip: Skip) -> Problem:
    """A skip as the refusal of a single move: since when, by whom, who can change it."""
    return circumstances.explain(work.connection, work.viewer, customer_id, Refusal(skip.code, skip.rule, skip.detail))


def _answer_one(work: _Work, customer_id: UUID, outcome: Outcome) -> dict[str, Any]:
    result = outcome.get(customer_id)
    if result is None:
        raise not_found("customer")
    if isinstance(result, Skip):
        raise _explained(work, customer_id, result)
    answer = customer_answer.get_shown(work.connection, work.viewer, customer_id)
    idempotency.remember(work.connection, work.call, 200, answer)
    return answer


def _answer_batch(work: _Work, customer_ids: Sequence[UUID], outcome: Outcome) -> dict[str, Any]:
    """A result for every id that was asked for, in that order; unknown and invisible ones are the same."""
    results: list[dict[str, Any]] = []
    for customer_id in customer_ids:
        found = outcome.get(customer_id, rules.NOT_FOUND)
        if isinstance(found, Skip):
            results.append({"customer_id": customer_id, "done": False, "code": found.code, "detail": found.detail})
        else:
            results.append({"customer_id": customer_id, "done": True, "version": found})
    done = sum(result["done"] for result in results)
    answer = {"batch_id": work.batch_id, "results": results, "done": done, "skipped": len(results) - done}
    idempotency.remember(work.connection, work.call, 200, answer)
    return answer
