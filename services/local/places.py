"""Where things are on this machine: ports instead of container names, folders under the home instead of volumes.

The compose file speaks of ``http://customer:8000`` and ``/run/secrets/secret_key``; here that becomes a port on 127.0.0.1 and
``<home>/secrets/customer/secret_key``. Nothing is started here.
"""

from __future__ import annotations

import contextlib
import re
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.local.compose import Service

LOOPBACK = "127.0.0.1"
_HOST = re.compile(r"(?<=[/@])(?P<name>[a-z][a-z-]*):(?P<port>\d+)")


@dataclass(slots=True)
class Places:
    """The translation for one running stack."""

    home: Path
    addresses: dict[str, str] = field(default_factory=dict)  # service name → "127.0.0.1:41234", or with a password before it

    def folder(self, volume: str) -> Path:
        """The folder that stands for a volume: ``secrets_customer`` → ``<home>/secrets/customer``."""
        return self.home.joinpath(*volume.split("_"))

    def run_folder(self, process: str) -> Path:
        """What a container would have as its /tmp."""
        return self.home / "run" / process

    def path(self, text: str, service: Service, process: str) -> str:
        """A container path as a path here; any other text stays."""
        if not text.startswith("/"):
            return text
        for target, volume in sorted(service.mounts.items(), key=lambda pair: -len(pair[0])):
            if text == target or text.startswith(target + "/"):
                return str(self.folder(volume)) + text[len(target) :]
        if text == "/secrets":
            return str(self.home / "secrets")
        return str(self.run_folder(process)) + text[4:] if text.startswith("/tmp/") else text  # noqa: S108 - the container's

    def value(self, text: str, service: Service, process: str) -> str:
        """One environment value or argument, translated."""
        return _HOST.sub(self._address, self.path(text, service, process))

    def environment(self, service: Service, process: str, listen: str | None) -> dict[str, str]:
        """The whole environment of one process."""
        translated = {name: self.value(text, service, process) for name, text in service.environment.items()}
        if listen is not None:
            translated["LISTEN"] = listen
        return translated

    def command(self, service: Service, process: str) -> list[str]:
        """The command, run by this Python."""
        head, *rest = service.command
        return [sys.executable if head == "python" else head, *(self.value(part, service, process) for part in rest)]

    def _address(self, match: re.Match[str]) -> str:
        return self.addresses.get(match["name"], match[0])


class Ports:
    """Hands out ports that are free now, each only once."""

    def __init__(self) -> None:
        self._given: set[int] = set()

    def near(self, wanted: int, host: str = LOOPBACK) -> int:
        """``wanted``, or the next one that nobody listens on."""
        for port in range(wanted, 65536):
            if port not in self._given and is_free(port, host):
                self._given.add(port)
                return port
        raise OSError(f"no free port from {wanted} on")

    def any(self) -> int:
        """Some free port, chosen by the operating system."""
        while True:
            with contextlib.closing(socket.socket()) as probe:
                probe.bind((LOOPBACK, 0))
                port = int(probe.getsockname()[1])
            if port not in self._given:
                self._given.add(port)
                return port


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether ``port`` can be bound now."""
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def volumes(services: Mapping[str, Service]) -> Iterator[str]:
    """Every volume any of our own services mounts."""
    seen: dict[str, None] = {}
    for service in services.values():
        if service.own:
            seen.update(dict.fromkeys(service.mounts.values()))
    yield from seen
