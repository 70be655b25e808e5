"""Claiming from a pool: one customer, many, or the next one; within the pool's limits, and of many who try at once one wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common import clock
from services.common.call import Call
from services.common.events.envelope import NewEvent
from services.common.problem import Kind, Problem, not_found
from services.customer.commands.batch import Doing, Find, Work, run_many, run_next, run_one
from services.customer.rules import ownership as ownership_rules
from services.customer.rules import permission
from services.customer.rules.batch import MOVED, Chosen, Outcome
from services.customer.rules.claim import Free, Quota
from services.customer.rules.customer import Wording, change
from services.customer.rules.ownership import Skip
from services.customer.rules.permission import Refusal
from services.customer.rules.viewer import Viewer
from services.customer.store import batch, circumstances, claim, customer, event, holding, ownership, ownership_move, participant, search
from services.customer.store import permission as permission_store
from services.customer.store.permission import Known


def claim_customer(engine: Engine, call: Call, customer_id: UUID, *, zone: str) -> dict[str, Any]:
    """Take one customer out of the pool; of many who try at once exactly one succeeds. Answers it."""
    return run_one(engine, call, Doing("claim", zone, {}), customer_id, claim_step, refuse=_refused)


def claim_customers(engine: Engine, call: Call, chosen: Chosen, *, zone: str, find: Find) -> dict[str, Any]:
    """Take many customers out of the pool, each for itself, in the order named until the limits are reached."""
    return run_many(engine, call, Doing("claim", zone, {}), chosen, claim_step, find=find)


def claim_next(engine: Engine, call: Call, pool_id: UUID, *, zone: str) -> dict[str, Any]:
    """Take the customer of a pool that has been in it longest of those that the caller may claim; many at once get different ones."""
    return run_next(engine, call, Doing("claim", zone, {"pool_id": str(pool_id)}), lambda work: _next(work, pool_id), claim_step, _refused)


def _next(work: Work, pool_id: UUID) -> UUID:
    """The customer, locked. Who is refused by a limit locks none: nobody else is to miss it meanwhile."""
    limits = claim.get_limits(work.connection, work.viewer, pool_id)
    if limits is None or pool_id in work.viewer.pools.foreign:
        raise not_found("pool")
    holding.lock_holders(work.connection, [work.viewer.member_id])
    day = clock.today(work.zone)
    found, allowed = claim.find_next(work.connection, work.viewer, limits, day, work.zone)
    if found is None:
        message = "There is no customer in this pool that you may claim now. Look again later, or choose another pool."
        raise Problem(Kind.CONFLICT, "pool_empty", message, rule="claim_from_pool")
    if not allowed:
        _refuse_beyond_limits(work, found, day)
    return found


def _refuse_beyond_limits(work: Work, customer_id: UUID, day: date) -> None:
    free, used = claim.get_free(work.connection, work.viewer, [customer_id], day, work.zone)
    skip = quota_of(used, work.zone).refusal(free[customer_id]) if customer_id in free else None
    if skip is not None:
        raise _refused(work, customer_id, skip)


def claim_step(work: Work, customer_ids: Sequence[UUID]) -> Outcome:
    """The work of a claim: the member is locked first, so that two claims of his never count the same room; then the customers."""
    day = clock.today(work.zone)
    holding.lock_holders(work.connection, [work.viewer.member_id])
    versions = customer.lock_versions(work.connection, customer_ids)
    known = permission_store.find_visible(work.connection, work.viewer, list(versions))
    outcome: Outcome = {c: skip for c, found in known.items() if (skip := may_claim(work.viewer, found)) is not None}
    wanted = [customer_id for customer_id in customer_ids if customer_id in known and customer_id not in outcome]
    if not wanted:
        return outcome
    won = _within_limits(work, wanted, day, outcome)
    return outcome | _take(work, won, day)


def may_claim(viewer: Viewer, known: Known) -> Skip | None:
    """Why it cannot be claimed whatever the limits say: it is not in a pool, or not in one of the member's."""
    if known.facts.state == "owned":
        return Skip("already_claimed", f"It belongs to {known.owner_name}.", "claim_from_pool")
    found = permission.refusal("claim", viewer, known.facts)
    return None if found is None else Skip(found.code, found.detail, found.rule, {"rule": found.rule})


def _within_limits(work: Work, wanted: Sequence[UUID], day: date, outcome: Outcome) -> list[Free]:
    """Those that the limits leave, in the order named; why the others stay goes into ``outcome``."""
    free, used = claim.get_free(work.connection, work.viewer, wanted, day, work.zone)
    quota = quota_of(used, work.zone)
    won = []
    for customer_id in wanted:
        skip = quota.refusal(free[customer_id])
        if skip is not None:
            outcome[customer_id] = skip
        else:
            quota.take(free[customer_id])
            won.append(free[customer_id])
    return won


def quota_of(used: Mapping[str, Any], zone: str) -> Quota:
    """What was read of a member's use, with the bounds of the organisation's day."""
    begin, end = clock.day_bounds(zone)
    return Quota(used["now"], begin, end, used["used"], used["held"])


def _take(work: Work, won: Sequence[Free], day: date) -> Outcome:
    if not won:
        return {}
    me, ids = work.viewer.member_id, [free.customer_id for free in won]
    batch.keep(work.connection, work.batch_id, ids, MOVED, participants=batch.PARTICIPANTS)
    rows = ownership_move.claim(work.connection, ids, me)
    ownership.begin_ownership(work.connection, [(customer_id, me) for customer_id in ids], how="claimed", by=me)
    claim.insert_claims(work.connection, work.viewer, won, day)
    search.save_state(work.connection, ids)
    participant.delete_owners(work.connection, ids, [me] * len(ids))
    event.append(work.connection, [_claimed(work, row) for row in rows])
    return {row.customer_id: row.version for row in rows}


def _claimed(work: Work, row: Any) -> NewEvent:
    wording = Wording(work.zone, names={work.viewer.member_id: work.viewer.name})
    changes = [change("owner", None, work.viewer.member_id, wording), change("state", "pool", "owned", wording)]
    previous = {"member_id": str(row.previous_owner_id), "name": row.previous_owner_name} if row.previous_owner_id else None
    audience = work.audience(row.previous_owner_id)
    return work.event(
        "customer.claimed", row.customer_id, row.version, changes=changes, payload={"previous_owner": previous}, audience=audience
    )


def _refused(work: Work, customer_id: UUID, skip: Skip | None) -> Problem:
    """Why, since when, until when; a private customer that is gone is told of only right after it left the pool."""
    if skip is None:
        open_ = ownership.get_open(work.connection, customer_id, recent_seconds=ownership_rules.CLAIM_KNOWN_SECONDS)
        if open_ is None or open_.how != "claimed" or not open_.recent:
            return not_found("customer")
        message = "Somebody else has just claimed it."
        return Problem(Kind.CONFLICT, "already_claimed", message, rule="claim_from_pool", since=open_.began_at, by=None)
    refused = circumstances.explain(work.connection, work.viewer, customer_id, Refusal(skip.code, skip.rule, skip.detail))
    if skip.told is not None and "limit" in skip.told:
        for name in ("since", "by"):  # a limit was set by nobody in particular
            refused.data.pop(name, None)
        refused.data.update(skip.told)
    return refused
