"""The values of custom fields, one typed line each, beside ``customer.custom`` which is what is read.

Lists are filtered and sorted by these lines. ``save_values`` follows a change of values; that of openness is followed by whoever calls
``search.save_state``, whose statement holds ``FOLLOW_OPEN``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Connection, ForeignKey, Index, Numeric, SmallInteger, Table, Text, Uuid

from services.customer.rules.custom_value import lines
from services.customer.rules.field import Field
from services.customer.store import metadata

_C = Text(collation="C")

custom_value = Table(
    "custom_value",
    metadata,
    Column("customer_id", Uuid, ForeignKey("customer.customer_id"), primary_key=True),
    Column("key", _C, primary_key=True),
    Column("item", SmallInteger, primary_key=True, server_default="0"),
    Column("open", Boolean, nullable=False),
    Column("number", Numeric),
    Column("text", _C),
    CheckConstraint("(number IS NULL) <> (text IS NULL)", name="custom_value_is_number_or_text"),
)
_v = custom_value.c
Index("custom_value_number", _v.key, _v.open, _v.number, _v.customer_id, postgresql_where=_v.number.is_not(None))
Index("custom_value_text", _v.key, _v.open, _v.text, _v.customer_id, postgresql_where=_v.text.is_not(None))

# For a WITH of the statement that follows customers in and out of everybody's sight; binds ``customer_ids``.
FOLLOW_OPEN = """
    UPDATE custom_value v SET open = c.open FROM customer c
    WHERE c.customer_id = ANY(:customer_ids) AND v.customer_id = c.customer_id AND v.open <> c.open
"""
_DELETE = """
    DELETE FROM custom_value v USING unnest(%(customer_ids)s::uuid[], %(keys)s::text[]) AS d (customer_id, key)
    WHERE v.customer_id = d.customer_id AND v.key = d.key
"""
_INSERT = """
    INSERT INTO custom_value (customer_id, key, item, open, number, text)
    SELECT n.customer_id, n.key, n.item, c.open, n.number, n.text
    FROM unnest(%(customer_ids)s::uuid[], %(keys)s::text[], %(items)s::smallint[], %(numbers)s::numeric[], %(texts)s::text[])
        AS n (customer_id, key, item, number, text)
    JOIN customer c ON c.customer_id = n.customer_id
"""


def save_values(
    connection: Connection, changed: Iterable[tuple[UUID, Mapping[str, Any]]], fields: Mapping[str, Field], *, new: bool = False
) -> None:
    """Follow what was saved in ``customer.custom`` of locked customers: (customer, key → its value now, None where it is empty).

    At most two statements whatever the number of customers; ``new`` ones have nothing to forget.
    """
    rows = [(customer_id, key, value) for customer_id, values in changed for key, value in values.items()]
    if not rows:
        return
    if not new:
        forgotten = {"customer_ids": [customer_id for customer_id, _, _ in rows], "keys": [key for _, key, _ in rows]}
        connection.exec_driver_sql(_DELETE, forgotten)
    made = [
        (customer_id, key, item, number, text)
        for customer_id, key, value in rows
        if value is not None
        for item, (number, text) in enumerate(lines(fields[key].type, value))
    ]
    if made:
        names = ("customer_ids", "keys", "items", "numbers", "texts")
        columns = zip(*made, strict=True)
        connection.exec_driver_sql(_INSERT, dict(zip(names, map(list, columns), strict=True)))
