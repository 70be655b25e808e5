"""Where events are on their way out: positions and sent marks in the ``event`` table, and the Redis Streams. No decision here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import psycopg
import redis
from psycopg.rows import DictRow, dict_row
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import Connection

from services.common.events.envelope import ENTRY_FIELD, stream_key
from services.customer.rules.stream import Reader

CHANNEL = "event"  # NOTIFY at every append, with the lane

_WAITING = (
    "SELECT lane FROM unnest(%(lanes)s::int[]) AS lane"
    " WHERE EXISTS (SELECT FROM event WHERE event.lane = lane.lane AND position IS NULL)"
    " OR EXISTS (SELECT FROM event WHERE event.lane = lane.lane AND position IS NOT NULL AND sent_at IS NULL)"
)
_UNNUMBERED = (
    "SELECT id, coalesce((SELECT max(position) FROM event WHERE lane = %(lane)s AND position IS NOT NULL), 0) AS last"
    " FROM event WHERE lane = %(lane)s AND position IS NULL ORDER BY id LIMIT %(limit)s"
)
# One statement, so that it is all or nothing on a connection without transactions too: unless every row was still without a
# position it divides by zero, for then somebody else numbers the same lane.
_NUMBER = (
    "WITH done AS (UPDATE event SET position = numbered.position"
    " FROM unnest(%(ids)s::bigint[], %(positions)s::bigint[]) AS numbered (id, position)"
    " WHERE event.id = numbered.id AND event.position IS NULL RETURNING event.id)"
    " SELECT 1 / (count(*) = %(wanted)s)::int FROM done"
)
# JSON columns as text: the envelope takes them over unparsed.
ENVELOPE_COLUMNS = (
    "event_id, type, version, customer_id, customer_version, occurred_at, actor::text AS actor, request_id, batch_id,"
    " changes::text AS changes, payload::text AS payload, audience, lane, position"
)
_UNSENT = (
    f"SELECT {ENVELOPE_COLUMNS} FROM event"  # noqa: S608 - a constant of this file
    " WHERE lane = %(lane)s AND position IS NOT NULL AND sent_at IS NULL ORDER BY position LIMIT %(limit)s"
)
# A mark that is lost in a crash only makes its events be sent twice, so its commit need not wait for the disk.
_MARK = (
    "UPDATE event SET sent_at = clock_timestamp()"
    " FROM (SELECT set_config('synchronous_commit', 'off', true)) AS quick (setting)"
    " WHERE lane = %(lane)s AND position BETWEEN %(first)s AND %(last)s AND sent_at IS NULL AND quick.setting = 'off'"
)


def _execute(connection: Connection, statement: str, values: Mapping[str, Any]) -> psycopg.Cursor[DictRow]:
    """Straight to the driver: of these small statements the larger part of the time would be SQLAlchemy's. An error, whatever it is
    called, costs the leader its lanes and its connection.
    """
    driver: Any = connection.connection.driver_connection
    cursor: psycopg.Cursor[DictRow] = driver.cursor(row_factory=dict_row)
    return cursor.execute(statement, values)


def list_waiting_lanes(connection: Connection, lanes: Iterable[int]) -> list[int]:
    """Those of ``lanes`` that hold events without a position or without a sent mark."""
    return [row["lane"] for row in _execute(connection, _WAITING, {"lanes": sorted(lanes)})]


def list_unnumbered(connection: Connection, lane: int, limit: int) -> tuple[int, list[int]]:
    """The last position of the lane and the ids of its committed events that have none, in order."""
    rows = _execute(connection, _UNNUMBERED, {"lane": lane, "limit": limit}).fetchall()
    return (rows[0]["last"] if rows else 0), [row["id"] for row in rows]


def save_positions(connection: Connection, numbered: Sequence[tuple[int, int]]) -> None:
    """Write positions, all or none; positions that are taken are refused by the unique index, rows that have one by the statement."""
    ids, positions = zip(*numbered, strict=True)
    _execute(connection, _NUMBER, {"ids": list(ids), "positions": list(positions), "wanted": len(numbered)})


def list_unsent(connection: Connection, lane: int, limit: int) -> list[DictRow]:
    """Numbered events without a sent mark, in order of position, as ``envelope.to_json`` takes them."""
    return _execute(connection, _UNSENT, {"lane": lane, "limit": limit}).fetchall()


def mark_sent(connection: Connection, lane: int, first: int, last: int) -> None:
    """Mark positions ``first`` to ``last``."""
    _execute(connection, _MARK, {"lane": lane, "first": first, "last": last})


class Stream:
    """The streams of all lanes in Redis."""

    def __init__(self, url: str) -> None:
        # One attempt only: a repeated XADD whose first answer was lost would write the entries twice, and waiting is the relay's.
        self._redis: redis.Redis = redis.Redis.from_url(
            url, socket_timeout=1.0, socket_connect_timeout=1.0, socket_keepalive=True, retry=Retry(NoBackoff(), 0)
        )

    def send(self, lane: int, envelopes: Sequence[bytes]) -> None:
        """Append entries in order."""
        pipeline = self._redis.pipeline(transaction=False)
        key = stream_key(lane)
        for envelope in envelopes:
            pipeline.xadd(key, {ENTRY_FIELD: envelope})
        pipeline.execute()

    def readers(self, lane: int) -> list[Reader]:
        """How far each consumer group of the lane is; none where there is no stream."""
        key = stream_key(lane)
        try:
            groups: list[dict[str, Any]] = self._redis.xinfo_groups(key)
        except redis.ResponseError:
            return []  # no stream yet, or no longer
        return [Reader(_text(group["last-delivered-id"]), self._oldest_pending(key, group)) for group in groups]

    def trim(self, lane: int, below: str) -> int:
        """Remove entries with ids below ``below``; how many went."""
        return int(self._redis.xtrim(stream_key(lane), minid=below, approximate=False))

    def close(self) -> None:
        """Close the connection."""
        self._redis.close()

    def _oldest_pending(self, key: str, group: dict[str, Any]) -> str | None:
        if not group["pending"]:
            return None
        oldest = self._redis.xpending(key, _text(group["name"]))["min"]
        return None if oldest is None else _text(oldest)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
