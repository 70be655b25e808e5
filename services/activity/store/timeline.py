"""Timeline entries as rows, in two generations of which one is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import BigInteger, Column, Connection, DateTime, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.activity.rules.timeline import Entry
from services.activity.store import metadata

timeline = Table(
    "timeline",
    metadata,
    Column("generation", SmallInteger, primary_key=True, autoincrement=False),
    Column("customer_id", Uuid, primary_key=True),
    Column("customer_version", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("actor", JSONB, nullable=False),
    Column("batch_id", Uuid),
    Column("changes", JSONB, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("words", Text, nullable=False),
    Column("change_words", Text, nullable=False),
    postgresql_partition_by="LIST (generation)",
)

# The rows travel as one JSON text: one parameter instead of thirteen arrays, taken apart by the database.
_COLUMNS = "customer_id, customer_version, event_id, type, kind, occurred_at, actor, batch_id, changes, payload, words, change_words"
_TYPES = (
    "customer_id uuid, customer_version bigint, event_id uuid, type text, kind text, occurred_at timestamptz, actor jsonb,"
    " batch_id uuid, changes jsonb, payload jsonb, words text, change_words text"
)
_ROWS = f"SELECT {_COLUMNS} FROM json_to_recordset(%(rows)s::json) AS row ({_TYPES})"  # noqa: S608 - constants of this file
_INSERT = {
    generation: f"INSERT INTO timeline_{generation} (generation, {_COLUMNS}) SELECT {generation}, row.* FROM ({_ROWS}) AS row"  # noqa: S608
    for generation in (1, 2)
}
_MOVE = "WITH moved AS (UPDATE position SET applied = %(applied)s WHERE lane = %(lane)s) "
_APPLY = {generation: _MOVE + statement for generation, statement in _INSERT.items()}


def apply_entries(connection: Connection, generation: int, entries: Sequence[Entry], *, lane: int, applied: int) -> None:
    """Add entries and move the lane's position to ``applied``, in one statement."""
    connection.exec_driver_sql(_APPLY[generation], {"rows": _json(entries), "lane": lane, "applied": applied})


def insert_entries(connection: Connection, generation: int, entries: Sequence[Entry]) -> None:
    """Add entries; one that is there already is an error, for positions let nothing be applied twice."""
    connection.exec_driver_sql(_INSERT[generation], {"rows": _json(entries)})


def clear_generation(connection: Connection, generation: int) -> None:
    """Empty the generation that is not shown; the database refuses for the one that is."""
    connection.execute(text("SELECT clear_timeline(:generation)"), {"generation": generation})


def _json(entries: Sequence[Entry]) -> str:
    return orjson.dumps([_row(entry) for entry in entries], option=orjson.OPT_UTC_Z).decode()


def _row(entry: Entry) -> dict[str, Any]:
    event = entry.event
    return {
        "customer_id": event.customer_id,
        "customer_version": event.customer_version,
        "event_id": event.event_id,
        "type": event.type,
        "kind": entry.kind,
        "occurred_at": event.occurred_at,
        "actor": event.actor,
        "batch_id": event.batch_id,
        "changes": event.changes,
        "payload": event.payload,
        "words": entry.words,
        "change_words": entry.change_words,
    }
