"""The consumer: leads some of the lanes and applies their events. Several copies share the lanes and may die at any point.

The stream says "look now"; the record decides. Every five seconds (every second while Redis is away) its heads are compared with
what is applied, so a lost stream costs a delay and nothing else. Entries are acknowledged after the commit.
"""

from __future__ import annotations

import os
import socket
import time
from uuid import uuid4

import orjson
import redis
from sqlalchemy import Engine

from services.activity.commands import apply_events as commands
from services.activity.rules.position import Delivered
from services.activity.settings import Settings
from services.common import logs, worker
from services.common.database import connect
from services.common.events.envelope import Envelope
from services.common.lanes import Lanes
from services.common.problem import Problem
from services.common.worker import Stopping

BATCH = 500
CHECK_SECONDS = 5.0
CHECK_SECONDS_WITHOUT_STREAM = 1.0
QUIET_SECONDS = 1.0  # a lane whose stream delivered within this time is behind only because it is being worked on
SETTLE_SECONDS = 0.5
PARKED_SECONDS = 60.0
HANG_SECONDS = 15.0
REST_SECONDS_MAX = 2.0
_KIND = 1_907_202  # advisory locks of the consumers


class Pause:
    """A growing rest after failures of one thing, so that nothing spins."""

    def __init__(self) -> None:
        self.failures = 0
        self._until = 0.0

    def failed(self) -> None:
        """Rest, longer each time."""
        self.failures += 1
        self._until = time.monotonic() + min(REST_SECONDS_MAX, 0.05 * 2 ** min(self.failures, 10))

    def worked(self) -> None:
        """Begin anew."""
        self.failures = 0
        self._until = 0.0

    def is_over(self) -> bool:
        """Whether to try."""
        return time.monotonic() >= self._until


