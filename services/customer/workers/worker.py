"""The background worker: imports, waiting batches, recycling, merges of tags, and now and then the removal of what has expired.

Several copies share imports and batches by leases.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from services.common import logs
from services.common.database import connect
from services.common.worker import Stopping
from services.common.worker import run as run_loop
from services.customer.commands import session
from services.customer.commands.run_batch import make_batcher
from services.customer.commands.run_import import make_importer
from services.customer.commands.sweep import forget_answers, forget_batches, forget_searches, forget_uploads, remove_blobs
from services.customer.commands.tag_merge import continue_merge
from services.customer.settings import Settings
from services.customer.workers.recycling import Recycler

IDLE_SECONDS = 0.5
SWEEP_SECONDS = 60.0


class Sweeps:
    """Does all its steps every ``SWEEP_SECONDS``; each stands for itself."""

    def __init__(self, steps: list[Callable[[], object]]) -> None:
        self._steps = steps
        self._due = 0.0

    def look(self) -> None:
        """Sweep, if it is time."""
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + SWEEP_SECONDS
        for step in self._steps:
            try:
                step()
            except Exception as error:  # noqa: BLE001 - one step's fault must not keep the others from their work
                logs.get().error("sweep_step_failed", error=repr(error))


def run(settings: Settings) -> None:
    """Work until SIGTERM, which ends a batch or an import between two chunks."""
    work(settings, Stopping().listen())


def work(settings: Settings, stopping: Stopping) -> None:
    """Work until asked to stop."""
    engine = connect(settings.database(), pool_size=4, statement_timeout_ms=60_000)
    sweeps = Sweeps(
        [
            lambda: session.sweep(engine),
            lambda: forget_answers(engine),
            lambda: forget_uploads(engine),
            lambda: forget_batches(engine),
            lambda: forget_searches(engine),
            lambda: remove_blobs(settings.files_dir),
        ]
    )

    recycler = Recycler(engine, settings.organisation_timezone)

    def once() -> bool:
        sweeps.look()
        recycled = recycler.step()
        return continue_merge(engine) or recycled

    # On threads of their own: who changes 5,000 customers does not wait for somebody's import of 100,000, nor do the rules of pools.
    zone, seconds = settings.organisation_timezone, settings.work_lease_seconds
    long = {
        "batches": make_batcher(engine, settings.redis_url, lease_seconds=seconds, stopping=stopping.is_set),
        "imports": make_importer(engine, settings.files_dir, zone=zone, lease_seconds=seconds, stopping=stopping.is_set),
    }
    threads = [
        threading.Thread(target=run_loop, args=(work, stopping), kwargs={"idle_seconds": IDLE_SECONDS}, name=name)
        for name, work in long.items()
    ]
    for thread in threads:
        thread.start()
    run_loop(once, stopping, idle_seconds=IDLE_SECONDS, heartbeat_file=settings.heartbeat_file)
    for thread in threads:
        thread.join()
