"""Making and changing tags: name, colour, group, archive, order; and what a member pins. Setting them is ``customer_tag.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.call import Call
from services.common.database import transaction
from services.common.ids import new_id
from services.common.problem import Kind, Problem, invalid, not_found
from services.customer.rules import tag as rules
from services.customer.rules.viewer import Viewer
from services.customer.store import audit, customer_tag, idempotency, member, pinned_tag, tag, tag_answer, tag_merge


def create_tag(engine: Engine, call: Call, *, name: str, color: str | None, tag_group_id: UUID | None) -> dict[str, Any]:
    """Add a tag at the end."""
    clean = rules.check_name(name)
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        viewer = member.get_viewer(connection, call.member_id)
        rules.require_manage(viewer, "create")
        tag.lock_names(connection)
        _check_group(connection, tag_group_id)
        _refuse_taken(connection, clean, None)
        tag_id = insert_new(connection, viewer, clean, color=color, tag_group_id=tag_group_id)
        audit.append(connection, call, "tag.created", {"tag_id": tag_id, "name": clean})
        answer = tag_answer.get_shown(connection, viewer, tag_id)
        idempotency.remember(connection, call, 201, answer)
        return answer


def insert_new(connection: Connection, viewer: Viewer, name: str, *, color: str | None = None, tag_group_id: UUID | None = None) -> UUID:
    """Add a tag whose name is free, while the names are locked; 409 where there are enough."""
    used, made, last = tag.count_tags(connection)
    if used >= rules.TAGS_MAX:
        raise Problem(Kind.CONFLICT, "too_many_tags", f"There can be {rules.TAGS_MAX} tags. Archive or merge some first.", rule="tags_max")
    tag_id = new_id()
    values = {"tag_id": tag_id, "tag_group_id": tag_group_id, "color": color or rules.next_color(made), "position": last + 1}
    tag.insert_tag(connection, {**values, **rules.name_columns(name), "created_by": viewer.member_id})
    return tag_id


def edit_tag(engine: Engine, call: Call, tag_id: UUID, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Rename, colour, move to a group, archive or restore."""
    values = dict(wanted)
    if "name" in values:
        values |= rules.name_columns(rules.check_name(values["name"]))
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        tag.lock_names(connection)
        found = _lock(connection, tag_id, values)
        rules.require_manage(viewer, "edit", found.created_by)
        if "tag_group_id" in values and values["tag_group_id"] != found.tag_group_id:
            _move(connection, viewer, tag_id, values["tag_group_id"])
        in_use = not values.get("archived", found.archived)
        if in_use and ("name" in values or "archived" in values):
            _refuse_taken(connection, values.get("name", found.name), tag_id)
        if values:
            tag.save_tag(connection, tag_id, values)
            audit.append(connection, call, "tag.edited", {"tag_id": tag_id, "name": found.name, "changes": dict(wanted)})
        return tag_answer.get_shown(connection, viewer, tag_id)


def _lock(connection: Connection, tag_id: UUID, values: Mapping[str, Any]) -> rules.Tag:
    """The tag; held against being set only where its place or its end changes. What was merged away is not there any more."""
    places = "tag_group_id" in values or "archived" in values
    found = (tag.lock_tags if places else tag.get_tags)(connection, [tag_id]).get(tag_id)
    if found is None or tag_merge.get_merge(connection, tag_id) is not None:
        raise not_found("tag")
    return found


def _move(connection: Connection, viewer: Viewer, tag_id: UUID, tag_group_id: UUID | None) -> None:
    """Into another group: for who manages groups; into one that allows one tag per customer only if no customer would have two."""
    rules.require_manage(viewer, "group")
    group = _check_group(connection, tag_group_id)
    if group is not None and group.single:
        refuse_several(connection, [tag_id, *tag.lock_group_tags(connection, group.tag_group_id)])


def refuse_several(connection: Connection, tag_ids: Sequence[UUID]) -> None:
    """409 where customers have more than one of these tags, which shall exclude each other."""
    several = customer_tag.count_with_several(connection, tag_ids, limit=rules.MERGE_BATCH)
    if several:
        told = f"{several} customers have" if several > 1 else "A customer has"
        message = f"{told} more than one tag of this group. Take the others away first, then allow one only."
        raise Problem(Kind.CONFLICT, "several_of_group", message, rule="tag_group_single", customers=several)


def _check_group(connection: Connection, tag_group_id: UUID | None) -> Any | None:
    if tag_group_id is None:
        return None
    found = next((group for group in tag.get_groups(connection) if group.tag_group_id == tag_group_id), None)
    if found is None:
        raise invalid("/tag_group_id", "tag_group_unknown", "There is no such group.")
    return found


def _refuse_taken(connection: Connection, name: str, besides: UUID | None) -> None:
    key = rules.name_columns(name)["name_key"]
    other = tag.find_named(connection, [key]).get(key)
    if other is not None and other.tag_id != besides:
        raise rules.name_taken(other.name, tag=other.shown())


def order_tags(engine: Engine, call: Call, tag_ids: Sequence[UUID]) -> None:
    """Put the named tags first, in this order; the others follow as they were."""
    with transaction(engine) as connection:
        rules.require_manage(member.get_viewer(connection, call.member_id), "order")
        tag.lock_names(connection)
        tag.save_order(connection, "tag", rules.check_order(tag_ids, tag.list_ids(connection), "/tag_ids"))


def pin_tags(engine: Engine, call: Call, tag_ids: Sequence[UUID]) -> list[dict[str, str]]:
    """Pin exactly these tags, in this order; answers those pinned now."""
    ids = list(dict.fromkeys(tag_ids))
    if len(ids) > rules.PINNED_MAX:
        raise invalid("/tag_ids", "too_many_pinned_tags", f"At most {rules.PINNED_MAX} tags can be pinned.")
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        known = tag.lock_tags_to_set(connection, ids)
        for index, tag_id in enumerate(ids):
            if tag_id not in known or known[tag_id].archived:
                raise invalid(f"/tag_ids/{index}", "tag_unknown", "There is no such tag, or it is archived.")
        pinned_tag.save_pinned(connection, viewer.member_id, ids)
        return [known[tag_id].shown() for tag_id in ids]
