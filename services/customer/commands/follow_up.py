"""Recording what was said to a customer, changing it, deleting it; the customer's latest follow-up and next contact stay right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common import clock
from services.common.call import Call
from services.common.database import transaction
from services.common.events.envelope import Change, NewEvent
from services.common.ids import new_id
from services.common.problem import Kind, Problem, not_found
from services.customer.rules import customer as customer_rules
from services.customer.rules import follow_up as rules
from services.customer.rules.customer import Wording
from services.customer.rules.option import Option
from services.customer.rules.permission import Action
from services.customer.rules.viewer import Viewer
from services.customer.store import customer, event, follow_up, idempotency, member, next_contact, option, search
from services.customer.store import permission as permission_store
from services.customer.store.permission import Known


@dataclass(frozen=True, slots=True)
class NewFollowUp:
    """What is recorded; ``status`` and ``level`` are the customer's new ones, None leaves them."""

    method: str
    content: str
    followed_at: datetime | None = None
    result: str | None = None
    status: str | None = None
    level: str | None = None
    next_contact_at: datetime | None = None
    next_contact_note: str | None = None


@dataclass(slots=True)
class _Work:
    """One change of one customer's follow-ups, under the customer's lock."""

    connection: Connection
    call: Call
    viewer: Viewer
    row: Mapping[str, Any]
    known: Known
    options: Mapping[str, list[Option]]
    zone: str

    @property
    def version(self) -> int:
        """The version that this change makes."""
        return int(self.row["version"]) + 1

    @property
    def wording(self) -> Wording:
        """How values are shown."""
        labels = {(name, found.value): found.label_zh for name, items in self.options.items() for found in items}
        return Wording(self.zone, labels)

    def method_text(self, method: str) -> str:
        """The method as it is shown, also one that is no longer in use."""
        return next((found.label_zh for found in self.options["follow_up_method"] if found.value == method), method)

    def finish(self, type_: str, payload: dict[str, Any], own: list[Change], changed: Mapping[str, Any]) -> None:
        """Save the customer with what follows from its follow-ups, and append the one event of this change."""
        latest = follow_up.get_latest(self.connection, self.row["customer_id"])
        columns = {
            **changed,
            "last_follow_up_at": latest.followed_at if latest else None,
            "last_follow_up_by": latest.author_id if latest else None,
            "last_follow_up_excerpt": rules.excerpt(latest.content) if latest else None,
            "next_contact_at": next_contact.get_earliest(self.connection, self.row["customer_id"]),
        }
        customer.save_customer(self.connection, self.row["customer_id"], columns, version=self.version)
        search.save_search(self.connection, self.row, changed)
        shown: dict[str, Any] = {name: columns[name] for name in ("status", "level", "next_contact_at") if name in columns}
        owner_id = self.row["owner_id"]
        made = NewEvent(
            type_,
            self.row["customer_id"],
            self.version,
            self.viewer.member_id,
            self.viewer.name,
            self.call.request_id,
            changes=[*own, *customer_rules.changes(self.row, shown, self.wording)],
            payload=payload,
            audience=[owner_id] if owner_id not in (None, self.viewer.member_id) else [],
        )
        event.append(self.connection, [made])


def _begin(connection: Connection, call: Call, customer_id: UUID, action: Action, zone: str) -> _Work:
    viewer = member.get_viewer(connection, call.member_id)
    row, known = permission_store.lock_for(connection, viewer, customer_id, action)
    options = option.get_options(connection, ["follow_up_method", "level", "status"])
    return _Work(connection, call, viewer, row, known, options, zone)


def record_follow_up(engine: Engine, call: Call, customer_id: UUID, new: NewFollowUp, *, zone: str) -> dict[str, Any]:
    """Record a follow-up with the customer's new status, level and next contact: one transaction, one event."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        work = _begin(connection, call, customer_id, "follow_up", zone)
        wanted = {name: value for name in ("status", "level") if (value := getattr(new, name)) is not None}
        wanted = {name: value for name, value in wanted.items() if value != work.row[name]}
        changed, faults = customer_rules.clean(wanted, work.options)
        customer_rules.refuse_faults(faults)
        recorded = _new_row(work, new, changed)
        follow_up.insert_follow_up(connection, recorded)
        _plan(work, recorded, new)
        method_text = rules.check_method(new.method, work.options["follow_up_method"])
        work.finish("follow_up.recorded", rules.payload(recorded, method_text, new.next_contact_at), [], changed)
        answer = _answer(connection, recorded["follow_up_id"])
        idempotency.remember(connection, call, 201, answer)
        return answer


def _new_row(work: _Work, new: NewFollowUp, changed: Mapping[str, Any]) -> dict[str, Any]:
    now = clock.now()
    return {
        "follow_up_id": new_id(),
        "customer_id": work.row["customer_id"],
        "author_id": work.viewer.member_id,
        "method": new.method,
        "content": rules.check_content(new.content),
        "followed_at": rules.check_followed_at(new.followed_at or now, now),
        "result": new.result or None,
        "status_before": work.row["status"],
        "status_after": changed.get("status", work.row["status"]),
        "level_before": work.row["level"],
        "level_after": changed.get("level", work.row["level"]),
        "recorded_version": work.version,
    }


def _plan(work: _Work, recorded: Mapping[str, Any], new: NewFollowUp) -> None:
    """Recording closes the author's earlier plans, and may make a new one."""
    who: dict[str, UUID] = {"customer_id": recorded["customer_id"], "member_id": recorded["author_id"]}
    next_contact.close_own(work.connection, **who, closed_by=recorded["follow_up_id"])
    if new.next_contact_at is not None:
        next_contact.insert_of_follow_up(
            work.connection,
            **who,
            follow_up_id=recorded["follow_up_id"],
            due_at=rules.check_time(new.next_contact_at, "/next_contact_at"),
            note=new.next_contact_note or None,
            recorded_version=recorded["recorded_version"],
        )


