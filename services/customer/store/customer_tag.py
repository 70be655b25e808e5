"""Which customer has which tags, since when and by whom; set-based on locked customers, with the search tokens beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Connection, DateTime, ForeignKey, Index, Table, Uuid, func

from services.customer.rules.tag import Step, Tag
from services.customer.store import metadata

customer_tag = Table(
    "customer_tag",
    metadata,
    Column("customer_id", Uuid, ForeignKey("customer.customer_id"), primary_key=True),
    Column("tag_id", Uuid, ForeignKey("tag.tag_id"), primary_key=True),
    Column("open", Boolean, nullable=False),
    Column("added_by", Uuid, ForeignKey("member.member_id")),
    Column("added_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
)
Index("customer_tag_tag", customer_tag.c.tag_id, customer_tag.c.open, customer_tag.c.customer_id)

# A tag as ``rules.tag.Tag``, in the order in which tags are shown: groups first, each in its order.
SHOWN_ORDER = "g.position NULLS LAST, t.position, t.tag_id"
_HELD = f"""
    SELECT ct.customer_id, t.tag_id, t.name, t.color, t.tag_group_id, coalesce(g.single, false), t.archived_at IS NOT NULL, t.created_by
    FROM customer_tag ct JOIN tag t ON t.tag_id = ct.tag_id LEFT JOIN tag_group g ON g.tag_group_id = t.tag_group_id
    WHERE ct.customer_id = ANY(%(ids)s::uuid[])
    ORDER BY ct.customer_id, {SHOWN_ORDER}
"""  # noqa: S608 - constants only
_INSERT = """
    INSERT INTO customer_tag (customer_id, tag_id, open, added_by)
    SELECT n.customer_id, n.tag_id, c.open, %(by)s
    FROM unnest(%(customer_ids)s::uuid[], %(tag_ids)s::uuid[]) AS n (customer_id, tag_id) JOIN customer c ON c.customer_id = n.customer_id
    ON CONFLICT DO NOTHING
"""
# The target takes over who set the source, and when.
_INSERT_MERGED = """
    INSERT INTO customer_tag (customer_id, tag_id, open, added_by, added_at)
    SELECT ct.customer_id, %(into)s, ct.open, ct.added_by, ct.added_at
    FROM customer_tag ct WHERE ct.tag_id = %(tag_id)s AND ct.customer_id = ANY(%(customer_ids)s::uuid[])
    ON CONFLICT DO NOTHING
"""
_DELETE = """
    DELETE FROM customer_tag ct USING unnest(%(customer_ids)s::uuid[], %(tag_ids)s::uuid[]) AS g (customer_id, tag_id)
    WHERE ct.customer_id = g.customer_id AND ct.tag_id = g.tag_id
"""
TOKENS = """
    coalesce((SELECT array_to_tsvector(array_agg('g' || replace(ct.tag_id::text, '-', '')))
              FROM customer_tag ct WHERE ct.customer_id = {customer_id}), ''::tsvector)
"""
_TOKENS_OF_TAGS = """
    ARRAY(SELECT lexeme FROM unnest(s.tokens) AS u (lexeme, positions, weights) WHERE lexeme LIKE 'g%%')
"""
_SAVE_TOKENS = f"""
    UPDATE customer_search s SET tokens = ts_delete(s.tokens, {_TOKENS_OF_TAGS}) || {TOKENS.format(customer_id="s.customer_id")}
    WHERE s.customer_id = ANY(%(ids)s::uuid[])
"""  # noqa: S608 - constants only
# For the statement that follows customers which became visible to every member or ceased to be (``store/search.py``).
FOLLOW_OPEN = """
    UPDATE customer_tag ct SET open = c.open FROM customer c
    WHERE c.customer_id = ANY(:customer_ids) AND ct.customer_id = c.customer_id AND ct.open <> c.open
"""
# The tags of ``c`` as a batch keeps them for an undo, and bringing them back.
KEPT = """
    (SELECT coalesce(jsonb_agg(jsonb_build_object('tag_id', ct.tag_id, 'added_by', ct.added_by, 'added_at', ct.added_at)), '[]')
     FROM customer_tag ct WHERE ct.customer_id = c.customer_id)
"""
_KEPT_TAGS = """
    SELECT DISTINCT (t ->> 'tag_id')::uuid AS tag_id FROM batch_row r CROSS JOIN LATERAL jsonb_array_elements(r.before -> 'tags') AS t
    WHERE r.batch_id = %(batch_id)s AND r.customer_id = ANY(%(customer_ids)s::uuid[])
"""
_DROP = "DELETE FROM customer_tag WHERE customer_id = ANY(%(customer_ids)s::uuid[])"
_RESTORE = """
    INSERT INTO customer_tag (customer_id, tag_id, open, added_by, added_at)
    SELECT c.customer_id, t.tag_id, c.open, t.added_by, t.added_at
    FROM batch_row r JOIN customer c ON c.customer_id = r.customer_id CROSS JOIN LATERAL
        jsonb_to_recordset(r.before -> 'tags') AS t (tag_id uuid, added_by uuid, added_at timestamptz)
    WHERE r.batch_id = %(batch_id)s AND r.customer_id = ANY(%(customer_ids)s::uuid[])
"""
_TOUCH = """
    UPDATE customer SET version = version + 1, updated_at = clock_timestamp() WHERE customer_id = ANY(%(ids)s::uuid[])
