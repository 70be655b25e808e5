"""Setting the same values in many customers: rights for each, one event for each that changes, those that have the values already stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.call import Call
from services.common.events.envelope import NewEvent
from services.common.problem import Kind, Problem
from services.customer.commands.batch import Doing, Find, Step, Work, run_many
from services.customer.rules import bulk_edit as rules
from services.customer.rules import customer as customer_rules
from services.customer.rules import permission
from services.customer.rules.batch import Chosen, Outcome
from services.customer.rules.customer import Wording
from services.customer.rules.field import BY_NAME
from services.customer.rules.ownership import Skip
from services.customer.store import batch, bulk_edit, customer, event, next_contact, option, search
from services.customer.store import permission as permission_store


def edit_customers(engine: Engine, call: Call, chosen: Chosen, values: Mapping[str, Any], *, zone: str, find: Find) -> dict[str, Any]:
    """Set ``values`` in many customers."""
    rules.check_values(values)
    plain = {name: customer_rules.plain(value) for name, value in values.items()}

    def check(connection: Connection) -> None:
        _clean(connection, plain)

    return run_many(engine, call, Doing("edit", zone, {"values": plain}), chosen, edit_step(plain), find=find, check=check)


def edit_step(values: Mapping[str, Any]) -> Step:
    """The work of a bulk edit; ``values`` as JSON."""
    return lambda work, customer_ids: _edit(work, customer_ids, values)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The values as they are stored, and how they and the present ones are worded."""

    values: dict[str, Any]
    labels: dict[tuple[str, str], str]


def _clean(connection: Connection, values: Mapping[str, Any]) -> _Wanted:
    lists = sorted({list_ for name in values if (list_ := BY_NAME[name].list) is not None})
    options = option.get_options(connection, lists) if lists else {}
    read = {name: datetime.fromisoformat(value) if value and BY_NAME[name].type == "datetime" else value for name, value in values.items()}
    cleaned, faults = customer_rules.clean(read, options)
    if faults:
        errors = [{"pointer": f"/values/{fault.field}", "code": fault.code, "detail": fault.detail} for fault in faults]
        raise Problem(Kind.INVALID, "invalid", faults[0].detail, errors=errors)
    return _Wanted(cleaned, {(name, found.value): found.label_zh for name, items in options.items() for found in items})


def _edit(work: Work, customer_ids: Sequence[UUID], values: Mapping[str, Any]) -> Outcome:
    wanted = _clean(work.connection, values)
    versions = customer.lock_versions(work.connection, customer_ids)
    known = permission_store.find_visible(work.connection, work.viewer, list(versions))
    outcome: Outcome = {}
    for customer_id, found in known.items():
        refusal = permission.refusal("edit", work.viewer, found.facts)
        if refusal is not None:
            outcome[customer_id] = Skip(refusal.code, refusal.detail, refusal.rule)
    allowed = sorted(customer_id for customer_id in known if customer_id not in outcome)
    before = bulk_edit.get_values(work.connection, allowed, list(wanted.values))
    changed = {c: touched for c in allowed if (touched := rules.differing(before[c], wanted.values))}
    outcome |= {customer_id: rules.UNCHANGED for customer_id in allowed if customer_id not in changed}
    if changed:
        _save(work, wanted, changed, versions)
        wording = Wording(work.zone, wanted.labels)
        owners = {customer_id: known[customer_id].facts.owner_id for customer_id in changed}
        event.append(work.connection, [_edited(work, c, versions[c] + 1, before[c], changed[c], wording, owners[c]) for c in changed])
    return outcome | {customer_id: versions[customer_id] + 1 for customer_id in changed}


def _save(work: Work, wanted: _Wanted, changed: Mapping[UUID, Mapping[str, Any]], versions: Mapping[UUID, int]) -> None:
    customer_ids = list(changed)
    batch.keep(work.connection, work.batch_id, customer_ids, list(wanted.values))
    bulk_edit.save_values(work.connection, customer_ids, wanted.values)
    search.save_choices(work.connection, customer_ids, list(wanted.values))
    planned = [customer_id for customer_id in customer_ids if "next_contact_at" in changed[customer_id]]
    if planned:
        due_at = wanted.values["next_contact_at"]
        plans = [(customer_id, versions[customer_id] + 1) for customer_id in planned]
        next_contact.replace_many(work.connection, plans, member_id=work.viewer.member_id, due_at=due_at)


def _edited(
    work: Work,
    customer_id: UUID,
    version: int,
    before: Mapping[str, Any],
    changed: Mapping[str, Any],
    wording: Wording,
    owner_id: UUID | None,
) -> NewEvent:
    changes = customer_rules.changes(before, changed, wording)
    return work.event("customer.edited", customer_id, version, changes=changes, audience=work.audience(owner_id))
