"""One log for all processes: every line with the name of its process before it, and kept in a file per process as well."""

from __future__ import annotations

import os
import selectors
import sys
import threading
import time
from pathlib import Path
from typing import IO

KEEP_BYTES = 20_000_000
_NAME_WIDTH = 17
_WAKE = "wake"


class Output:
    """Collects what children print. One thread reads all their pipes."""

    def __init__(self, folder: Path, *, echo: bool = True) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.echo = echo
        self._started = time.monotonic()
        self._selector = selectors.DefaultSelector()
        self._read_end, self._write_end = os.pipe()
        self._selector.register(self._read_end, selectors.EVENT_READ, _WAKE)
        self._closing = False
        self._printing = threading.Lock()
        self._thread = threading.Thread(target=self._pump, name="output", daemon=True)
        self._thread.start()

    def say(self, text: str, name: str = "gonghai") -> None:
        """One line of the runner's own, with the seconds since the start."""
        self._print(name, f"{time.monotonic() - self._started:5.1f} s  {text}")

    def attach(self, name: str, pipe: IO[bytes]) -> None:
        """Read ``pipe`` until its end and log it as ``name``."""
        os.set_blocking(pipe.fileno(), False)
        self._selector.register(pipe, selectors.EVENT_READ, _Source(name, self._open(name)))
        os.write(self._write_end, b".")

    def tail(self, name: str, lines: int = 30) -> str:
        """The last lines of a process, for a report of its failure."""
        path = self.folder / f"{name}.log"
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""

    def close(self) -> None:
        """Read what is left and stop."""
        self._closing = True
        os.write(self._write_end, b".")
        self._thread.join(5)

    def _open(self, name: str) -> IO[bytes]:
        path = self.folder / f"{name}.log"
        if path.exists() and path.stat().st_size > KEEP_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab", buffering=0)

    def _pump(self) -> None:
        while True:
            ready = self._selector.select(timeout=1)
            for key, _ in ready:
                if key.data is _WAKE:
                    os.read(self._read_end, 4096)
                else:
                    self._read(key)
            if self._closing and not any(key.data is not _WAKE for key, _ in ready):
                return

    def _read(self, key: selectors.SelectorKey) -> None:
        pipe, source = key.fileobj, key.data
        data = os.read(key.fd, 65536)
        if data:
            source.file.write(data)
            lines = (source.rest + data).split(b"\n")
            source.rest = lines.pop()
        else:
            self._selector.unregister(pipe)
            lines, source.rest = ([source.rest] if source.rest else []), b""
            source.file.close()
            pipe.close()  # type: ignore[union-attr]
        for line in lines:
            if self.echo:
                self._print(source.name, line.decode(errors="replace"))

    def _print(self, name: str, text: str) -> None:
        with self._printing:
            try:
                print(f"{name:>{_NAME_WIDTH}} | {text}", flush=True)
            except BrokenPipeError:  # the terminal went away; the files go on
                sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - lives as long as the process


class _Source:
    """A pipe's name, its file and the beginning of a line that has not ended yet."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self.name = name
        self.file = file
        self.rest = b""
