"""A client of the live stream on a plain socket: reads events on its own thread until one side closes."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import orjson

from tests.support.wait import wait_until


class Listener:
    """``events`` holds (name, data, seconds since opening) as they came; ``ended_at`` is set when the stream has ended."""

    def __init__(self, url: str, topics: str, headers: dict[str, str]) -> None:
        self.events: list[tuple[str, dict[str, Any], float]] = []
        self.comments = 0
        self.ended_at: float | None = None
        self.opened_at = time.monotonic()
        place = urlsplit(url)
        self._socket = socket.create_connection((place.hostname or "", place.port or 80), 10)
        lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": place.netloc, **headers}.items())
        self._socket.sendall(f"GET /api/live?topics={topics} HTTP/1.1\r\n{lines}\r\n".encode())
        self._read = self._socket.makefile("rb")
        self.status = int(self._read.readline().split()[1])
        self.headers = dict(self._header_lines())
        self._socket.settimeout(60)
        if self.status == 200:
            threading.Thread(target=self._listen, daemon=True).start()

    def _header_lines(self) -> list[tuple[str, str]]:
        found = []
        while line := self._read.readline().decode().strip():
            name, _, value = line.partition(": ")
            found.append((name, value))
        return found

    def _listen(self) -> None:
        name = ""
        with contextlib.suppress(OSError):
            for line in self._read:
                if line.startswith(b":"):
                    self.comments += 1
                elif line.startswith(b"event: "):
                    name = line[7:].decode().strip()
                elif line.startswith(b"data: "):
                    self.events.append((name, orjson.loads(line[6:]), time.monotonic() - self.opened_at))
        self.ended_at = time.monotonic()

    def problem(self) -> dict[str, Any]:
        """The refusal of a stream that was not opened."""
        found: dict[str, Any] = orjson.loads(self._read.read(int(self.headers["Content-Length"])))
        return found

    def named(self, name: str) -> list[dict[str, Any]]:
        """The data of all events called ``name``."""
        return [data for found, data, _ in self.events if found == name]

    def wait_for(self, name: str, count: int = 1, seconds: float = 10.0) -> list[dict[str, Any]]:
        """Wait until that many events called ``name`` have come."""
        wait_until(lambda: len(self.named(name)) >= count, seconds=seconds, what=f"{count} {name} events")
        return self.named(name)

    def close(self) -> None:
        """Leave."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
