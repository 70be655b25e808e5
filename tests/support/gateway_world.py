"""A real gateway process in front of small real services (echo_service.py), and ways to disturb them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import urllib3

from tests.support.echo_service import MEMBER, OTHER_MEMBER
from tests.support.wait import wait_until

TOKEN = f"token-of-{MEMBER}"
READ_TOKEN = f"token-of-{OTHER_MEMBER}"
_SECRET_KEY = ("SECRET_KEY_FILE", "secret_key")
SERVICES = ("customer", "activity", "export")


@dataclass
class World:
    """The gateway's address, the services' addresses, and ways to disturb them."""

    url: str
    ports: dict[str, int]
    environment: dict[str, str]
    secrets: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, timeout=20.0, maxsize=64))

    def ask(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, token: str | None = TOKEN, **more: Any
    ) -> urllib3.BaseHTTPResponse:
        """One request to the gateway, as a script with an access token unless ``token`` is None."""
        given = {**({"Authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
        return self.pool.request(method, self.url + path, headers=given, redirect=False, **more)

    def control(self, name: str, value: Any, service: str = "customer") -> None:
        """Tell a service what to say."""
        answer = self.pool.request("POST", f"http://127.0.0.1:{self.ports[service]}/control/{name}", json=value)
        assert answer.status == 204

    def seen(self, service: str = "customer") -> dict[str, int]:
        """What reached a service, counted."""
        found: dict[str, int] = self.pool.request("GET", f"http://127.0.0.1:{self.ports[service]}/control/seen").json()
        return found

    def start(self, name: str) -> None:
        """Start a service or the gateway and wait until it answers."""
        port = self.ports[name]
        service = name.partition("-")[0]
        module = ["services.gateway", "serve"] if name == "gateway" else ["tests.support.echo_service", service]
        environment = {**self.environment, "LISTEN": f"127.0.0.1:{port}"}
        for variable, file in (("IDENTITY_TRUSTED_FILE", "identity_trusted.json"), ("IDENTITY_KEY_FILE", "identity_key.json"), _SECRET_KEY):
            environment[variable] = str(self.secrets / service / file)
        self.processes[name] = subprocess.Popen([sys.executable, "-m", *module], env={**os.environ, **environment})
        wait_until(lambda: self._answers(port), what=f"{name} to answer", seconds=20)

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """End a process and wait for its end."""
        if how is signal.SIGKILL:
            self.signal(name, how)
        process = self.processes.pop(name)
        process.send_signal(how)
        process.wait(30)

    def group(self, name: str) -> list[int]:
        """The process and its workers."""
        process = psutil.Process(self.processes[name].pid)
        return [process.pid, *(child.pid for child in process.children(recursive=True))]

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a process and its workers, e.g. SIGSTOP."""
        for pid in self.group(name):
            os.kill(pid, number)

    def _answers(self, port: int) -> bool:
        try:
            return self.pool.request("GET", f"http://127.0.0.1:{port}/internal/health", timeout=1.0).status == 200
        except urllib3.exceptions.HTTPError:
            return False


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def make_world(secrets: Path, redis_url: str, web_dir: Path, **environment: str) -> World:
    """Addresses and environment; nothing is started."""
    ports = {name: free_port() for name in (*SERVICES, "gateway")}
    urls = {f"{name.upper()}_URL": f"http://127.0.0.1:{ports[name]}" for name in SERVICES}
    common = {"REDIS_URL": redis_url, "ENVIRONMENT": "test", "WEB_DIR": str(web_dir), "THREADS": "32", **urls, **environment}
    return World(f"http://127.0.0.1:{ports['gateway']}", ports, common, secrets)


def run_world(world: World) -> Iterator[World]:
    """Everything started, and ended afterwards whatever became of it."""
    try:
        for name in world.ports:
            world.start(name)
        yield world
    finally:
        for process in world.processes.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in world.processes.values():
            process.wait(30)
