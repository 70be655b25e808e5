"""Recycling as a part of the background worker: a step at a time, so that merges of tags are not kept waiting."""

from __future__ import annotations

import time

from sqlalchemy import Engine

from services.common import clock, logs
from services.customer.commands import recycling as commands

FOLLOW_SECONDS = 1.0
SWEEP_SECONDS = 60.0
MOVED_AT_ONCE = 20


class Recycler:
    """Keeps deadlines current, and every ``SWEEP_SECONDS`` moves what is due and warns owners. Several copies never disturb each other."""

    def __init__(self, engine: Engine, zone: str) -> None:
        self._engine = engine
        self._zone = zone
        self._follow_at = 0.0
        self._sweep_at = 0.0
        self._after = commands.BEGINNING
        self._moved = 0

    def step(self) -> bool:
        """A bounded piece of work; True while more waits."""
        return self._follow() or self._sweep()

    def _follow(self) -> bool:
        if time.monotonic() < self._follow_at:
            return False
        busy = commands.refresh(self._engine, clock.now(), self._zone)
        self._follow_at = 0.0 if busy else time.monotonic() + FOLLOW_SECONDS
        return busy

    def _sweep(self) -> bool:
        if time.monotonic() < self._sweep_at:
            return False
        now = clock.now()
        due = commands.find_due(self._engine, now, self._after, MOVED_AT_ONCE)
        for _, customer_id in due:
            self._moved += commands.recycle_customer(self._engine, customer_id, now, self._zone)
        if due:
            self._after = due[-1]
            return True
        if commands.warn_owners(self._engine, now, self._zone):
            return True
        if self._moved:
            logs.get().info("customers_recycled", count=self._moved)
        self._after, self._moved, self._sweep_at = commands.BEGINNING, 0, time.monotonic() + SWEEP_SECONDS
        return False
