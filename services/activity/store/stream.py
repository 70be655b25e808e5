"""The Redis Streams as a consumer group reads them, and the channel on which live updates are announced. No decision here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from services.common.events.envelope import ENTRY_FIELD, Envelope, stream_key

GROUP = "activity"
LIVE_CHANNEL = "live:customers"
BLOCK_MS = 500
STALE_MS = 10_000  # entries that another consumer took and did not acknowledge for so long are taken over
FORGOTTEN_MS = 600_000  # a consumer that has not asked for so long, and holds nothing, is removed
LIVE_BATCH = 500
_FIELD = ENTRY_FIELD.encode()

# (entry id, content); the content is None where the entry is not one of the relay's
Entries = list[tuple[bytes, bytes | None]]


class LostGroupError(Exception):
    """The stream or its group is gone (Redis was emptied)."""


class Stream:
    """One consumer of the group."""

    def __init__(self, url: str, consumer: str) -> None:
        self._consumer = consumer
        # Longer than a blocking read lasts; the waiting between attempts is the worker's.
        self._redis: redis.Redis = redis.Redis.from_url(
            url, socket_timeout=BLOCK_MS / 1000 + 1.5, socket_connect_timeout=1.0, socket_keepalive=True, retry=Retry(NoBackoff(), 0)
        )

    def create_groups(self, lanes: Iterable[int]) -> None:
        """Make what is missing of streams and groups; a new group begins at the stream's first entry."""
        for lane in lanes:
            try:
                self._redis.xgroup_create(stream_key(lane), GROUP, id="0", mkstream=True)
            except redis.ResponseError as error:
                if not str(error).startswith("BUSYGROUP"):
                    raise

    def read(self, lanes: Iterable[int], count: int) -> dict[int, Entries]:
        """New entries per lane, at most ``count`` each; waits up to half a second for the first."""
        keys = {stream_key(lane): lane for lane in lanes}
        try:
            answer: Any = self._redis.xreadgroup(GROUP, self._consumer, dict.fromkeys(keys, ">"), count=count, block=BLOCK_MS)
        except redis.ResponseError as error:
            raise _understood(error) from error
        return {keys[_name(key)]: _entries(entries) for key, entries in answer or ()}

    def claim_stale(self, lane: int, count: int) -> Entries:
        """Entries that some consumer took long ago and never acknowledged; they are ours now."""
        try:
            answer: Any = self._redis.xautoclaim(stream_key(lane), GROUP, self._consumer, STALE_MS, count=count)
        except redis.ResponseError as error:
            raise _understood(error) from error
        return _entries(answer[1])

    def finish(self, lane: int, ids: Sequence[bytes], applied: Sequence[Envelope]) -> None:
        """These entries are dealt with, and what was applied of them is announced; one way to Redis and back."""
        pipeline = self._redis.pipeline(transaction=False)
        if ids:
            pipeline.xack(stream_key(lane), GROUP, *ids)
        for content in _announcements(applied):
            pipeline.publish(LIVE_CHANNEL, content)
        pipeline.execute()

    def remove_forgotten_consumers(self, lane: int) -> None:
        """Consumers of processes that ended long ago, as far as they hold nothing."""
        try:
            consumers: list[dict[str, Any]] = self._redis.xinfo_consumers(stream_key(lane), GROUP)
        except redis.ResponseError as error:
            raise _understood(error) from error
        for consumer in consumers:
            if not consumer["pending"] and consumer["idle"] > FORGOTTEN_MS:
                self._redis.xgroup_delconsumer(stream_key(lane), GROUP, consumer["name"])

    def announce(self, applied: Sequence[Envelope]) -> None:
        """Tell the gateways which customers changed. A hint: who misses it loses nothing but time."""
        for content in _announcements(applied):
            self._redis.publish(LIVE_CHANNEL, content)

    def close(self) -> None:
        """Close the connection."""
        self._redis.close()


def _announcements(applied: Sequence[Envelope]) -> Iterator[bytes]:
    for begin in range(0, len(applied), LIVE_BATCH):
        content = [
            {"customer_id": e.customer_id, "type": e.type, "customer_version": e.customer_version, "audience": e.audience}
            for e in applied[begin : begin + LIVE_BATCH]
        ]
        yield orjson.dumps({"events": content})


def _understood(error: redis.ResponseError) -> Exception:
    lost = str(error).startswith(("NOGROUP", "UNBLOCKED", "WRONGTYPE")) or "no such key" in str(error)
    return LostGroupError(str(error)) if lost else error


def _name(key: bytes | str) -> str:
    return key.decode() if isinstance(key, bytes) else key


def _entries(found: Any) -> Entries:
    return [(entry_id, fields.get(_FIELD) if fields else None) for entry_id, fields in found]
