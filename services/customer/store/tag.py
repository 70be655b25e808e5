"""Tags and their groups as rows. Which customer has which is ``customer_tag.py``.

Whoever changes a tag's place or end locks it FOR UPDATE, whoever sets it on customers FOR KEY SHARE, and always before any customer:
so nothing is set while it is merged away, and nobody waits in a circle. Renaming disturbs nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    func,
    insert,
    select,
    text,
    update,
)

from services.common.ids import parse_id
from services.customer.rules.tag import Tag
from services.customer.store import metadata

_C = Text(collation="C")
_TIME = DateTime(timezone=True)

tag_group = Table(
    "tag_group",
    metadata,
    Column("tag_group_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", _C, nullable=False),
    Column("single", Boolean, nullable=False, server_default=text("false")),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("created_by", Uuid, ForeignKey("member.member_id")),
    Column("created_at", _TIME, nullable=False, server_default=func.clock_timestamp()),
)
Index("tag_group_name_key", tag_group.c.name_key, unique=True)

tag = Table(
    "tag",
    metadata,
    Column("tag_id", Uuid, primary_key=True),
    Column("tag_group_id", Uuid, ForeignKey("tag_group.tag_group_id")),
    Column("name", Text, nullable=False),
    Column("name_key", _C, nullable=False),
    Column("name_sort", _C, nullable=False),
    Column("search", _C, nullable=False),
    Column("color", Text, nullable=False),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("archived_at", _TIME),
    Column("created_by", Uuid, ForeignKey("member.member_id")),
    Column("created_at", _TIME, nullable=False, server_default=func.clock_timestamp()),
)
Index("tag_name_key", tag.c.name_key, unique=True, postgresql_where=tag.c.archived_at.is_(None))
Index("tag_tag_group", tag.c.tag_group_id)

_TAGS = """
    SELECT t.tag_id, t.name, t.color, t.tag_group_id, coalesce(g.single, false), t.archived_at IS NOT NULL, t.created_by
    FROM tag t LEFT JOIN tag_group g ON g.tag_group_id = t.tag_group_id
"""
_LOCK = f"{_TAGS} WHERE t.tag_id = ANY(%(ids)s::uuid[]) ORDER BY t.tag_id FOR"
_TAGS_LOCK = 7_204_311_041


def lock_tags_to_set(connection: Connection, tag_ids: Sequence[UUID]) -> dict[UUID, Tag]:
    """Those that exist; until the transaction ends none is merged, archived or moved to another group."""
    return _read(connection, f"{_LOCK} KEY SHARE OF t", ids=list(tag_ids))


def lock_tags(connection: Connection, tag_ids: Sequence[UUID]) -> dict[UUID, Tag]:
    """Those that exist; until the transaction ends nobody sets or changes them."""
    return _read(connection, f"{_LOCK} UPDATE OF t", ids=list(tag_ids))


def get_tags(connection: Connection, tag_ids: Sequence[UUID]) -> dict[UUID, Tag]:
    """Those that exist."""
    return _read(connection, f"{_TAGS} WHERE t.tag_id = ANY(%(ids)s::uuid[])", ids=list(tag_ids))


def get_in_use(connection: Connection) -> list[Tag]:
    """All that are not archived."""
    return list(_read(connection, f"{_TAGS} WHERE t.archived_at IS NULL").values())


def get_missing(connection: Connection, tag_ids: Collection[str]) -> frozenset[str]:
    """Those of these ids, as texts, that are no tag's (any more); archived tags are there."""
    wanted = {tag_id: parse_id(tag_id) for tag_id in tag_ids}
    found = get_tags(connection, [parsed for parsed in wanted.values() if parsed is not None])
    return frozenset(tag_id for tag_id, parsed in wanted.items() if parsed not in found)


def find_named(connection: Connection, keys: Sequence[str]) -> dict[str, Tag]:
    """Folded name → the tag in use that is called so."""
    rows = connection.execute(
        select(tag.c.name_key, tag.c.tag_id).where(tag.c.archived_at.is_(None), tag.c.name_key == func.any(list(keys)))
    )
    ids = {row.tag_id: row.name_key for row in rows}
    return {ids[tag_id]: found for tag_id, found in get_tags(connection, list(ids)).items()} if ids else {}


def _read(connection: Connection, statement: str, **values: Any) -> dict[UUID, Tag]:
    return {row[0]: Tag(*row) for row in connection.exec_driver_sql(statement, values)}


def lock_names(connection: Connection) -> None:
    """Changes of names, places and groups take turns until the transaction ends; before any lock on rows."""
    connection.execute(select(func.pg_advisory_xact_lock(_TAGS_LOCK)))


def count_tags(connection: Connection) -> tuple[int, int, int]:
    """How many tags are in use, how many there ever were, and the last place."""
    used = func.count().filter(tag.c.archived_at.is_(None))
    row = connection.execute(select(used, func.count(), func.coalesce(func.max(tag.c.position), -1)).select_from(tag)).one()
    return row[0], row[1], row[2]


def list_ids(connection: Connection) -> list[UUID]:
    """Tags in use in their order."""
    return list(
        connection.execute(select(tag.c.tag_id).where(tag.c.archived_at.is_(None)).order_by(tag.c.position, tag.c.tag_id)).scalars()
    )


def insert_tag(connection: Connection, values: dict[str, Any]) -> None:
    """Add one."""
    connection.execute(insert(tag).values(**values))


def save_tag(connection: Connection, tag_id: UUID, values: dict[str, Any]) -> None:
    """Change one; ``archived`` sets or empties the time."""
    changed = {name: value for name, value in values.items() if name != "archived"}
    if "archived" in values:
        changed["archived_at"] = func.clock_timestamp() if values["archived"] else None
    connection.execute(update(tag).where(tag.c.tag_id == tag_id).values(**changed))


_ORDER = {
    "tag": "UPDATE tag t SET position = o.place FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS o (id, place) WHERE t.tag_id = o.id",
    "tag_group": """
        UPDATE tag_group t SET position = o.place FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS o (id, place)
        WHERE t.tag_group_id = o.id
    """,
}


def save_order(connection: Connection, table: str, ids: Sequence[UUID]) -> None:
    """Put all of ``tag`` or ``tag_group`` in this order."""
    connection.exec_driver_sql(_ORDER[table], {"ids": list(ids)})


# --- groups ----------------------------------------------------------------------------------------------------------------


def get_groups(connection: Connection) -> list[Any]:
    """All groups in their order."""
    return list(connection.execute(select(tag_group).order_by(tag_group.c.position, tag_group.c.tag_group_id)))


def lock_group_tags(connection: Connection, tag_group_id: UUID) -> list[UUID]:
    """The tags of a group; nobody sets them until the transaction ends."""
    statement = select(tag.c.tag_id).where(tag.c.tag_group_id == tag_group_id).order_by(tag.c.tag_id).with_for_update()
    return list(connection.execute(statement).scalars())


def insert_group(connection: Connection, values: dict[str, Any]) -> None:
    """Add one."""
    connection.execute(insert(tag_group).values(**values))


def save_group(connection: Connection, tag_group_id: UUID, values: dict[str, Any]) -> None:
    """Change one."""
    connection.execute(update(tag_group).where(tag_group.c.tag_group_id == tag_group_id).values(**values))


def delete_group(connection: Connection, tag_group_id: UUID) -> None:
    """Remove one; its tags belong to none."""
    connection.execute(update(tag).where(tag.c.tag_group_id == tag_group_id).values(tag_group_id=None))
    connection.execute(tag_group.delete().where(tag_group.c.tag_group_id == tag_group_id))