def edit_follow_up(
    engine: Engine, call: Call, follow_up_id: UUID, wanted: Mapping[str, Any], *, if_match: int | None, zone: str
) -> dict[str, Any]:
    """Change method, content, time, result or plan of one's own follow-up; what is as it was makes no event."""
    with transaction(engine) as connection:
        work, row = _begin_with(connection, call, follow_up_id, "follow_up", zone)
        rules.require_edit(work.viewer, row["author_id"], **_told(work, row))
        if if_match is not None and if_match != row["version"]:
            raise Problem(Kind.STALE, "version_mismatch", "The follow-up was changed since it was read. Read it again.")
        due_at, note = next_contact.get_of_follow_up(connection, follow_up_id)
        before = {**row, "next_contact_at": due_at, "next_contact_note": note}
        after = _edited(work, before, wanted)
        changed = {name: value for name, value in after.items() if value != before[name]}
        if not changed:
            return _answer(connection, follow_up_id)
        _save_plan(work, row, before, after)
        own = {name: value for name, value in changed.items() if not name.startswith("next_contact")}
        follow_up.save_follow_up(connection, follow_up_id, own)
        current = {**row, **own}
        changes = [_own_change(work, name, before[name], value) for name, value in own.items()]
        payload = rules.payload(current, work.method_text(current["method"]), after["next_contact_at"])
        work.finish("follow_up.edited", payload, changes, {})
        return _answer(connection, follow_up_id)


def _edited(work: _Work, before: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    after = {name: before[name] for name in ("method", "content", "followed_at", "result", "next_contact_at", "next_contact_note")}
    after |= {name: value or None for name, value in wanted.items()}
    if after["method"] != before["method"]:
        rules.check_method(after["method"] or "", work.options["follow_up_method"])
    after["content"] = rules.check_content(after["content"] or "")
    after["followed_at"] = rules.check_followed_at(after["followed_at"] or before["followed_at"], clock.now())
    if after["next_contact_at"] is None:
        after["next_contact_note"] = None
    else:
        rules.check_time(after["next_contact_at"], "/next_contact_at")
    return after


def _own_change(work: _Work, name: str, before: Any, after: Any) -> Change:
    if name == "method":
        return Change(name, before, after, work.method_text(before), work.method_text(after))
    return customer_rules.change(name, before, after, work.wording)


def _save_plan(work: _Work, row: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    due_at, note, follow_up_id = after["next_contact_at"], after["next_contact_note"], row["follow_up_id"]
    if due_at is None:
        next_contact.delete_of_follow_up(work.connection, follow_up_id)
    elif before["next_contact_at"] is not None:
        next_contact.save_of_follow_up(work.connection, follow_up_id, due_at=due_at, note=note)
    else:
        next_contact.insert_of_follow_up(
            work.connection,
            customer_id=row["customer_id"],
            member_id=row["author_id"],
            follow_up_id=follow_up_id,
            due_at=due_at,
            note=note,
            recorded_version=row["recorded_version"],
        )


def delete_follow_up(engine: Engine, call: Call, follow_up_id: UUID, *, zone: str) -> None:
    """Remove a follow-up with its plan; plans that it had closed are open again where nothing later closed them."""
    with transaction(engine) as connection:
        work, row = _begin_with(connection, call, follow_up_id, "view", zone)
        rules.require_delete(work.viewer, row["author_id"], work.known.facts, **_told(work, row, *work.known.who_can_change()))
        if work.known.facts.locked:
            permission_store.require(connection, work.viewer, row["customer_id"], work.known, "follow_up")
        due_at, _ = next_contact.get_of_follow_up(connection, follow_up_id)
        next_contact.delete_of_follow_up(connection, follow_up_id)
        next_contact.pass_on(
            connection,
            customer_id=row["customer_id"],
            member_id=row["author_id"],
            follow_up_id=follow_up_id,
            recorded_version=row["recorded_version"],
        )
        follow_up.delete_follow_up(connection, follow_up_id)
        work.finish("follow_up.deleted", rules.payload(row, work.method_text(row["method"]), due_at), [], {})


def _begin_with(connection: Connection, call: Call, follow_up_id: UUID, action: Action, zone: str) -> tuple[_Work, Mapping[str, Any]]:
    """Lock the customer first, then read the follow-up: in that order nobody changes it in between."""
    customer_id = follow_up.find_customer_of(connection, follow_up_id)
    if customer_id is None:
        member.get_viewer(connection, call.member_id)
        raise not_found("follow_up")
    try:
        work = _begin(connection, call, customer_id, action, zone)
    except Problem as problem:
        raise not_found("follow_up") if problem.kind is Kind.NOT_FOUND else problem from problem
    row = follow_up.get_follow_up(connection, follow_up_id)
    if row is None:
        raise not_found("follow_up")
    return work, dict(row)


def _told(work: _Work, row: Mapping[str, Any], *others: dict[str, str]) -> dict[str, Any]:
    """Who said it and when, for a refusal; the author himself is refused nothing, so nothing is asked for him."""
    if row["author_id"] == work.viewer.member_id:
        return {}
    author = member.get_member(work.connection, row["author_id"])
    by = {"member_id": str(row["author_id"]), "name": author.name if author else ""}
    return {"since": row["created_at"], "by": by, "who_can_change": [by, *(other for other in others if other != by)]}


def _answer(connection: Connection, follow_up_id: UUID) -> dict[str, Any]:
    found = follow_up.select_shown(connection, follow_up_id)
    if found is None:
        raise not_found("follow_up")
    return found
