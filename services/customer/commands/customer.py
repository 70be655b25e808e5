"""Creating and editing a customer. Who owns it afterwards is ``ownership.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common import clock
from services.common.call import Call
from services.common.database import transaction
from services.common.events.envelope import Change, NewEvent
from services.common.ids import new_id
from services.common.problem import Kind, Problem, invalid
from services.customer.commands.custom_value import Entered, enter
from services.customer.rules import custom_value as custom_rules
from services.customer.rules import customer as rules
from services.customer.rules import holding as holding_rules
from services.customer.rules import parent as parent_rules
from services.customer.rules import participant as participant_rules
from services.customer.rules import permission
from services.customer.rules import tag as tag_rules
from services.customer.rules.customer import Wording
from services.customer.rules.field import BY_NAME
from services.customer.rules.holding import Room
from services.customer.rules.option import Option
from services.customer.rules.pinyin import sort_key
from services.customer.rules.viewer import Viewer
from services.customer.store import (
    custom_value,
    customer,
    customer_answer,
    customer_tag,
    event,
    holding,
    idempotency,
    member,
    option,
    ownership,
    participant,
    pool,
    search,
    tag,
)
from services.customer.store import next_contact as next_contact_store
from services.customer.store import permission as permission_store


@dataclass(frozen=True, slots=True)
class NewParticipant:
    """Somebody to invite while creating."""

    member_id: UUID
    role: permission.ParticipantRole
    expires_at: datetime | None = None


OwnerChoice = UUID | None | Literal["me"]


def create_customer(
    engine: Engine,
    call: Call,
    values: Mapping[str, Any],
    *,
    zone: str,
    owner_id: OwnerChoice = "me",
    participants: Sequence[NewParticipant] = (),
    tag_ids: Sequence[UUID] = (),
) -> dict[str, Any]:
    """Add a customer, owned by the caller unless another owner or none is chosen; answers it."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            answer: dict[str, Any] = stored.value()
            return answer
        viewer = member.get_viewer(connection, call.member_id)
        entered = {name: value for name, value in (rules.DEFAULTS | dict(values)).items() if name != "custom"}
        custom = enter(connection, values.get("custom"), {})
        options = _options_for(connection, entered)
        cleaned, faults = rules.clean(entered, options)
        rules.refuse_faults([*faults, *custom.faults])
        owner = viewer.member_id if owner_id == "me" else owner_id
        rooms = {} if owner is None else holding.lock_rooms(connection, viewer, [owner], zone)
        tags = tag_rules.check_wanted(tag_ids, tag.lock_tags_to_set(connection, tag_ids)) if tag_ids else []
        names = _check_people(connection, viewer, owner, participants)
        _check_references(connection, viewer, None, cleaned)
        customer_id = new_id()
        row = _new_row(connection, viewer, customer_id, cleaned, owner) | {"custom": custom_rules.stored({}, custom.values)}
        customer.insert_customers(connection, [row])
        search.insert_search(connection, [row])
        customer_tag.insert_for_new(connection, [(customer_id, found.tag_id) for found in tags], by=viewer.member_id)
        custom_value.save_values(connection, [(customer_id, row["custom"])], custom.fields, new=True)
        if owner is not None:
            _require_room(connection, rooms, owner, customer_id, zone)
            ownership.begin_ownership(connection, [(customer_id, owner)], how="created", by=viewer.member_id)
        for invited in participants:
            participant.save_participants(
                connection,
                [customer_id],
                [invited.member_id],
                role=invited.role,
                expires_at=invited.expires_at,
                by=viewer.member_id,
            )
        if cleaned.get("next_contact_at") is not None:
            next_contact_store.insert_direct(
                connection, customer_id=customer_id, member_id=viewer.member_id, due_at=cleaned["next_contact_at"], recorded_version=1
            )
        if cleaned.get("parent_customer_id") is not None:
            names |= customer.get_names(connection, [cleaned["parent_customer_id"]])
        wording = Wording(zone, _labels(options) | custom.labels, names | custom.names, custom.fields)
        event.append(connection, [_created(call, viewer, row, participants, tags, wording)])
        answer = customer_answer.get_shown(connection, viewer, customer_id)
        idempotency.remember(connection, call, 201, answer)
        return answer


def _require_room(connection: Connection, rooms: Mapping[UUID, Room], owner: UUID, customer_id: UUID, zone: str) -> None:
    """Once it is written down, so that it can be asked whether it counts."""
    if (owner, customer_id) not in holding.get_free(connection, rooms, [customer_id], zone):
        holding_rules.require_room(rooms, owner)


