"""A Valkey for one test that stops, kills or flushes it."""

from __future__ import annotations

from pathlib import Path

from services.local import valkey
from services.local.output import Output
from services.local.places import Ports
from services.local.process import Process, Spawner


class OwnRedis:
    """Start, stop and kill it; its port and its append-only file stay the same."""

    def __init__(self, folder: Path) -> None:
        self._output = Output(folder / "logs", echo=False)
        self._spawner = Spawner()
        self._server = valkey.Server(folder / "data", Ports().any(), "test-run")
        self._process = Process(self._server.plan(), self._spawner, self._output)

    @property
    def url(self) -> str:
        """Where clients connect."""
        return self._server.url

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process.start()
        self._process.wait_ready(20)

    def stop(self) -> None:
        """Stop it in good order."""
        self._process.ask_to_stop()
        self._process.wait_stopped()

    def kill(self) -> None:
        """End it at once."""
        self._process.end_group()
        self._process.wait_stopped()

    def close(self) -> None:
        """End it and its log."""
        self.kill()
        self._spawner.close()
        self._output.close()
