"""Entry points of the customer service: ``python -m services.customer <command>``."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Callable

from services.common import logs
from services.common.problem import Problem
from services.customer.settings import Settings

_M_MMAP_THRESHOLD = -3  # malloc.h
_LARGE_BYTES = 4 * 1024 * 1024


def serve(settings: Settings) -> None:
    """Answer HTTP until SIGTERM."""
    from services.common import server
    from services.customer.app import create_app

    give_back_large_blocks()
    server.serve(lambda: create_app(settings), settings)


def give_back_large_blocks() -> None:
    """The 19 MiB that checking a password takes go back to the system afterwards. The C library would come to keep them: once per
    thread, some 300 MiB after a busy morning.
    """
    with contextlib.suppress(AttributeError):  # another library than glibc has no such habit
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


def migrate(settings: Settings) -> None:
    """Bring the tables up to date, then make the first admin where one is set and none exists."""
    from services.common.database import connect
    from services.customer.commands.setup import create_configured_admin
    from services.customer.migrations import upgrade

    url = settings.migrate_database()
    upgrade(url)
    if settings.gonghai_admin_account:
        password = settings.gonghai_admin_password.get_secret_value()
        try:
            create_configured_admin(connect(url, pool_size=1), account=settings.gonghai_admin_account, password=password)
        except Problem as problem:
            sys.exit(f"GONGHAI_ADMIN_ACCOUNT and GONGHAI_ADMIN_PASSWORD: {problem.message}")


def relay(settings: Settings) -> None:
    """Number committed events and send them to the stream."""
    from services.customer.workers import relay as worker

    worker.run(settings)


def work(settings: Settings) -> None:
    """Run imports and the sweeps."""
    from services.customer.workers import worker

    worker.run(settings)


def admin_link(settings: Settings) -> None:
    """Print the path at which the first admin is made, with a fresh one-time code; nothing once there is an admin."""
    from services.common.database import connect
    from services.customer.commands.setup import make_setup_code

    code = make_setup_code(connect(settings.database(), pool_size=1))
    if code is not None:
        sys.stdout.write(f"/setup?code={code}\n")


COMMANDS: dict[str, Callable[[Settings], None]] = {
    "serve": serve,
    "migrate": migrate,
    "relay": relay,
    "worker": work,
    "admin-link": admin_link,
}


def main(arguments: list[str]) -> int:
    """Run the named command."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        sys.stderr.write(f"usage: python -m services.customer {{{'|'.join(COMMANDS)}}}\n")
        return 2
    settings = Settings()
    logs.configure("customer", settings.log_level)
    COMMANDS[arguments[0]](settings)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
