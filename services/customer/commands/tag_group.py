"""Groups of tags: making, renaming, ordering, removing; whether a customer has one tag of a group at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.call import Call
from services.common.database import transaction
from services.common.ids import new_id
from services.common.problem import Kind, Problem, not_found
from services.customer.commands.tag import refuse_several
from services.customer.rules import tag as rules
from services.customer.store import audit, idempotency, member, tag, tag_answer


def create_tag_group(engine: Engine, call: Call, *, name: str, single: bool) -> dict[str, Any]:
    """Add a group at the end."""
    clean = rules.check_name(name)
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        viewer = member.get_viewer(connection, call.member_id)
        rules.require_manage(viewer, "group")
        tag.lock_names(connection)
        groups = tag.get_groups(connection)
        if len(groups) >= rules.GROUPS_MAX:
            raise Problem(Kind.CONFLICT, "too_many_tag_groups", f"There can be {rules.GROUPS_MAX} groups.", rule="tag_groups_max")
        _refuse_taken(groups, clean, None)
        tag_group_id = new_id()
        values = {"tag_group_id": tag_group_id, **_name(clean), "single": single, "created_by": viewer.member_id}
        tag.insert_group(connection, {**values, "position": max((group.position for group in groups), default=0) + 1})
        audit.append(connection, call, "tag_group.created", {"tag_group_id": tag_group_id, "name": clean, "single": single})
        answer = _answer(connection, tag_group_id)
        idempotency.remember(connection, call, 201, answer)
        return answer


def edit_tag_group(engine: Engine, call: Call, tag_group_id: UUID, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Rename it, or say whether a customer has one tag of it at most."""
    values = dict(wanted)
    if "name" in values:
        values |= _name(rules.check_name(values["name"]))
    with transaction(engine) as connection:
        rules.require_manage(member.get_viewer(connection, call.member_id), "group")
        tag.lock_names(connection)
        found = _find(connection, tag_group_id)
        if "name" in values:
            _refuse_taken(tag.get_groups(connection), values["name"], tag_group_id)
        if values.get("single") and not found.single:
            refuse_several(connection, tag.lock_group_tags(connection, tag_group_id))
        if values:
            tag.save_group(connection, tag_group_id, values)
            audit.append(connection, call, "tag_group.edited", {"tag_group_id": tag_group_id, "name": found.name, "changes": dict(wanted)})
        return _answer(connection, tag_group_id)


def delete_tag_group(engine: Engine, call: Call, tag_group_id: UUID) -> None:
    """Remove a group; its tags stay, without a group."""
    with transaction(engine) as connection:
        rules.require_manage(member.get_viewer(connection, call.member_id), "group")
        tag.lock_names(connection)
        found = _find(connection, tag_group_id)
        tag.lock_group_tags(connection, tag_group_id)
        tag.delete_group(connection, tag_group_id)
        audit.append(connection, call, "tag_group.deleted", {"tag_group_id": tag_group_id, "name": found.name})


def order_tag_groups(engine: Engine, call: Call, tag_group_ids: Sequence[UUID]) -> None:
    """Put the named groups first, in this order; the others follow as they were."""
    with transaction(engine) as connection:
        rules.require_manage(member.get_viewer(connection, call.member_id), "order")
        tag.lock_names(connection)
        known = [group.tag_group_id for group in tag.get_groups(connection)]
        tag.save_order(connection, "tag_group", rules.check_order(tag_group_ids, known, "/tag_group_ids"))


def _name(clean: str) -> dict[str, str]:
    columns = rules.name_columns(clean)
    return {"name": columns["name"], "name_key": columns["name_key"]}


def _find(connection: Connection, tag_group_id: UUID) -> Any:
    found = next((group for group in tag.get_groups(connection) if group.tag_group_id == tag_group_id), None)
    if found is None:
        raise not_found("tag_group")
    return found


def _answer(connection: Connection, tag_group_id: UUID) -> dict[str, Any]:
    return tag_answer.group_answer(_find(connection, tag_group_id))


def _refuse_taken(groups: Sequence[Any], name: str, besides: UUID | None) -> None:
    key = _name(name)["name_key"]
    if any(group.name_key == key and group.tag_group_id != besides for group in groups):
        raise rules.name_taken(name)
