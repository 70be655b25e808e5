"""Merging one tag into another: the first customers in the transaction that decides it, the others batch by batch in the worker.

Each customer that changes gets one event. From the decision on the source is archived, so nobody sets it any more.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.call import Call
from services.common.database import transaction
from services.common.ids import new_id
from services.common.problem import Kind, Problem, invalid, not_found
from services.customer.commands.customer_tag import tag_events
from services.customer.rules import tag as rules
from services.customer.rules.tag import Tag
from services.customer.store import audit, customer, customer_tag, idempotency, member, pinned_tag, tag, tag_merge
from services.customer.store import event as event_store


def merge_tag(engine: Engine, call: Call, tag_id: UUID, into: UUID) -> dict[str, Any]:
    """Let ``into`` take the place of a tag everywhere; answers how many customers have followed and whether others will."""
    if tag_id == into:
        raise invalid("/into", "same_tag", "Choose another tag to merge into.")
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        viewer = member.get_viewer(connection, call.member_id)
        rules.require_manage(viewer, "merge")
        tag.lock_names(connection)
        source, target = _find_both(connection, tag_id, into)
        tag.save_tag(connection, tag_id, {"archived": True})
        pinned_tag.merge_pinned(connection, tag_id, into)
        tag_merge.rewrite_filters(connection, tag_id, into)
        begun = {"tag_id": tag_id, "into_tag_id": into, "member_id": viewer.member_id, "request_id": call.request_id, "batch_id": new_id()}
        tag_merge.insert_merge(connection, begun)
        moved, left = _move(connection, (viewer.member_id, viewer.name), source, target, begun)
        audit.append(connection, call, "tag.merged", {"tag_id": tag_id, "name": source.name, "into": into, "into_name": target.name})
        answer = {"batch_id": begun["batch_id"], "moved": moved, "moving": left}
        idempotency.remember(connection, call, 200, answer)
        return answer


def _find_both(connection: Connection, tag_id: UUID, into: UUID) -> tuple[Tag, Tag]:
    found = tag.lock_tags(connection, [tag_id, into])
    if tag_id not in found or tag_merge.get_merge(connection, tag_id) is not None:
        raise not_found("tag")
    if into not in found:
        raise invalid("/into", "tag_unknown", "There is no such tag.")
    if found[into].archived:
        raise Problem(Kind.CONFLICT, "tag_archived", "The tag to merge into is archived. Restore it first.", rule="tag_merge")
    return found[tag_id], found[into]


def continue_merge(engine: Engine) -> bool:
    """Move the next customers of a merge; True while there may be more to do."""
    with transaction(engine) as connection:
        row = tag_merge.take_moving(connection)
        if row is None:
            return False
        found = tag.lock_tags(connection, [row.tag_id, row.into_tag_id])
        actor = (row.member_id, member.get_names(connection, [row.member_id])[row.member_id])
        _move(connection, actor, found[row.tag_id], found[row.into_tag_id], row._mapping)  # noqa: SLF001 - the public way of a row
        return True


def _move(connection: Connection, actor: tuple[UUID, str], source: Tag, target: Tag, begun: Any) -> tuple[int, bool]:
    """One batch: how many customers changed, and whether others are left."""
    customer_ids = customer_tag.find_some(connection, source.tag_id, rules.MERGE_BATCH)
    versions = customer.lock_versions(connection, customer_ids)
    held = customer_tag.get_held(connection, customer_ids)  # once more: some may have lost it while their locks were waited for
    steps = {customer_id: rules.merge(held[customer_id], source, target) for customer_id in customer_ids}
    steps = {customer_id: step for customer_id, step in steps.items() if not step.is_empty}
    customer_tag.save_merged(connection, steps, source.tag_id, target.tag_id)
    made = tag_events(actor, begun["request_id"], steps, versions, batch_id=begun["batch_id"], merged=True)
    event_store.append(connection, made)
    left = len(customer_ids) == rules.MERGE_BATCH
    tag_merge.save_moved(connection, source.tag_id, len(steps), finished=not left)
    return len(steps), left
