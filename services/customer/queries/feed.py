"""Reading the record of numbered events, for services that build pictures from it."""

from __future__ import annotations

from sqlalchemy import Engine, text

from services.common.database import reading
from services.common.events import envelope
from services.common.events.envelope import LANES
from services.customer.store.stream import ENVELOPE_COLUMNS

_EVENTS = text(
    f"SELECT {ENVELOPE_COLUMNS} FROM event"  # noqa: S608 - a constant of store/stream.py
    " WHERE lane = :lane AND position > :after ORDER BY position LIMIT :limit"
)
_HEAD = "coalesce((SELECT max(position) FROM event WHERE event.lane = lane.lane AND position IS NOT NULL), 0)"
_HEADS = text(f"SELECT lane, {_HEAD} AS head FROM unnest(CAST(:lanes AS int[])) AS lane")  # noqa: S608 - a constant


def list_events(engine: Engine, *, lane: int, after: int, limit: int) -> bytes:
    """Numbered events of a lane after a position, in order, with the lane's head: ``{"events": […], "head": n}`` as JSON."""
    with reading(engine) as connection:
        rows = connection.execute(_EVENTS, {"lane": lane, "after": after, "limit": limit}).mappings().all()
        head = connection.execute(_HEADS, {"lanes": [lane]}).one().head
    return b'{"events":[' + b",".join(envelope.to_json(row) for row in rows) + b'],"head":%d}' % head


def find_heads(engine: Engine) -> dict[str, int]:
    """The last position of every lane, 0 where there is none yet."""
    with reading(engine) as connection:
        rows = connection.execute(_HEADS, {"lanes": list(range(LANES))}).all()
    return {str(row.lane): row.head for row in rows}
