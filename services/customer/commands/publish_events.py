"""Sending committed events on their way: number and commit, then send, then mark as sent; each step may be repeated after a crash.

Sending before numbering loses or doubles events when a relay dies in between; see docs/guarantees.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, text

from services.common.events import envelope
from services.customer.rules import stream as rules
from services.customer.store import stream as store
from services.customer.store.stream import Stream

BATCH = 500


def open_stream(redis_url: str) -> Stream:
    """The way to Redis; nothing is connected yet."""
    return Stream(redis_url)


def listen_for_events(connection: Connection) -> None:
    """Have this connection told of every append."""
    connection.execute(text(f"LISTEN {store.CHANNEL}"))


def find_waiting_lanes(connection: Connection, lanes: Iterable[int]) -> list[int]:
    """Those of ``lanes`` that have something to number or to send."""
    return store.list_waiting_lanes(connection, lanes)


def number_events(connection: Connection, lane: int, limit: int = BATCH) -> int:
    """Give committed events of the lane their next positions; how many. Only the lane's leader may call this.

    ``connection`` commits each statement by itself (it is the one that leads the lane), so the positions are committed on return.
    """
    last, ids = store.list_unnumbered(connection, lane, limit)
    if ids:
        store.save_positions(connection, rules.number(last, ids))
    return len(ids)


def send_events(connection: Connection, stream: Stream, lane: int, limit: int = BATCH) -> int:
    """Append numbered events of the lane to its stream, then mark them as sent; how many."""
    rows = store.list_unsent(connection, lane, limit)
    if rows:
        stream.send(lane, [envelope.to_json(row) for row in rows])
        store.mark_sent(connection, lane, rows[0]["position"], rows[-1]["position"])
    return len(rows)


def trim_stream(stream: Stream, lane: int) -> int:
    """Remove from the lane's stream what every consumer group has acknowledged; how many entries went."""
    below = rules.trim_below(stream.readers(lane))
    return 0 if below is None else stream.trim(lane, below)
