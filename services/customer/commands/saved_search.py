"""Making, changing, sharing, ordering and deleting saved searches. They are marks of members, not of customers: no event, no version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.call import Call
from services.common.database import transaction
from services.common.ids import new_id
from services.common.problem import Kind, Problem, invalid, not_found
from services.customer.rules import saved_search as rules
from services.customer.rules.customer_list import parse_sort
from services.customer.rules.filter import parse_filter
from services.customer.rules.viewer import Viewer
from services.customer.store import department, idempotency, member, saved_search, saved_search_answer

_SHARES = ("shared_with", "member_ids", "department_ids")


def create_saved_search(engine: Engine, call: Call, values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep conditions under a name; pinned into the side menu unless told otherwise."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        viewer = member.get_viewer(connection, call.member_id)
        if saved_search.count_own(connection, viewer.member_id) >= rules.OWN_MAX:
            raise Problem(
                Kind.CONFLICT, "too_many_saved_searches", f"You have {rules.OWN_MAX} searches. Delete one that you no longer use."
            )
        _check(connection, values)
        saved_search_id = new_id()
        shares = {name: values[name] for name in _SHARES}
        kept = {name: value for name, value in values.items() if name not in ("pinned", *_SHARES)}
        saved_search.insert_saved_search(
            connection, {**kept, "saved_search_id": saved_search_id, "owner_id": viewer.member_id, "shared_with": shares["shared_with"]}
        )
        _share(connection, saved_search_id, shares)
        if values["pinned"]:
            _pin(connection, viewer, saved_search_id)
        answer = _answer(connection, viewer, saved_search_id)
        idempotency.remember(connection, call, 201, answer)
        return answer


def edit_saved_search(engine: Engine, call: Call, saved_search_id: UUID, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Change it; whether it is pinned is each member's own business, all else its author's and the admins'."""
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        found = _found(connection, viewer, saved_search_id)
        theirs = {name: value for name, value in changes.items() if name != "pinned"}
        if theirs:
            rules.require_change(viewer, found["owner_id"], found["owner_name"])
            _check(connection, theirs)
            _save(connection, found, theirs)
        if changes.get("pinned") is True:
            _pin(connection, viewer, saved_search_id)
        elif "pinned" in changes:
            saved_search.unpin(connection, viewer.member_id, saved_search_id)
        return _answer(connection, viewer, saved_search_id)


def delete_saved_search(engine: Engine, call: Call, saved_search_id: UUID) -> None:
    """Take it away from everybody; it can be brought back for a day."""
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        found = _found(connection, viewer, saved_search_id)
        rules.require_change(viewer, found["owner_id"], found["owner_name"])
        saved_search.mark_deleted(connection, saved_search_id)


def restore_saved_search(engine: Engine, call: Call, saved_search_id: UUID) -> dict[str, Any]:
    """Bring a deleted one back, with its sharing and its places in the menus; one that is there is left as it is."""
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        found = saved_search.lock_saved_search(connection, viewer, saved_search_id, deleted=True)
        if found is not None and rules.may_change(viewer, found["owner_id"]):
            saved_search.save_saved_search(connection, saved_search_id, {"deleted_at": None})
        return _answer(connection, viewer, saved_search_id)


def order_saved_searches(engine: Engine, call: Call, saved_search_ids: Sequence[UUID]) -> None:
    """The caller's side menu in this order."""
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        saved_search.lock_pins(connection, viewer.member_id)
        saved_search.order_pins(connection, viewer.member_id, saved_search_ids)


def _found(connection: Connection, viewer: Viewer, saved_search_id: UUID) -> dict[str, Any]:
    found = saved_search.lock_saved_search(connection, viewer, saved_search_id)
    if found is None:
        raise not_found("saved_search")
    return found


def _answer(connection: Connection, viewer: Viewer, saved_search_id: UUID) -> dict[str, Any]:
    return saved_search_answer.answers(connection, viewer, [_found(connection, viewer, saved_search_id)])[0]


def _check(connection: Connection, values: Mapping[str, Any]) -> None:
    """Refuse conditions that cannot be asked: what is broken later was whole when it was saved."""
    known = saved_search_answer.get_known(connection, [{"filter": values.get("filter")}])
    if values.get("sort"):
        parse_sort(values["sort"], known.registry)
    parse_filter(values.get("filter"), known.registry)
    for fault in saved_search_answer.faults({"filter": values.get("filter")}, known):
        raise invalid(fault.pointer, fault.code, fault.detail)


def _save(connection: Connection, found: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    plain = {name: value for name, value in changes.items() if name not in _SHARES}
    shares = {name: changes.get(name, found[name]) for name in _SHARES}
    if any(name in changes for name in _SHARES):
        _share(connection, found["saved_search_id"], shares)
        plain["shared_with"] = shares["shared_with"]
    saved_search.save_saved_search(connection, found["saved_search_id"], plain)


def _share(connection: Connection, saved_search_id: UUID, shares: Mapping[str, Any]) -> None:
    """Only those whom the kind of sharing is about are kept."""
    kind = shares["shared_with"]
    member_ids = shares["member_ids"] if kind == "members" else []
    department_ids = shares["department_ids"] if kind == "departments" else []
    rules.check_shares(kind, member_ids, department_ids)
    if len(member.get_names(connection, member_ids)) < len(set(member_ids)):
        raise invalid("/member_ids", "member_unknown", "One of these members does not exist.")
    if len(department.get_names(connection, department_ids)) < len(set(department_ids)):
        raise invalid("/department_ids", "department_unknown", "One of these departments does not exist.")
    saved_search.save_shares(connection, saved_search_id, member_ids, department_ids)


def _pin(connection: Connection, viewer: Viewer, saved_search_id: UUID) -> None:
    if saved_search.lock_pins(connection, viewer.member_id) >= rules.PINNED_MAX:
        raise Problem(Kind.CONFLICT, "too_many_pinned", f"The menu holds {rules.PINNED_MAX} searches. Take one out of it first.")
    saved_search.pin(connection, viewer.member_id, saved_search_id)
