"""Which tags a member has pinned into his side menu, in his order."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, Table, Uuid, delete, select
from sqlalchemy.dialects.postgresql import insert

from services.customer.store import metadata
from services.customer.store.tag import tag

pinned_tag = Table(
    "pinned_tag",
    metadata,
    Column("member_id", Uuid, ForeignKey("member.member_id"), primary_key=True),
    Column("tag_id", Uuid, ForeignKey("tag.tag_id"), primary_key=True),
    Column("position", Integer, nullable=False),
)
Index("pinned_tag_tag", pinned_tag.c.tag_id)

_MERGE = """
    INSERT INTO pinned_tag (member_id, tag_id, position)
    SELECT member_id, %(into)s, position FROM pinned_tag WHERE tag_id = %(tag_id)s ON CONFLICT DO NOTHING
"""


def get_pinned(connection: Connection, member_id: UUID) -> list[UUID]:
    """The pinned tags that are in use, in order."""
    statement = select(pinned_tag.c.tag_id).join(tag, tag.c.tag_id == pinned_tag.c.tag_id)
    statement = statement.where(pinned_tag.c.member_id == member_id, tag.c.archived_at.is_(None))
    return list(connection.execute(statement.order_by(pinned_tag.c.position, pinned_tag.c.tag_id)).scalars())


def save_pinned(connection: Connection, member_id: UUID, tag_ids: Sequence[UUID]) -> None:
    """Pin exactly these. Pins of archived tags are kept below, so that they are back when the tag is."""
    in_use = select(tag.c.tag_id).where(tag.c.archived_at.is_(None))
    connection.execute(delete(pinned_tag).where(pinned_tag.c.member_id == member_id, pinned_tag.c.tag_id.in_(in_use)))
    rows = [{"member_id": member_id, "tag_id": tag_id, "position": place} for place, tag_id in enumerate(tag_ids)]
    if rows:
        connection.execute(insert(pinned_tag).on_conflict_do_nothing(), rows)


def merge_pinned(connection: Connection, tag_id: UUID, into: UUID) -> None:
    """Who has pinned a tag that is merged away has pinned the other one."""
    connection.exec_driver_sql(_MERGE, {"tag_id": tag_id, "into": into})
    connection.execute(delete(pinned_tag).where(pinned_tag.c.tag_id == tag_id))
