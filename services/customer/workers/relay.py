"""The relay: leads some of the lanes and brings their committed events to the stream. Several copies share the lanes fairly.

It is woken by NOTIFY, which names the lane, and looks at all its lanes by itself every 200 ms. While Redis is away it goes on numbering,
so that the feed stays current.
"""

from __future__ import annotations

import time

import redis
from sqlalchemy import Connection

from services.common import logs, worker
from services.common.database import connect
from services.common.events.envelope import LANES
from services.common.lanes import Lanes
from services.common.worker import Stopping
from services.customer.commands import publish_events as commands
from services.customer.settings import Settings

POLL_SECONDS = 0.2
SETTLE_SECONDS = 0.5
TRIM_SECONDS = 5.0
HANG_SECONDS = 2.0  # a relay that does not move for so long loses its lanes to the others
RETRY_SECONDS_MAX = 1.0
REDIS_REST_SECONDS_MAX = 2.0
_KIND = 1_907_201  # advisory locks of the relays


class Relay:
    """One copy. ``step`` is one look at the lanes it leads."""

    def __init__(self, database_url: str, redis_url: str) -> None:
        self._stream = commands.open_stream(redis_url)
        self._lanes = Lanes(connect(database_url, pool_size=1), _KIND, hang_seconds=HANG_SECONDS)
        self._listening: Connection | None = None
        self._settle_at = self._trim_at = self._redis_at = self._look_at = 0.0
        self._told: set[int] = set()  # lanes that something was appended to
        self._redis_failures = 0

    @property
    def led(self) -> set[int]:
        """The lanes that this copy leads now."""
        return set(self._lanes.mine)

    def step(self) -> bool:
        """Number and send what is there, then rest until there is something new. After an error all lanes are given up."""
        try:
            connection = self._connection()
            self._settle()
            if not self._publish(connection):
                self._wait(connection)
        except BaseException:
            self.close()
            raise
        return True

    def close(self) -> None:
        """Give up the lanes."""
        self._listening = None
        self._settle_at = 0.0
        self._lanes.drop()

    def _connection(self) -> Connection:
        connection = self._lanes.connection()
        if connection is not self._listening:
            commands.listen_for_events(connection)
            self._listening = connection
        return connection

    def _settle(self) -> None:
        if time.monotonic() < self._settle_at:
            return
        taken = self._lanes.settle(LANES)
        self._settle_at = time.monotonic() + SETTLE_SECONDS
        if taken:
            self._look_at = 0.0
            logs.get().info("lanes_taken", taken=sorted(taken), led=sorted(self.led))

    def _publish(self, connection: Connection) -> bool:
        """Whether there may be more. After a batch that was not full there is none: what is committed later makes itself heard."""
        full = False
        for lane in self._waiting(connection):
            numbered = commands.number_events(connection, lane)
            sent = self._send(connection, lane)
            full = full or max(numbered, sent) >= commands.BATCH
        self._trim()
        if full:
            self._look_at = 0.0
        return full

    def _waiting(self, connection: Connection) -> list[int]:
        """The lanes that were named; and every now and then whichever have something, for a name is a hint and no more."""
        told, self._told = self._told & self.led, set()
        if time.monotonic() < self._look_at:
            return sorted(told)
        self._look_at = time.monotonic() + POLL_SECONDS
        return commands.find_waiting_lanes(connection, self.led)

    def _send(self, connection: Connection, lane: int) -> int:
        if time.monotonic() < self._redis_at:
            return 0
        try:
            sent = commands.send_events(connection, self._stream, lane)
        except redis.RedisError as error:
            self._redis_failed(error)
            return 0
        self._redis_failures = 0
        return sent

    def _trim(self) -> None:
        now = time.monotonic()
        if now < self._trim_at or now < self._redis_at:
            return
        self._trim_at = now + TRIM_SECONDS
        try:
            for lane in self.led:
                commands.trim_stream(self._stream, lane)
        except redis.RedisError as error:
            self._redis_failed(error)

    def _redis_failed(self, error: redis.RedisError) -> None:
        """Leave Redis alone for a growing while; numbering goes on."""
        self._redis_failures += 1
        rest = min(REDIS_REST_SECONDS_MAX, 0.1 * 2 ** min(self._redis_failures, 10))
        self._redis_at = time.monotonic() + rest
        if self._redis_failures & (self._redis_failures - 1) == 0:  # the 1st, 2nd, 4th, 8th… time
            logs.get().warning("stream_unavailable", error=repr(error), failures=self._redis_failures)

    def _wait(self, connection: Connection) -> None:
        driver = connection.connection.driver_connection
        if driver is None:
            raise RuntimeError("the connection that holds the lanes is gone")
        for told in driver.notifies(timeout=max(0.0, self._look_at - time.monotonic()), stop_after=1):
            if told.payload:  # processes of the version before named no lane
                self._told.add(int(told.payload))


def run(settings: Settings) -> None:
    """Relay until SIGTERM."""
    relay = Relay(settings.database(), settings.redis_url)
    stopping = Stopping().listen()
    worker.run(relay.step, stopping, idle_seconds=0, heartbeat_file=settings.heartbeat_file, retry_seconds_max=RETRY_SECONDS_MAX)
    relay.close()
