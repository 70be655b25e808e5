"""What the product's processes use, from the operating system: CPU time split into application and servers, memory as PSS."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

from services.local.stack import Stack

DATABASE = ("postgres", "redis")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cpu:
    """CPU seconds."""

    application: float
    database: float

    def __sub__(self, other: Cpu) -> Cpu:
        return Cpu(self.application - other.application, self.database - other.database)

    def __add__(self, other: Cpu) -> Cpu:
        return Cpu(self.application + other.application, self.database + other.database)

    @property
    def whole(self) -> float:
        """Both."""
        return self.application + self.database


def cpu_by_process(stack: Stack) -> dict[str, float]:
    """CPU seconds that each process has used so far."""
    return {name: sum(family_cpu(pid) for pid in stack.pids(name)) for name in stack.names()}


def cpu(stack: Stack) -> Cpu:
    """All CPU time that the product has used so far."""
    used = cpu_by_process(stack)
    database = sum(seconds for name, seconds in used.items() if name in DATABASE)
    return Cpu(sum(used.values()) - database, database)


def family_cpu(pid: int) -> float:
    """CPU seconds of a process, of those it started and of those that have ended since."""
    return sum(_own_cpu(one, with_ended=one == pid) for one in family(pid))


def family(pid: int) -> list[int]:
    """The process and everything it started."""
    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return []


def _own_cpu(pid: int, *, with_ended: bool) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11:15] if with_ended else fields[11:13])) / _TICKS


def memory_mib(stack: Stack) -> dict[str, float]:
    """PSS per process name; all were forked from the nursery and share its pages, so its own part counts too."""
    used = {name: sum(pss_mib(pid) for pid in stack.pids(name)) for name in stack.names()}
    return used | {"nursery": _pss_bytes(stack.nursery_pid) / 1024 / 1024}


def pss_mib(pid: int) -> float:
    """PSS of a process and everything it started."""
    return sum(_pss_bytes(one) for one in family(pid)) / 1024 / 1024


def _pss_bytes(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0
