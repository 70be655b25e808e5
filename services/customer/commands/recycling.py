"""Recycling: keeping the table of deadlines current, warning owners, and moving what is due, one customer in one transaction.

Whoever is moved or warned is locked first and asked once more: one that was touched since it was found stays. Everything is done in
small steps that another worker can continue at any point; nothing depends on a step that was not committed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.database import transaction
from services.common.events.envelope import NewEvent
from services.common.ids import new_id
from services.customer.rules import lock as lock_rules
from services.customer.rules import ownership as ownership_rules
from services.customer.rules.customer import Wording, plain
from services.customer.rules.permission import Facts
from services.customer.rules.pool_rule import REASON, SYSTEM_NAME, PoolRule, days_left, due_step, words
from services.customer.store import (
    customer,
    event,
    member,
    option,
    ownership,
    ownership_move,
    pool,
    recycling,
    recycling_filter,
    recycling_state,
    search,
)
from services.customer.store.recycling import Deadline, Terms

CHUNK = 10_000  # customers of one step of the walk
EVENTS = 200  # of each lane in one step
WARNED_AT_ONCE = 100
REFRESH_HOURS = 1
BEGINNING = (datetime(1970, 1, 1, tzinfo=UTC), recycling_state.NO_ID)


def refresh(engine: Engine, now: datetime, zone: str) -> bool:
    """One step of keeping the deadlines current: follow new events, walk on over all customers if rules changed or an hour went by.

    True while there is more to do.
    """
    with transaction(engine) as connection:
        state = recycling_state.lock(connection)
        if state is None:
            return False
        terms = recycling_filter.terms(connection, now, zone)
        changed = recycling_state.take_events(connection, EVENTS)
        if changed:
            recycling.save_some(connection, terms, changed)
        return _walk(connection, terms, state) or len(changed) >= EVENTS


def _walk(connection: Connection, terms: Terms, state: recycling_state.State) -> bool:
    """One chunk of the walk over all customers; begins again when rules change meanwhile."""
    fresh = state.refreshed_at is not None and state.refreshed_at > terms.now - timedelta(hours=REFRESH_HOURS)
    if state.walked_to is None and state.refreshed == state.revision and fresh:
        return False
    goes_on = state.walked_to is not None and state.refreshing == state.revision
    after = state.walked_to if goes_on and state.walked_to is not None else recycling_state.NO_ID
    until = recycling_state.next_id(connection, after, CHUNK)
    if until is None:
        recycling_state.finish(connection, state.revision, terms.now)
        return False
    recycling.save_range(connection, terms, after, until)
    recycling_state.walk(connection, state.revision, until)
    return True


def find_due(engine: Engine, now: datetime, after: tuple[datetime, UUID] = BEGINNING, limit: int = 50) -> list[tuple[datetime, UUID]]:
    """Customers that seem due, by (deadline, id)."""
    with transaction(engine) as connection:
        return recycling.list_due(connection, now, after, limit)


def recycle_customer(engine: Engine, customer_id: UUID, now: datetime, zone: str) -> bool:
    """Move one customer into the pool, if it is due once it is locked; False where it stays, or somebody else is changing it."""
    with transaction(engine) as connection:
        pools = pool.lock_for_rules(connection)
        if not customer.lock_free(connection, [customer_id]):
            return False
        terms = recycling_filter.terms(connection, now, zone)
        found = recycling.find_deadlines(connection, terms, [customer_id]).get(customer_id)
        due = found is not None and found.recycle_at <= now
        if found is not None and due:
            rule = next(rule for rule in terms.rules if rule.pool_rule_id == found.pool_rule_id)
            if rule.pool_id not in pools:  # switched on this very moment: next time
                return False
            _move(connection, found, rule, terms)
        recycling.save_some(connection, terms, [customer_id])
        return due


def _move(connection: Connection, found: Deadline, rule: PoolRule, terms: Terms) -> None:
    moved = [found.customer_id]
    locked, hold_until, hold_reason = recycling.get_protection(connection, found.customer_id)
    ownership.end_ownership(connection, moved, how="recycled", by=None, reason=REASON, note=rule.name)
    ownership_move.return_to_pool(connection, moved, pool_id=rule.pool_id, reason=REASON, note=rule.name)
    search.save_state(connection, moved)
    labels = option.get_labels(connection, ["return_reason"])
    owner = member.get_names(connection, [found.owner_id])
    facts = Facts(found.owner_id, (), "owned", "private")
    changes = ownership_rules.moved_changes(facts, None, "pool", Wording(terms.zone, names=owner))
    changes += lock_rules.opened_changes(locked, hold_until, hold_reason, terms.zone)
    payload = {
        **_told(rule, found),
        "pool_id": str(rule.pool_id),
        "pool_name": pool.get_name(connection, rule.pool_id),
        "reason": REASON,
        "reason_text": labels.get(("return_reason", REASON), REASON),
    }
    made = NewEvent(
        "customer.recycled",
        found.customer_id,
        found.version + 1,
        None,
        SYSTEM_NAME,
        new_id().hex,
        changes=changes,
        payload=payload,
        audience=[found.owner_id],
    )
    event.append(connection, [made])


def _told(rule: PoolRule, found: Deadline) -> dict[str, object]:
    return {
        "pool_rule_id": str(rule.pool_rule_id),
        "rule": rule.name,
        "rule_text": words(rule.days, workdays=rule.workdays).zh,
        "days": rule.days,
        "workdays": rule.workdays,
        "base_at": plain(found.base_at),
        "recycle_at": plain(found.recycle_at),
    }


def warn_owners(engine: Engine, now: datetime, zone: str) -> bool:
    """Warn the owners of some customers that will be recycled soon; each step of a deadline once. True while there may be more."""
    with transaction(engine) as connection:
        terms = recycling_filter.terms(connection, now, zone)
        days_max = max((step for rule in terms.rules for step in rule.warn_days), default=0)
        seeming = recycling.list_to_warn(connection, now, days_max, WARNED_AT_ONCE) if days_max else []
        locked = customer.lock_free(connection, seeming)
        if not locked:
            return False
        by_id = {rule.pool_rule_id: rule for rule in terms.rules}
        found = recycling.find_deadlines(connection, terms, locked)
        wanted = [(one, step) for one in found.values() if (step := _step(by_id[one.pool_rule_id], one, now)) is not None]
        new = recycling.insert_warnings(connection, wanted)
        versions = recycling.step_versions(connection, sorted(new))
        names = {rule.pool_id: pool.get_name(connection, rule.pool_id) for rule in terms.rules}
        told = [one for one, _ in wanted if one.customer_id in new]
        events = [_warned(by_id[one.pool_rule_id], one, versions[one.customer_id], names, terms) for one in told]
        event.append(connection, events)
        recycling.save_some(connection, terms, locked)
        return len(seeming) >= WARNED_AT_ONCE


def _step(rule: PoolRule, found: Deadline, now: datetime) -> int | None:
    left = found.recycle_at - now
    return None if left <= timedelta() else due_step(rule.warn_days, left)


def _warned(rule: PoolRule, found: Deadline, version: int, pool_names: dict[UUID, str], terms: Terms) -> NewEvent:
    return NewEvent(
        "customer.recycle_warned",
        found.customer_id,
        version,
        None,
        SYSTEM_NAME,
        new_id().hex,
        payload={
            **_told(rule, found),
            "days_left": days_left(found.recycle_at, terms.now, terms.zone),
            "pool_id": str(rule.pool_id),
            "pool_name": pool_names[rule.pool_id],
        },
        audience=[found.owner_id],
    )
