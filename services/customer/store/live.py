"""Progress of batches, told to whoever watches over Redis pub/sub.

Only a hint: a Redis that is down costs a watcher nothing but freshness.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from services.common import logs

if TYPE_CHECKING:
    from redis import Redis

CHANNEL = "live:batches"
_REST_SECONDS = 3.0  # after a failure, so that a Redis that hangs does not slow the work down again and again


class Live:
    """Publishes; never raises for a Redis that does not answer."""

    def __init__(self, redis_url: str) -> None:
        self._url = redis_url
        self._redis: Redis | None = None
        self._rest_until = 0.0

    def publish(self, message: Mapping[str, Any]) -> None:
        """Tell the gateways' streams."""
        from redis.exceptions import RedisError  # with the first batch: a worker that has none does without the client's memory

        if not self._url or time.monotonic() < self._rest_until:
            return
        try:
            self._client().publish(CHANNEL, orjson.dumps(message))
        except RedisError as error:
            self._rest_until = time.monotonic() + _REST_SECONDS
            logs.get().warning("live_publish_failed", error=repr(error))

    def _client(self) -> Redis:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        if self._redis is None:
            once = Retry(NoBackoff(), 0)
            self._redis = Redis.from_url(self._url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=once, health_check_interval=0)
        return self._redis
