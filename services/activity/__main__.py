"""Entry points of the activity service: ``python -m services.activity <command>``."""

from __future__ import annotations

import sys
from collections.abc import Callable

from services.activity.settings import Settings
from services.common import logs


def serve(settings: Settings) -> None:
    """Answer HTTP until SIGTERM."""
    from services.activity.app import create_app
    from services.common import server

    server.serve(lambda: create_app(settings), settings)


def migrate(settings: Settings) -> None:
    """Bring the tables up to date."""
    from services.activity.migrations import upgrade

    upgrade(settings.migrate_database())


def consume(settings: Settings) -> None:
    """Apply events from the stream."""
    from services.activity.workers import consumer

    consumer.run(settings)


def rebuild(settings: Settings) -> None:
    """Build all timelines anew from the record while the old ones are shown, then switch."""
    from services.activity.workers import rebuild as worker

    worker.run(settings)


COMMANDS: dict[str, Callable[[Settings], None]] = {"serve": serve, "migrate": migrate, "consume": consume, "rebuild": rebuild}


def main(arguments: list[str]) -> int:
    """Run the named command."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        sys.stderr.write(f"usage: python -m services.activity {{{'|'.join(COMMANDS)}}}\n")
        return 2
    settings = Settings()
    logs.configure("activity", settings.log_level)
    COMMANDS[arguments[0]](settings)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
