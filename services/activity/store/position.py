"""How far each lane has been applied, and which generation of the timelines is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Connection, DateTime, SmallInteger, Table, func, select, text, update
from sqlalchemy.exc import DBAPIError

from services.activity.store import metadata

position = Table(
    "position",
    metadata,
    Column("lane", SmallInteger, primary_key=True, autoincrement=False),
    Column("generation", SmallInteger, nullable=False, server_default="1"),
    Column("applied", BigInteger, nullable=False, server_default="0"),
    Column("head", BigInteger, nullable=False, server_default="0"),
    Column("checked_at", DateTime(timezone=True)),
)

_REBUILD_LOCK = 1_907_203

_LOCK = "SELECT generation, applied FROM position WHERE lane = %(lane)s FOR UPDATE"
# The generation that readers are shown, as a part of their statements.
SHOWN = "(SELECT coalesce(max(generation), 1) FROM position)"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a lane is."""

    generation: int
    applied: int


def insert_lanes(connection: Connection, lanes: Iterable[int]) -> None:
    """Make the rows of lanes that have none yet."""
    connection.execute(
        text(
            f"INSERT INTO position (lane, generation) SELECT lane, {SHOWN} FROM unnest(CAST(:lanes AS int[])) AS lane"  # noqa: S608 - a constant
            " ON CONFLICT DO NOTHING"
        ),
        {"lanes": sorted(lanes)},
    )


def list_applied(connection: Connection) -> dict[int, int]:
    """Lane → last applied position."""
    return {row.lane: row.applied for row in connection.execute(select(position.c.lane, position.c.applied))}


def lock_position(connection: Connection, lane: int) -> Position:
    """The lane's place; it stays ours until the transaction ends."""
    row = connection.exec_driver_sql(_LOCK, {"lane": lane}).one()
    return Position(row.generation, row.applied)


def lock_all(connection: Connection) -> dict[int, Position]:
    """All lanes' places, locked in order of lane."""
    rows = connection.execute(select(position).order_by(position.c.lane).with_for_update())
    return {row.lane: Position(row.generation, row.applied) for row in rows}


def get_shown_generation(connection: Connection) -> int:
    """The generation that readers are shown."""
    return int(connection.execute(text(f"SELECT {SHOWN}")).scalar_one())


def save_position(connection: Connection, lane: int, applied: int) -> None:
    """Everything up to ``applied`` is in the timeline (or parked)."""
    connection.execute(update(position).where(position.c.lane == lane).values(applied=applied))


def save_generation(connection: Connection, generation: int, applied: Mapping[int, int]) -> None:
    """Show another generation, which is as far as ``applied`` says."""
    for lane, last in sorted(applied.items()):
        connection.execute(update(position).where(position.c.lane == lane).values(generation=generation, applied=last))


def save_heads(connection: Connection, heads: Mapping[int, int]) -> None:
    """Remember the record's heads, for the report of how far behind this service is."""
    connection.execute(
        text(
            # locked in the order in which everybody locks several lanes, so that nobody waits in a circle
            "WITH seen AS (SELECT position.lane, seen.head FROM position"
            " JOIN unnest(CAST(:lanes AS int[]), CAST(:heads AS bigint[])) AS seen (lane, head) USING (lane)"
            " ORDER BY position.lane FOR UPDATE OF position)"
            " UPDATE position SET head = seen.head, checked_at = clock_timestamp() FROM seen WHERE position.lane = seen.lane"
        ),
        {"lanes": list(heads), "heads": list(heads.values())},
    )


def lock_rebuild(connection: Connection) -> bool:
    """Whether this session may rebuild: only one at a time, until it ends."""
    return bool(connection.execute(select(func.pg_try_advisory_lock(_REBUILD_LOCK))).scalar_one())


def unlock_rebuild(connection: Connection) -> None:
    """Let others rebuild; where the connection broke, its end has done so."""
    try:
        connection.execute(select(func.pg_advisory_unlock(_REBUILD_LOCK)))
        connection.commit()
    except DBAPIError:
        connection.invalidate()
