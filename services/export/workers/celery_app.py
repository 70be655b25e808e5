"""The Celery worker: prefork, one task. A message only says where to look; the export's row decides whether there is work."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import warnings
from pathlib import Path
from typing import Any
from uuid import UUID

from celery import Celery, bootsteps
from celery.platforms import SecurityWarning
from celery.signals import setup_logging, worker_process_init
from celery.utils.nodenames import default_nodename

from services.common import heartbeat, logs
from services.common.worker import BEAT_SECONDS
from services.export.commands.build_export import Workshop, build_export, make_workshop
from services.export.commands.hint import QUEUE, TASK, celery_app
from services.export.settings import Settings

_PR_SET_PDEATHSIG = 1


def run(settings: Settings) -> None:
    """Work until SIGTERM, which lets the running export end first."""
    warnings.simplefilter("ignore", SecurityWarning)  # about pickle, which is refused here (accept_content)
    # Not worker_main: Celery's command line would load 15 MB of terminal programs that nobody uses here.
    worker = make_app(settings).Worker(
        hostname=default_nodename(None),
        pool_cls="prefork",
        concurrency=settings.export_concurrency,
        queues=[QUEUE],
        loglevel=settings.log_level,
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    sys.exit(worker.exitcode)


def make_app(settings: Settings) -> Celery:
    """Celery with the one task; the child processes make their own connections after the fork."""
    app = celery_app(settings.redis_url)
    shops: list[Workshop] = []

    @setup_logging.connect(weak=False)
    def keep_logging(**_: Any) -> None:
        """Logs are set up already; connecting here keeps Celery from doing it."""

    @worker_process_init.connect(weak=False)
    def begin(**_: Any) -> None:
        _end_with_parent()
        shops.append(
            make_workshop(
                database_url=settings.database(),
                redis_url=settings.redis_url,
                customer_url=settings.customer_url,
                identity_key_file=settings.identity_key_file,
                files_dir=settings.files_dir,
                zone=settings.organisation_timezone,
                lease_seconds=settings.export_lease_seconds,
                lifetime_hours=settings.export_lifetime_hours,
            )
        )

    @app.task(name=TASK)
    def build(export_id: str) -> None:
        build_export(shops[-1], UUID(export_id))

    if settings.heartbeat_file is not None:
        app.steps["consumer"].add(_beats(settings.heartbeat_file))
    return app


def _beats(path: Path) -> type[bootsteps.StartStopStep]:
    """A sign of life by the loop that takes messages."""

    class Beats(bootsteps.StartStopStep):  # type: ignore[misc]
        requires = ("celery.worker.consumer.tasks:Tasks",)

        def start(self, parent: Any) -> None:
            heartbeat.beat(path)
            parent.timer.call_repeatedly(BEAT_SECONDS, heartbeat.beat, (path,))

    return Beats


def _end_with_parent() -> None:
    """A child whose parent was killed must not work on: nobody would stop it."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            logs.get().error("parent_gone")
            os._exit(1)