class Consumer:
    """One copy. ``step`` takes what there is, once."""

    def __init__(self, engine: Engine, lease_engine: Engine, feed: commands.CustomerFeed, stream: commands.Stream) -> None:
        self._engine = engine
        self._feed = feed
        self._stream = stream
        self._lanes = Lanes(lease_engine, _KIND, hang_seconds=HANG_SECONDS)
        self._count = 0
        self._redis = Pause()
        self._feed_pause = Pause()
        self._troubled: dict[int, Pause] = {}  # lanes whose last batch failed: brought forward from the record
        self._delivered_at: dict[int, float] = {}
        self._fresh: set[int] = set()  # lanes whose stream and group may not exist yet
        self._settle_at = self._check_at = self._stale_at = self._parked_at = 0.0

    @property
    def led(self) -> set[int]:
        """The lanes that this copy leads now."""
        return set(self._lanes.mine)

    def step(self) -> bool:
        """Apply what is there; True when the stream delivered something or is being waited on, False to rest."""
        try:
            self._settle()
        except BaseException:
            self.close()
            raise
        self._check()
        self._mend()
        self._try_parked()
        return self._consume()

    def close(self) -> None:
        """Give up the lanes."""
        self._settle_at = 0.0
        self._lanes.drop()

    def _settle(self) -> None:
        """Lead a fair share; lanes newly taken over are checked at once."""
        if time.monotonic() < self._settle_at:
            return
        taken = self._lanes.settle(self._count)
        if taken:
            self._fresh |= taken
            self._check_at = 0.0
            logs.get().info("lanes_led", lanes=sorted(self.led))
        self._settle_at = time.monotonic() + SETTLE_SECONDS

    def _check(self) -> None:
        """Compare with the record's heads; lanes that are behind though their stream is quiet are brought forward from the record."""
        now = time.monotonic()
        if now < self._check_at or not self._feed_pause.is_over():
            return
        try:
            behind = commands.check_heads(self._engine, self._feed)
        except Problem as problem:
            self._feed_pause.failed()
            logs.get().warning("record_unavailable", error=str(problem), failures=self._feed_pause.failures)
            return
        self._feed_pause.worked()
        self._check_at = now + (CHECK_SECONDS_WITHOUT_STREAM if self._redis.failures else CHECK_SECONDS)
        if len(behind) != self._count:
            self._count, self._settle_at, self._check_at = len(behind), 0.0, 0.0
        for lane in self.led:
            if behind.get(lane, 0) > 0 and now - self._delivered_at.get(lane, 0.0) > QUIET_SECONDS:
                self._troubled.setdefault(lane, Pause())

    def _mend(self) -> None:
        """One page of the record for every lane that needs it."""
        for lane, pause in list(self._troubled.items()):
            if lane not in self.led:
                del self._troubled[lane]
            elif pause.is_over():
                try:
                    applied = commands.catch_up(self._engine, self._feed, lane)
                except (Problem, commands.EventFailedError) as error:
                    pause.failed()
                    logs.get().warning("lane_waits", lane=lane, error=str(error), failures=pause.failures)
                    continue
                self._announce(applied)
                if not applied:
                    del self._troubled[lane]

    def _try_parked(self) -> None:
        if time.monotonic() >= self._parked_at and 0 in self.led:  # one copy is enough
            self._parked_at = time.monotonic() + PARKED_SECONDS
            self._announce(commands.retry_parked(self._engine))

    def _consume(self) -> bool:
        if not self._redis.is_over():
            return False
        lanes = self.led - self._troubled.keys()
        if not lanes:
            return bool(self._troubled) and any(pause.is_over() for pause in self._troubled.values())
        try:
            if self._fresh:
                self._stream.create_groups(self._fresh)
                self._fresh.clear()
            self._take_over_stale(lanes)
            for lane, entries in self._stream.read(lanes, BATCH).items():
                self._take(lane, entries)
        except (redis.RedisError, commands.LostGroupError) as error:
            self._redis_failed(error)
            return False
        if self._redis.failures:
            self._redis.worked()
            self._check_at = 0.0
        return True

    def _take(self, lane: int, entries: list[tuple[bytes, bytes | None]]) -> None:
        """Apply the entries of one lane, acknowledge them after the commit, announce what was new."""
        self._delivered_at[lane] = time.monotonic()
        try:
            applied = commands.apply_events(self._engine, self._feed, lane, _delivered(lane, entries))
        except (Problem, commands.EventFailedError) as error:
            pause = self._troubled.setdefault(lane, Pause())
            pause.failed()
            logs.get().warning("lane_waits", lane=lane, error=str(error))
            return  # not acknowledged: taken over later, when the record has brought the lane past them
        self._stream.finish(lane, [entry_id for entry_id, _ in entries], applied)

    def _take_over_stale(self, lanes: set[int]) -> None:
        if time.monotonic() < self._stale_at:
            return
        self._stale_at = time.monotonic() + CHECK_SECONDS
        for lane in lanes:
            while entries := self._stream.claim_stale(lane, BATCH):
                self._take(lane, entries)
                if lane in self._troubled:
                    break
            self._stream.remove_forgotten_consumers(lane)

    def _announce(self, applied: list[Envelope]) -> None:
        if not applied or not self._redis.is_over():
            return
        try:
            self._stream.announce(applied)
        except redis.RedisError as error:
            self._redis_failed(error)

    def _redis_failed(self, error: Exception) -> None:
        """Leave Redis alone for a growing while. A stream that is gone is made anew; what it held is fetched from the record."""
        self._redis.failed()
        if self._redis.failures & (self._redis.failures - 1) == 0:  # the 1st, 2nd, 4th, 8th… time
            logs.get().warning("stream_unavailable", error=repr(error), failures=self._redis.failures)
        if isinstance(error, commands.LostGroupError):
            self._check_at = 0.0
            self._fresh = self.led


def _delivered(lane: int, entries: list[tuple[bytes, bytes | None]]) -> list[Delivered]:
    """The events in stream entries. What is none is left out: the record has whatever it should have been."""
    found = []
    for entry_id, content in entries:
        try:
            data = orjson.loads(content or b"")
            found.append(Delivered(int(data["position"]), data))
        except (ValueError, TypeError, KeyError) as error:
            logs.get().warning("entry_unreadable", lane=lane, entry_id=entry_id.decode(), error=repr(error))
    return found


def run(settings: Settings) -> None:
    """Consume until SIGTERM."""
    if settings.identity_key_file is None:
        raise ValueError("IDENTITY_KEY_FILE is not set")
    url = settings.database()
    name = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"
    feed = commands.open_feed(settings.customer_url, settings.identity_key_file)
    consumer = Consumer(connect(url, pool_size=2), connect(url, pool_size=1), feed, commands.Stream(settings.redis_url, name))
    stopping = Stopping().listen()
    worker.run(consumer.step, stopping, idle_seconds=0.05, heartbeat_file=settings.heartbeat_file, retry_seconds_max=1.0)
    consumer.close()
