"""Events that could not be applied: counted while they are tried again, put aside when that did not help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import BigInteger, Column, Connection, DateTime, Integer, SmallInteger, Table, Text, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.activity.store import metadata

parked = Table(
    "parked",
    metadata,
    Column("generation", SmallInteger, primary_key=True, autoincrement=False),
    Column("lane", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("attempts", Integer, nullable=False, server_default="1"),
    Column("error", Text, nullable=False),
    Column("envelope", Text, nullable=False),
    Column("first_failed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("parked_at", DateTime(timezone=True)),
)
_ERROR_LENGTH_MAX = 2000


@dataclass(frozen=True, slots=True)
class ParkedEvent:
    """One event that was put aside."""

    generation: int
    lane: int
    position: int
    data: Any


def count_failure(connection: Connection, *, generation: int, lane: int, position: int, data: Any, error: str) -> int:
    """Note that applying the event failed once more; how often it has by now."""
    values = {"generation": generation, "lane": lane, "position": position}
    statement = insert(parked).values(**values, envelope=orjson.dumps(data).decode(), error=error.replace("\0", "")[:_ERROR_LENGTH_MAX])
    again = statement.on_conflict_do_update(
        index_elements=list(values), set_={"attempts": parked.c.attempts + 1, "error": statement.excluded.error}
    )
    return int(connection.execute(again.returning(parked.c.attempts)).scalar_one())


def park(connection: Connection, generation: int, lane: int, position: int) -> None:
    """Put the event aside."""
    connection.execute(update(parked).where(_key(generation, lane, position)).values(parked_at=func.now()))


def list_parked(connection: Connection, generation: int, limit: int) -> Sequence[ParkedEvent]:
    """Events that were put aside, oldest first."""
    statement = select(parked).where(parked.c.generation == generation, parked.c.parked_at.is_not(None))
    rows = connection.execute(statement.order_by(parked.c.lane, parked.c.position).limit(limit)).all()
    return [ParkedEvent(row.generation, row.lane, row.position, orjson.loads(row.envelope)) for row in rows]


def delete_parked(connection: Connection, generation: int, lane: int, position: int) -> bool:
    """Forget one; whether it was there."""
    return connection.execute(delete(parked).where(_key(generation, lane, position))).rowcount > 0


def clear_parked(connection: Connection, generation: int) -> None:
    """Forget all of a generation."""
    connection.execute(delete(parked).where(parked.c.generation == generation))


def _key(generation: int, lane: int, position: int) -> Any:
    return (parked.c.generation == generation) & (parked.c.lane == lane) & (parked.c.position == position)
