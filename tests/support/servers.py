"""What a test run shares among its workers: its two servers, and the whole product. Started by the first worker that asks.

Databases in the servers: databases.py. Who keeps them running: keeper.py.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.wait import wait_until

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the run's servers are, and a folder for what its workers share."""

    folder: Path
    postgres: str  # the superuser's URL
    redis: str  # without a database number


@dataclass(frozen=True, slots=True)
class Product:
    """Where the run's product is, and what its first admin signs in with. Tests make members and customers of their own in it."""

    address: str
    account: str
    password: str
    postgres: str  # the superuser's URL
    redis: str
    secrets: str  # the folder with every service's keys
    customer: str  # the services' own addresses, behind the gateway
    activity: str
    export: str


@contextlib.contextmanager
def servers() -> Iterator[Servers]:
    """The run's servers, for as long as the block lasts."""
    with _shared("servers", 60) as (folder, state):
        yield Servers(folder, state["postgres"], state["redis"])


@contextlib.contextmanager
def product() -> Iterator[Product]:
    """The run's product, for as long as the block lasts."""
    with _shared("product", 180) as (_, state):
        yield Product(**state)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """One worker at a time."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _shared(kind: str, seconds: float) -> Iterator[tuple[Path, dict[str, str]]]:
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}"
    folder = Path(tempfile.gettempdir()) / f"gonghai-tests-{os.getuid()}-{run[:16]}-{kind}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    with (folder / "lease").open("w") as lease:
        fcntl.flock(lease, fcntl.LOCK_SH)  # before anything else: the keeper ends when nobody holds it
        with locked(folder / "starting"):
            if not (folder / "state.json").exists():
                _start_keeper(kind, folder, seconds)
        yield folder, json.loads((folder / "state.json").read_text())


def _start_keeper(kind: str, folder: Path, seconds: float) -> None:
    with (folder / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.keeper", kind, str(folder)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def ready() -> bool:
        if keeper.poll() is not None:
            raise RuntimeError(f"the shared {kind} did not start:\n{(folder / 'keeper.log').read_text()}")
        return (folder / "state.json").exists()

    wait_until(ready, seconds=seconds, what=f"the shared {kind} to start")
