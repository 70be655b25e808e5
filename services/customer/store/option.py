"""Option lists as rows. ``get_options`` and ``get_labels`` serve every rule that checks or shows a choice."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Boolean, Column, Connection, Index, Integer, Table, Text, func, select, text
from sqlalchemy.dialects.postgresql import insert

from services.customer.rules.option import Option
from services.customer.store import metadata

option = Table(
    "option",
    metadata,
    Column("list", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("label_zh", Text, nullable=False),
    Column("label_en", Text, nullable=False),
    Column("color", Text),
    Column("position", Integer, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("system", Boolean, nullable=False, server_default=text("false")),
)
Index("option_position", option.c.list, option.c.position, option.c.value)

_SHOWN = [option.c[name] for name in ("value", "label_zh", "label_en", "color", "position", "active", "system")]

_OPTIONS = f"""
    SELECT list, {", ".join(column.name for column in _SHOWN)} FROM option
    WHERE (%(lists)s::text[] IS NULL OR list = ANY(%(lists)s)) AND (%(values)s::text[] IS NULL OR value = ANY(%(values)s))
    ORDER BY list, position, value
"""  # noqa: S608 - constants only


def get_options(
    connection: Connection, lists: Collection[str] | None = None, values: Collection[str] | None = None
) -> dict[str, list[Option]]:
    """The options of the named lists (None: of all), each list in its order, inactive ones too; only those of ``values``, where given."""
    wanted = {"lists": None if lists is None else list(lists), "values": None if values is None else list(values)}
    found: dict[str, list[Option]] = {name: [] for name in lists or ()}
    for row in connection.exec_driver_sql(_OPTIONS, wanted):
        found.setdefault(row.list, []).append(Option(*row[1:]))
    return found


_MISSING = text("""
    SELECT w.list, w.value FROM unnest(CAST(:lists AS text[]), CAST(:values AS text[])) AS w (list, value)
    WHERE NOT EXISTS (SELECT FROM option o WHERE o.list = w.list AND o.value = w.value)
""")


def get_missing(connection: Connection, wanted: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Those (list, value) that no list holds; what is out of use is there."""
    pairs = list(wanted)
    rows = connection.execute(_MISSING, {"lists": [one[0] for one in pairs], "values": [one[1] for one in pairs]})
    return frozenset((row[0], row[1]) for row in rows)


def get_labels(connection: Connection, lists: Collection[str]) -> dict[tuple[str, str], str]:
    """(list, value) → the Chinese label, the organisation's language."""
    statement = select(option.c.list, option.c.value, option.c.label_zh).where(option.c.list.in_(lists))
    return {(row.list, row.value): row.label_zh for row in connection.execute(statement)}


def lock_list(connection: Connection, name: str) -> None:
    """Changes of one list take turns until the transaction ends."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"option {name}", 7_204_311))))


def save_options(connection: Connection, name: str, options: Sequence[Option]) -> None:
    """Store the whole list: changed ones are overwritten, new ones added."""
    rows = [{"list": name, **{column.name: getattr(item, column.name) for column in _SHOWN}} for item in options]
    if not rows:
        return
    statement = insert(option).values(rows)
    changed = {column.name: statement.excluded[column.name] for column in _SHOWN if column.name != "value"}
    connection.execute(statement.on_conflict_do_update(index_elements=["list", "value"], set_=changed))
