"""The tags that rows of an import bring: those in use are found by name, new ones made where the importer may, others end the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection

from services.customer.commands.tag import insert_new
from services.customer.rules import customer_import as rules
from services.customer.rules.pinyin import fold
from services.customer.rules.tag import TAGS_MAX, Tag
from services.customer.rules.viewer import Viewer
from services.customer.store import audit, customer_tag, tag


def take_tags(connection: Connection, viewer: Viewer, request_id: str, checked: Sequence[rules.Checked]) -> dict[str, Tag]:
    """Folded name → tag, held as it is until the transaction ends; rows whose tags are gone meanwhile are rejected."""
    accepted = [found for found in checked if not found.reasons and found.values.get("tags")]
    if not accepted:
        return {}
    new = {fold(label): label for found in accepted for field, label in found.new_options if field == "tags"}
    if new:
        _make(connection, viewer, request_id, new)
    keys = sorted({key for found in accepted for key in found.values["tags"]})
    known = tag.find_named(connection, keys)
    held = tag.lock_tags_to_set(connection, [one.tag_id for one in known.values()])
    usable = {key: one for key, one in known.items() if one.tag_id in held and not held[one.tag_id].archived}
    for found in accepted:
        missing = [key for key in found.values["tags"] if key not in usable]
        if missing:
            found.reasons.append(rules.Reason("tags", "tag_unknown", f"{missing[0]} is no tag in use, and no more can be made."))
    return usable


def _make(connection: Connection, viewer: Viewer, request_id: str, new: Mapping[str, str]) -> None:
    tag.lock_names(connection)
    there = tag.find_named(connection, sorted(new))
    room = TAGS_MAX - tag.count_tags(connection)[0]
    for name in [name for key, name in new.items() if key not in there][: max(room, 0)]:
        tag_id = insert_new(connection, viewer, name)
        audit.append_for(connection, viewer.member_id, request_id, "tag.created", {"tag_id": tag_id, "name": name})


def set_tags(connection: Connection, rows: Sequence[tuple[UUID, Sequence[Tag]]], *, by: UUID) -> None:
    """Set the tags of customers that this batch has made."""
    customer_tag.insert_for_new(connection, [(customer_id, one.tag_id) for customer_id, tags in rows for one in tags], by=by)
