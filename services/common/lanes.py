"""Sharing lanes between the copies of a worker: one leader per lane, by advisory locks of PostgreSQL on a connection of its own.

A leader that dies loses its locks with its connection; one that hangs loses them by ``idle_session_timeout``. What a leader does
must stay right even if two believe to lead the same lane for a moment: leading saves work, it is never the guard of correctness.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, text

_PRESENCE = 1_000_000  # the number beside the lanes' own under which every copy shows that it is there
_SESSION = (
    "SET idle_session_timeout = {0}",
    "SET idle_in_transaction_session_timeout = {0}",
    # a machine that vanished without a word is noticed by the server within some 3 s
    "SET tcp_keepalives_idle = 1",
    "SET tcp_keepalives_interval = 1",
    "SET tcp_keepalives_count = 2",
)
_HOLDERS = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = :kind AND objid = :presence AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_TAKE = text("SELECT lane FROM unnest(CAST(:lanes AS int[])) AS lane WHERE pg_try_advisory_lock(:kind, lane) LIMIT :wanted")


def share(lanes: int, copies: int) -> int:
    """How many lanes one of ``copies`` may lead at most, so that all are led and none rests while another has two more."""
    return -(-lanes // max(copies, 1))


class Lanes:
    """The lanes that this process leads. ``kind`` names what is done with them (a number, the same in all copies)."""

    def __init__(self, engine: Engine, kind: int, *, hang_seconds: float) -> None:
        self._engine = engine
        self._kind = kind
        self._hang_ms = int(hang_seconds * 1000)
        self._connection: Connection | None = None
        self.mine: set[int] = set()

    def connection(self) -> Connection:
        """The connection that holds the locks, each statement on its own; work done on it ends with the leadership."""
        if self._connection is None:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            try:
                for statement in _SESSION:
                    connection.execute(text(statement.format(self._hang_ms)))
                connection.execute(text("SELECT pg_advisory_lock_shared(:kind, :presence)"), self._numbers())
            except BaseException:
                connection.invalidate()
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def settle(self, lanes: int) -> set[int]:
        """Take free lanes up to a fair share, give up what is above it; answers the lanes that were newly taken."""
        connection = self.connection()
        copies = connection.execute(_HOLDERS, self._numbers()).scalar_one()
        fair = share(lanes, copies)
        for lane in sorted(self.mine)[fair:]:
            connection.execute(text("SELECT pg_advisory_unlock(:kind, :lane)"), {"kind": self._kind, "lane": lane})
            self.mine.discard(lane)
        taken: set[int] = set()
        if len(self.mine) < fair:
            others = [lane for lane in range(lanes) if lane not in self.mine]
            values = {"kind": self._kind, "lanes": others, "wanted": fair - len(self.mine)}
            taken = set(connection.execute(_TAKE, values).scalars())
        self.mine |= taken
        return taken

    def drop(self) -> None:
        """Give up everything and forget the connection (after an error, or at the end)."""
        self.mine.clear()
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()  # closes it for good: in the pool it would keep the locks
            connection.close()

    def _numbers(self) -> dict[str, Any]:
        return {"kind": self._kind, "presence": _PRESENCE}
