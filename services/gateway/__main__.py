"""Entry points of the gateway: ``python -m services.gateway <command>``."""

from __future__ import annotations

import sys


def serve() -> None:
    """Answer HTTP until SIGTERM."""
    from services.common import logs, server
    from services.gateway.app import create_app
    from services.gateway.settings import Settings

    settings = Settings()
    logs.configure("gateway", settings.log_level)
    # The proxy headers are read by our own rules (TRUSTED_PROXIES), never by the server's guess.
    server.serve(lambda: create_app(settings), settings, forwarded_allow_ips="")


def openapi() -> None:
    """Write docs/openapi.json from all services' routes."""
    from services.gateway.openapi import FILE, write

    write()
    sys.stdout.write(f"{FILE}\n")


COMMANDS = {"serve": serve, "openapi": openapi}


def main(arguments: list[str]) -> int:
    """Run the named command."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        sys.stderr.write(f"usage: python -m services.gateway {{{'|'.join(COMMANDS)}}}\n")
        return 2
    COMMANDS[arguments[0]]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
