"""The Celery queue as this service uses it: a message says "look at this export now". Losing one costs a delay, for the sweep looks too."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from services.common import logs

if TYPE_CHECKING:
    from celery import Celery

QUEUE = "exports"
TASK = "build_export"
_VISIBILITY_SECONDS = 600


def make_celery(redis_url: str, **transport_options: float) -> Celery:
    """Celery on Redis, set up so that a message outlives a killed worker wherever Redis allows it."""
    from celery import Celery  # 25 MB that a process needs only once there is an export to build

    app = Celery("export", broker=redis_url, set_as_current=False)
    transport = {
        "visibility_timeout": _VISIBILITY_SECONDS,
        "unacked_mutex_expire": 30,
        "socket_keepalive": True,
        "socket_connect_timeout": 1.0,
        "socket_timeout": 10.0,
        "health_check_interval": 10,
        **transport_options,
    }
    app.conf.update(
        task_default_queue=QUEUE,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_max_tasks_per_child=200,
        broker_transport_options=transport,
        result_backend_transport_options={"visibility_timeout": _VISIBILITY_SECONDS},
        visibility_timeout=_VISIBILITY_SECONDS,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_pool_limit=2,
    )
    return app


class Queue:
    """Sends hints; Celery is loaded when the first one is sent."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url
        self._app: Celery | None = None

    def hint(self, export_id: UUID) -> bool:
        """Ask a worker to look at ``export_id`` now. A Redis that does not answer is logged: the sweep will ask again."""
        from kombu.exceptions import OperationalError
        from redis.exceptions import RedisError

        try:
            self._celery().send_task(TASK, args=[str(export_id)], retry=False, expires=None)
        except (OperationalError, RedisError, OSError) as error:
            logs.get().warning("export_hint_failed", export_id=str(export_id), error=repr(error))
            return False
        return True

    def length(self) -> int | None:
        """How many messages wait for a worker; None where Redis does not answer."""
        from kombu.exceptions import OperationalError
        from redis.exceptions import RedisError

        try:
            with self._celery().connection_for_write() as connection:
                return int(connection.default_channel.client.llen(QUEUE))
        except (OperationalError, RedisError, OSError) as error:
            logs.get().warning("queue_unreachable", error=repr(error))
            return None

    def _celery(self) -> Celery:
        """A sender gives up at once where a worker would wait for Redis to come back: somebody waits for an answer."""
        if self._app is None:
            self._app = make_celery(
                self._redis_url, max_retries=1, interval_start=0.0, interval_step=0.0, interval_max=0.0, socket_timeout=1.0
            )
        return self._app
