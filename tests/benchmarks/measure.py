"""Measuring one kind of request: wall time of one client, CPU time of everything behind it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from services.local.stack import Stack
from tests.benchmarks.processes import Cpu, cpu

WARM_UP = 30


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds: the median and the least of one client; CPU per request."""

    name: str
    median: float
    least: float
    application: float
    database: float

    @property
    def whole(self) -> float:
        """CPU of application and servers."""
        return self.application + self.database


def measure(name: str, once: Callable[[int], object], stack: Stack, *, times: int = 400, warm_up: int = WARM_UP) -> Measured:
    """Call ``once`` with a running number; the first calls do not count."""
    return measure_with(name, once, lambda: cpu(stack), times=times, warm_up=warm_up)


def measure_with(name: str, once: Callable[[int], object], used: Callable[[], Cpu], *, times: int, warm_up: int = WARM_UP) -> Measured:
    """The same with another meter."""
    for number in range(warm_up):
        once(number)
    run = _Run(name)
    run.go(once, used, times, first=warm_up)
    return run.measured()


Kind = tuple[str, Callable[[int], object]]


def compare(one: Kind, other: Kind, stack: Stack, *, times: int = 800, turns: int = 10) -> tuple[Measured, Measured]:
    """Two kinds of request measured in turns, so that a noisy moment hits both."""
    runs = [(_Run(name), once) for name, once in (one, other)]
    for _, once in runs:
        for number in range(WARM_UP):
            once(number)
    for _ in range(turns):
        for run, once in runs:
            run.go(once, lambda: cpu(stack), times // turns)
    first, second = (run.measured() for run, _ in runs)
    return first, second


class _Run:
    """Collects what several goes took."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._taken: list[float] = []
        self._spent = Cpu(0.0, 0.0)

    def go(self, once: Callable[[int], object], used: Callable[[], Cpu], times: int, first: int = 0) -> None:
        before = used()
        for number in range(first, first + times):
            begun = time.perf_counter()
            once(number)
            self._taken.append((time.perf_counter() - begun) * 1000)
        self._spent += used() - before

    def measured(self) -> Measured:
        each = 1000 / len(self._taken)
        spent = self._spent
        found = Measured(self._name, statistics.median(self._taken), min(self._taken), spent.application * each, spent.database * each)
        cpu_text = f"CPU {found.application:.2f} + {found.database:.2f}"
        print(f"  {found.name:44} {found.median:8.2f} ms  least {found.least:8.2f}  {cpu_text}", flush=True)
        return found
