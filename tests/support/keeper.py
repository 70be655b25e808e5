"""Keeps what a whole test run shares among its workers: one PostgreSQL and one Valkey, or one whole product.

Every worker holds a shared lock on a file; once nobody does, whether they ended well or were killed, all is stopped and its
folder is removed. Started by servers.py as ``python -m tests.support.keeper servers|product FOLDER``.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from services.local import postgres, valkey
from services.local.compose import ROOT
from services.local.output import Output
from services.local.places import Ports
from services.local.process import Process, Spawner
from services.local.stack import Stack

ADMIN_ACCOUNT = "admin"
ADMIN_PASSWORD = "the first admin of this run"

FAST_AND_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "400",
    "shared_buffers": "256MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


@contextlib.contextmanager
def test_servers(folder: Path) -> Iterator[dict[str, str]]:
    """Both servers, running and answering."""
    output, spawner, ports = Output(folder / "logs", echo=False), Spawner(), Ports()
    password = folder / "password"
    password.write_text("test-run")
    database = postgres.Server(folder / "postgres", ports.any(), password, FAST_AND_FORGETFUL)
    redis = valkey.Server(folder / "valkey", ports.any(), "test-run", append_only=False, databases=4096)
    database.initialise()
    processes = [Process(plan, spawner, output) for plan in (database.plan(), redis.plan())]
    for process in processes:
        process.start()
    for process in processes:
        process.wait_ready(30)
    yield {"postgres": database.url, "redis": f"redis://{redis.address}"}
    for process in processes:
        process.signal(signal.SIGQUIT)  # nothing in there is worth writing down
    for process in processes:
        process.wait_stopped()
    spawner.close()
    output.close()


@contextlib.contextmanager
def product(folder: Path) -> Iterator[dict[str, str]]:
    """The whole product with a first admin; its logs stay in .cache/product-logs for a look after a failure."""
    admin = {"GONGHAI_ADMIN_ACCOUNT": ADMIN_ACCOUNT, "GONGHAI_ADMIN_PASSWORD": ADMIN_PASSWORD}
    stack = Stack(folder / "home", env=admin)
    try:
        with stack:
            yield {
                "address": stack.address,
                "account": ADMIN_ACCOUNT,
                "password": ADMIN_PASSWORD,
                "postgres": stack.postgres_url(),
                "redis": stack.redis_url,
                "secrets": str(stack.home.secrets),
                **{name: stack.url(name) for name in ("customer", "activity", "export")},
            }
    finally:
        kept = ROOT / ".cache" / "product-logs"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(stack.home.logs, kept)


KINDS = {"servers": test_servers, "product": product}


def main(kind: str, folder: Path) -> None:
    """Start, say where it is in state.json, wait until nobody holds the lease, stop."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # Ctrl-C is for the workers; they let go of the lease
    with (folder / "lease").open("w") as lease:
        with KINDS[kind](folder) as state:
            aside = folder / "state.json.new"
            aside.write_text(json.dumps(state))
            aside.rename(folder / "state.json")
            while not _nobody_holds(lease.fileno()):
                time.sleep(0.3)
        shutil.rmtree(folder, ignore_errors=True)


def _nobody_holds(lease: int) -> bool:
    try:
        fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
