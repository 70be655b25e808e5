"""Serving a Flask app with gunicorn, the same way for every service."""

from __future__ import annotations

import gc
import os
import select
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.workers import gthread  # type: ignore[import-untyped]

from services.common.settings import ServiceSettings

LINGER_MS = 5


class Worker(gthread.ThreadWorker):  # type: ignore[misc]
    """A thread that has answered stays with its connection for a moment, unless others wait: callers who ask again at once are spared
    the way through the main thread, which costs as much as a small answer.

    Stops listening as soon as it is told to end: callers then turn to another replica instead of waiting in a queue nobody serves.
    """

    def handle(self, conn: Any) -> Any:
        """Requests of one connection, as long as they follow each other closely."""
        kept = super().handle(conn)
        while kept is True and self.alive and self.tpool._work_queue.empty() and _follows(conn):  # noqa: SLF001 - there is no other way
            kept = super().handle(conn)
        return kept

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - gunicorn's signature
        """Once stopping, take what already waits in the queue, then close the door."""
        super().set_accept_enabled(enabled)
        if not enabled and (not self.alive or self.ppid != os.getppid()):
            for listener in self.sockets:
                served = -1
                while self.nr_conns != served:
                    served = self.nr_conns
                    self.accept(listener)
                listener.close()


def _follows(conn: Any) -> bool:
    """Whether the next request comes in a moment."""
    if conn.is_http2 or conn.parser.unreader.buf.getvalue():
        return False
    socket = select.poll()
    socket.register(conn.sock, select.POLLIN)
    return bool(socket.poll(LINGER_MS))


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, make: Callable[[], Flask], options: dict[str, Any]) -> None:
        self._make = make
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._make()


def serve(make: Callable[[], Flask], settings: ServiceSettings, **options: Any) -> None:
    """Run ``make()`` until SIGTERM, which drains.

    The app is made before the fork, so workers share its memory; connections and threads must therefore start on first use.
    """
    gthread.STOP_KEEPALIVE_LINGER = 0.5  # resting connections; the gateway looks before it uses one
    _Server(
        make,
        {
            "bind": settings.listen,
            "workers": settings.workers,
            "threads": settings.threads,
            "worker_class": "services.common.server.Worker",
            "limit_request_line": 8190,  # a filter of many conditions is a long address
            "preload_app": True,
            "keepalive": 75,  # longer than the callers' pools rest, or they would meet closed connections
            "graceful_timeout": 20,
            "timeout": 60,
            "loglevel": "warning",
            "control_socket_disable": True,
            "pre_fork": _before_fork,
            **options,
        },
    ).run()


def _before_fork(server: Any, worker: Any) -> None:  # gunicorn counts the parameters
    del server, worker
    gc.collect()
    gc.freeze()  # keeps the shared pages shared
