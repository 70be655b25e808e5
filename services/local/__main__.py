"""The command line: ``python -m services.local up | stop | status | demo | keys FOLDER | prepare FOLDER``.

PORT (8000), HOST (127.0.0.1), GONGHAI_HOME (var), GONGHAI_ADMIN_ACCOUNT, GONGHAI_ADMIN_PASSWORD, GONGHAI_POSTGRES_URL and
GONGHAI_REDIS_URL are read from the environment.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from services.local import demo, keys, prepare
from services.local.compose import ROOT
from services.local.home import Home
from services.local.keeper import StoppedError
from services.local.process import StartError
from services.local.stack import Stack

STOP_SECONDS = 120.0


def main() -> int:
    """Run one command; the answer is the exit code."""
    chosen = _parse()
    return COMMANDS[chosen.command](chosen)


def up(home: Path, scale: dict[str, int], *, quiet: bool = False) -> int:
    """Run the product until Ctrl-C, SIGTERM or a closed terminal."""
    stack = Stack(
        home, scale=scale, port=int(os.environ.get("PORT") or 8000), host=os.environ.get("HOST_ADDRESS") or "127.0.0.1", echo=not quiet
    )
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stack.stopping.set())
    try:
        stack.start()
    except StoppedError:
        return 0
    except StartError as error:
        print(f"Gonghai did not start: {error}", file=sys.stderr)
        return 1
    _greet(stack)
    while not stack.stopping.wait(3600):
        pass
    stack.output.say("stopping")
    stack.stop()
    print("Gonghai has stopped.", flush=True)
    return 0


def stop(home: Path) -> int:
    """End a product that runs on ``home``."""
    runner = Home(home)
    state = runner.state()
    if not runner.is_taken() or state is None:
        print("Gonghai does not run.")
        return 0
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(state["pid"]), signal.SIGTERM)
    until = time.monotonic() + STOP_SECONDS
    while runner.is_taken():
        if time.monotonic() > until:
            print(f"Gonghai (process {state['pid']}) does not stop.", file=sys.stderr)
            return 1
        time.sleep(0.1)
    print("Gonghai has stopped.")
    return 0


def status(home: Path) -> int:
    """Say whether a product runs on ``home``, and where."""
    runner = Home(home)
    state = runner.state()
    if not runner.is_taken():
        print("Gonghai does not run.")
        return 1
    print(f"Gonghai runs at {state['address']} (process {state['pid']})." if state and state["address"] else "Gonghai is starting.")
    return 0


def make_keys(folder: Path) -> int:
    """Passwords and keys for containers."""
    keys.make(folder)
    return 0


def make_databases(folder: Path) -> int:
    """Databases and roles, with the passwords in ``folder``."""
    prepare.prepare(prepare.superuser_from(os.environ), folder)
    return 0


def _greet(stack: Stack) -> None:
    """The address, and where nobody can sign in yet, the one-time link for the first admin."""
    lines = ["", f"  Gonghai is ready:  {stack.address}"]
    link = admin_link(stack)
    if link:
        lines.append(f"  Make the first admin here (works once):  {stack.address}{link}")
    print("\n".join([*lines, "  Ctrl-C stops it.", ""]), flush=True)


def admin_link(stack: Stack) -> str:
    """The path of the one-time link that the customer service gives out while there is no admin; else empty."""
    code, said = stack.ask("customer", ["admin-link"])
    if code:
        stack.output.say(f"no link for the first admin: {said.strip()[-300:]}", "customer")
        return ""
    lines = [line.strip() for line in said.splitlines() if line.strip().startswith("/")]
    return lines[-1] if lines else ""


def _home() -> Path:
    return Path(os.environ.get("GONGHAI_HOME") or ROOT / "var").expanduser()


def _scale(text: str) -> tuple[str, int]:
    name, _, count = text.partition("=")
    return name, int(count)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m services.local", description="The whole product on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("up", help="run everything until Ctrl-C")
    start.add_argument("--scale", action="append", default=[], metavar="NAME=COUNT", help="more of one process, or none of it with 0")
    start.add_argument("--quiet", action="store_true", help="log to files only")
    commands.add_parser("stop", help="end the product that runs on the same data")
    commands.add_parser("status", help="say whether it runs, and where")
    filling = commands.add_parser("demo", help="fill a running product with demo data, through the gateway")
    filling.add_argument("--data", metavar="FILE", help="import this .csv or .xlsx instead of made-up companies")
    for name, text in (("keys", "make passwords and keys"), ("prepare", "make databases and roles")):
        commands.add_parser(name, help=text).add_argument("folder")
    return parser.parse_args()


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "up": lambda chosen: up(_home(), dict(_scale(text) for text in chosen.scale), quiet=chosen.quiet),
    "stop": lambda _: stop(_home()),
    "status": lambda _: status(_home()),
    "demo": lambda chosen: demo.main(_home(), chosen.data),
    "keys": lambda chosen: make_keys(Path(chosen.folder)),
    "prepare": lambda chosen: make_databases(Path(chosen.folder)),
}

if __name__ == "__main__":
    sys.exit(main())
