"""One process that has loaded the code of all of ours and forks them off: what they have in common lies in memory once, and is loaded once.

``Nursery`` is the runner's side; the rest runs in the process it starts. They talk over a socket pair, one JSON object a message:
down ``{module, arguments, environment, folder, end_signal}`` together with the pipe for the output, up ``{born: pid}`` in the same
order, later ``{ended: pid, code}``. Nothing but the memory differs from ``python -m module arguments``.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import queue
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from services.local.child import before, rename

MESSAGE_BYTES_MAX = 200_000
BIRTH_SECONDS = 120.0  # the first waits for all the code to be loaded

# All that our processes load before they begin; what is missing here is loaded by the child itself, into memory of its own.
LOADED = (
    "alembic.command",
    "services.local.prepare",
    "services.customer.app",
    "services.customer.migrations",
    "services.customer.workers.relay",
    "services.customer.workers.worker",
    "services.activity.app",
    "services.activity.migrations",
    "services.activity.workers.consumer",
    "services.export.app",
    "services.export.migrations",
    "services.export.workers.celery_app",
    "services.export.workers.sweep",
    "services.gateway.app",
    "services.common.server",
    "sqlalchemy.dialects.postgresql.psycopg",
    "celery.apps.worker",
    "celery.concurrency.prefork",
    "celery.worker.consumer",
    "kombu.transport.redis",
)


class Forked:
    """A process that the nursery gave birth to; as much of ``subprocess.Popen`` as the runner uses."""

    def __init__(self, pid: int, stdout: IO[bytes]) -> None:
        self.pid = pid
        self.stdout: IO[bytes] | None = stdout
        self._code: int | None = None
        self._ended = threading.Event()

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end."""
        if not self._ended.wait(timeout) or self._code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return self._code

    def send_signal(self, sig: int) -> None:
        """Send a signal, unless it has ended."""
        if self._code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, sig)

    def end(self, code: int) -> None:
        """It was seen to end."""
        self._code = code
        self._ended.set()


class Nursery:
    """The runner's side. To be made and used from one thread: the nursery ends with the thread that made it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "services.local.nursery", f"{theirs.fileno():030}"],  # long, as its place is for other names too
            env=dict(environment),
            cwd=Path(__file__).resolve().parents[2],
            stdin=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
            preexec_fn=before(signal.SIGTERM),  # noqa: PLW1509 - system calls only
        )
        theirs.close()
        self.pid = self._popen.pid
        self._born: queue.SimpleQueue[Forked | None] = queue.SimpleQueue()
        self._pipes: queue.SimpleQueue[IO[bytes]] = queue.SimpleQueue()
        self._children: dict[int, Forked] = {}
        self._listener = threading.Thread(target=self._listen, name="nursery", daemon=True)
        self._listener.start()

    def start(self, module: str, arguments: Sequence[str], environment: Mapping[str, str], folder: Path | None, end_signal: int) -> Forked:
        """``python -m module arguments`` in a session of its own, its output on one pipe."""
        read_end, write_end = os.pipe()
        self._pipes.put(os.fdopen(read_end, "rb", buffering=0))
        wish = {"module": module, "arguments": list(arguments), "environment": dict(environment), "end_signal": end_signal}
        message = json.dumps({**wish, "folder": str(folder or Path.cwd())}).encode()
        try:
            socket.send_fds(self._socket, [message], [write_end])
        finally:
            os.close(write_end)
        try:
            child = self._born.get(timeout=BIRTH_SECONDS)
        except queue.Empty:
            self._popen.kill()  # what is born after all would be nobody's
            child = None
        if child is None:
            raise BrokenPipeError("the nursery has ended")
        return child

    def close(self) -> None:
        """No more processes; it ends by itself when nobody listens."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._popen.wait()
        self._listener.join()
        self._socket.close()

    def _listen(self) -> None:
        while message := _receive(self._socket):
            news = json.loads(message)
            if "born" in news:
                child = self._children[news["born"]] = Forked(news["born"], self._pipes.get())
                self._born.put(child)
            else:
                self._children.pop(news["ended"]).end(news["code"])
        self._born.put(None)
        for child in self._children.values():
            child.end(-signal.SIGKILL)  # the runner ends what may be left of it, as after every end


def main(number: int) -> None:
    """Load everything, give birth until the runner is gone. In a child: become the process that was wished for."""
    with socket.socket(fileno=number) as connection:
        for module in LOADED:
            with contextlib.suppress(Exception):  # a fault in one of them ends those alone that need it, with their own words
                importlib.import_module(module)
        gc.collect()
        gc.freeze()  # the collector would write into pages that are shared
        wish = _serve(connection)
    if wish is not None:
        sys.argv = [wish["module"], *wish["arguments"]]
        runpy.run_module(wish["module"], run_name="__main__", alter_sys=True)


def _serve(connection: socket.socket) -> dict[str, Any] | None:
    """Returns in a child, with its wish, and in the nursery once nobody listens."""
    ended, wake = socket.socketpair()
    wake.setblocking(False)
    ended.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno())
    with ended, wake, selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        selector.register(ended, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is ended:
                    ended.recv(4096)
                    _tell_of_ends(connection)
                    continue
                message, pipes, *_ = socket.recv_fds(connection, MESSAGE_BYTES_MAX, 1)
                if not message:
                    return None
                wish: dict[str, Any] = json.loads(message)
                if _is_child(connection, wish, pipes[0]):
                    return wish


def _is_child(connection: socket.socket, wish: dict[str, Any], pipe: int) -> bool:
    beginning = before(wish["end_signal"])
    pid = os.fork()
    if pid:
        os.close(pipe)
        connection.send(json.dumps({"born": pid}).encode())
        return False
    os.setsid()
    beginning()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(pipe, 1)
    os.dup2(pipe, 2)
    os.close(pipe)
    os.chdir(wish["folder"])
    os.environ.clear()
    os.environ.update(wish["environment"])
    time.tzset()
    rename([sys.executable, "-m", wish["module"], *wish["arguments"]])
    return True


def _tell_of_ends(connection: socket.socket) -> None:
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            news = {"ended": found[0], "code": os.waitstatus_to_exitcode(found[1])}
            with contextlib.suppress(BrokenPipeError):
                connection.send(json.dumps(news).encode())


def _receive(connection: socket.socket) -> bytes:
    with contextlib.suppress(ConnectionResetError):
        return connection.recv(MESSAGE_BYTES_MAX)
    return b""


if __name__ == "__main__":
    main(int(sys.argv[1]))
