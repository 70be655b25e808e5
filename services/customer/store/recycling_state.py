"""How far the table of deadlines is: which events it has followed, and the walk over all customers after a rule or the calendar changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

NO_ID = UUID(int=0)


@dataclass(frozen=True, slots=True)
class State:
    """``revision`` counts changes of rules and calendar, ``refreshed`` the one that all rows follow; ``walked_to``: where the walk is."""

    revision: int
    refreshed: int
    refreshing: int | None
    walked_to: UUID | None
    refreshed_at: datetime | None


_LOCK = text("SELECT revision, refreshed, refreshing, walked_to, refreshed_at FROM recycling_state FOR NO KEY UPDATE SKIP LOCKED")
_TOUCH = text("UPDATE recycling_state SET revision = revision + 1")
_WALK = text("UPDATE recycling_state SET refreshing = :refreshing, walked_to = :walked_to")
_FINISH = text("UPDATE recycling_state SET refreshed = :refreshed, refreshed_at = :now, refreshing = NULL, walked_to = NULL")
_NEXT = text("""
    SELECT customer_id FROM (SELECT customer_id FROM customer WHERE customer_id > :after ORDER BY customer_id LIMIT :limit) q
    ORDER BY customer_id DESC LIMIT 1
""")
_EVENTS = text("""
    SELECT l.lane, e.position, e.customer_id FROM recycling_lane l
    CROSS JOIN LATERAL (SELECT position, customer_id FROM event WHERE lane = l.lane AND position > l.position
                        ORDER BY position LIMIT :limit) e
""")
_FOLLOWED = text("""
    UPDATE recycling_lane l SET position = f.position
    FROM unnest(CAST(:lanes AS smallint[]), CAST(:positions AS bigint[])) AS f (lane, position) WHERE l.lane = f.lane
""")


def lock(connection: Connection) -> State | None:
    """The state, held until the transaction ends; None while another worker is at it."""
    row = connection.execute(_LOCK).one_or_none()
    return None if row is None else State(*row)


def touch(connection: Connection) -> None:
    """Rules or calendar changed: every deadline is to be computed anew."""
    connection.execute(_TOUCH)


def walk(connection: Connection, refreshing: int, walked_to: UUID) -> None:
    """The walk has come to ``walked_to``."""
    connection.execute(_WALK, {"refreshing": refreshing, "walked_to": walked_to})


def finish(connection: Connection, refreshed: int, now: datetime) -> None:
    """The walk is over."""
    connection.execute(_FINISH, {"refreshed": refreshed, "now": now})


def next_id(connection: Connection, after: UUID, limit: int) -> UUID | None:
    """The last of the next ``limit`` customers by id; None at the end."""
    found: UUID | None = connection.execute(_NEXT, {"after": after, "limit": limit}).scalar_one_or_none()
    return found


def take_events(connection: Connection, limit: int) -> list[UUID]:
    """Customers of events numbered since the last time, at most ``limit`` of each lane; they count as followed with this transaction."""
    reached: dict[int, int] = {}
    customers: dict[UUID, None] = {}
    for row in connection.execute(_EVENTS, {"limit": limit}):
        reached[row.lane] = max(row.position, reached.get(row.lane, 0))
        customers[row.customer_id] = None
    if reached:
        connection.execute(_FOLLOWED, {"lanes": list(reached), "positions": list(reached.values())})
    return list(customers)
