"""The sweep: every few seconds it does what hints missed (see ``commands/sweep.py``)."""

from __future__ import annotations

from services.common import logs
from services.common.worker import Stopping
from services.common.worker import run as run_loop
from services.export.commands.sweep import make_steps
from services.export.settings import Settings


def run(settings: Settings) -> None:
    """Sweep until SIGTERM."""
    steps = make_steps(database_url=settings.database(), redis_url=settings.redis_url, files_dir=settings.files_dir)

    def once() -> bool:
        failed: Exception | None = None
        for step in steps:
            try:
                step()
            except Exception as error:  # noqa: BLE001 - one step's fault must not keep the others from their work
                logs.get().error("sweep_step_failed", error=repr(error))
                failed = error
        if failed is not None:
            raise failed
        return False

    run_loop(once, Stopping().listen(), idle_seconds=settings.export_sweep_seconds, heartbeat_file=settings.heartbeat_file)
