"""Custom fields as rows. What customers hold in them is ``custom_value.py``; options of choices are ``option.py``, by the field's key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    ForeignKey,
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

from services.customer.rules.custom_field import WITH_OPTIONS, as_field
from services.customer.rules.field import Field
from services.customer.store import metadata

custom_field = Table(
    "custom_field",
    metadata,
    Column("key", Text, primary_key=True),
    Column("type", Text, CheckConstraint("type IN ('text', 'number', 'date', 'choice', 'choices', 'member', 'boolean')"), nullable=False),
    Column("label_zh", Text, nullable=False),
    Column("label_en", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("created_by", Uuid, ForeignKey("member.member_id")),
)
_f = custom_field.c
_NAMES = ("key", "type", "label_zh", "label_en", "position", "active", "created_at")
_SHOWN = tuple(_f[name] for name in _NAMES)
_LOCK = 7_204_311_030


def get_fields(connection: Connection) -> tuple[Field, ...]:
    """The fields in use, in their order, as the registry knows fields."""
    statement = select(_f.key, _f.type, _f.label_zh, _f.label_en).where(_f.active).order_by(_f.position, _f.key)
    return tuple(as_field(*row) for row in connection.execute(statement))


def get_rows(connection: Connection) -> list[dict[str, Any]]:
    """Every field there ever was, in their order."""
    rows = connection.execute(select(*_SHOWN).order_by(_f.position, _f.key))
    return [dict(zip(_NAMES, row, strict=True)) for row in rows]


def has_options(connection: Connection, key: str) -> bool:
    """Whether ``key`` is a custom field whose values are options."""
    statement = select(_f.key).where(_f.key == key, _f.type.in_(WITH_OPTIONS))
    return connection.execute(statement).one_or_none() is not None


def lock_fields(connection: Connection) -> None:
    """Changes of fields take turns until the transaction ends."""
    connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def insert_field(connection: Connection, values: Mapping[str, Any]) -> dict[str, Any]:
    """A new field under the next key."""
    key = text("'cf_' || nextval('custom_field_key')")
    row = connection.execute(insert(custom_field).values(key=key, **values).returning(*_SHOWN)).one()
    return dict(zip(_NAMES, row, strict=True))


def save_field(connection: Connection, key: str, values: Mapping[str, Any]) -> None:
    """Change the given columns."""
    connection.execute(update(custom_field).where(_f.key == key).values(**values))


_SAVE_ORDER = """
    UPDATE custom_field f SET position = o.position
    FROM unnest(%(keys)s::text[]) WITH ORDINALITY AS o (key, position) WHERE f.key = o.key
"""


def save_order(connection: Connection, keys: Sequence[str]) -> None:
    """Put the fields into this order."""
    connection.exec_driver_sql(_SAVE_ORDER, {"keys": list(keys)})
