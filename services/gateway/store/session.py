"""Who a token is, remembered for at most one second, in this process only. Nothing else may hold a session."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from services.gateway.rules.session import Session

REMEMBERED_SECONDS = 1.0
REMEMBERED_MAX = 20_000
_LOCKS = 64


class SessionMemory:
    """Token hash → session, or None for a token that is nobody's."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._known: dict[str, tuple[float, Session | None]] = {}
        self._locks = [threading.Lock() for _ in range(_LOCKS)]

    def get(self, digest: str, resolve: Callable[[str], Session | None]) -> Session | None:
        """The session of ``digest``; ``resolve`` is asked once a second at most, however many requests come at once."""
        found = self._known.get(digest)
        if found is not None and found[0] > self._now():
            return found[1]
        with self._locks[int(digest[:2], 16) % _LOCKS]:
            found = self._known.get(digest)
            if found is not None and found[0] > self._now():
                return found[1]
            asked_at = self._now()  # the second counts from the question: the answer may already be old when it comes
            session = resolve(digest)
            if len(self._known) >= REMEMBERED_MAX:
                self._known.clear()
            self._known[digest] = (asked_at + REMEMBERED_SECONDS, session)
            return session

    def forget(self, digest: str) -> None:
        """Ask anew at the next request."""
        self._known.pop(digest, None)
