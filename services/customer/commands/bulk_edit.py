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
from services.common.ids import parse_id
from services.common.problem import Kind, Problem
from services.customer.commands.batch import Doing, Find, Step, Work, run_many
from services.customer.commands.custom_value import Entered, enter
from services.customer.rules import bulk_edit as rules
from services.customer.rules import customer as customer_rules
from services.customer.rules import permission
from services.customer.rules.batch import Chosen, Outcome
from services.customer.rules.customer import Wording
from services.customer.rules.field import BY_NAME
from services.customer.rules.ownership import Skip
from services.customer.store import batch, bulk_edit, custom_value, customer, event, member, next_contact, option, search
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
    custom: Entered
    labels: dict[tuple[str, str], str]

    @property
    def all(self) -> dict[str, Any]:
        """Own and custom fields."""
        return self.values | self.custom.values

    @property
    def columns(self) -> list[str]:
        """What is written of a customer."""
        return [*self.values, *(["custom"] if self.custom.values else [])]


def _clean(connection: Connection, asked: Mapping[str, Any]) -> _Wanted:
    values = {name: value for name, value in asked.items() if name != "custom"}
    custom = enter(connection, asked.get("custom"), {})
    lists = sorted({list_ for name in values if (list_ := BY_NAME[name].list) is not None})
    options = option.get_options(connection, lists) if lists else {}
    read = {name: datetime.fromisoformat(value) if value and BY_NAME[name].type == "datetime" else value for name, value in values.items()}
    cleaned, faults = customer_rules.clean(read, options)
    wrong = [*faults, *custom.faults]
    if wrong:
        errors = [{"pointer": f"/values/{fault.field}", "code": fault.code, "detail": fault.detail} for fault in wrong]
        raise Problem(Kind.INVALID, "invalid", wrong[0].detail, errors=errors)
    return _Wanted(cleaned, custom, {(name, found.value): found.label_zh for name, items in options.items() for found in items})


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
    before = bulk_edit.get_values(work.connection, allowed, wanted.columns)
    changed = {c: touched for c in allowed if (touched := rules.differing(before[c], wanted.all))}
    outcome |= {customer_id: rules.UNCHANGED for customer_id in allowed if customer_id not in changed}
    if changed:
        _save(work, wanted, changed, versions)
        wording = _wording(work, wanted, [before[customer_id] for customer_id in changed])
        owners = {customer_id: known[customer_id].facts.owner_id for customer_id in changed}
        event.append(work.connection, [_edited(work, c, versions[c] + 1, before[c], changed[c], wording, owners[c]) for c in changed])
    return outcome | {customer_id: versions[customer_id] + 1 for customer_id in changed}


def _wording(work: Work, wanted: _Wanted, before: Sequence[Mapping[str, Any]]) -> Wording:
    """Words for the new values and for those that they take the place of; members whom custom fields name among them."""
    custom = wanted.custom
    people = [key for key in custom.values if custom.fields[key].type == "member"]
    held = {found for row in before for key in people if (text := row.get(key)) and (found := parse_id(text))}
    names = member.get_names(work.connection, sorted(held - custom.names.keys())) if held else {}
    return Wording(work.zone, wanted.labels | custom.labels, names | custom.names, custom.fields)


def _save(work: Work, wanted: _Wanted, changed: Mapping[UUID, Mapping[str, Any]], versions: Mapping[UUID, int]) -> None:
    customer_ids = list(changed)
    batch.keep(work.connection, work.batch_id, customer_ids, wanted.columns)
    bulk_edit.save_values(work.connection, customer_ids, wanted.values, wanted.custom.values)
    lines = [(c, {key: value for key, value in wanted.custom.values.items() if key in touched}) for c, touched in changed.items()]
    custom_value.save_values(work.connection, lines, wanted.custom.fields)
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