"""
_SEVERAL = """
    SELECT ct.customer_id FROM customer_tag ct WHERE ct.tag_id = ANY(%(ids)s::uuid[])
    GROUP BY ct.customer_id HAVING count(*) > 1 LIMIT %(limit)s
"""
_SOME = "SELECT customer_id FROM customer_tag WHERE tag_id = %(tag_id)s ORDER BY customer_id LIMIT %(limit)s"
_SET = """
    SELECT t.tag_id, t.name, t.color, m.member_id, m.name, ct.added_at, t.archived_at IS NOT NULL
    FROM customer_tag ct JOIN tag t ON t.tag_id = ct.tag_id LEFT JOIN tag_group g ON g.tag_group_id = t.tag_group_id
    LEFT JOIN member m ON m.member_id = ct.added_by
    WHERE ct.customer_id = %(customer_id)s
"""


def token(tag_id: UUID) -> str:
    """What a customer with this tag is found by."""
    return f"g{tag_id.hex}"


def get_held(connection: Connection, customer_ids: Sequence[UUID]) -> dict[UUID, list[Tag]]:
    """The tags of each, archived ones too; every asked customer has an entry."""
    held: dict[UUID, list[Tag]] = {customer_id: [] for customer_id in customer_ids}
    for row in connection.exec_driver_sql(_HELD, {"ids": list(customer_ids)}):
        held[row[0]].append(Tag(*row[1:]))
    return held


def list_set(connection: Connection, customer_id: UUID) -> list[dict[str, Any]]:
    """The tags of one customer, each with who set it and when."""
    rows = connection.exec_driver_sql(f"{_SET} ORDER BY {SHOWN_ORDER}", {"customer_id": customer_id})
    return [
        {
            "tag_id": row[0], "name": row[1], "color": row[2], "added_at": row[5],
            "added_by": None if row[3] is None else {"member_id": row[3], "name": row[4]},
            **({"archived": True} if row[6] else {}),
        }
        for row in rows
    ]  # fmt: skip


def save_steps(connection: Connection, steps: Mapping[UUID, Step], *, by: UUID) -> None:
    """Change the tags of locked customers, and their versions."""
    _delete(connection, steps)
    added = [(customer_id, tag.tag_id) for customer_id, step in steps.items() for tag in step.added]
    if added:
        connection.exec_driver_sql(_INSERT, {"customer_ids": [c for c, _ in added], "tag_ids": [t for _, t in added], "by": by})
    _finish(connection, list(steps))


def save_merged(connection: Connection, steps: Mapping[UUID, Step], tag_id: UUID, into: UUID) -> None:
    """The same for a batch of a merge."""
    taking = [customer_id for customer_id, step in steps.items() if step.added]
    if taking:
        connection.exec_driver_sql(_INSERT_MERGED, {"customer_ids": taking, "tag_id": tag_id, "into": into})
    _delete(connection, steps)
    _finish(connection, list(steps))


def _delete(connection: Connection, steps: Mapping[UUID, Step]) -> None:
    gone = [(customer_id, tag.tag_id) for customer_id, step in steps.items() for tag in step.removed]
    if gone:
        connection.exec_driver_sql(_DELETE, {"customer_ids": [c for c, _ in gone], "tag_ids": [t for _, t in gone]})


def _finish(connection: Connection, customer_ids: Sequence[UUID]) -> None:
    if customer_ids:
        connection.exec_driver_sql(_SAVE_TOKENS, {"ids": list(customer_ids)})
        connection.exec_driver_sql(_TOUCH, {"ids": list(customer_ids)})


def get_kept(connection: Connection, batch_id: UUID, customer_ids: Sequence[UUID]) -> list[UUID]:
    """The tags that an undo of this batch would set on these customers."""
    values = {"batch_id": batch_id, "customer_ids": list(customer_ids)}
    return list(connection.exec_driver_sql(_KEPT_TAGS, values).scalars())


def restore(connection: Connection, batch_id: UUID, customer_ids: Sequence[UUID]) -> None:
    """Bring the tags of locked customers back as the batch kept them; their version is another's business."""
    values = {"batch_id": batch_id, "customer_ids": list(customer_ids)}
    connection.exec_driver_sql(_DROP, values)
    connection.exec_driver_sql(_RESTORE, values)
    connection.exec_driver_sql(_SAVE_TOKENS, {"ids": list(customer_ids)})


def insert_for_new(connection: Connection, tags: Sequence[tuple[UUID, UUID]], *, by: UUID) -> None:
    """Set (customer_id, tag_id) on customers that this transaction has made, after their search rows; no version of their own."""
    if not tags:
        return
    customer_ids = [customer_id for customer_id, _ in tags]
    connection.exec_driver_sql(_INSERT, {"customer_ids": customer_ids, "tag_ids": [tag_id for _, tag_id in tags], "by": by})
    connection.exec_driver_sql(_SAVE_TOKENS, {"ids": list(dict.fromkeys(customer_ids))})


def find_some(connection: Connection, tag_id: UUID, limit: int) -> list[UUID]:
    """Some customers that have the tag."""
    return list(connection.exec_driver_sql(_SOME, {"tag_id": tag_id, "limit": limit}).scalars())


def count_with_several(connection: Connection, tag_ids: Sequence[UUID], *, limit: int) -> int:
    """How many customers have more than one of these tags, up to ``limit``."""
    return len(list(connection.exec_driver_sql(_SEVERAL, {"ids": list(tag_ids), "limit": limit})))
