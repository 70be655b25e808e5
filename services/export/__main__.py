"""Entry points of the export service: ``python -m services.export <command>``."""

from __future__ import annotations

import sys
from collections.abc import Callable

from services.common import logs
from services.export.settings import Settings


def serve(settings: Settings) -> None:
    """Answer HTTP until SIGTERM."""
    from services.common import server
    from services.export.app import create_app

    server.serve(lambda: create_app(settings), settings)


def migrate(settings: Settings) -> None:
    """Bring the tables up to date."""
    from services.export.migrations import upgrade

    upgrade(settings.migrate_database())


def work(settings: Settings) -> None:
    """Build exports (Celery)."""
    from services.export.workers import celery_app

    celery_app.run(settings)


def sweep(settings: Settings) -> None:
    """Do what hints missed, and remove what has expired."""
    from services.export.workers import sweep as worker

    worker.run(settings)


COMMANDS: dict[str, Callable[[Settings], None]] = {"serve": serve, "migrate": migrate, "worker": work, "sweep": sweep}


def main(arguments: list[str]) -> int:
    """Run the named command."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        sys.stderr.write(f"usage: python -m services.export {{{'|'.join(COMMANDS)}}}\n")
        return 2
    settings = Settings()
    logs.configure("export", settings.log_level)
    COMMANDS[arguments[0]](settings)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
