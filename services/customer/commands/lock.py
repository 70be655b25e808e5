"""Locking customers, so that only owner and editors change them, and holding them, so that no rule takes them away; and ending both.

One customer or many; what is as it was asked to be stays as it is, without an event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common import clock
from services.common.call import Call
from services.common.events.envelope import Change
from services.customer.commands.batch import Doing, Find, Step, Work, run_many, run_one
from services.customer.rules import lock as rules
from services.customer.rules import permission
from services.customer.rules.batch import Chosen, Outcome
from services.customer.rules.ownership import Skip
from services.customer.rules.permission import Action
from services.customer.store import batch, customer, event, lock
from services.customer.store import permission as permission_store
from services.customer.store.permission import Known

Hold = tuple[datetime | None, str | None]  # its end and its reason; None is none
Verb = Literal["lock", "unlock", "hold", "release_hold"]
_ACTIONS: dict[Verb, Action] = {"lock": "lock", "unlock": "lock", "hold": "hold", "release_hold": "hold"}
_EVENTS: dict[Verb, str] = {
    "lock": "customer.locked", "unlock": "customer.unlocked", "hold": "customer.held", "release_hold": "customer.hold_released",
}  # fmt: skip


def lock_customer(engine: Engine, call: Call, customer_id: UUID, *, verb: Verb, zone: str, **told: Any) -> dict[str, Any]:
    """Do it to one customer (a hold is told ``until`` and ``reason``); answers it."""
    parameters = _parameters(**told)
    return run_one(engine, call, Doing(verb, zone, parameters), customer_id, lock_step(verb, parameters))


def lock_customers(engine: Engine, call: Call, chosen: Chosen, *, verb: Verb, zone: str, find: Find, **told: Any) -> dict[str, Any]:
    """Do it to many customers; a result for each."""
    parameters = _parameters(**told)

    def check(_: Connection) -> None:
        _wanted(parameters, zone)

    return run_many(engine, call, Doing(verb, zone, parameters), chosen, lock_step(verb, parameters), find=find, check=check)


def _parameters(*, until: date | None = None, reason: str = "") -> dict[str, Any]:
    return {} if until is None else {"until": until.isoformat(), "reason": " ".join(reason.split())}


def _wanted(parameters: Mapping[str, Any], zone: str) -> Hold:
    """End and reason of the hold that is asked for; 422 where it cannot be."""
    if not parameters:
        return None, None
    return rules.hold_end(date.fromisoformat(parameters["until"]), clock.now(), zone), rules.check_reason(parameters["reason"])


def lock_step(verb: Verb, parameters: Mapping[str, Any]) -> Step:
    """The work of any of the four."""
    return lambda work, customer_ids: _change(work, customer_ids, verb, parameters)


def _change(work: Work, customer_ids: Sequence[UUID], verb: Verb, parameters: Mapping[str, Any]) -> Outcome:
    versions = customer.lock_versions(work.connection, customer_ids)
    known = permission_store.find_visible(work.connection, work.viewer, list(versions))
    outcome: Outcome = {}
    for customer_id, found in known.items():
        refusal = permission.refusal(_ACTIONS[verb], work.viewer, found.facts)
        outcome[customer_id] = versions[customer_id] if refusal is None else Skip(refusal.code, refusal.detail, refusal.rule)
    allowed = sorted(customer_id for customer_id, found in outcome.items() if not isinstance(found, Skip))
    wanted = _wanted(parameters, work.zone) if allowed else (None, None)
    changes = {c: made for c in allowed if (made := _changes(verb, known[c], wanted, work.zone))}
    new = {customer_id: versions[customer_id] + 1 for customer_id in changes}
    if changes:
        _save(work, verb, list(changes), wanted)
        told = {c: {"payload": dict(parameters), "audience": work.audience(known[c].facts.owner_id)} for c in changes}
        event.append(work.connection, [work.event(_EVENTS[verb], c, new[c], changes=changes[c], **told[c]) for c in changes])
    return outcome | new


def _changes(verb: Verb, known: Known, wanted: Hold, zone: str) -> list[Change]:
    """What is told of one customer, nothing where it is as it is asked to be."""
    if verb in ("lock", "unlock"):
        return [] if known.facts.locked == (verb == "lock") else [rules.lock_change(locked=verb == "lock")]
    running = rules.is_held(known.hold_until, clock.now())
    return rules.hold_changes((known.hold_until, known.hold_reason) if running else (None, None), wanted, zone)


def _save(work: Work, verb: Verb, customer_ids: Sequence[UUID], wanted: Hold) -> None:
    connection, me = work.connection, work.viewer.member_id
    if verb in ("lock", "unlock"):
        batch.keep(connection, work.batch_id, customer_ids, lock.LOCK)
        lock.save_lock(connection, customer_ids, by=me if verb == "lock" else None)
    else:
        batch.keep(connection, work.batch_id, customer_ids, lock.HOLD)
        lock.save_hold(connection, customer_ids, until=wanted[0], reason=wanted[1], by=me if verb == "hold" else None)
