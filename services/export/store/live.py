"""Progress told to whoever watches, over Redis pub/sub. Only a hint: a Redis that is down costs a watcher nothing but freshness."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import orjson
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from services.common import logs

CHANNEL = "live:exports"
_REST_SECONDS = 3.0  # after a failure, so that a Redis that hangs does not slow the work down again and again


class Live:
    """Publishes; never raises for a Redis that does not answer."""

    def __init__(self, redis_url: str) -> None:
        self._redis: Redis = Redis.from_url(
            redis_url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 0), health_check_interval=0
        )
        self._rest_until = 0.0

    def publish(self, message: Mapping[str, Any]) -> None:
        """Tell the gateways' streams."""
        if time.monotonic() < self._rest_until:
            return
        try:
            self._redis.publish(CHANNEL, orjson.dumps(message))
        except RedisError as error:
            self._rest_until = time.monotonic() + _REST_SECONDS
            logs.get().warning("live_publish_failed", error=repr(error))
