"""The thread that listens to Redis and wakes the hub; it outlives every fault of Redis."""

from __future__ import annotations

import threading
from typing import Any

import orjson
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from services.common import logs
from services.gateway.live.hub import Hub

CUSTOMERS_CHANNEL = "live:customers"
EXPORTS_CHANNEL = "live:exports"
BATCHES_CHANNEL = "live:batches"
_LISTEN_SECONDS = 0.5
_RETRY_SECONDS = 0.5
_HEARD_AT_ONCE_MAX = 500


class Bell:
    """Subscribed while Redis is there; between messages it lets the hub do what is due."""

    def __init__(self, redis_url: str, hub: Hub) -> None:
        self._hub = hub
        self._missed = False
        self._rest = threading.Event()
        self._redis = redis.Redis.from_url(
            redis_url,
            socket_timeout=5,
            socket_connect_timeout=1,
            socket_keepalive=True,
            health_check_interval=10,
            retry=Retry(NoBackoff(), 0),
        )

    def start(self) -> None:
        """Begin to listen."""
        threading.Thread(target=self._run, name="bell", daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                self._listen()
            except redis.RedisError as error:
                if not self._missed:
                    logs.get().warning("live_redis_away", error=repr(error))
                self._missed = True
            except Exception as error:  # noqa: BLE001 - a message that cannot be used must not end all streams' news
                logs.get().error("live_failed", exc_info=error)
                self._missed = True
            self._due()
            self._rest.wait(_RETRY_SECONDS)

    def _listen(self) -> None:
        with self._redis.pubsub() as heard:  # type: ignore[no-untyped-call]
            heard.subscribe(CUSTOMERS_CHANNEL, EXPORTS_CHANNEL, BATCHES_CHANNEL)
            while True:
                first = heard.get_message(timeout=_LISTEN_SECONDS)
                if first is not None and first["type"] == "subscribe" and self._missed:
                    self._missed = False
                    self._hub.resync()
                self._pass_on(first, heard)
                self._due()

    def _pass_on(self, first: dict[str, Any] | None, heard: Any) -> None:
        """Everything that has come by now, customers' changes together so that rights are asked for once."""
        customers, message, left = [], first, _HEARD_AT_ONCE_MAX
        while message is not None:
            if message["type"] == "message":
                content = orjson.loads(message["data"])
                if message["channel"] == CUSTOMERS_CHANNEL.encode():
                    customers.append(content)
                elif message["channel"] == EXPORTS_CHANNEL.encode():
                    self._hub.heard_export(content)
                else:
                    self._hub.heard_batch(content)
            left -= 1
            message = heard.get_message(timeout=0) if left > 0 else None
        if customers:
            self._hub.heard_customers(customers)

    def _due(self) -> None:
        try:
            self._hub.tell_counts()
            self._hub.check_sessions()
        except Exception as error:  # noqa: BLE001 - tried again half a second later
            logs.get().error("live_check_failed", exc_info=error)