def _options_for(connection: Connection, *rows: Mapping[str, Any]) -> dict[str, list[Option]]:
    """The options that stand in the choices of these rows, by their lists; all that is needed to check and to word them."""
    lists, values = set(), set()
    for row in rows:
        for name, value in row.items():
            list_ = BY_NAME[name].list
            if list_ is not None:
                lists.add(list_)
                values.add(str(value).strip())
    return option.get_options(connection, sorted(lists), sorted(values)) if lists else {}


def _labels(options: Mapping[str, Sequence[Option]]) -> dict[tuple[str, str], str]:
    return {(name, found.value): found.label_zh for name, items in options.items() for found in items}


def _check_people(connection: Connection, viewer: Viewer, owner: UUID | None, participants: Sequence[NewParticipant]) -> dict[UUID, str]:
    names = {viewer.member_id: viewer.name}
    if len({invited.member_id for invited in participants}) != len(participants):
        raise invalid("/participants", "participant_repeated", "A member takes part once.")
    if owner is not None and owner != viewer.member_id:
        names[owner] = require_active(connection, owner, "/owner_id")
    for index, invited in enumerate(participants):
        participant_rules.check_expiry(invited.expires_at, clock.now())
        found = member.get_member(connection, invited.member_id)
        pointer = f"/participants/{index}/member_id"
        participant_rules.check_member(invited.member_id, owner, active=found.active if found else None, pointer=pointer)
        names[invited.member_id] = found.name if found else ""
    return names


def require_active(connection: Connection, member_id: UUID, pointer: str) -> str:
    """The name of a member who may become owner; 422 for an unknown or disabled one."""
    found = member.get_member(connection, member_id)
    if found is None:
        raise invalid(pointer, "member_unknown", "There is no such member.")
    if not found.active:
        raise invalid(pointer, "member_inactive", "This member is no longer active.")
    return found.name


def _check_references(connection: Connection, viewer: Viewer, customer_id: UUID | None, changed: Mapping[str, Any]) -> None:
    parent_id = changed.get("parent_customer_id")
    if parent_id is not None:
        if not permission_store.find_visible(connection, viewer, [parent_id]):
            raise parent_rules.refuse_invisible()
        if customer_id is not None:
            customer.lock_parents(connection)
            parent_rules.check_circle(customer_id, customer.get_ancestors(connection, parent_id))
    if changed.get("credit_code") is not None:
        _check_credit_code(connection, viewer, changed["credit_code"])


def _check_credit_code(connection: Connection, viewer: Viewer, credit_code: str) -> None:
    customer.lock_credit_code(connection, credit_code)
    other = customer.find_by_credit_code(connection, credit_code)
    if other is None:
        return
    visible = permission_store.find_visible(connection, viewer, [other["customer_id"]])
    data: dict[str, Any] = {}
    if visible:
        data = {"customer": {name: other[name] for name in ("customer_id", "customer_no", "name")}}
        data |= {"since": other["created_at"], "who_can_change": visible[other["customer_id"]].who_can_change()}
    message = "Another customer has this credit code."
    errors = [{"pointer": "/credit_code", "code": "credit_code_taken", "detail": message}]
    raise Problem(Kind.CONFLICT, "credit_code_taken", message, rule="credit_code_unique", errors=errors, **data)


def _new_row(connection: Connection, viewer: Viewer, customer_id: UUID, cleaned: Mapping[str, Any], owner: UUID | None) -> dict[str, Any]:
    return {
        **cleaned,
        "customer_id": customer_id,
        "customer_no": customer.next_numbers(connection)[0],
        "name_sort": sort_key(cleaned["name"]),
        "state": "unassigned" if owner is None else "owned",
        "owner_id": owner,
        "created_by": viewer.member_id,
    }


_NOT_ENTERED = frozenset(("customer_id", "customer_no", "name_sort", "created_by", "owner_id", "custom"))


def created_changes(row: Mapping[str, Any], wording: Wording) -> list[Change]:
    """What ``customer.created`` tells: every field that was set, the owner under ``owner``."""
    entered = {name: value for name, value in row.items() if name not in _NOT_ENTERED and value is not None} | row["custom"]
    changes = [rules.change(name, None, value, wording) for name, value in entered.items()]
    if row["owner_id"] is not None:
        changes.append(rules.change("owner", None, row["owner_id"], wording))
    return changes


