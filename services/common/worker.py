"""The loop that every worker process runs: take a unit of work, rest when there is none, end cleanly on SIGTERM."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from services.common import heartbeat, logs

RETRY_SECONDS_MAX = 5.0
BEAT_SECONDS = 2.0


class Stopping:
    """Becomes set on SIGTERM or SIGINT; loops and streams watch it."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def listen(self) -> Stopping:
        """Take the signals over; main thread only."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._event.set())
        return self

    def set(self) -> None:
        """Ask everything that watches to end."""
        self._event.set()

    def is_set(self) -> bool:
        """Whether to end."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Rest up to ``seconds``; True when asked to end meanwhile."""
        return self._event.wait(seconds)


def run(
    work: Callable[[], bool],
    stopping: Stopping,
    *,
    idle_seconds: float,
    heartbeat_file: Path | None = None,
    retry_seconds_max: float = RETRY_SECONDS_MAX,
) -> None:
    """Call ``work`` until stopped. It returns True when it did something (called again at once), False to rest.

    An error is logged and tried again with a growing pause: a dead dependency must not end the worker.
    """
    failures = 0
    beaten = 0.0
    while not stopping.is_set():
        if time.monotonic() - beaten >= BEAT_SECONDS:
            heartbeat.beat(heartbeat_file)
            beaten = time.monotonic()
        try:
            busy = work()
            failures = 0
        except Exception as error:  # noqa: BLE001 - the loop is the last place that can report it
            failures += 1
            logs.get().error("worker_failed", error=repr(error), failures=failures)
            stopping.wait(min(retry_seconds_max, 0.1 * 2 ** min(failures, 10)))
            continue
        if not busy:
            stopping.wait(idle_seconds)
