"""The live part of one gateway process: its streams, its hub and its bell, started when the first browser listens."""

from __future__ import annotations

import threading

from services.gateway.clients.services import Services
from services.gateway.clients.session import list_ended
from services.gateway.live.allowed import Allowed, asking
from services.gateway.live.bell import Bell
from services.gateway.live.hub import Hub
from services.gateway.live.streams import Stream, Streams


class Live:
    """The streams of this process; the threads start with the first stream, after the server has forked."""

    def __init__(self, services: Services, redis_url: str) -> None:
        self.streams = Streams()
        hub = Hub(self.streams, Allowed(asking(services)), lambda digests: list_ended(services, digests, "live"))
        self._bell = Bell(redis_url, hub) if redis_url else None
        self._starting = threading.Lock()

    def add(self, stream: Stream, greeting: bytes) -> None:
        """Serve a stream until one side ends it."""
        with self._starting:
            if self._bell is not None:
                self._bell.start()
                self._bell = None
        self.streams.add(stream, greeting)
