"""Tags for the manager and the pickers, what a member has pinned, and who set what on one customer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common.database import reading
from services.customer.queries.permission import find_hidden_fields
from services.customer.queries.tag_count import count_tags
from services.customer.rules import tag as rules
from services.customer.store import customer_tag, member, pinned_tag, tag, tag_answer


def list_tags(engine: Engine, member_id: UUID, *, archived: bool, usage: bool) -> dict[str, Any]:
    """All tags in use with the groups, or the archived ones; ``usage``: with how many customers have each."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        items = tag_answer.list_shown(connection, viewer, archived=archived)
        groups = [tag_answer.group_answer(row) for row in tag.get_groups(connection)]
        if usage:
            counts = count_tags(connection, viewer, [item["tag_id"] for item in items])
            items = [item | {"usage": counts[item["tag_id"]]} for item in items]
    may = {f"may_{action}": rules.may_manage(viewer, action) for action in rules.ACTIONS_ON_ALL}
    return {"items": items, "groups": groups, **may}


def list_groups(engine: Engine, member_id: UUID) -> list[dict[str, Any]]:
    """The groups in their order."""
    with reading(engine) as connection:
        member.get_viewer(connection, member_id)
        return [tag_answer.group_answer(row) for row in tag.get_groups(connection)]


def list_pinned(engine: Engine, member_id: UUID) -> list[dict[str, Any]]:
    """The member's pinned tags in his order."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        ids = pinned_tag.get_pinned(connection, viewer.member_id)
        found = tag.get_tags(connection, ids)
    return [found[tag_id].shown() for tag_id in ids]


def list_of_customer(engine: Engine, member_id: UUID, customer_id: UUID) -> list[dict[str, Any]]:
    """The tags of one customer, each with who set it and when; nothing where the pool hides tags from the member."""
    hidden = find_hidden_fields(engine, member_id, customer_id)
    if "tags" in hidden:
        return []
    with reading(engine) as connection:
        return customer_tag.list_set(connection, customer_id)
