"""The rebuild as a command of its own: runs once, says how far it is, ends."""

from __future__ import annotations

import time

from services.activity.commands.apply_events import open_feed
from services.activity.commands.rebuild_timeline import rebuild_timeline
from services.activity.settings import Settings
from services.common import logs
from services.common.database import connect

REPORT_SECONDS = 2.0


def run(settings: Settings) -> None:
    """Rebuild all timelines."""
    if settings.identity_key_file is None:
        raise ValueError("IDENTITY_KEY_FILE is not set")
    started = time.monotonic()
    said_at = started

    def report(lane: int, position: int) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= REPORT_SECONDS:
            said_at = time.monotonic()
            logs.get().info("rebuilding", lane=lane, position=position)

    feed = open_feed(settings.customer_url, settings.identity_key_file)
    events = rebuild_timeline(connect(settings.database(), pool_size=2), feed, report)
    logs.get().info("rebuilt", events=events, seconds=round(time.monotonic() - started, 2))
