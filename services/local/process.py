"""One child process: start, wait until it is ready, stop in its own way, end its whole group. Which ones there are is stack.py's."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from services.local.child import StepDown, before
from services.local.nursery import Nursery
from services.local.output import Output

POLL_SECONDS = 0.03


class StartError(Exception):
    """A process ended or did not become ready; the text says which and shows its last words."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How one process is started and stopped."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    ready: Callable[[], bool] | None = None
    stop_signal: int = signal.SIGTERM
    grace_seconds: float = 15.0
    step_down: StepDown = StepDown.NOTHING
    prepare: Callable[[], None] | None = None  # before each start


class Child(Protocol):
    """What the runner needs of a ``subprocess.Popen`` or of a ``nursery.Forked``."""

    pid: int
    stdout: IO[bytes] | None

    def poll(self) -> int | None:
        """The exit code; None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end."""

    def send_signal(self, sig: int) -> None:
        """Send a signal."""


class Spawner:
    """Starts processes from one thread that lives as long as the runner: a child is tied to the thread that made it.

    With an ``environment`` for the nursery, ``python -m …`` is forked from there; without one, for all else, and where no nursery lives,
    a program is run.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")
        self._environment = environment
        self._nursery = self._thread.submit(Nursery, environment).result() if environment is not None else None

    def start(self, plan: Plan) -> Child:
        """A new process in a session of its own, its output on one pipe."""
        return self._thread.submit(self._start, plan).result()

    def close(self) -> None:
        """No more processes; those made should have ended."""
        if self._nursery is not None:
            self._nursery.close()
        self._thread.shutdown(wait=False)

    @property
    def nursery_pid(self) -> int:
        """The process that holds what all have in common; 0 where there is none."""
        return self._nursery.pid if self._nursery else 0

    def _start(self, plan: Plan) -> Child:
        if self._environment is not None and list(plan.arguments[:2]) == [sys.executable, "-m"]:
            with contextlib.suppress(ConnectionError):
                return self._give_birth(plan)
            self._replace_nursery(self._environment)
            with contextlib.suppress(ConnectionError):
                return self._give_birth(plan)
        return subprocess.Popen(
            list(plan.arguments),
            env=dict(plan.environment) or None,
            cwd=plan.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=before(plan.stop_signal, plan.step_down),  # noqa: PLW1509 - system calls only
        )

    def _replace_nursery(self, environment: Mapping[str, str]) -> None:
        """Somebody killed it; all that came from it have ended."""
        if self._nursery is not None:
            self._nursery.close()
        self._nursery = Nursery(environment)

    def _give_birth(self, plan: Plan) -> Child:
        if self._nursery is None:
            raise BrokenPipeError
        return self._nursery.start(plan.arguments[2], plan.arguments[3:], plan.environment, plan.folder, plan.stop_signal)


class Process:
    """A running child made by a plan; may be started again after it ended."""

    def __init__(self, plan: Plan, spawner: Spawner, output: Output) -> None:
        self.plan = plan
        self.name = plan.name
        self._spawner = spawner
        self._output = output
        self._popen: Child | None = None

    @property
    def pid(self) -> int:
        """The process id of the child (and of its group); 0 before the first start."""
        return self._popen.pid if self._popen else 0

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._popen.poll() if self._popen else 0

    def start(self) -> None:
        """Start it; does not wait."""
        if self.plan.prepare:
            self.plan.prepare()
        self._popen = self._spawner.start(self.plan)
        if self._popen.stdout is not None:
            self._output.attach(self.name, self._popen.stdout)

    def is_ready(self) -> bool:
        """Whether it answers; raises when it has ended."""
        if self.exit_code is not None:
            raise StartError(f"{self.name} ended with {self.exit_code}\n{self._output.tail(self.name)}")
        if self.plan.ready is None:
            return True
        try:
            return self.plan.ready()
        except (OSError, urllib.error.URLError):
            return False

    def wait_ready(self, seconds: float) -> None:
        """Wait until it answers."""
        until = time.monotonic() + seconds
        while not self.is_ready():
            if time.monotonic() > until:
                raise StartError(f"{self.name} was not ready in {seconds:.0f} s\n{self._output.tail(self.name)}")
            time.sleep(POLL_SECONDS)

    def run_to_end(self, seconds: float) -> None:
        """For one-shots: wait for the end and check that it was a good one."""
        assert self._popen is not None  # noqa: S101 - started by the caller
        try:
            code = self._popen.wait(seconds)
        except subprocess.TimeoutExpired as error:
            self.end_group()
            raise StartError(f"{self.name} did not end in {seconds:.0f} s") from error
        if code:
            time.sleep(POLL_SECONDS * 3)  # its last words may still be in the pipe
            raise StartError(f"{self.name} ended with {code}\n{self._output.tail(self.name)}")

    def signal(self, number: int) -> None:
        """Send a signal to the child alone."""
        if self._popen is not None and self._popen.poll() is None:
            self._popen.send_signal(number)

    def ask_to_stop(self) -> None:
        """Send its stop signal; does not wait."""
        self.signal(self.plan.stop_signal)

    def wait_stopped(self) -> None:
        """Wait for its end within its grace; then end it and whatever it left behind."""
        if self._popen is None:
            return
        try:
            self._popen.wait(self.plan.grace_seconds)
        except subprocess.TimeoutExpired:
            self._output.say(f"{self.name} does not stop in {self.plan.grace_seconds:.0f} s and is ended", self.name)
        self.end_group()
        self._popen.wait()

    def end_group(self) -> None:
        """SIGKILL for the child and all it started; nothing may go on without its parent."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
