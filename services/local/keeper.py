"""Keeps processes alive: starts them, starts them again when they end by themselves, stops them in reverse order."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from services.local.output import Output
from services.local.process import POLL_SECONDS, Plan, Process, Spawner, StartError
from services.local.reaper import Reaper

BACK_OFF_SECONDS_MIN = 0.2
BACK_OFF_SECONDS_MAX = 10.0
GOOD_AFTER_SECONDS = 30.0


@dataclass(slots=True)
class _Kept:
    process: Process
    held: bool = False  # meant to be down
    started: float = 0.0
    failures: int = 0
    again_at: float | None = None


class StoppedError(StartError):
    """Asked to stop while still starting."""


class Keeper:
    """All processes of one stack."""

    def __init__(self, spawner: Spawner, output: Output, stopping: threading.Event) -> None:
        self._spawner, self._output, self._stopping = spawner, output, stopping
        self._reaper = Reaper()
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.RLock()
        self._watcher: threading.Thread | None = None

    def start(self, plan: Plan) -> None:
        """Start a process and keep it."""
        self._check()
        with self._lock:
            kept = self._kept[plan.name] = _Kept(Process(plan, self._spawner, self._output))
            self._start(kept)

    def run_to_end(self, plan: Plan, seconds: float) -> None:
        """Run a one-shot; a bad end is an error."""
        self._check()
        process = Process(plan, self._spawner, self._output)
        process.start()
        self._reaper.watch(process.pid, plan.stop_signal)
        until = time.monotonic() + seconds
        try:
            while process.exit_code is None and time.monotonic() < until:
                self.rest()
            process.run_to_end(0.1)
        finally:
            process.end_group()
            self._reaper.forget(process.pid)

    def watch_over(self) -> None:
        """From now on what ends by itself is started again."""
        self._watcher = threading.Thread(target=self._watch, name="keeper", daemon=True)
        self._watcher.start()

    def names(self) -> list[str]:
        """All kept processes in the order of their start."""
        return list(self._kept)

    def find(self, name: str) -> list[Process]:
        """The process of that name, or all its replicas."""
        return [
            kept.process
            for key, kept in self._kept.items()
            if key == name or (key.rpartition("-")[0] == name and key.rpartition("-")[2].isdigit())
        ]

    def is_ready(self, name: str) -> bool:
        """Whether it answers."""
        return self._kept[name].process.is_ready()

    def wait_ready(self, name: str, seconds: float) -> None:
        """Wait until it answers; one that is being started again may be down in between."""
        until = time.monotonic() + seconds
        while True:
            try:
                if self.is_ready(name):
                    return
            except StartError:
                if self._watcher is None:
                    raise
            if time.monotonic() > until:
                raise StartError(f"{name} was not ready in {seconds:.0f} s\n{self._output.tail(name)}")
            self.rest()

    def rest(self) -> None:
        """Between two looks; ends the start when asked to stop."""
        self._stopping.wait(POLL_SECONDS)
        self._check()

    def hold(self, process: Process, *, kill: bool) -> None:
        """Take it down and leave it there."""
        with self._lock:
            self._kept[process.name].held = True
        if kill:
            process.end_group()
        else:
            process.ask_to_stop()
        process.wait_stopped()
        self._reaper.forget(process.pid)

    def let_go(self, process: Process) -> None:
        """Start what was held down."""
        with self._lock:
            kept = self._kept[process.name]
            kept.held = False
            self._start(kept)

    def stop(self, *, last: Sequence[str]) -> None:
        """Stop all but ``last`` together in reverse order of start, then ``last`` one by one."""
        if self._watcher is not None:
            self._watcher.join(5)
        with self._lock:
            kept = [kept.process for kept in reversed(self._kept.values())]
        others = [process for process in kept if process.name not in last]
        for process in others:
            process.ask_to_stop()
        for process in others:
            self._end(process)
        for process in sorted((process for process in kept if process.name in last), key=lambda one: last.index(one.name)):
            process.ask_to_stop()
            self._end(process)
        self._spawner.close()
        self._reaper.close()

    def _end(self, process: Process) -> None:
        process.wait_stopped()
        self._reaper.forget(process.pid)

    def _start(self, kept: _Kept) -> None:
        kept.process.start()
        kept.started, kept.again_at = time.monotonic(), None
        self._reaper.watch(kept.process.pid, kept.process.plan.stop_signal)

    def _watch(self) -> None:
        while not self._stopping.wait(0.1):
            with self._lock:
                for kept in self._kept.values():
                    if not kept.held and not self._stopping.is_set():
                        self._look_after(kept)

    def _look_after(self, kept: _Kept) -> None:
        now = time.monotonic()
        if kept.again_at is not None:
            if now >= kept.again_at:
                self._start(kept)
            return
        code = kept.process.exit_code
        if code is None:
            return
        kept.process.end_group()
        self._reaper.forget(kept.process.pid)
        kept.failures = 0 if now - kept.started > GOOD_AFTER_SECONDS else kept.failures + 1
        pause = min(BACK_OFF_SECONDS_MAX, BACK_OFF_SECONDS_MIN * 2**kept.failures)
        kept.again_at = now + pause
        self._output.say(f"{kept.process.name} ended with {code}; starting it again in {pause:.1f} s", kept.process.name)

    def _check(self) -> None:
        if self._stopping.is_set():
            raise StoppedError("stopped while starting")