def _created(
    call: Call,
    viewer: Viewer,
    row: Mapping[str, Any],
    participants: Sequence[NewParticipant],
    tags: Sequence[tag_rules.Tag],
    wording: Wording,
) -> NewEvent:
    invited = [participant_rules.payload(p.member_id, wording.names.get(p.member_id, ""), p.role, p.expires_at) for p in participants]
    invitations = Change("participants", None, invited, None, "、".join(found["name"] for found in invited))
    audience = {row["owner_id"], *(p.member_id for p in participants)} - {None, viewer.member_id}
    return NewEvent(
        type="customer.created",
        customer_id=row["customer_id"],
        customer_version=1,
        actor_id=viewer.member_id,
        actor_name=viewer.name,
        request_id=call.request_id,
        changes=[*created_changes(row, wording), *([invitations] if participants else []), *tag_rules.created_changes(tags)],
        payload={"source": "form"},
        audience=sorted(audience),
    )


def edit_customer(
    engine: Engine,
    call: Call,
    customer_id: UUID,
    wanted: Mapping[str, Any],
    *,
    base: Mapping[str, Any] | None,
    if_match: int | None,
    zone: str,
) -> dict[str, Any]:
    """Change fields. Edits of different fields both succeed; of the same field the later one is refused with all three values."""
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        if "visibility" in wanted:
            pool.lock_pool_of(connection, customer_id)
        row, known = permission_store.lock_for(connection, viewer, customer_id, "edit")
        if "visibility" in wanted and wanted["visibility"] != row["visibility"]:
            permission_store.require(connection, viewer, customer_id, known, "visibility")
        own = {name: value for name, value in wanted.items() if name != "custom"}
        touched = {name: value for name, value in own.items() if value != row[name]}
        custom = enter(connection, wanted.get("custom"), row["custom"])
        options = _options_for(connection, touched, {name: row[name] for name in touched})
        cleaned, faults = rules.clean(touched, options)
        rules.refuse_faults([*faults, *custom.faults])
        current = row | {key: row["custom"].get(key) for key in custom.values}
        started = None if base is None else custom_rules.base(base, custom.values)
        merged = rules.merge(current, cleaned | custom.values, started, version=row["version"], if_match=if_match)
        if merged.conflicts:
            raise _edit_conflict(connection, current, merged, started or {}, custom)
        if merged.changed:
            _check_references(connection, viewer, customer_id, merged.changed)
            wording = _wording_for(connection, row, merged.changed, options, zone, custom)
            _save_edit(connection, call, viewer, current, merged.changed, wording)
        return customer_answer.get_shown(connection, viewer, customer_id)


def _wording_for(
    connection: Connection,
    row: Mapping[str, Any],
    changed: Mapping[str, Any],
    options: Mapping[str, Sequence[Option]],
    zone: str,
    custom: Entered,
) -> Wording:
    names: dict[UUID, str] = {}
    if "parent_customer_id" in changed:
        parents = [found for found in (row["parent_customer_id"], changed["parent_customer_id"]) if found is not None]
        names = customer.get_names(connection, parents)
    return Wording(zone, _labels(options) | custom.labels, names | custom.names, custom.fields)


def _save_edit(
    connection: Connection, call: Call, viewer: Viewer, row: Mapping[str, Any], changed: Mapping[str, Any], wording: Wording
) -> None:
    version = row["version"] + 1
    columns, custom = custom_rules.split(changed)
    if custom:
        columns["custom"] = custom_rules.stored(row["custom"], custom)
    if "name" in changed:
        columns["name_sort"] = sort_key(changed["name"])
    customer.save_customer(connection, row["customer_id"], columns, version=version)
    search.save_search(connection, row, changed)
    custom_value.save_values(connection, [(row["customer_id"], custom)], wording.custom)
    if "next_contact_at" in changed:
        next_contact_store.replace_all(
            connection,
            customer_id=row["customer_id"],
            member_id=viewer.member_id,
            due_at=changed["next_contact_at"],
            recorded_version=version,
        )
    edited = NewEvent(
        type="customer.edited",
        customer_id=row["customer_id"],
        customer_version=version,
        actor_id=viewer.member_id,
        actor_name=viewer.name,
        request_id=call.request_id,
        changes=rules.changes(row, changed, wording),
        audience=[row["owner_id"]] if row["owner_id"] not in (None, viewer.member_id) else [],
    )
    event.append(connection, [edited])


def _edit_conflict(
    connection: Connection, current: Mapping[str, Any], merged: rules.Merge, base: Mapping[str, Any], custom: Entered
) -> Problem:
    conflicts = []
    for name in merged.conflicts:
        last = event.get_last_change(connection, current["customer_id"], name)
        by, at = last if last is not None else (None, None)
        conflicts.append({"field": name, "mine": merged.changed[name], "theirs": current[name], "base": base[name], "by": by, "at": at})
    return rules.edit_conflict(conflicts, current["version"], custom.fields)
