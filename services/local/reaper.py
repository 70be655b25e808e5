"""A small process that outlives the runner by a moment: when the runner is gone, it ends everything the runner had started.

It reads ``+pid signal`` and ``-pid`` lines from the runner. The end of that pipe means that the runner ended, however that came
about (`kill -9` too); whatever is still listed then is asked to stop, and ended with all its own children if it does not.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import IO

GRACE_SECONDS = 10.0


class Reaper:
    """The runner's side: tells the reaper process about children."""

    def __init__(self) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, "-P", "-S", __file__], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
        )

    def watch(self, pid: int, stop_signal: int) -> None:
        """From now on ``pid`` and its group must not outlive the runner."""
        self._tell(f"+{pid} {stop_signal}\n")

    def forget(self, pid: int) -> None:
        """``pid`` ended and its group with it."""
        self._tell(f"-{pid}\n")

    def close(self) -> None:
        """All is stopped; the reaper ends too."""
        pipe = self._pipe()
        with contextlib.suppress(BrokenPipeError):
            pipe.close()
        self._popen.wait()

    def _tell(self, line: str) -> None:
        pipe = self._pipe()
        with contextlib.suppress(BrokenPipeError):
            pipe.write(line.encode())
            pipe.flush()

    def _pipe(self) -> IO[bytes]:
        assert self._popen.stdin is not None  # noqa: S101 - asked for above
        return self._popen.stdin


def watch(lines: IO[str]) -> dict[int, int]:
    """Follow the runner until its end; what is left is still running."""
    running: dict[int, int] = {}
    for line in lines:
        pid, _, number = line[1:].partition(" ")
        if line[0] == "+":
            running[int(pid)] = int(number)
        else:
            running.pop(int(pid), None)
    return running


def end(running: dict[int, int]) -> None:
    """Ask all to stop; after the grace end their groups."""
    for pid, number in running.items():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
    until = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < until and any(_alive(pid) for pid in running):
        time.sleep(0.05)
    for pid in running:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end(watch(sys.stdin))
